//! The steps of an activation.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use secrecy::SecretString;
use serde::Deserialize;
use synchronizer_app::public::{ActivationForm, Alert, activation};
use synchronizer_domain::activation::{CredentialsForm, Mishap};
use synchronizer_domain::ids::ActivationId;
use synchronizer_domain::routes;
use synchronizer_services::{
    CredentialsAnswer, CredentialsSubmission, HalfBegun, MishapReport, Provider,
};

use super::browser::mark;
use super::language::Language;
use super::public;
use crate::state::AppState;

/// The activation ended, or another browser began it. Its address says so by GET, too.
fn over(language: Language, id: &str) -> Response {
    let path = id.parse().map(routes::activation).unwrap_or_default();
    public::mishap_page(language, &path, Mishap::ActivationOver)
}

/// What went wrong in an activation is read again, in another language, at its address.
fn refused(language: Language, id: ActivationId, report: MishapReport) -> Response {
    public::report_at(language, &routes::activation(id), report)
}

/// Binds a request to its activation and browser.
fn bound(jar: &CookieJar, state: &AppState, id: &str) -> Option<(ActivationId, [u8; 32])> {
    Some((id.parse().ok()?, mark(jar, state)?))
}

/// A mishap whose page is read again, in another language.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Again {
    mishap: String,
}

/// The present step, or the confirmation.
pub(super) async fn show(
    State(state): State<AppState>,
    language: Language,
    jar: CookieJar,
    Path(id): Path<String>,
    Query(again): Query<Again>,
) -> Response {
    let Some((id, browser)) = bound(&jar, &state, &id) else {
        return over(language, &id);
    };
    if let Some(mishap) = Mishap::from_word(&again.mishap) {
        match state.core.mishap_again(id, &browser, mishap).await {
            Ok(Some(report)) => return refused(language, id, report),
            Ok(None) => {}
            Err(report) => return refused(language, id, report),
        }
    }
    match state.core.activation_view(id, &browser).await {
        Ok(view) => {
            let form = ActivationForm {
                credentials: view.credentials.clone().unwrap_or_default(),
                ..ActivationForm::default()
            };
            let path = routes::activation(id);
            public::send(
                200,
                activation(&public::page(language, &path), &view, &form),
            )
        }
        Err(report) => refused(language, id, report),
    }
}

/// A form's address opened by GET (a reload, the language menu) shows the present step.
pub(super) async fn back_to_step(Path(id): Path<String>) -> Redirect {
    match id.parse::<ActivationId>() {
        Ok(id) => Redirect::to(&routes::activation(id)),
        Err(_) => Redirect::to(routes::HOME),
    }
}

/// Leaves for SuperOffice.
pub(super) async fn superoffice(
    state: State<AppState>,
    language: Language,
    jar: CookieJar,
    id: Path<String>,
) -> Response {
    leave(state, language, jar, id, (Provider::SuperOffice, false)).await
}

/// Leaves for Microsoft.
pub(super) async fn microsoft(
    state: State<AppState>,
    language: Language,
    jar: CookieJar,
    id: Path<String>,
) -> Response {
    leave(state, language, jar, id, (Provider::Microsoft, false)).await
}

/// Leaves for Google.
pub(super) async fn google(
    state: State<AppState>,
    language: Language,
    jar: CookieJar,
    id: Path<String>,
) -> Response {
    leave(state, language, jar, id, (Provider::Google, false)).await
}

/// Leaves for Google with the wish that a calendar is made.
pub(super) async fn google_calendar(
    state: State<AppState>,
    language: Language,
    jar: CookieJar,
    id: Path<String>,
) -> Response {
    leave(state, language, jar, id, (Provider::Google, true)).await
}

async fn leave(
    State(state): State<AppState>,
    language: Language,
    jar: CookieJar,
    Path(id): Path<String>,
    wish: (Provider, bool),
) -> Response {
    let Some((id, browser)) = bound(&jar, &state, &id) else {
        return over(language, &id);
    };
    match state.core.begin_half(id, &browser, wish).await {
        Ok(HalfBegun::Leave(attempt)) => Redirect::to(&routes::leave(attempt)).into_response(),
        Ok(HalfBegun::Done) => Redirect::to(&routes::activation(id)).into_response(),
        Err(report) => refused(language, id, report),
    }
}

/// The form for CalDAV or Exchange. No `Debug`: it holds a password.
#[derive(Deserialize)]
pub(super) struct Credentials {
    #[serde(default)]
    server: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    create_calendar: Option<String>,
}

/// Tries the credentials; a refusal shows the form again with what was typed.
pub(super) async fn credentials(
    State(state): State<AppState>,
    language: Language,
    jar: CookieJar,
    Path(id): Path<String>,
    Form(typed): Form<Credentials>,
) -> Response {
    let Some((id, browser)) = bound(&jar, &state, &id) else {
        return over(language, &id);
    };
    let form = CredentialsForm {
        server: typed.server,
        username: typed.username,
    };
    let submission = CredentialsSubmission {
        form: form.clone(),
        password: SecretString::from(typed.password),
        create_calendar: typed.create_calendar.is_some(),
    };
    let (errors, alert) = match state
        .core
        .submit_credentials(id, &browser, submission)
        .await
    {
        Ok(CredentialsAnswer::Done) => {
            return Redirect::to(&routes::activation(id)).into_response();
        }
        Ok(CredentialsAnswer::Fields(errors)) => (errors, None),
        Ok(CredentialsAnswer::Refused(cause)) => (Vec::new(), Some(Alert::Cause(cause))),
        Ok(CredentialsAnswer::Failed(code)) => (Vec::new(), Some(Alert::Error(code))),
        Err(report) => return refused(language, id, report),
    };
    match state.core.activation_view(id, &browser).await {
        Ok(view) => {
            let path = routes::activation(id);
            let form = ActivationForm {
                credentials: form,
                errors,
                alert,
            };
            public::send(
                422,
                activation(&public::page(language, &path), &view, &form),
            )
        }
        Err(report) => refused(language, id, report),
    }
}

#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    calendar: String,
}

/// Another calendar.
pub(super) async fn calendar(
    State(state): State<AppState>,
    language: Language,
    jar: CookieJar,
    Path(id): Path<String>,
    Form(choice): Form<Choice>,
) -> Response {
    let Some((id, browser)) = bound(&jar, &state, &id) else {
        return over(language, &id);
    };
    match state
        .core
        .choose_calendar(id, &browser, &choice.calendar)
        .await
    {
        Ok(()) => Redirect::to(&routes::activation(id)).into_response(),
        Err(report) => refused(language, id, report),
    }
}
