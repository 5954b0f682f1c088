//! The stand-in for Microsoft 365: Entra ID's v2.0 endpoints and a little of Graph v1.0.

mod adminconsent;
mod authorize;
mod calendars;
mod consent;
mod discovery;
mod errors;
mod graph;
mod pages;
mod scopes;
mod token;
mod users;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::routing::{get, post};
use axum::{Router, middleware};

use crate::oauth::Grants;
use crate::record::observe;
use crate::seed::EntraUser;
use crate::switches::System;
use crate::world::{World, lock};

/// State of the stand-in.
pub(crate) struct Microsoft {
    /// Base URL of both Entra and Graph, without a trailing slash.
    pub(crate) base: String,
    pub(crate) grants: Grants<EntraUser>,
    /// Consented scopes by object id, or by tenant id for a whole organisation.
    consents: Mutex<BTreeMap<&'static str, BTreeSet<&'static str>>>,
}

impl Microsoft {
    pub(crate) fn new(base: String) -> Self {
        Self {
            base,
            grants: Grants::default(),
            consents: Mutex::default(),
        }
    }

    /// Remembers a consent of a person (object id) or an organisation (tenant id).
    fn consent(&self, who: &'static str, scopes: impl IntoIterator<Item = &'static str>) {
        lock(&self.consents).entry(who).or_default().extend(scopes);
    }

    /// Whether the person, or the organisation for everybody, consented to a scope.
    fn has_consented(&self, user: EntraUser, scope: &str) -> bool {
        let consents = lock(&self.consents);
        [user.1.oid, user.1.tid]
            .iter()
            .filter_map(|who| consents.get(who))
            .any(|scopes| scopes.contains(scope))
    }

    pub(crate) fn forget_consents(&self) {
        lock(&self.consents).clear();
    }
}

pub(crate) fn router(world: &Arc<World>) -> Router {
    Router::new()
        .route("/", get(pages::welcome))
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(discovery::document),
        )
        .route("/{tenant}/discovery/v2.0/keys", get(discovery::keys))
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::start))
        .route("/{tenant}/oauth2/v2.0/token", post(token::answer))
        .route("/{tenant}/oauth2/v2.0/logout", get(pages::signed_out))
        .route("/{tenant}/v2.0/adminconsent", get(adminconsent::start))
        .route("/{tenant}/adminconsent", post(adminconsent::answer))
        .route("/{tenant}/login", post(authorize::sign_in))
        .route("/{tenant}/consent", post(consent::answer))
        .route("/v1.0/me", get(users::me))
        .route("/v1.0/me/calendar", get(calendars::own_default))
        .route("/v1.0/me/calendars", get(calendars::own_all))
        .route("/v1.0/users", get(users::list))
        .route("/v1.0/users/{user}", get(users::one))
        .route("/v1.0/users/{user}/calendar", get(calendars::default_of))
        .route("/v1.0/users/{user}/calendars", get(calendars::all_of))
        .fallback(graph::no_route)
        .layer(middleware::from_fn_with_state(
            (Arc::clone(world), System::Microsoft),
            observe,
        ))
        .with_state(Arc::clone(world))
}
