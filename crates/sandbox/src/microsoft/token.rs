//! `POST /{t}/oauth2/v2.0/token`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::discovery::Tenant;
use super::errors::token_error;
use super::scopes::{self, find};
use crate::oauth::{Challenge, ClientAuth, CodeError, Grant, Params, client_auth};
use crate::seed::EntraUser;
use crate::switches::System;
use crate::world::World;
use crate::{MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET};

/// Seconds of inactivity that end a refresh token: 90 days.
const REFRESH_LIFETIME: i64 = 90 * 86_400;

/// `error` word, number and text of a refusal; the status follows from the word.
struct Refusal(&'static str, u32, String);

impl Refusal {
    fn new(error: &'static str, code: u32, text: &str) -> Self {
        Self(error, code, text.to_owned())
    }

    fn grant(code: u32, text: &str) -> Self {
        Self::new("invalid_grant", code, text)
    }
}

/// Answers a token request.
pub(super) async fn answer(
    State(world): State<Arc<World>>,
    Path(segment): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match decide(&world, &segment, &headers, &body) {
        Ok(tokens) => {
            let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            ([no_store], Json(tokens)).into_response()
        }
        Err(Refusal(error, code, text)) => {
            let status = match error {
                "invalid_client" => 401,
                "temporarily_unavailable" => 503,
                _ => 400,
            };
            token_error(&world, status, error, code, &text)
        }
    }
}

fn decide(
    world: &World,
    segment: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, Refusal> {
    let form = Params::parse(body)
        .map_err(|name| Refusal::new("invalid_request", 90014, &format!("{name} occurs twice.")))?;
    let tenant = Tenant::read(segment)
        .ok_or_else(|| Refusal::new("invalid_request", 90002, "Tenant not found."))?;
    let switches = world.switches().clone();
    if switches.is_token_down(System::Microsoft) {
        let text = "A transient error has occurred.";
        return Err(Refusal::new("temporarily_unavailable", 90_033, text));
    }
    if switches.is_client_refused(System::Microsoft) {
        let text = "The provided client secret keys are expired.";
        return Err(Refusal::new("invalid_client", 7_000_222, text));
    }
    let auth = client_auth(headers, &form, MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET);
    let client = |code, text| Refusal::new("invalid_client", code, text);
    match auth {
        ClientAuth::Ok => {}
        ClientAuth::UnknownClient => {
            let text = "Application was not found in the directory.";
            return Err(Refusal::new("unauthorized_client", 700_016, text));
        }
        ClientAuth::NoSecret => {
            let text = "The request body must contain 'client_assertion' or 'client_secret'.";
            return Err(client(7_000_218, text));
        }
        ClientAuth::WrongSecret => {
            return Err(client(7_000_215, "Invalid client secret provided."));
        }
        ClientAuth::TwoWays => {
            let text = "Only one way of client authentication may be used.";
            return Err(Refusal::new("invalid_request", 900_144, text));
        }
    }
    match form.get("grant_type") {
        Some("authorization_code") => redeem(world, segment, &form),
        Some("refresh_token") => refresh(world, tenant, &form),
        Some(_) => {
            let text = "The app requested an unsupported grant type.";
            Err(Refusal::new("unsupported_grant_type", 70003, text))
        }
        None => {
            let text = "The request body must contain 'grant_type'.";
            Err(Refusal::new("invalid_request", 900_144, text))
        }
    }
}

fn redeem(world: &World, segment: &str, form: &Params) -> Result<Value, Refusal> {
    let code = form.get("code").unwrap_or_default();
    let taken = world.microsoft.grants.take_code(code, world.now());
    let (request, grant) = taken.map_err(|error| match error {
        CodeError::Unknown => Refusal::grant(70000, "The provided authorization code is invalid."),
        CodeError::Used => Refusal::grant(54005, "The authorization code was already redeemed."),
        CodeError::Expired => Refusal::grant(70008, "The authorization code has expired."),
    })?;
    if request.tenant != segment {
        let text = "The code is intended to use against another tenant.";
        return Err(Refusal::grant(700_005, text));
    }
    if form.get("redirect_uri") != Some(request.redirect_uri.as_str()) {
        let text = "The redirect URI does not match the one of the authorization request.";
        return Err(Refusal::new("invalid_client", 50011, text));
    }
    if !Challenge::accepts(request.challenge.as_ref(), form.get("code_verifier")) {
        let text =
            "The code_verifier does not match the code_challenge of the authorization request.";
        return Err(Refusal::grant(501_481, text));
    }
    asked_scopes(form)?;
    tokens(world, grant.user, grant.scope, request.nonce.as_deref())
}

/// Rotates: the answer holds a new refresh token, the old one stays valid unless the
/// switches say otherwise.
fn refresh(world: &World, tenant: Tenant, form: &Params) -> Result<Value, Refusal> {
    let token = form.get("refresh_token").unwrap_or_default();
    let grant = world
        .microsoft
        .grants
        .refresh(token)
        .ok_or_else(|| Refusal::grant(70000, "The provided refresh token is invalid."))?;
    if grant.revoked {
        let text =
            "The provided grant has expired due to it being revoked, a fresh auth token is needed.";
        return Err(Refusal::grant(50173, text));
    }
    if grant.expires <= world.now() {
        let text = "The refresh token has expired due to inactivity.";
        return Err(Refusal::grant(700_082, text));
    }
    if !tenant.admits(grant.user.1.tid) {
        return Err(Refusal::grant(50020, "The user is not part of the tenant."));
    }
    let mut scope = grant.scope.clone();
    let switches = world.switches().clone();
    if switches.scopes_withdrawn.contains(grant.user.1.upn) {
        // Nobody is told; the answer just lists less.
        scope.retain(|name| name != scopes::WITHHELD);
    } else if let Some(asked) = asked_scopes(form)? {
        // What the person or the organisation consented to since may be added.
        let consented = |name: &String| {
            find(name).is_some_and(|scope| world.microsoft.has_consented(grant.user, scope.name))
        };
        let refused = asked
            .iter()
            .find(|name| !grant.scope.contains(name) && !consented(name));
        if let Some(refused) = refused {
            let text = format!("The user or administrator has not consented to '{refused}'.");
            return Err(Refusal::grant(65001, &text));
        }
        scope.retain(|name| asked.contains(name) || name == "offline_access");
        scope.extend(asked.into_iter().filter(|name| !grant.scope.contains(name)));
    }
    if switches.rotates_strictly(System::Microsoft) {
        world.microsoft.grants.revoke_token(token);
    }
    tokens(world, grant.user, scope, None)
}

/// The scopes named in a token request. They may only narrow what was consented to; a scope
/// of another resource, or one that does not exist, is refused.
fn asked_scopes(form: &Params) -> Result<Option<Vec<String>>, Refusal> {
    let Some(list) = form.get("scope") else {
        return Ok(None);
    };
    let asked = scopes::parse(list).map_err(|unknown| {
        let text = format!("The provided value for 'scope' is not valid: '{unknown}'.");
        Refusal::new("invalid_scope", 70011, &text)
    })?;
    let names = asked.iter().map(|scope| scope.name.to_owned()).collect();
    Ok(Some(names))
}

fn tokens(
    world: &World,
    user: EntraUser,
    scope: Vec<String>,
    nonce: Option<&str>,
) -> Result<Value, Refusal> {
    let now = world.now();
    // 60 to 90 minutes, by chance, as at the real service.
    let lifetime = 3_600 + world.random.below(1_800);
    let access = format!("EwB{}", world.random.long_token());
    let mut body = json!({
        "token_type": "Bearer",
        "scope": scopes::listed(&scope),
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": access,
    });
    let has = |name: &str| scope.iter().any(|known| known == name);
    let (wants_refresh, wants_id) = (has("offline_access"), has("openid"));
    let grant = |expires| Grant {
        user,
        scope: scope.clone(),
        expires,
        revoked: false,
    };
    let grants = &world.microsoft.grants;
    grants.add_access(access, grant(now + lifetime), now);
    if let Some(members) = body.as_object_mut() {
        if wants_refresh {
            let refresh = format!("1.A{}", world.random.long_token());
            members.insert("refresh_token".to_owned(), json!(refresh));
            grants.add_refresh(refresh, grant(now + REFRESH_LIFETIME));
        }
        if wants_id {
            let claims = id_token(world, user, &scope, nonce);
            let signed = world.key.sign(&claims).map_err(|_| {
                Refusal::new("server_error", 90033, "A transient error has occurred.")
            })?;
            members.insert("id_token".to_owned(), json!(signed));
        }
    }
    Ok(body)
}

/// The id_token. `sub` is pairwise: it identifies the person for this client only.
fn id_token(world: &World, user: EntraUser, scope: &[String], nonce: Option<&str>) -> Value {
    let (_, account) = user;
    let now = world.now();
    let pair = format!("{MICROSOFT_CLIENT_ID}/{}", account.oid);
    let mut claims = json!({
        "aud": MICROSOFT_CLIENT_ID,
        "iss": format!("{}/{}/v2.0", world.microsoft.base, account.tid),
        "iat": now,
        "nbf": now,
        "exp": now + 3_900,
        "oid": account.oid,
        "rh": format!("1.A{}", world.random.token()),
        "sub": URL_SAFE_NO_PAD.encode(Sha256::digest(pair)),
        "tid": account.tid,
        "uti": world.random.token(),
        "ver": "2.0",
    });
    if let Some(members) = claims.as_object_mut() {
        let mut set = |name: &str, value: &str| members.insert(name.to_owned(), json!(value));
        if scope.iter().any(|name| name == "profile") {
            set("name", account.display_name);
            set("preferred_username", account.upn);
        }
        if let (Some(mail), true) = (account.mail, scope.iter().any(|name| name == "email")) {
            set("email", mail);
        }
        if let Some(nonce) = nonce {
            set("nonce", nonce);
        }
    }
    claims
}
