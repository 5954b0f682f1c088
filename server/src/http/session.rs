//! Who makes a request: read once per request from the session cookie.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
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

/// Reads the session cookie.
pub(super) async fn identify(
    State(state): State<AppState>,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let is_file = request.uri().path().starts_with("/pkg/");
    let actor = match session_secret(&jar, &state) {
        Some(secret) if !is_file => state.core.actor(&secret).await,
        _ => None,
    };
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
            _ => Err(to_sign_in(
                parts
                    .uri
                    .path_and_query()
                    .map(axum::http::uri::PathAndQuery::as_str),
            )),
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

/// To the sign-in, and back here afterwards.
pub(super) fn to_sign_in(back: Option<&str>) -> Response {
    let back = back
        .and_then(routes::safe_return)
        .filter(|path| *path != routes::HOME);
    let target = match back {
        Some(path) => {
            let encoded: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
            format!("{}?return={encoded}", routes::SIGN_IN)
        }
        None => routes::SIGN_IN.to_owned(),
    };
    Redirect::to(&target).into_response()
}
