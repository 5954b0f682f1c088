//! Ground rules of Google's APIs: errors, tokens, scopes, throttling, pages.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::scopes;
use crate::oauth::Grant;
use crate::seed::GoogleAccount;
use crate::world::World;

/// What an error is about.
pub(super) struct Problem<'a> {
    pub(super) status: StatusCode,
    pub(super) domain: &'a str,
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
}

/// An error in the form of Google's APIs.
pub(super) fn error(problem: &Problem<'_>) -> Response {
    error_with(problem, &json!({}))
}

/// The same with further members of `error`, such as `status` and `details`.
fn error_with(problem: &Problem<'_>, more: &Value) -> Response {
    let mut inner = json!({
        "code": problem.status.as_u16(),
        "message": problem.message,
        "errors": [{
            "message": problem.message,
            "domain": problem.domain,
            "reason": problem.reason,
        }],
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        put(&mut inner, name, value.clone());
    }
    (problem.status, Json(json!({ "error": inner }))).into_response()
}

/// Adds a member to an object.
pub(super) fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// 400 with a reason.
pub(super) fn bad_request(reason: &str, message: &str) -> Response {
    error(&Problem {
        status: StatusCode::BAD_REQUEST,
        domain: "global",
        reason,
        message,
    })
}

/// Unknown addresses.
pub(super) async fn no_route(State(_): State<Arc<World>>, uri: Uri) -> Response {
    if uri.path().starts_with("/calendar/") || uri.path().starts_with("/admin/") {
        error(&Problem {
            status: StatusCode::NOT_FOUND,
            domain: "global",
            reason: "notFound",
            message: "Not Found",
        })
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// The grant behind the bearer token, or the 401 to answer with.
pub(super) fn caller(
    world: &World,
    headers: &HeaderMap,
) -> Result<Grant<GoogleAccount>, Box<Response>> {
    let found = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .and_then(|token| world.google.grants.access(token))
        .filter(|grant| !grant.revoked && grant.expires > world.now());
    found.ok_or_else(|| {
        let mut response = error_with(
            &Problem {
                status: StatusCode::UNAUTHORIZED,
                domain: "global",
                reason: "authError",
                message: "Invalid Credentials",
            },
            &json!({ "status": "UNAUTHENTICATED" }),
        );
        challenge(
            &mut response,
            "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"",
        );
        Box::new(response)
    })
}

/// A caller with one of these scopes, who is not throttled.
pub(super) fn allowed(
    world: &World,
    headers: &HeaderMap,
    any_of: &[&str],
) -> Result<Grant<GoogleAccount>, Box<Response>> {
    let grant = caller(world, headers)?;
    if world.switches().google.throttled {
        return Err(Box::new(slow_down()));
    }
    if scopes::has_any(&grant.scope, any_of) {
        return Ok(grant);
    }
    let mut response = error_with(
        &Problem {
            status: StatusCode::FORBIDDEN,
            domain: "global",
            reason: "insufficientPermissions",
            message: "Request had insufficient authentication scopes.",
        },
        &json!({
            "status": "PERMISSION_DENIED",
            "details": [{
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                "domain": "googleapis.com",
            }],
        }),
    );
    challenge(
        &mut response,
        "Bearer realm=\"https://accounts.google.com/\", error=\"insufficient_scope\"",
    );
    Err(Box::new(response))
}

fn challenge(response: &mut Response, text: &'static str) {
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(text));
}

/// A page token says where the next page begins.
pub(super) fn page_token(start: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("page:{start}"))
}

/// Where a page begins; nonsense is refused.
pub(super) fn page_start(token: Option<&str>) -> Result<usize, Box<Response>> {
    let Some(token) = token else { return Ok(0) };
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|text| String::from_utf8(text).ok())
        .and_then(|text| text.strip_prefix("page:")?.parse().ok())
        .ok_or_else(|| Box::new(page_expired()))
}

/// A page token that is no longer known, or never was.
pub(super) fn page_expired() -> Response {
    bad_request("invalid", "Invalid Input: pageToken")
}

/// Too many requests of one person.
pub(super) fn slow_down() -> Response {
    error(&Problem {
        status: StatusCode::FORBIDDEN,
        domain: "usageLimits",
        reason: "userRateLimitExceeded",
        message: "User Rate Limit Exceeded",
    })
}
