//! `POST /token` and `POST /revoke`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::api::put;
use super::{delegation, identity, scopes};
use crate::oauth::{Challenge, ClientAuth, Grant, Params, client_auth};
use crate::seed::GoogleAccount;
use crate::switches::System;
use crate::world::World;
use crate::{GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET};

/// Seconds of disuse that end a refresh token: half a year.
const REFRESH_LIFETIME: i64 = 182 * 86_400;
/// Life of an access token.
const ACCESS_LIFETIME: i64 = 3_599;

/// Status, `error` and `error_description` of a refusal.
pub(super) struct Refusal(
    pub(super) u16,
    pub(super) &'static str,
    pub(super) &'static str,
);

impl Refusal {
    pub(super) const fn grant(text: &'static str) -> Self {
        Self(400, "invalid_grant", text)
    }

    fn response(&self) -> Response {
        let mut body = json!({ "error": self.1 });
        if !self.2.is_empty() {
            put(&mut body, "error_description", json!(self.2));
        }
        let status = StatusCode::from_u16(self.0).unwrap_or(StatusCode::BAD_REQUEST);
        (status, [no_store()], Json(body)).into_response()
    }
}

fn no_store() -> (header::HeaderName, HeaderValue) {
    (
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-store, max-age=0, must-revalidate"),
    )
}

/// Answers a token request.
pub(super) async fn answer(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if world.switches().google.token_down {
        let body = json!({ "error": "internal_failure", "error_description": "Backend Error" });
        return (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response();
    }
    match decide(&world, &headers, &body) {
        Ok(tokens) => ([no_store()], Json(tokens)).into_response(),
        Err(refusal) => refusal.response(),
    }
}

fn decide(world: &World, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let form = Params::parse(body)
        .map_err(|_| Refusal(400, "invalid_request", "A parameter was given twice."))?;
    let kind = form.get("grant_type").unwrap_or_default();
    if kind == delegation::GRANT_TYPE {
        let assertion = form.get("assertion").unwrap_or_default();
        world.note_proof(assertion);
        let (user, scope) = delegation::check(world, assertion)?;
        return tokens(world, user, scope, &Extras::default());
    }
    match client_auth(headers, &form, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET) {
        ClientAuth::Ok => {}
        ClientAuth::UnknownClient => {
            return Err(Refusal(
                401,
                "invalid_client",
                "The OAuth client was not found.",
            ));
        }
        ClientAuth::NoSecret => {
            return Err(Refusal(400, "invalid_request", "client_secret is missing."));
        }
        ClientAuth::WrongSecret => return Err(Refusal(401, "invalid_client", "Unauthorized")),
        ClientAuth::TwoWays => {
            return Err(Refusal(
                400,
                "invalid_request",
                "Only one way of client authentication may be used.",
            ));
        }
    }
    match kind {
        "authorization_code" => redeem(world, &form),
        "refresh_token" => refresh(world, &form),
        _ => Err(Refusal(
            400,
            "unsupported_grant_type",
            "Invalid grant_type: ",
        )),
    }
}

#[derive(Default)]
struct Extras<'a> {
    with_refresh: bool,
    nonce: Option<&'a str>,
    with_id: bool,
}

fn redeem(world: &World, form: &Params) -> Result<Value, Refusal> {
    let code = form.get("code").unwrap_or_default();
    let (request, grant) = world
        .google
        .grants
        .take_code(code, world.now())
        .map_err(|_| Refusal::grant("Malformed auth code."))?;
    if form.get("redirect_uri") != Some(request.redirect_uri.as_str()) {
        return Err(Refusal(400, "redirect_uri_mismatch", "Bad Request"));
    }
    if !Challenge::accepts(request.challenge.as_ref(), form.get("code_verifier")) {
        return Err(Refusal::grant("Invalid code verifier."));
    }
    let extras = Extras {
        with_refresh: request.offline,
        nonce: request.nonce.as_deref(),
        with_id: true,
    };
    tokens(world, grant.user, grant.scope, &extras)
}

/// Does not rotate: the answer has no refresh token, the old one goes on. Unless the
/// switches say so.
fn refresh(world: &World, form: &Params) -> Result<Value, Refusal> {
    let token = form.get("refresh_token").unwrap_or_default();
    let grant = world
        .google
        .grants
        .refresh(token)
        .ok_or(Refusal::grant("Bad Request"))?;
    if grant.revoked || grant.expires <= world.now() {
        return Err(Refusal::grant("Token has been expired or revoked."));
    }
    let strict = world.switches().rotates_strictly(System::Google);
    if grant.user.suspended {
        return Err(Refusal::grant("Account has been disabled."));
    }
    let mut scope = grant.scope;
    if let Some(list) = form.get("scope") {
        let asked = scopes::parse(list)
            .map_err(|_| Refusal(400, "invalid_scope", "Some requested scopes were invalid."))?;
        if asked.iter().any(|name| !scope.contains(name)) {
            return Err(Refusal(
                400,
                "invalid_scope",
                "Some requested scopes cannot be shown",
            ));
        }
        scope = asked;
    }
    if strict {
        world.google.grants.revoke_token(token);
    }
    let extras = Extras {
        with_refresh: strict,
        ..Extras::default()
    };
    tokens(world, grant.user, scope, &extras)
}

fn tokens(
    world: &World,
    user: GoogleAccount,
    scope: Vec<String>,
    extras: &Extras<'_>,
) -> Result<Value, Refusal> {
    let now = world.now();
    let access = format!("ya29.a0{}", world.random.long_token());
    let mut body = json!({
        "access_token": access,
        "expires_in": ACCESS_LIFETIME,
        "scope": scopes::listed(&scope),
        "token_type": "Bearer",
    });
    let grant = |expires| Grant {
        user,
        scope: scope.clone(),
        expires,
        revoked: false,
    };
    if extras.with_refresh {
        let refresh = format!("1//09{}", world.random.long_token());
        put(&mut body, "refresh_token", json!(refresh));
        world
            .google
            .grants
            .add_refresh(refresh, grant(now + REFRESH_LIFETIME));
    }
    if extras.with_id && scope.iter().any(|name| name == "openid") {
        let signed = identity::id_token(world, user, &scope, (&access, extras.nonce))
            .map_err(|_| Refusal(500, "internal_failure", "Backend Error"))?;
        put(&mut body, "id_token", json!(signed));
    }
    world
        .google
        .grants
        .add_access(access, grant(now + ACCESS_LIFETIME), now);
    Ok(body)
}

/// `POST /revoke`: ends everything that the person gave to the client.
pub(super) async fn revoke(State(world): State<Arc<World>>, body: Bytes) -> Response {
    let form = Params::parse(&body).ok();
    let token = form
        .as_ref()
        .and_then(|form| form.get("token"))
        .unwrap_or_default();
    let grants = &world.google.grants;
    let grant = grants.refresh(token).or_else(|| grants.access(token));
    match grant.filter(|grant| !grant.revoked) {
        Some(grant) => {
            world.google.withdraw(grant.user);
            Json(json!({})).into_response()
        }
        None => Refusal(400, "invalid_token", "Token expired or revoked").response(),
    }
}
