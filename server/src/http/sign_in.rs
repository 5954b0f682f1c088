//! Sign-in and sign-out.

use axum::Form;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use synchronizer_app::public::{SignInForm, sign_in};
use synchronizer_domain::routes;
use synchronizer_domain::session::Role;

use super::browser::{ensure_mark, without_session};
use super::language::Language;
use super::public;
use super::session::Identity;
use crate::state::AppState;

#[derive(Debug, Default, Deserialize)]
pub(super) struct SignInQuery {
    #[serde(rename = "return")]
    return_to: Option<String>,
    signed_out: Option<String>,
    ended: Option<String>,
}

/// Sends people where they belong.
pub(super) async fn home(axum::Extension(Identity(actor)): axum::Extension<Identity>) -> Redirect {
    Redirect::to(match actor.map(|actor| actor.role) {
        Some(Role::Admin) => routes::PROFILES,
        Some(Role::User) => routes::ME,
        None => routes::SIGN_IN,
    })
}

/// The sign-in page.
pub(super) async fn show(
    language: Language,
    axum::Extension(Identity(actor)): axum::Extension<Identity>,
    Query(query): Query<SignInQuery>,
) -> Response {
    let return_to = query
        .return_to
        .as_deref()
        .and_then(routes::safe_return)
        .map(str::to_owned);
    if actor.is_some() {
        return Redirect::to(return_to.as_deref().unwrap_or(routes::HOME)).into_response();
    }
    let form = SignInForm {
        return_to,
        signed_out: query.signed_out.is_some(),
        ended: query.ended.is_some(),
    };
    public::send(
        200,
        sign_in(&public::page(language, routes::SIGN_IN), &form),
    )
}

/// Leaves for SuperOffice.
pub(super) async fn begin(
    State(state): State<AppState>,
    language: Language,
    jar: CookieJar,
    Form(query): Form<SignInQuery>,
) -> Response {
    let (browser, jar) = ensure_mark(jar, &state);
    match state
        .core
        .begin_sign_in(&browser, query.return_to.as_deref())
        .await
    {
        Ok(attempt) => (jar, Redirect::to(&routes::leave(attempt))).into_response(),
        Err(report) => public::report(language, report),
    }
}

/// Ends the session, or all of the person's.
pub(super) async fn end(
    State(state): State<AppState>,
    axum::Extension(Identity(actor)): axum::Extension<Identity>,
    jar: CookieJar,
    body: Bytes,
) -> Response {
    let everywhere = url::form_urlencoded::parse(&body).any(|(name, _)| name == "everywhere");
    if let Some(actor) = actor {
        if everywhere {
            state.core.sign_out_everywhere(&actor).await;
        } else {
            state.core.sign_out(&actor).await;
        }
    }
    let target = format!("{}?signed_out=1", routes::SIGN_IN);
    (without_session(jar, &state), Redirect::to(&target)).into_response()
}
