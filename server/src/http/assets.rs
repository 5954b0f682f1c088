//! The built site's files, compressed ahead.

use std::path::Path;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::get_service;
use tower::ServiceBuilder;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::state::AppState;

/// Files keep their names over versions: browsers may keep them but must ask each time.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// Mounts `/pkg` and the icon.
pub(super) fn mount(router: Router<AppState>, site_root: &Path) -> Router<AppState> {
    let cached = || {
        ServiceBuilder::new().layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            REVALIDATE,
        ))
    };
    let files = ServeDir::new(site_root.join("pkg"))
        .precompressed_br()
        .precompressed_gzip();
    let icon = ServeFile::new(site_root.join("favicon.svg"));
    router
        .nest_service("/pkg", cached().service(files))
        .route_service("/favicon.svg", get_service(cached().service(icon)))
}
