//! Pages and server functions of the portal.

use std::path::Path as FilePath;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::Extensions;
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::LeptosRoutes;
use synchronizer_app::ssr::{Caller, PortalServices};
use synchronizer_app::{api, routes as portal_routes, shell};
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::routes;

use super::browser::ensure_mark;
use super::language::Language;
use super::session::{AdminOnly, Identity};
use super::{assets, gate, public};
use crate::state::AppState;

/// Paths of the portal's pages, for the policy test.
#[must_use]
pub fn pages() -> Vec<String> {
    portal_routes()
        .into_iter()
        .map(|page| page.path().to_owned())
        .collect()
}

/// Mounts the single-page app, its server functions and its files.
pub(super) fn mount(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    api::register_server_fns();
    let options = state.leptos.clone();
    let services = PortalServices {
        profiles: Arc::new(state.core.clone()),
        linking: Arc::new(state.core.clone()),
        bulk: Arc::new(state.core.clone()),
        account: Arc::new(state.core.clone()),
        status: Arc::new(state.core.clone()),
        notices: Arc::new(state.core.clone()),
    };
    let root = FilePath::new(&*state.leptos.site_root).to_path_buf();
    let site = assets::site(&root);
    let built = site.clone();
    let context = move || {
        provide_context(services.clone());
        provide_context(built.clone());
        if let Some(parts) = use_context::<axum::http::request::Parts>() {
            provide_context(caller(&parts.extensions));
        }
    };
    let pages = Router::new()
        .leptos_routes_with_context(state, portal_routes(), context, move || {
            shell(options.clone())
        })
        .layer(from_fn(gate::admins_only));
    assets::mount(router.merge(pages), &root, &site)
}

fn caller(extensions: &Extensions) -> Caller {
    let actor = extensions
        .get::<Identity>()
        .and_then(|identity| identity.0.clone());
    Caller {
        actor,
        locale: Language::of(extensions).0,
    }
}

/// Leaves for a profile's calendar system, to read its directory.
pub(super) async fn directory(
    State(state): State<AppState>,
    language: Language,
    AdminOnly(actor): AdminOnly,
    jar: CookieJar,
    Path(profile): Path<String>,
) -> Response {
    let Ok(profile) = profile.parse::<ProfileId>() else {
        return public::mishap_page(language, "", Mishap::NotFound);
    };
    let (browser, jar) = ensure_mark(jar, &state);
    match state.core.begin_directory(&actor, profile, &browser).await {
        Ok(attempt) => (jar, Redirect::to(&routes::leave(attempt))).into_response(),
        Err(report) => public::report(language, report),
    }
}
