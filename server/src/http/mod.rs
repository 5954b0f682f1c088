//! The router: pages of the portal, public pages, callbacks, streams, files.

mod account;
mod activation;
mod assets;
mod browser;
mod callback;
mod consent;
mod csrf;
mod events;
mod files;
mod gate;
mod headers;
mod health;
mod import;
mod invitation;
mod language;
mod limit;
mod log;
mod me;
mod portal;
mod public;
mod session;
mod sign_in;
mod sign_up;
mod size;
mod status;
mod table;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

pub use browser::cookie_names;
pub use portal::pages;
pub use table::{Audience, Endpoint, endpoints};

use crate::state::AppState;

/// Everything a portal serves.
pub fn router(state: AppState) -> Router {
    let mut router = Router::new();
    for endpoint in endpoints() {
        router = router.route(endpoint.path, endpoint.handler);
    }
    let router = portal::mount(router, &state);
    let router = router.fallback(public::not_found);
    layers(router, state)
}

/// What a process without pages serves.
pub fn worker_router(state: AppState) -> Router {
    let mut router = Router::new();
    for endpoint in endpoints()
        .into_iter()
        .filter(|endpoint| endpoint.audience == Audience::Machine)
    {
        router = router.route(endpoint.path, endpoint.handler);
    }
    layers(router.fallback(public::not_found), state)
}

/// From the outside in: log, panics, headers, compression, language, size, session, origin,
/// and pages for what no handler could read.
fn layers(router: Router<AppState>, state: AppState) -> Router {
    router
        .layer(from_fn(public::explain))
        .layer(from_fn_with_state(state.clone(), limit::guard))
        .layer(from_fn_with_state(state.clone(), csrf::require_same_origin))
        .layer(from_fn_with_state(state.clone(), session::identify))
        .layer(RequestBodyLimitLayer::new(size::MAX_BODY))
        .layer(from_fn_with_state(state.clone(), size::guard))
        .layer(from_fn_with_state(state.clone(), language::choose))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), headers::secure))
        .layer(CatchPanicLayer::custom(public::panicked))
        .layer(from_fn(log::request))
        .with_state(state)
}
