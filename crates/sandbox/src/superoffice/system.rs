//! The system user of a company: `PartnerSystemUser/Authenticate` and its tickets
//! (superoffice.md §2).

use std::collections::HashMap;
use std::sync::Mutex;

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::SUPEROFFICE_CLIENT_SECRET;
use crate::seed::{Company, company};
use crate::world::{World, lock};

const PREFIX: &str = "http://schemes.superoffice.net/identity/";
/// A ticket ends so many seconds after its last use.
const TICKET_LIFETIME: i64 = 6 * 3_600;
/// How far the minute of a signature may be off.
const SKEW: i64 = 300;

/// The tickets that live, with their company and end.
#[derive(Default)]
pub(crate) struct Tickets(Mutex<HashMap<String, (&'static str, i64)>>);

impl Tickets {
    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}

/// The system token of a company; constant for the application.
pub(super) fn token_of(ctx: &str) -> String {
    format!("Synchronizer-{}", ctx.to_ascii_lowercase())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    signed_system_token: String,
    application_token: String,
    context_identifier: String,
    return_token_type: String,
}

/// `POST /login/api/PartnerSystemUser/Authenticate`.
pub(super) fn authenticate(world: &World, body: &[u8]) -> Response {
    let Ok(request) = serde_json::from_slice::<Request>(body) else {
        return (
            StatusCode::BAD_REQUEST,
            Json(json!({ "Message": "The request is invalid." })),
        )
            .into_response();
    };
    match ticket(world, &request) {
        Ok(token) => Json(json!({ "IsSuccessful": true, "Token": token, "ErrorMessage": null }))
            .into_response(),
        Err(why) => Json(json!({ "IsSuccessful": false, "Token": null, "ErrorMessage": why }))
            .into_response(),
    }
}

fn ticket(world: &World, request: &Request) -> Result<String, &'static str> {
    if request.application_token != SUPEROFFICE_CLIENT_SECRET {
        return Err("The application token is not known.");
    }
    if request.return_token_type != "JWT" {
        return Err("Only tokens of the type JWT are given here.");
    }
    let company = company(&request.context_identifier).ok_or("The customer is not known.")?;
    world.note_proof(&request.signed_system_token);
    let (data, signature) = request
        .signed_system_token
        .rsplit_once('.')
        .ok_or("InvalidSignature")?;
    let (token, minute) = data.rsplit_once('.').ok_or("InvalidSignature")?;
    verify(world, data, signature)?;
    let off = instant(minute).ok_or("InvalidTimestamp")? - world.now();
    // The minute is cut, not rounded.
    if !(-(SKEW + 60)..=SKEW).contains(&off) {
        return Err("InvalidTimestamp");
    }
    let switches = world.switches();
    if token != token_of(company.ctx)
        || switches.system_user_refused
        || !world.superoffice.is_approved(company.ctx)
    {
        return Err("The application has no system user at this customer.");
    }
    drop(switches);
    signed_ticket(world, company)
}

fn verify(world: &World, data: &str, signature: &str) -> Result<(), &'static str> {
    let jwk = world.key.jwk();
    let part = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    let key =
        DecodingKey::from_rsa_components(part("n"), part("e")).map_err(|_| "InvalidSignature")?;
    let bytes = STANDARD.decode(signature).map_err(|_| "InvalidSignature")?;
    let signature = URL_SAFE_NO_PAD.encode(bytes);
    match crypto::verify(&signature, data.as_bytes(), &key, Algorithm::RS256) {
        Ok(true) => Ok(()),
        _ => Err("InvalidSignature"),
    }
}

/// `yyyyMMddHHmm`, in UTC.
fn instant(minute: &str) -> Option<i64> {
    let parsed = jiff::civil::DateTime::strptime("%Y%m%d%H%M", minute).ok()?;
    let zoned = parsed.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_second())
}

fn signed_ticket(world: &World, company: &Company) -> Result<String, &'static str> {
    let ticket = format!("7T:{}", world.random.long_token());
    let now = world.now();
    world.note_proof(&ticket);
    lock(&world.superoffice.tickets.0).insert(ticket.clone(), (company.ctx, now + TICKET_LIFETIME));
    let mut claims = json!({
        "iss": "SuperOffice AS",
        "aud": format!("spn:{}", company.serial),
        "iat": now.to_string(),
        "nbf": now - 60,
        "exp": now + 300,
    });
    if let Some(members) = claims.as_object_mut() {
        members.insert(format!("{PREFIX}ticket"), json!(ticket));
        members.insert(format!("{PREFIX}ctx"), json!(company.ctx));
    }
    let token = world
        .key
        .sign(&claims)
        .map_err(|_| "The token cannot be signed.")?;
    world.note_proof(&token);
    Ok(token)
}

/// The company whose system user calls, if the ticket lives and belongs to it. Each use
/// makes it last longer.
pub(super) fn caller(world: &World, headers: &HeaderMap, ctx: &str) -> Option<&'static str> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let ticket = text(header::AUTHORIZATION.as_str())?.strip_prefix("SOTicket ")?;
    if text("so-apptoken") != Some(SUPEROFFICE_CLIENT_SECRET) {
        return None;
    }
    let now = world.now();
    let mut tickets = lock(&world.superoffice.tickets.0);
    let (of, end) = tickets.get_mut(ticket)?;
    if *end <= now || !of.eq_ignore_ascii_case(ctx) {
        return None;
    }
    *end = now + TICKET_LIFETIME;
    Some(*of)
}
