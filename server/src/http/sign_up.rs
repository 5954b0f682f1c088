//! Confirmation of a new company.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use synchronizer_app::public::{SignUpPage, sign_up};
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::ids::SignupId;
use synchronizer_domain::routes;
use synchronizer_services::MishapReport;

use super::browser::{device_of, mark, with_session};
use super::language::Language;
use super::public;
use super::session::Identity;
use crate::state::AppState;

#[derive(Debug, Deserialize)]
pub(super) struct SignUpQuery {
    id: String,
}

fn over(language: Language) -> Response {
    let report = MishapReport {
        retry: Some(routes::SIGN_IN.to_owned()),
        ..MishapReport::plain(Mishap::AttemptOver)
    };
    public::report(language, report)
}

/// Asks for confirmation.
pub(super) async fn show(
    State(state): State<AppState>,
    language: Language,
    jar: CookieJar,
    Query(query): Query<SignUpQuery>,
) -> Response {
    let (Some(browser), Ok(id)) = (mark(&jar, &state), query.id.parse::<SignupId>()) else {
        return over(language);
    };
    match state.core.signup_view(id, &browser).await {
        Ok(Some(view)) => {
            let form = SignUpPage {
                id: id.to_string(),
                company: view.who.company,
                context: view.who.context.to_string(),
                name: view.who.name,
                email: view.who.email,
            };
            public::send(
                200,
                sign_up(&public::page(language, routes::SIGN_UP), &form),
            )
        }
        Ok(None) => over(language),
        Err(report) => public::report(language, report),
    }
}

/// Signs the company up and its administrator in.
pub(super) async fn confirm(
    State(state): State<AppState>,
    language: Language,
    Extension(Identity(before)): Extension<Identity>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(query): Form<SignUpQuery>,
) -> Response {
    let (Some(browser), Ok(id)) = (mark(&jar, &state), query.id.parse::<SignupId>()) else {
        return over(language);
    };
    let device = device_of(&headers);
    match state.core.confirm_signup(id, &browser, &device).await {
        Ok(secret) => {
            if let Some(before) = before {
                state.core.sign_out(&before).await;
            }
            (
                with_session(jar, &state, &secret),
                Redirect::to(routes::PROFILES),
            )
                .into_response()
        }
        Err(report) => public::report(language, report),
    }
}
