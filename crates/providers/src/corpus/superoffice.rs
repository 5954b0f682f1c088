//! SuperOffice (superoffice.md §1.5, §1.8, §1.9, §2, §10). Bodies of its token endpoint are not
//! documented; the words are those of RFC 6749 §5.2 and of its authorization codes.

use synchronizer_domain::Timestamp;

use super::{Case, Door, case, with};
use crate::error::Blame::{Company, Nobody, Operator, Person};
use crate::error::{ProviderError, System};
use crate::oidc::token_error;
use crate::superoffice::{rest_error, system_user_token, tenant_state};

pub(super) const DOORS: &[Door] = &[
    ("SuperOffice's token endpoint", token, TOKEN),
    ("SuperOffice's REST", rest, REST),
    ("SuperOffice's tenant state", state, STATE),
    (
        "SuperOffice's sign-in of system users",
        system_user,
        SYSTEM_USER,
    ),
];

fn token(case: &Case) -> ProviderError {
    token_error(System::SuperOffice, &case.answer(), &[])
}

fn rest(case: &Case) -> ProviderError {
    rest_error(&case.answer())
}

fn state(case: &Case) -> ProviderError {
    tenant_state(&case.answer(), Timestamp::from_micros(0)).unwrap_err()
}

fn system_user(case: &Case) -> ProviderError {
    system_user_token(&case.answer(), &[]).unwrap_err()
}

