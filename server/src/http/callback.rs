//! Leaving for identity providers and coming back.

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use secrecy::SecretString;
use serde::Deserialize;
use synchronizer_app::public::{ConsentStand, consent, leaving};
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::ids::AttemptId;
use synchronizer_domain::routes;
use synchronizer_domain::session::Actor;
use synchronizer_services::{
    Browser, CallbackOutcome, CallbackParams, ConsentOutcome, MishapReport, Provider,
};

use super::browser::{device_of, mark, with_session};
use super::language::Language;
use super::public;
use super::session::Identity;
use crate::state::AppState;

/// The answer of a provider. No `Debug`: it holds a code.
#[derive(Deserialize)]
pub(super) struct Answer {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    admin_consent: Option<String>,
    tenant: Option<String>,
}

/// A page that leaves by GET. It is bound to the browser that began the attempt.
pub(super) async fn leave(
    State(state): State<AppState>,
    language: Language,
    jar: CookieJar,
    Path(attempt): Path<String>,
) -> Response {
    let over = || {
        let report = MishapReport::plain(Mishap::AttemptOver);
        public::report(
            language,
            MishapReport {
                retry: Some(routes::SIGN_IN.to_owned()),
                ..report
            },
        )
    };
    let (Some(browser), Ok(id)) = (mark(&jar, &state), attempt.parse::<AttemptId>()) else {
        return over();
    };
    match state.core.departure(id, &browser).await {
        Ok(Some(departure)) => public::send(
            200,
            leaving(
                &public::page(language, ""),
                &departure.url,
                departure.provider,
            ),
        ),
        Ok(None) => over(),
        Err(report) => public::report(language, report),
    }
}

/// SuperOffice's redirect URI.
pub(super) async fn superoffice(
    state: State<AppState>,
    language: Language,
    visitor: Visitor,
    answer: Query<Answer>,
) -> Response {
    come_back(state, language, visitor, answer, Provider::SuperOffice).await
}

/// Microsoft's redirect URI.
pub(super) async fn microsoft(
    state: State<AppState>,
    language: Language,
    visitor: Visitor,
    answer: Query<Answer>,
) -> Response {
    come_back(state, language, visitor, answer, Provider::Microsoft).await
}

/// The browser that comes back: its cookies, who was signed in before, its name.
type Visitor = (CookieJar, Extension<Identity>, HeaderMap);

/// Google's redirect URI.
pub(super) async fn google(
    state: State<AppState>,
    language: Language,
    visitor: Visitor,
    answer: Query<Answer>,
) -> Response {
    come_back(state, language, visitor, answer, Provider::Google).await
}

async fn come_back(
    State(state): State<AppState>,
    language: Language,
    (jar, Extension(Identity(before)), headers): Visitor,
    Query(answer): Query<Answer>,
    provider: Provider,
) -> Response {
    let params = CallbackParams {
        state: answer.state.map(SecretString::from),
        code: answer.code.map(SecretString::from),
        iss: answer.iss,
        error: answer.error,
        error_description: answer.error_description,
        admin_consent: answer.admin_consent,
        tenant: answer.tenant,
    };
    let browser = Browser {
        mark: mark(&jar, &state),
        device: device_of(&headers),
    };
    match state.core.callback(provider, params, &browser).await {
        Ok(CallbackOutcome::SignedIn { secret, to }) => {
            let jar = renewed(jar, &state, before, &secret).await;
            (jar, Redirect::to(&to)).into_response()
        }
        Ok(CallbackOutcome::SignUp(id)) => {
            Redirect::to(&format!("{}?id={id}", routes::SIGN_UP)).into_response()
        }
        Ok(CallbackOutcome::Activation { id, secret }) => {
            let jar = match secret {
                Some(secret) => renewed(jar, &state, before, &secret).await,
                None => jar,
            };
            (jar, Redirect::to(&routes::activation(id))).into_response()
        }
        Ok(CallbackOutcome::Directory(profile)) => {
            Redirect::to(&routes::profile_page(profile, "systems")).into_response()
        }
        Ok(CallbackOutcome::CrmConnection) => Redirect::to(routes::ACCOUNT).into_response(),
        Ok(CallbackOutcome::Consent(ConsentOutcome::Wizard(profile))) => {
            Redirect::to(&routes::profile_page(profile, "systems")).into_response()
        }
        Ok(CallbackOutcome::Consent(ConsentOutcome::Stranger { request, refused })) => {
            let stand = refused.map_or(ConsentStand::Approved, ConsentStand::Refused);
            public::send(200, consent(&public::page(language, ""), &request, &stand))
        }
        Err(report) => public::report(language, report),
    }
}

/// The cookie of a new session. The old one does not live on beside it.
async fn renewed(
    jar: CookieJar,
    state: &AppState,
    before: Option<Actor>,
    secret: &SecretString,
) -> CookieJar {
    if let Some(before) = before {
        state.core.sign_out(&before).await;
    }
    with_session(jar, state, secret)
}
