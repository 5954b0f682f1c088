//! `/me` and `/users`: the directory.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::graph::{caller, error, has_scope, project, select};
use crate::oauth::{Grant, Params};
use crate::seed::{EntraUser, POLARIS_TID, entra_user, entra_users};
use crate::switches::{ListTrouble, System};
use crate::world::World;

mod filter;

/// Rows per page of a small organisation, whatever `$top` says (the real limit is 999), so
/// that a client which does not follow `@odata.nextLink` is found out.
const PAGE_CAP: usize = 4;
/// Rows per page of the big one.
const BIG_PAGE_CAP: usize = 500;

const EXPIRED: &str = "The specified page token value has expired.";

/// What comes without `$select`.
const DEFAULT: &[&str] = &[
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];

const PROPERTIES: &[&str] = &[
    "id",
    "displayName",
    "givenName",
    "surname",
    "mail",
    "userPrincipalName",
    "accountEnabled",
    "userType",
    "proxyAddresses",
    "businessPhones",
    "jobTitle",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
];

/// The properties that `User.ReadBasic.All` shows of other people.
const BASIC: &[&str] = &[
    "id",
    "displayName",
    "givenName",
    "surname",
    "mail",
    "userPrincipalName",
];

/// `GET /me`.
pub(super) async fn me(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let grant = match caller(&world, &headers) {
        Ok(grant) => grant,
        Err(response) => return *response,
    };
    if !has_scope(&grant, &["User.Read", "User.Read.All"]) {
        return denied(&world);
    }
    single(&world, &grant, grant.user, query)
}

/// `GET /users/{object id or user principal name}`.
pub(super) async fn one(
    State(world): State<Arc<World>>,
    Path(key): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let grant = match caller(&world, &headers) {
        Ok(grant) => grant,
        Err(response) => return *response,
    };
    let found = entra_user(&key).filter(|(_, user)| user.tid == grant.user.1.tid);
    let is_self = found.is_some_and(|(_, user)| user.oid == grant.user.1.oid);
    if !(may_list(&grant) || is_self && has_scope(&grant, &["User.Read"])) {
        return denied(&world);
    }
    match found {
        Some(user) => single(&world, &grant, user, query),
        None => error(
            &world,
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            &format!(
                "Resource '{key}' does not exist or one of its queried reference-property objects are not present."
            ),
        ),
    }
}

fn single(
    world: &World,
    grant: &Grant<EntraUser>,
    user: EntraUser,
    query: Option<String>,
) -> Response {
    let Ok(params) = Params::parse(query.unwrap_or_default().as_bytes()) else {
        return bad_request(world, "A query option was given twice.");
    };
    let properties = match select(params.get("$select"), PROPERTIES) {
        Ok(properties) => properties,
        Err(message) => return bad_request(world, &message),
    };
    let is_self = user.1.oid == grant.user.1.oid;
    if !is_self && wants_more_than_basic(grant, properties.as_deref()) {
        return denied(world);
    }
    let properties = properties.unwrap_or_else(|| DEFAULT.to_vec());
    let mut shown = project(&entity(user), &properties);
    let context = format!("{}/v1.0/$metadata#users/$entity", world.microsoft.base);
    shown.insert("@odata.context".to_owned(), json!(context));
    Json(Value::Object(shown)).into_response()
}

/// `GET /users`: the accounts of the caller's organisation, page by page.
pub(super) async fn list(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let grant = match caller(&world, &headers) {
        Ok(grant) => grant,
        Err(response) => return *response,
    };
    if !may_list(&grant) {
        return denied(&world);
    }
    let Ok(params) = Params::parse(query.unwrap_or_default().as_bytes()) else {
        return bad_request(&world, "A query option was given twice.");
    };
    world.slow_page(System::Microsoft).await;
    if let Some(response) = troubled(&world, &params) {
        return response;
    }
    let properties = match select(params.get("$select"), PROPERTIES) {
        Ok(properties) => properties,
        Err(message) => return bad_request(&world, &message),
    };
    let counts = match counts(&params, &headers) {
        Ok(counts) => counts,
        Err(message) => return bad_request(&world, message),
    };
    let filter = params.get("$filter").unwrap_or_default();
    if wants_more_than_basic(&grant, properties.as_deref())
        || !has_scope(&grant, &["User.Read.All"]) && filter::is_beyond_basic(filter)
    {
        return denied(&world);
    }
    match rows(&grant, &params, filter) {
        Ok((users, next, total)) => {
            let chosen = properties.unwrap_or_else(|| DEFAULT.to_vec());
            let rows: Vec<Value> = users
                .iter()
                .map(|user| Value::Object(project(&entity(*user), &chosen)))
                .collect();
            let base = &world.microsoft.base;
            let columns = match params.get("$select") {
                Some(_) => format!("({})", chosen.join(",")),
                None => String::new(),
            };
            let mut body = json!({
                "@odata.context": format!("{base}/v1.0/$metadata#users{columns}"),
                "value": rows,
            });
            if let Some(members) = body.as_object_mut() {
                if let Some(at) = next {
                    let link = next_link(base, &params, at);
                    members.insert("@odata.nextLink".to_owned(), json!(link));
                }
                // Only the first page counts.
                if counts && params.get("$skiptoken").is_none() {
                    members.insert("@odata.count".to_owned(), json!(total));
                }
            }
            Json(body).into_response()
        }
        Err((code, message)) => error(&world, StatusCode::BAD_REQUEST, code, &message),
    }
}

