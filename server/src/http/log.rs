//! One line per request. Queries are left out (they carry codes and states), and a path
//! that is itself a secret is replaced.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use synchronizer_domain::routes;
use tokio::time::Instant;
use tracing::{Instrument, info, info_span};

/// Logs a request when it was answered.
pub(super) async fn request(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = shown(request.uri().path()).to_owned();
    let started = Instant::now();
    let span = info_span!("http.request", %method, path);
    async move {
        let response = next.run(request).await;
        let quiet =
            response.status().is_success() && (path.starts_with("/pkg/") || path == routes::HEALTH);
        if !quiet {
            info!(
                status = response.status().as_u16(),
                duration_ms = millis(started.elapsed()),
                "request"
            );
        }
        response
    }
    .instrument(span)
    .await
}

fn shown(path: &str) -> &str {
    routes::redacted(path).unwrap_or(path)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