const TOKEN: &[Case] = &[
    case(400, r#"{"error":"invalid_grant"}"#, Person),
    case(401, r#"{"error":"invalid_grant"}"#, Person),
    case(
        400,
        r#"{"error":"invalid_grant","error_description":"The refresh token is not valid"}"#,
        Person,
    ),
    case(400, r#"{"error":"interaction_required"}"#, Person),
    case(400, "", Person),
    case(400, r#"{"message":"invalid refresh token"}"#, Person),
    // The company's authorization of the application (§1.9): everybody of the company.
    case(400, r#"{"error":"Revoked"}"#, Company),
    case(403, r#"{"error":"Expired"}"#, Company),
    case(403, r#"{"error":"NeedsReapproval"}"#, Company),
    case(401, "", Company),
    case(403, "", Company),
    case(
        403,
        r#"{"Message":"Authorization has been denied"}"#,
        Company,
    ),
    // Our registration.
    case(401, r#"{"error":"invalid_client"}"#, Operator),
    case(400, r#"{"error":"unauthorized_client"}"#, Operator),
    case(400, r#"{"error":"invalid_request"}"#, Operator),
    case(400, r#"{"error":"invalid_scope"}"#, Operator),
    case(400, r#"{"error":"unsupported_grant_type"}"#, Operator),
    case(400, r#"{"error":"InvalidRedirectUrl"}"#, Operator),
    case(400, r#"{"error":"InvalidTimestamp"}"#, Operator),
    case(400, r#"{"error":"InvalidSignature"}"#, Operator),
    // Outages, throttling, proxies.
    case(400, r#"{"error":"temporarily_unavailable"}"#, Nobody),
    case(400, r#"{"error":"server_error"}"#, Nobody),
    case(400, r#"{"error":"slow_down"}"#, Nobody),
    case(400, "<html>Request blocked</html>", Nobody),
    case(401, "<!doctype html>", Nobody),
    case(403, "\n<html>Web application firewall</html>", Nobody),
    case(404, "", Nobody),
    case(418, "{}", Nobody),
    case(421, "", Nobody),
    with(429, &[("retry-after", "30")], "", Nobody),
    with(503, &[("retry-after", "30")], "", Nobody),
];

const REST: &[Case] = &[
    case(401, "", Person),
    case(
        401,
        r#"{"Error":true,"ErrorType":"SoSessionException","ErrorMessage":"Ticket expired"}"#,
        Person,
    ),
    // No right to use the interface: the diary's own cause is decided by the caller.
    case(
        403,
        r#"{"Error":true,"ErrorType":"SoAccessException","ErrorMessage":"No access"}"#,
        Person,
    ),
    case(403, "<html>Web application firewall</html>", Nobody),
    case(401, "<html>Sign in to the proxy</html>", Nobody),
    case(
        400,
        r#"{"Message":"The request is invalid.","MessageDetail":"x"}"#,
        Nobody,
    ),
    case(304, "", Nobody),
    case(
        404,
        r#"{"Error":true,"ErrorType":"SoNotFoundException","ErrorMessage":"not found"}"#,
        Nobody,
    ),
    case(409, "", Nobody),
    case(412, "", Nobody),
    case(421, "Wrong subdomain used to access tenant", Nobody),
    with(429, &[("retry-after", "5")], "", Nobody),
    case(
        500,
        r#"{"Error":true,"ErrorType":"SoDatabaseException"}"#,
        Nobody,
    ),
    // Business rules and data rights come as 500 as well.
    case(
        500,
        r#"{"Error":true,"ErrorType":"SoSentryException","ErrorMessage":"No rights"}"#,
        Nobody,
    ),
    with(503, &[("retry-after", "120")], "Maintenance", Nobody),
];

/// Maintenance passes, and whoever answers 401 here is not SuperOffice: the address wants no
/// token.
const STATE: &[Case] = &[
    case(200, r#"{"State":"Unknown","IsRunning":false}"#, Nobody),
    case(200, r#"{"State":"Provisioning","IsRunning":false}"#, Nobody),
    case(200, r#"{"State":"Suspended","IsRunning":false}"#, Nobody),
    case(
        200,
        r#"{"ContextIdentifier":"Cust10001","State":"OfflineMaintenance","IsRunning":false}"#,
        Nobody,
    ),
    case(
        200,
        r#"{"State":"MigrationPending","IsRunning":false}"#,
        Nobody,
    ),
    case(
        200,
        r#"{"State":"ProvisioningFailed","IsRunning":false}"#,
        Nobody,
    ),
    case(200, r#"{"State":"Deleting","IsRunning":false}"#, Nobody),
    case(200, r#"{"State":"DeleteFailed","IsRunning":false}"#, Nobody),
    case(200, r#"{"State":"Deleted","IsRunning":false}"#, Nobody),
    case(200, r#"{"State":3,"IsRunning":false}"#, Nobody),
    case(200, r#"{"State":"Running","IsRunning":true}"#, Nobody),
    case(200, "<html>maintenance</html>", Nobody),
    case(401, "", Nobody),
    case(403, "<html>Web application firewall</html>", Nobody),
    case(404, "", Nobody),
    with(429, &[("retry-after", "5")], "", Nobody),
    with(503, &[("retry-after", "120")], "Maintenance", Nobody),
];

/// A refusal comes with 200 as well; it concerns the company's approval or our key, and no
/// person signs in here.
const SYSTEM_USER: &[Case] = &[
    case(
        200,
        r#"{"IsSuccessful":false,"Token":null,"ErrorMessage":"The application is not authorized for the tenant"}"#,
        Company,
    ),
    case(
        403,
        r#"{"IsSuccessful":false,"Token":null,"ErrorMessage":"Revoked"}"#,
        Company,
    ),
    case(
        200,
        r#"{"IsSuccessful":false,"Token":null,"ErrorMessage":"InvalidTimestamp"}"#,
        Operator,
    ),
    case(
        200,
        r#"{"IsSuccessful":false,"Token":null,"ErrorMessage":"InvalidSignature"}"#,
        Operator,
    ),
    case(
        200,
        r#"{"IsSuccessful":true,"Token":"","ErrorMessage":null}"#,
        Nobody,
    ),
    case(403, "<html>Web application firewall</html>", Nobody),
    case(200, "<html>Maintenance</html>", Nobody),
    with(429, &[("retry-after", "5")], "", Nobody),
    with(503, &[("retry-after", "120")], "Maintenance", Nobody),
];
