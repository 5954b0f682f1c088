//! `POST /control` and what can be read beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;

use super::{Control, ControlError};
use crate::google;
use crate::switches::{
    ConsentMode, ExchangeSwitches, GoogleSwitches, MailRefusal, MailSwitches, System, Throttle,
};

/// The body of `POST /control`: any number of switches, `reset` first.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Change {
    reset: bool,
    forget_consents: bool,
    approve_company: Option<String>,
    microsoft_consent: Option<ConsentMode>,
    google: Option<GoogleSwitches>,
    refresh_revoked: Option<Revocation>,
    slow_ms: Option<PerSystem<u64>>,
    unavailable: Option<PerSystem<bool>>,
    token_down: Option<PerSystem<bool>>,
    client_refused: Option<PerSystem<bool>>,
    hostile_texts: Option<PerSystem<bool>>,
    scopes_withdrawn: BTreeMap<String, bool>,
    smtp_stall: Option<bool>,
    mail: Option<MailSwitches>,
    refused_recipients: BTreeMap<String, Option<MailRefusal>>,
    tenant_state: BTreeMap<String, String>,
    crm_approval: BTreeMap<String, String>,
    system_user_refused: Option<bool>,
    moved_host: Option<bool>,
    exchange: Option<ExchangeSwitches>,
    slow_pages_ms: Option<PerSystem<u64>>,
    expire_cursor_after: BTreeMap<System, u32>,
    throttle_pages: BTreeMap<System, Throttle>,
    /// Seconds; null ends it.
    throttle_api: BTreeMap<System, Option<u64>>,
    throttle_token: BTreeMap<System, Option<u64>>,
    strict_rotation: BTreeMap<System, bool>,
    crm_right_missing: BTreeMap<String, bool>,
}

/// One person at one system.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    system: System,
    person: String,
}

/// A value for all systems, or for those named.
#[derive(Deserialize)]
#[serde(untagged)]
enum PerSystem<T> {
    All(T),
    Some(BTreeMap<System, T>),
}

impl<T: Copy> PerSystem<T> {
    fn for_each(&self, mut apply: impl FnMut(System, T)) {
        match self {
            Self::All(value) => System::ALL.iter().for_each(|system| apply(*system, *value)),
            Self::Some(values) => values
                .iter()
                .for_each(|(system, value)| apply(*system, *value)),
        }
    }
}

/// `POST /control`: answers the switches as they are then.
pub(super) async fn change(
    State(control): State<Arc<Control>>,
    change: Result<Json<Change>, JsonRejection>,
) -> Response {
    let change = match change {
        Ok(Json(change)) => change,
        Err(rejection) => {
            let body = json!({ "error": rejection.body_text() });
            return (rejection.status(), Json(body)).into_response();
        }
    };
    match apply(&control, &change) {
        Ok(()) => Json(control.switches()).into_response(),
        Err(error) => {
            let body = json!({ "error": error.to_string() });
            (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
        }
    }
}

fn apply(control: &Control, change: &Change) -> Result<(), ControlError> {
    if change.reset {
        control.reset();
    }
    if change.forget_consents {
        control.forget_consents();
    }
    if let Some(ctx) = &change.approve_company {
        control.approve_company(ctx)?;
    }
    if let Some(revocation) = &change.refresh_revoked {
        control.revoke_refresh(revocation.system, &revocation.person)?;
    }
    if let Some(mode) = change.microsoft_consent {
        control.set_microsoft_consent(mode);
    }
    if let Some(wanted) = &change.google {
        control.set_google(|google| google.clone_from(wanted));
    }
    if let Some(slow) = &change.slow_ms {
        slow.for_each(|system, ms| control.set_slow_ms(system, ms));
    }
    if let Some(unavailable) = &change.unavailable {
        unavailable.for_each(|system, down| control.set_unavailable(system, down));
    }
    if let Some(down) = &change.token_down {
        down.for_each(|system, down| control.set_token_down(system, down));
    }
    if let Some(refused) = &change.client_refused {
        refused.for_each(|system, refused| control.set_client_refused(system, refused));
    }
    if let Some(hostile) = &change.hostile_texts {
        hostile.for_each(|system, is_hostile| control.set_hostile_texts(system, is_hostile));
    }
    for (person, withdrawn) in &change.scopes_withdrawn {
        control.set_scopes_withdrawn(person, *withdrawn);
    }
    for (ctx, state) in &change.tenant_state {
        control.set_tenant_state(ctx, state);
    }
    for (ctx, word) in &change.crm_approval {
        control.set_crm_approval(ctx, word);
    }
    if let Some(refused) = change.system_user_refused {
        control.set_system_user_refused(refused);
    }
    for (address, refusal) in &change.refused_recipients {
        control.set_recipient_refused(address, *refusal);
    }
    if let Some(moved) = change.moved_host {
        control.set_moved_host(moved);
    }
    if let Some(switches) = &change.exchange {
        control.set_exchange(switches.clone());
    }
    if let Some(slow) = &change.slow_pages_ms {
        slow.for_each(|system, ms| control.set_slow_pages_ms(system, ms));
    }
    for (system, pages) in &change.expire_cursor_after {
        control.expire_cursor_after(*system, *pages);
    }
    for (system, throttle) in &change.throttle_pages {
        control.throttle_pages(*system, *throttle);
    }
    for (system, seconds) in &change.throttle_api {
        control.set_throttle_api(*system, *seconds);
    }
    for (system, seconds) in &change.throttle_token {
        control.set_throttle_token(*system, *seconds);
    }
    for (system, strict) in &change.strict_rotation {
        control.set_strict_rotation(*system, *strict);
    }
    for (person, missing) in &change.crm_right_missing {
        control.set_crm_right_missing(person, *missing);
    }
    if let Some(stalls) = change.smtp_stall {
        control.set_smtp_stall(stalls);
    }
    if let Some(switches) = &change.mail {
        control.set_mail(switches.clone());
    }
    Ok(())
}

/// `GET /control/switches`.
pub(super) async fn switches(State(control): State<Arc<Control>>) -> Response {
    Json(control.switches()).into_response()
}

/// `GET /control/requests`.
pub(super) async fn requests(State(control): State<Arc<Control>>) -> Response {
    Json(control.requests()).into_response()
}

/// `GET /control/google-key.json`: the service account that *domain-wide delegation* takes.
pub(super) async fn google_key(State(control): State<Arc<Control>>) -> Response {
    Json(google::service_account(&control.world)).into_response()
}
