//! `POST /login/common/oauth/tokens`.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::{authorize, claims};
use crate::oauth::{Challenge, ClientAuth, Grant, Params, client_auth};
use crate::seed::CrmUser;
use crate::switches::System;
use crate::world::World;
use crate::{SUPEROFFICE_CLIENT_ID, SUPEROFFICE_CLIENT_SECRET};

/// Seconds that an access token lives.
const ACCESS_LIFETIME: i64 = 3_600;

/// Answers a token request. Error bodies of the real service are not documented; these
/// are the ones of RFC 6749 §5.2.
pub(super) fn answer(world: &World, headers: &HeaderMap, form: &Params) -> Response {
    if let Some(trouble) = trouble(world) {
        return trouble;
    }
    let auth = client_auth(
        headers,
        form,
        SUPEROFFICE_CLIENT_ID,
        SUPEROFFICE_CLIENT_SECRET,
    );
    match auth {
        ClientAuth::Ok => {}
        ClientAuth::TwoWays => {
            return error(400, "invalid_request", "two ways of client authentication");
        }
        ClientAuth::UnknownClient | ClientAuth::NoSecret | ClientAuth::WrongSecret => {
            return error(401, "invalid_client", "the client is not known");
        }
    }
    match form.get("grant_type") {
        Some("authorization_code") => redeem(world, form),
        Some("refresh_token") => refresh(world, form),
        Some(_) => error(400, "unsupported_grant_type", "no such grant type"),
        None => error(400, "invalid_request", "grant_type is missing"),
    }
}

/// What the switches make of every request.
fn trouble(world: &World) -> Option<Response> {
    let switches = world.switches();
    if switches.is_token_down(System::SuperOffice) {
        return Some(error(503, "temporarily_unavailable", "out of order"));
    }
    switches
        .is_client_refused(System::SuperOffice)
        .then(|| error(401, "invalid_client", "the client secret has expired"))
}

/// `POST /login/common/oauth/Revoke`, known from samples only.
pub(super) fn revoke(world: &World, form: &Params) -> Response {
    if let Some(trouble) = trouble(world) {
        return trouble;
    }
    let token = form.get("token").unwrap_or_default();
    if world.superoffice.grants.revoke_token(token) {
        ([no_store()], StatusCode::OK).into_response()
    } else {
        error(400, "invalid_token", "the token is not known")
    }
}

fn redeem(world: &World, form: &Params) -> Response {
    let grants = &world.superoffice.grants;
    let code = form.get("code").unwrap_or_default();
    let Ok((request, grant)) = grants.take_code(code, world.now()) else {
        return error(400, "invalid_grant", "the code is used, expired or unknown");
    };
    if form.get("redirect_uri") != Some(request.redirect_uri.as_str()) {
        return error(400, "invalid_grant", "the redirect_uri is another one");
    }
    if !Challenge::accepts(request.challenge.as_ref(), form.get("code_verifier")) {
        return error(400, "invalid_grant", "the code_verifier does not match");
    }
    let refresh = world.random.token();
    grants.add_refresh(
        refresh.clone(),
        Grant {
            // Valid as long as the user and the company's approval exist.
            expires: i64::MAX,
            ..grant.clone()
        },
    );
    tokens(world, grant.user, request.nonce.as_deref(), Some(&refresh))
}

/// The refresh token stays the same for ever, so the answer holds none. Unless the switches
/// say otherwise.
fn refresh(world: &World, form: &Params) -> Response {
    let token = form.get("refresh_token").unwrap_or_default();
    match world.superoffice.grants.refresh(token) {
        Some(grant) if !grant.revoked && grant.user.1.active => {
            match authorize::refusal(world, grant.user.1.ctx) {
                Some(word) => error(403, &word, "the company's authorization has ended"),
                None => {
                    let fresh = rotated(world, token, &grant);
                    tokens(world, grant.user, None, fresh.as_deref())
                }
            }
        }
        _ => error(400, "invalid_grant", "the refresh token is not valid"),
    }
}

/// A new refresh token in place of the old one, where tokens work once.
fn rotated(world: &World, old: &str, grant: &Grant<CrmUser>) -> Option<String> {
    if !world.switches().rotates_strictly(System::SuperOffice) {
        return None;
    }
    let grants = &world.superoffice.grants;
    grants.revoke_token(old);
    let fresh = world.random.token();
    grants.add_refresh(fresh.clone(), grant.clone());
    Some(fresh)
}

fn tokens(world: &World, user: CrmUser, nonce: Option<&str>, refresh: Option<&str>) -> Response {
    let Ok(id_token) = world.key.sign(&claims::id_token(world, user, nonce)) else {
        return error(500, "server_error", "the id_token cannot be signed");
    };
    let access = format!("8A:{}.{}", user.1.ctx, world.random.long_token());
    let now = world.now();
    let grant = Grant {
        user,
        scope: Vec::new(),
        expires: now + ACCESS_LIFETIME,
        revoked: false,
    };
    world
        .superoffice
        .grants
        .add_access(access.clone(), grant, now);
    let mut body = json!({
        "token_type": "Bearer",
        "access_token": access,
        "expires_in": ACCESS_LIFETIME,
        "id_token": id_token,
    });
    if let (Some(refresh), Some(members)) = (refresh, body.as_object_mut()) {
        members.insert("refresh_token".to_owned(), json!(refresh));
    }
    ([no_store()], Json(body)).into_response()
}

fn error(status: u16, error: &str, text: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let body = json!({ "error": error, "error_description": text });
    (status, [no_store()], Json(body)).into_response()
}

fn no_store() -> (header::HeaderName, HeaderValue) {
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}
