//! Probes.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::state::AppState;

/// The process is alive.
pub(super) async fn health() -> &'static str {
    "alive\n"
}

/// The process can serve.
pub(super) async fn ready(State(state): State<AppState>) -> Response {
    match state.core.storage.check().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(error = %error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
        }
    }
}
