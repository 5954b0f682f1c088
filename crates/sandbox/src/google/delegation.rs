//! Domain-wide delegation (RFC 7523): a service account acts for the people of a domain
//! whose administrator listed it (google.md §7).

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};

use super::scopes;
use super::token::Refusal;
use crate::seed::{GoogleAccount, NORDLICHT_DOMAIN, google_user};
use crate::signing::PRIVATE_KEY;
use crate::world::World;

/// The grant type of assertions.
pub(super) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The service account.
const ACCOUNT: &str = "synchronizer@sandbox-project.iam.gserviceaccount.com";
/// Its numeric client id, which administrators list.
const CLIENT_ID: &str = "104417938870000000001";
/// The audience that Google's own libraries name, whatever address the key file has.
const AUDIENCE: &str = "https://oauth2.googleapis.com/token";
/// Longest life of an assertion, and how far a clock may be off.
const LONGEST: i64 = 3_600;
const SKEW: i64 = 300;

/// The key file as Google hands it out once. Public: it opens nothing real.
pub(crate) fn service_account(world: &World) -> Value {
    json!({
        "type": "service_account",
        "project_id": "sandbox-project",
        "private_key_id": world.key.kid(),
        "private_key": String::from_utf8_lossy(PRIVATE_KEY),
        "client_email": ACCOUNT,
        "client_id": CLIENT_ID,
        "auth_uri": format!("{}/o/oauth2/auth", world.google.base),
        "token_uri": format!("{}/token", world.google.base),
        "universe_domain": "googleapis.com",
    })
}

/// Checks an assertion: for whom it asks, and for which scopes.
pub(super) fn check(
    world: &World,
    assertion: &str,
) -> Result<(GoogleAccount, Vec<String>), Refusal> {
    let jwk = world.key.jwk();
    let part = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    let key = DecodingKey::from_rsa_components(part("n"), part("e"))
        .map_err(|_| Refusal(500, "internal_failure", "Backend Error"))?;
    let mut rules = Validation::new(Algorithm::RS256);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let claims = decode::<Value>(assertion, &key, &rules)
        .map_err(|_| Refusal::grant("Invalid JWT Signature."))?
        .claims;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let time = |name: &str| claims.get(name).and_then(Value::as_i64).unwrap_or_default();
    if text("iss") != ACCOUNT {
        return Err(Refusal(
            401,
            "invalid_client",
            "The OAuth client was not found.",
        ));
    }
    let audience = text("aud");
    if audience != format!("{}/token", world.google.base) && audience != AUDIENCE {
        return Err(Refusal::grant(
            "Invalid JWT: Failed audience check. The right audience is the token endpoint.",
        ));
    }
    let now = world.now();
    let (issued, expires) = (time("iat"), time("exp"));
    if issued > now + SKEW || expires < now - SKEW || expires - issued > LONGEST {
        return Err(Refusal::grant(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
        ));
    }
    let user = google_user(text("sub")).ok_or(Refusal::grant("Invalid email or User ID"))?;
    if user.domain != Some(NORDLICHT_DOMAIN) || !world.switches().google.delegation {
        return Err(Refusal(
            401,
            "unauthorized_client",
            "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
        ));
    }
    let scope = scopes::parse(text("scope")).map_err(|_| {
        Refusal(
            400,
            "invalid_scope",
            "Invalid oauth scope or ID token audience provided.",
        )
    })?;
    if scopes::has_any(&scope, &["tasks", "calendar"]) {
        return Err(Refusal(
            400,
            "access_denied",
            "Requested client not authorized.",
        ));
    }
    Ok((user, scope))
}
