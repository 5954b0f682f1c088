//! What handlers are given.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use synchronizer_services::{Changes, Core};
use url::Url;

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
