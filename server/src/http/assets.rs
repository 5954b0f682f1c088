//! The built site's files, compressed ahead.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, Response, header};
use axum::routing::get_service;
use serde::Deserialize;
use synchronizer_app::ssr::Site;
use tower::ServiceBuilder;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::state::AppState;

/// Files that keep their names over versions: browsers may keep them but must ask each time.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
/// Files in a folder that is named after their content.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Mounts `/pkg` and the icon.
pub(super) fn mount(router: Router<AppState>, site_root: &Path, site: &Site) -> Router<AppState> {
    let cached = || {
        ServiceBuilder::new().layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            REVALIDATE,
        ))
    };
    let pkg = site_root.join("pkg");
    let files = |folder: &Path| {
        ServeDir::new(folder)
            .precompressed_br()
            .precompressed_gzip()
    };
    let icon = ServeFile::new(site_root.join("favicon.svg"));
    let router = router
        .nest_service("/pkg", cached().service(files(&pkg)))
        .route_service("/favicon.svg", get_service(cached().service(icon)));
    let Some(folder) = &site.folder else {
        return router;
    };
    // What is not there must not be remembered as such.
    let kept = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, kept);
    let files = ServiceBuilder::new()
        .layer(kept)
        .service(files(&pkg.join(folder)));
    router.nest_service(&format!("/pkg/{folder}"), files)
}

fn kept<B>(answer: &Response<B>) -> Option<HeaderValue> {
    Some(if answer.status().is_success() {
        IMMUTABLE
    } else {
        REVALIDATE
    })
}

#[derive(Deserialize)]
struct Manifest {
    folder: String,
    parts: BTreeMap<String, Vec<String>>,
}

/// Where the build put script and module. A development build has no such file.
pub(super) fn site(site_root: &Path) -> Site {
    let file = site_root.join("pkg/parts.json");
    let Ok(text) = std::fs::read(&file) else {
        return Site::default();
    };
    match serde_json::from_slice::<Manifest>(&text) {
        Ok(manifest) => Site {
            folder: Some(manifest.folder),
            parts: Arc::new(manifest.parts),
        },
        Err(error) => {
            tracing::error!(%error, file = %file.display(), "the built site is not complete");
            Site::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_the_build_is_found() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(site(root.path()), Site::default());
        std::fs::create_dir(root.path().join("pkg")).unwrap();
        let manifest = r#"{"folder": "1f", "parts": {"settings": ["chunk_2", "settings"]}}"#;
        std::fs::write(root.path().join("pkg/parts.json"), manifest).unwrap();
        let found = site(root.path());
        assert_eq!(found.folder.as_deref(), Some("1f"));
        assert_eq!(found.parts["settings"], ["chunk_2", "settings"]);
    }
}
