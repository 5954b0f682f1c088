//! Discovery document, signing keys, id tokens and userinfo.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::api;
use crate::GOOGLE_CLIENT_ID;
use crate::seed::GoogleAccount;
use crate::world::World;

const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";
const PROFILE: &str = "https://www.googleapis.com/auth/userinfo.profile";

/// `GET /.well-known/openid-configuration`.
pub(super) async fn document(State(world): State<Arc<World>>) -> Response {
    let base = &world.google.base;
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/o/oauth2/v2/auth"),
        "device_authorization_endpoint": format!("{base}/device/code"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/v1/userinfo"),
        "revocation_endpoint": format!("{base}/revoke"),
        "jwks_uri": format!("{base}/oauth2/v3/certs"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["aud", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss", "name", "picture", "sub"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "grant_types_supported": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
    }))
    .into_response()
}

/// `GET /oauth2/v3/certs`.
pub(super) async fn keys(State(world): State<Arc<World>>) -> Response {
    let mut key = world.key.jwk();
    if let Some(members) = key.as_object_mut() {
        // Google publishes no certificates here.
        members.remove("x5c");
    }
    Json(json!({ "keys": [key] })).into_response()
}

/// `GET /v1/userinfo`.
pub(super) async fn userinfo(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    let grant = match api::caller(&world, &headers) {
        Ok(grant) => grant,
        Err(response) => return *response,
    };
    let mut claims = Map::new();
    about(grant.user, &grant.scope, &mut claims);
    Json(Value::Object(claims)).into_response()
}

/// The claims about a person that the scopes allow.
fn about(user: GoogleAccount, scope: &[String], claims: &mut Map<String, Value>) {
    let has = |name: &str| scope.iter().any(|known| known == name);
    claims.insert("sub".to_owned(), json!(user.sub));
    if let Some(domain) = user.domain {
        claims.insert("hd".to_owned(), json!(domain));
    }
    if has(EMAIL) {
        claims.insert("email".to_owned(), json!(user.email));
        claims.insert("email_verified".to_owned(), json!(true));
    }
    if has(PROFILE) {
        claims.insert("name".to_owned(), json!(user.name()));
        claims.insert("given_name".to_owned(), json!(user.given_name));
        claims.insert("family_name".to_owned(), json!(user.family_name));
    }
}

/// A signed id token.
pub(super) fn id_token(
    world: &World,
    user: GoogleAccount,
    scope: &[String],
    (access, nonce): (&str, Option<&str>),
) -> Result<String, jsonwebtoken::errors::Error> {
    let now = world.now();
    let digest = Sha256::digest(access);
    let half: Vec<u8> = digest.iter().copied().take(16).collect();
    let mut claims = Map::new();
    for (name, value) in [
        ("iss", json!(world.google.base)),
        ("azp", json!(GOOGLE_CLIENT_ID)),
        ("aud", json!(GOOGLE_CLIENT_ID)),
        ("at_hash", json!(URL_SAFE_NO_PAD.encode(half))),
        ("iat", json!(now)),
        ("exp", json!(now + 3_600)),
    ] {
        claims.insert(name.to_owned(), value);
    }
    if let Some(nonce) = nonce {
        claims.insert("nonce".to_owned(), json!(nonce));
    }
    about(user, scope, &mut claims);
    world.key.sign(&Value::Object(claims))
}
