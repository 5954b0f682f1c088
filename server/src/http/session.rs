//! Who makes a request: read once per request from the session cookie.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{Extensions, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::routes;
use synchronizer_domain::session::{Actor, Role};

use super::browser::session_secret;
use super::language::Language;
use super::public;
use crate::state::AppState;

/// The signed-in person, if any; in every request's extensions.
#[derive(Clone)]
pub struct Identity(pub Option<Actor>);

/// Whether the request came with a session that is over; in every request's extensions.
#[derive(Clone, Copy)]
pub struct Over(bool);

/// Reads the session cookie.
pub(super) async fn identify(
    State(state): State<AppState>,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let is_file = request.uri().path().starts_with("/pkg/");
    let secret = session_secret(&jar, &state).filter(|_| !is_file);
    let actor = match &secret {
        Some(secret) => state.core.actor(secret).await,
        None => None,
    };
    let over = Over(secret.is_some() && actor.is_none());
    request.extensions_mut().insert(over);
    request.extensions_mut().insert(Identity(actor));
    next.run(request).await
}

/// Extracts the signed-in person, or sends everybody else to the sign-in.
pub(super) struct SignedIn(pub Actor);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Self::Rejection> {
        match parts.extensions.get::<Identity>() {
            Some(Identity(Some(actor))) => Ok(Self(actor.clone())),
            _ => Err(to_sign_in(&parts.uri, &parts.extensions)),
        }
    }
}

/// Extracts an administrator; other signed-in people get *not found*.
pub(super) struct AdminOnly(pub Actor);

impl FromRequestParts<AppState> for AdminOnly {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, state).await?;
        if actor.role == Role::Admin {
            Ok(Self(actor))
        } else {
            Err(public::mishap_page(
                Language::of(&parts.extensions),
                "",
                Mishap::NotFound,
            ))
        }
    }
}

/// To the sign-in, and back here afterwards. Who comes with a session that is over is told.
pub(super) fn to_sign_in(here: &Uri, extensions: &Extensions) -> Response {
    let back = here
        .path_and_query()
        .map(PathAndQuery::as_str)
        .and_then(routes::safe_return)
        .filter(|path| *path != routes::HOME);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if extensions.get::<Over>().is_some_and(|over| over.0) {
        query.append_pair("ended", "1");
    }
    if let Some(back) = back {
        query.append_pair("return", back);
    }
    let query = query.finish();
    let target = if query.is_empty() {
        routes::SIGN_IN.to_owned()
    } else {
        format!("{}?{query}", routes::SIGN_IN)
    };
    Redirect::to(&target).into_response()
}
