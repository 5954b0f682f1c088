//! What handlers are given.

use std::sync::Arc;

use axum::extract::FromRef;
use axum::http::HeaderName;
use leptos::config::LeptosOptions;
use synchronizer_services::{Changes, Core};
use url::Url;

use crate::limits::Limiter;

/// What handlers are given; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub core: Core,
    /// Change notices.
    pub changes: Arc<Changes>,
    /// Names of the site's files.
    pub leptos: LeptosOptions,
    /// Where people reach the portal.
    pub public_url: Url,
    /// Who asked how often.
    pub limiter: Arc<Limiter>,
    /// The header in which the proxy tells the visitor's address.
    pub client_address: Option<HeaderName>,
}

impl AppState {
    /// Whether cookies are `Secure` and `__Host-`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
