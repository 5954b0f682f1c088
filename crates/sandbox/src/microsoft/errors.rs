//! Error bodies of the token endpoint and error answers of the authorize endpoint.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::clock::iso;
use crate::oauth::{AuthRequest, redirect_back};
use crate::world::World;

/// `AADSTS…: text` with the trace lines that Entra appends.
fn description(world: &World, code: u32, text: &str) -> (String, String, String, String) {
    let (trace, correlation) = (world.random.guid(), world.random.guid());
    let timestamp = iso(world.now()).replace('T', " ");
    let description = format!(
        "AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}"
    );
    (description, trace, correlation, timestamp)
}

/// The description of an error.
pub(super) fn told(world: &World, code: u32, text: &str) -> String {
    description(world, code, text).0
}

/// An error of the token endpoint.
pub(super) fn token_error(
    world: &World,
    status: u16,
    error: &str,
    code: u32,
    text: &str,
) -> Response {
    let (description, trace, correlation, timestamp) = description(world, code, text);
    let mut body = json!({
        "error": error,
        "error_description": description,
        "error_codes": [code],
        "timestamp": timestamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": format!("{}/error?code={code}", world.microsoft.base),
    });
    if let (50173, Some(members)) = (code, body.as_object_mut()) {
        members.insert("suberror".to_owned(), json!("bad_token"));
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (status, [no_store], Json(body)).into_response()
}

/// Sends the browser back with an error.
pub(super) fn redirect_error(
    world: &World,
    request: &AuthRequest,
    error: &str,
    code: u32,
    text: &str,
) -> Response {
    redirect_error_to(
        world,
        &request.redirect_uri,
        request.state.as_deref(),
        error,
        (code, text),
    )
}

/// The same before the whole request was understood.
pub(super) fn redirect_error_to(
    world: &World,
    redirect_uri: &str,
    state: Option<&str>,
    error: &str,
    (code, text): (u32, &str),
) -> Response {
    let (description, ..) = description(world, code, text);
    let mut answer = vec![
        ("error", error),
        ("error_description", description.as_str()),
    ];
    if let Some(state) = state {
        answer.push(("state", state));
    }
    redirect_back(redirect_uri, &answer)
}