/// What the switches want to be wrong with this page.
fn troubled(world: &World, params: &Params) -> Option<Response> {
    match world.list_trouble(System::Microsoft, params.get("$skiptoken").is_some())? {
        ListTrouble::Throttled { seconds } => {
            let text = "Too many requests.";
            let refusal = error(
                world,
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequests",
                text,
            );
            Some(([(RETRY_AFTER, seconds.to_string())], refusal).into_response())
        }
        ListTrouble::CursorExpired => Some(error(
            world,
            StatusCode::BAD_REQUEST,
            "Directory_ExpiredPageToken",
            EXPIRED,
        )),
    }
}

/// `$count=true` is an advanced query, which a header must ask for as well.
fn counts(params: &Params, headers: &HeaderMap) -> Result<bool, &'static str> {
    let eventual = headers
        .get("ConsistencyLevel")
        .is_some_and(|level| level.as_bytes().eq_ignore_ascii_case(b"eventual"));
    match params.get("$count") {
        None | Some("false") => Ok(false),
        Some("true") if eventual => Ok(true),
        Some("true") => Err("$count is not currently supported without ConsistencyLevel."),
        Some(_) => Err("Invalid $count."),
    }
}

/// The page, where the next begins, and how many there are in all.
type Rows = (Vec<EntraUser>, Option<usize>, usize);

fn rows(
    grant: &Grant<EntraUser>,
    params: &Params,
    filter: &str,
) -> Result<Rows, (&'static str, String)> {
    let unsupported = |name: &str| {
        let text = format!("The query option {name} is not supported here.");
        Err(("Request_UnsupportedQuery", text))
    };
    for (name, value) in params.iter() {
        match name {
            "$select" | "$filter" | "$top" | "$skiptoken" | "$count" => {}
            "$orderby" if value == "displayName" => {}
            other => return unsupported(other),
        }
    }
    let tid = grant.user.1.tid;
    let cap = if tid == POLARIS_TID {
        BIG_PAGE_CAP
    } else {
        PAGE_CAP
    };
    let top = match params.get("$top").map(str::parse::<usize>) {
        None => cap,
        Some(Ok(top)) if (1..=999).contains(&top) => top.min(cap),
        Some(_) => {
            let text = "Invalid page size specified. Must be between 1 and 999 inclusive.";
            return Err(("Request_BadRequest", text.to_owned()));
        }
    };
    let start = match params.get("$skiptoken") {
        None => 0,
        Some(token) => read_skip_token(token)
            .ok_or_else(|| ("Directory_ExpiredPageToken", EXPIRED.to_owned()))?,
    };
    let wanted =
        filter::Filter::parse(filter).map_err(|text| ("Request_UnsupportedQuery", text))?;
    let mut users: Vec<EntraUser> = entra_users(tid)
        .filter(|user| filter.trim().is_empty() || wanted.accepts(&entity(*user)))
        .collect();
    if params.get("$orderby").is_some() {
        users.sort_by_key(|(_, user)| user.display_name.to_lowercase());
    } else {
        users.sort_by_key(|(_, user)| user.oid);
    }
    let total = users.len();
    let page = users.into_iter().skip(start).take(top).collect();
    let end = start.saturating_add(top);
    Ok((page, (end < total).then_some(end), total))
}

/// The same query with an opaque token instead of a position.
fn next_link(base: &str, params: &Params, at: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in params.iter() {
        if name != "$skiptoken" {
            query.append_pair(name, value);
        }
    }
    let token = URL_SAFE_NO_PAD.encode(format!("page:{at}"));
    query.append_pair("$skiptoken", &format!("m~{token}"));
    format!("{base}/v1.0/users?{}", query.finish())
}

fn read_skip_token(token: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix("m~")?).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.strip_prefix("page:")?.parse().ok()
}

fn may_list(grant: &Grant<EntraUser>) -> bool {
    has_scope(grant, &["User.ReadBasic.All", "User.Read.All"])
}

fn wants_more_than_basic(grant: &Grant<EntraUser>, properties: Option<&[&str]>) -> bool {
    !has_scope(grant, &["User.Read.All"])
        && properties.is_some_and(|asked| asked.iter().any(|name| !BASIC.contains(name)))
}

fn entity((person, user): EntraUser) -> Value {
    let primary = user.mail.map(|mail| format!("SMTP:{mail}"));
    let aliases = user.aliases.iter().map(|alias| format!("smtp:{alias}"));
    let addresses: Vec<String> = primary.into_iter().chain(aliases).collect();
    let optional = |text: &'static str| (!text.is_empty()).then_some(text);
    json!({
        "id": user.oid,
        "displayName": user.display_name,
        "givenName": optional(person.first_name),
        "surname": optional(person.last_name),
        "mail": user.mail,
        "userPrincipalName": user.upn,
        "accountEnabled": user.enabled,
        "userType": "Member",
        "proxyAddresses": addresses,
        "businessPhones": [],
        "jobTitle": null,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
    })
}

fn denied(world: &World) -> Response {
    error(
        world,
        StatusCode::FORBIDDEN,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    )
}

fn bad_request(world: &World, message: &str) -> Response {
    error(world, StatusCode::BAD_REQUEST, "BadRequest", message)
}
