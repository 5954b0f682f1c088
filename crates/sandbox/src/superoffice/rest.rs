//! The REST API below `/{ctx}/api/v1`: who am I, and the lists of users.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::{archive, not_found, system};
use crate::oauth::Params;
use crate::seed::{CrmUser, company, crm_users};
use crate::world::World;

/// Answers a GET.
pub(super) fn answer(
    world: &World,
    headers: &HeaderMap,
    ctx: &str,
    path: &[&str],
    query: &Params,
) -> Response {
    let system = system::caller(world, headers, ctx);
    let user = caller(world, headers, ctx);
    let Some(ctx) = system.or(user.map(|user| user.1.ctx)) else {
        return error(
            StatusCode::UNAUTHORIZED,
            "SoSessionException",
            "The access token is missing, expired or not valid for this tenant.",
        );
    };
    if user.is_some_and(|(_, user)| is_closed_to(world, user.user_name)) {
        let text = "The role of this user does not allow it.";
        return error(StatusCode::FORBIDDEN, "SoAccessDeniedException", text);
    }
    match path {
        ["user", "currentprincipal"] => match user {
            Some(user) => Json(principal(user)).into_response(),
            None => not_found("user/currentprincipal"),
        },
        // The company's base time zone, and the world's names of all (superoffice.md §5.4).
        ["timezone", "base"] => Json(json!({
            "TZLocationID": 261, "Name": "Norway", "TZLocationCode": "NO",
            "TZLocationCities": "Oslo", "IsoNumber": 578,
            "TimeZoneSTDRules": {}, "TimeZoneDSTRules": {},
        }))
        .into_response(),
        ["mdolist", "timezoneiana"] => Json(json!([
            {
                "Id": 132, "Name": "Germany (GMT+01.00)",
                "ExtraInfo": "countryId=276&locationCode=DE&isActive=True&IANA=Europe/Berlin",
            },
            {
                "Id": 261, "Name": "Norway (GMT+01.00)",
                "ExtraInfo": "countryId=578&locationCode=NO&isActive=True&IANA=Europe/Oslo",
            },
        ]))
        .into_response(),
        ["user"] => archive::answer(world, ctx, archive::Provider::AllUsers, query),
        ["archive", "allusers"] => archive::answer(world, ctx, archive::Provider::AllUsers, query),
        ["archive", "internalusers"] => {
            archive::answer(world, ctx, archive::Provider::InternalUsers, query)
        }
        ["user", "currentassociate" | "default"] => not_found(&path.join("/")),
        ["user", _] => error(
            StatusCode::FORBIDDEN,
            "SoAccessDeniedException",
            "This method is closed to applications.",
        ),
        _ => not_found(&path.join("/")),
    }
}

fn is_closed_to(world: &World, user_name: &str) -> bool {
    world.switches().crm_right_missing.contains(user_name)
}

/// The user behind the bearer token, if it is alive and belongs to this tenant.
fn caller(world: &World, headers: &HeaderMap, ctx: &str) -> Option<CrmUser> {
    let token = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")?;
    let grant = world.superoffice.grants.access(token)?;
    (!grant.revoked && grant.expires > world.now() && grant.user.1.ctx.eq_ignore_ascii_case(ctx))
        .then_some(grant.user)
}

fn principal((person, user): CrmUser) -> serde_json::Value {
    let rights: &[&str] = if user.administrator {
        &["admin-all", "admin-import", "admin-users"]
    } else {
        &[]
    };
    let colleagues = crm_users(user.ctx).count();
    json!({
        "UserType": "InternalAssociate",
        "Associate": user.initials,
        "AssociateId": user.associate_id,
        "IsPerson": true,
        "PersonId": archive::person_id(user),
        "ContactId": archive::CONTACT_ID,
        "GroupId": archive::GROUP_ID,
        "SecondaryGroups": [],
        "RoleId": 1,
        "RoleName": "User level 0",
        "RoleType": "Employee",
        "FullName": person.name,
        "EMailAddress": user.email.unwrap_or_default(),
        "FunctionRights": rights,
        "Licenses": [{
            "OwnerName": "SUPEROFFICE",
            "Name": "ten-sales",
            "LicenseType": "UserLicense",
            "ExpiryDate": "2099-01-01T00:00:00",
            "UsedLicenses": colleagues,
        }],
        "DatabaseContextIdentifier": company(user.ctx).map(|company| company.ctx),
        "UserName": user.user_name,
    })
}

/// An error in the form of REST entities and archives.
pub(super) fn error(status: StatusCode, kind: &str, message: &str) -> Response {
    let body = json!({
        "Error": true,
        "ErrorType": kind,
        "ErrorMessage": message,
        "ErrorSource": "SuperOffice.Services.Implementation",
    });
    (status, Json(body)).into_response()
}
