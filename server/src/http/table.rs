//! Every plain endpoint with its audience: the router is built from this list, and the
//! policy test walks it, so no endpoint can be forgotten.

use axum::routing::{MethodRouter, get, post};
use synchronizer_domain::routes;

use super::{
    account, activation, callback, consent, events, files, health, import, invitation, me, portal,
    public, sign_in, sign_up, status,
};
use crate::state::AppState;

/// Who may use an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Probes.
    Machine,
    /// Anybody; a secret in the path or a cookie decides what they see.
    Anybody,
    /// Signed-in people.
    SignedIn,
    /// Administrators.
    Admin,
}

/// A plain endpoint.
pub struct Endpoint {
    /// Path with parameters in braces.
    pub path: &'static str,
    /// Its methods, for the policy test.
    pub methods: &'static [&'static str],
    /// Who may use it.
    pub audience: Audience,
    /// What answers.
    pub handler: MethodRouter<AppState>,
}

/// All plain endpoints. Pages and server functions of the portal are mounted beside them.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    use Audience::{Admin, Anybody, Machine, SignedIn};
    let row = |path, methods, audience, handler| Endpoint {
        path,
        methods,
        audience,
        handler,
    };
    vec![
        row(routes::HEALTH, &["GET"], Machine, get(health::health)),
        row(routes::READY, &["GET"], Machine, get(health::ready)),
        row(routes::HOME, &["GET"], Anybody, get(sign_in::home)),
        row(
            routes::SIGN_IN,
            &["GET", "POST"],
            Anybody,
            get(sign_in::show).post(sign_in::begin),
        ),
        row("/mishap/{word}", &["GET"], Anybody, get(public::general)),
        row(routes::SIGN_OUT, &["POST"], Anybody, post(sign_in::end)),
        row(
            routes::SIGN_UP,
            &["GET", "POST"],
            Anybody,
            get(sign_up::show).post(sign_up::confirm),
        ),
        row(
            "/auth/go/{attempt}",
            &["GET"],
            Anybody,
            get(callback::leave),
        ),
        row(
            routes::SUPEROFFICE_CALLBACK,
            &["GET"],
            Anybody,
            get(callback::superoffice),
        ),
        row(
            routes::MICROSOFT_CALLBACK,
            &["GET"],
            Anybody,
            get(callback::microsoft),
        ),
        row(
            routes::GOOGLE_CALLBACK,
            &["GET"],
            Anybody,
            get(callback::google),
        ),
        row(
            "/i/{secret}",
            &["GET", "POST"],
            Anybody,
            get(invitation::show).post(invitation::begin),
        ),
        row(
            "/consent/{secret}",
            &["GET", "POST"],
            Anybody,
            get(consent::show).post(consent::begin),
        ),
        row("/activate/{id}", &["GET"], Anybody, get(activation::show)),
        row(
            "/activate/{id}/superoffice",
            &["GET", "POST"],
            Anybody,
            get(activation::back_to_step).post(activation::superoffice),
        ),
        row(
            "/activate/{id}/microsoft",
            &["GET", "POST"],
            Anybody,
            get(activation::back_to_step).post(activation::microsoft),
        ),
        row(
            "/activate/{id}/google",
            &["GET", "POST"],
            Anybody,
            get(activation::back_to_step).post(activation::google),
        ),
        row(
            "/activate/{id}/google-calendar",
            &["GET", "POST"],
            Anybody,
            get(activation::back_to_step).post(activation::google_calendar),
        ),
        row(
            "/activate/{id}/credentials",
            &["GET", "POST"],
            Anybody,
            get(activation::back_to_step).post(activation::credentials),
        ),
        row(
            "/activate/{id}/calendar",
            &["GET", "POST"],
            Anybody,
            get(activation::back_to_step).post(activation::calendar),
        ),
        row(routes::ME, &["GET"], SignedIn, get(me::show)),
        row(
            "/me/links/{id}/continue",
            &["GET", "POST"],
            SignedIn,
            get(me::back).post(me::resume_activation),
        ),
        row(
            "/me/links/{id}/reconnect/{side}",
            &["GET", "POST"],
            SignedIn,
            get(me::back).post(me::reconnect),
        ),
        row(
            "/me/links/{id}/pause",
            &["GET", "POST"],
            SignedIn,
            get(me::back).post(me::pause),
        ),
        row(
            "/me/links/{id}/resume",
            &["GET", "POST"],
            SignedIn,
            get(me::back).post(me::resume),
        ),
        row(
            "/me/links/{id}/calendar",
            &["GET", "POST"],
            SignedIn,
            get(me::calendars).post(me::choose),
        ),
        row(
            routes::MY_LANGUAGE,
            &["GET", "POST"],
            SignedIn,
            get(me::back).post(me::set_language),
        ),
        row(
            "/profiles/{id}/directory",
            &["POST"],
            Admin,
            post(portal::directory),
        ),
        row(
            "/profiles/{id}/import",
            &["POST"],
            Admin,
            post(import::take),
        ),
        row(
            "/profiles/{id}/people-file",
            &["POST"],
            Admin,
            post(import::people),
        ),
        row(
            "/profiles/{id}/import/template.csv",
            &["GET"],
            Admin,
            get(import::template),
        ),
        row(
            "/profiles/{id}/linked-users.csv",
            &["GET"],
            Admin,
            get(files::linked_users),
        ),
        row(
            "/batches/{id}/results.csv",
            &["GET"],
            Admin,
            get(files::batch_results),
        ),
        row(
            "/profiles/{id}/consent",
            &["POST"],
            Admin,
            post(consent::approve),
        ),
        row(
            routes::CRM_CONNECTION,
            &["POST"],
            Admin,
            post(account::replace_crm),
        ),
        row(
            routes::AUDIT_EXPORT,
            &["GET"],
            Admin,
            get(account::export_audit),
        ),
        row(routes::STATUS_EXPORT, &["GET"], Admin, get(status::export)),
        row(routes::EVENTS, &["GET"], SignedIn, get(events::stream)),
    ]
}
