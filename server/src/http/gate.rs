//! Pages of the portal are for administrators: everybody else is sent where they belong
//! before a page is rendered.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use synchronizer_domain::routes;
use synchronizer_domain::session::Role;

use super::session::{Identity, to_sign_in};

/// Lets administrators pass. Server functions judge for themselves and answer with a status.
pub(super) async fn admins_only(request: Request, next: Next) -> Response {
    if request.uri().path().starts_with(routes::API) {
        return next.run(request).await;
    }
    match request.extensions().get::<Identity>() {
        Some(Identity(Some(actor))) if actor.role == Role::Admin => next.run(request).await,
        Some(Identity(Some(_))) => Redirect::to(routes::ME).into_response(),
        _ => to_sign_in(request.uri(), request.extensions()),
    }
}
