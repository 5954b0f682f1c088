//! Ground rules of Graph: errors, tokens, scopes, `$select`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use std::sync::Arc;

use crate::clock::iso;
use crate::oauth::Grant;
use crate::seed::EntraUser;
use crate::world::World;

/// An error in Graph's form.
pub(super) fn error(world: &World, status: StatusCode, code: &str, message: &str) -> Response {
    let request_id = world.random.guid();
    let date = iso(world.now());
    let body = json!({ "error": {
        "code": code,
        "message": message,
        "innerError": {
            "date": date.trim_end_matches('Z'),
            "request-id": request_id,
            "client-request-id": request_id,
        },
    }});
    (status, Json(body)).into_response()
}

/// Unknown addresses of Graph, and of Entra too.
pub(super) async fn no_route(State(world): State<Arc<World>>, uri: Uri) -> Response {
    if uri.path().starts_with("/v1.0/") {
        let message = format!("Resource not found for the segment '{}'.", uri.path());
        error(&world, StatusCode::BAD_REQUEST, "BadRequest", &message)
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// The grant behind the bearer token, or the 401 to answer with.
pub(super) fn caller(
    world: &World,
    headers: &HeaderMap,
) -> Result<Grant<EntraUser>, Box<Response>> {
    let refuse = |message: &str| {
        let mut response = error(
            world,
            StatusCode::UNAUTHORIZED,
            "InvalidAuthenticationToken",
            message,
        );
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"\", error=\"invalid_token\""),
        );
        Box::new(response)
    };
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .filter(|token| !token.is_empty())
        .ok_or_else(|| refuse("Access token is empty."))?;
    let grant = world
        .microsoft
        .grants
        .access(token)
        .ok_or_else(|| refuse("Access token validation failure."))?;
    if grant.revoked {
        return Err(refuse("Access token has been revoked."));
    }
    if grant.expires <= world.now() {
        return Err(refuse("Lifetime validation failed, the token is expired."));
    }
    Ok(grant)
}

/// Whether a grant holds one of these scopes.
pub(super) fn has_scope(grant: &Grant<EntraUser>, any_of: &[&str]) -> bool {
    grant
        .scope
        .iter()
        .any(|scope| any_of.contains(&scope.as_str()))
}

/// Property names of `$select`, in the spelling of `known`.
pub(super) fn select(
    list: Option<&str>,
    known: &'static [&'static str],
) -> Result<Option<Vec<&'static str>>, String> {
    let Some(list) = list else {
        return Ok(None);
    };
    list.split(',')
        .map(|name| {
            let name = name.trim();
            known
                .iter()
                .copied()
                .find(|property| property.eq_ignore_ascii_case(name))
                .ok_or_else(|| format!("Could not find a property named '{name}'."))
        })
        .collect::<Result<Vec<_>, _>>()
        .map(Some)
}

/// The chosen properties of an entity.
pub(super) fn project(entity: &Value, properties: &[&str]) -> Map<String, Value> {
    properties
        .iter()
        .map(|name| {
            let value = entity.get(*name).cloned().unwrap_or_default();
            ((*name).to_owned(), value)
        })
        .collect()
}
