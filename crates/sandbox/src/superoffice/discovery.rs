//! Discovery document, signing keys and tenant state: what needs no token.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde_json::json;

use crate::seed::company;
use crate::world::World;

/// `/login/.well-known/openid-configuration`. The issuer is the host alone although the
/// document lies below `/login`.
pub(super) fn document(world: &World) -> Response {
    let base = &world.superoffice.base;
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/login/common/oauth/authorize"),
        "token_endpoint": format!("{base}/login/common/oauth/tokens"),
        "jwks_uri": format!("{base}/login/.well-known/jwks"),
        "end_session_endpoint": format!("{base}/login/logout"),
        "scopes_supported": ["openid"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "code_challenge_methods_supported": ["plain", "S256"],
    }))
    .into_response()
}

/// `/login/.well-known/jwks`.
pub(super) fn keys(world: &World) -> Response {
    Json(json!({ "keys": [world.key.jwk()] })).into_response()
}

/// `/api/state/{ctx}`. `Api` has no trailing slash here, unlike the claim.
pub(super) fn tenant_state(world: &World, ctx: &str) -> Response {
    let Some(company) = company(ctx) else {
        let body = json!({ "Message": format!("Unknown context identifier '{ctx}'.") });
        return (StatusCode::NOT_FOUND, Json(body)).into_response();
    };
    let base = &world.superoffice.base;
    let ctx = company.ctx;
    let (state, moved) = {
        let switches = world.switches();
        let state = switches.tenant_state.get(ctx).cloned();
        (state, switches.moved_host)
    };
    let state = state.unwrap_or_else(|| "Running".to_owned());
    let is_running = ["Running", "OnlineMaintenance"].contains(&state.as_str());
    let host = if moved {
        format!("{base}/moved")
    } else {
        base.clone()
    };
    let valid_until = Timestamp::from_second(world.now() + 3_600)
        .map(|at| format!("{at:.7}"))
        .unwrap_or_default();
    Json(json!({
        "ContextIdentifier": ctx,
        "Endpoint": format!("{base}/{ctx}"),
        "State": state,
        "IsRunning": is_running,
        "ValidUntil": valid_until,
        "Api": format!("{host}/{ctx}/api"),
        "Version": "Release_12.2_2026.07.09-01",
    }))
    .into_response()
}
