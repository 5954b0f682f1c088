//! The stand-in for Google: OAuth and OpenID Connect, the users of the Directory API, and
//! a little of Calendar v3 (google.md §0–§9). All of them on one host, which works
//! because clients take every address from the discovery document or from their settings.

mod api;
mod authorize;
mod calendars;
mod consent;
mod delegation;
mod directory;
mod fields;
mod identity;
mod pages;
mod scopes;
mod token;

pub(crate) use calendars::made;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::routing::{get, post};
use axum::{Router, middleware};

use crate::oauth::Grants;
use crate::record::observe;
use crate::seed::GoogleAccount;
use crate::switches::System;
use crate::world::{World, lock};

pub(crate) use delegation::service_account;

/// State of the stand-in.
pub(crate) struct Google {
    /// Base URL of everything, without a trailing slash; also the issuer.
    pub(crate) base: String,
    pub(crate) grants: Grants<GoogleAccount>,
    /// Consented scopes by account.
    consents: Mutex<BTreeMap<&'static str, BTreeSet<String>>>,
    /// Calendars that were made here, by account.
    made: Mutex<BTreeMap<&'static str, Vec<calendars::Made>>>,
}

impl Google {
    pub(crate) fn new(base: String) -> Self {
        Self {
            base,
            grants: Grants::default(),
            consents: Mutex::default(),
            made: Mutex::default(),
        }
    }

    fn consent(&self, user: GoogleAccount, scopes: &[String]) {
        lock(&self.consents)
            .entry(user.sub)
            .or_default()
            .extend(scopes.iter().cloned());
    }

    fn has_consented(&self, user: GoogleAccount, scopes: &[String]) -> bool {
        lock(&self.consents)
            .get(user.sub)
            .is_some_and(|known| scopes.iter().all(|scope| known.contains(scope)))
    }

    /// The person removed the application's access, here or in the account's settings.
    pub(crate) fn withdraw(&self, user: GoogleAccount) -> usize {
        lock(&self.consents).remove(user.sub);
        self.grants.revoke(|one| one.sub == user.sub)
    }

    pub(crate) fn forget_consents(&self) {
        lock(&self.consents).clear();
    }
}

pub(crate) fn router(world: &Arc<World>) -> Router {
    Router::new()
        .route("/", get(pages::welcome))
        .route("/.well-known/openid-configuration", get(identity::document))
        .route("/o/oauth2/v2/auth", get(authorize::start))
        .route("/signin/account", post(authorize::sign_in))
        .route("/signin/consent", post(consent::answer))
        .route("/token", post(token::answer))
        .route("/revoke", post(token::revoke))
        .route("/oauth2/v3/certs", get(identity::keys))
        .route("/v1/userinfo", get(identity::userinfo))
        .route("/admin/directory/v1/users", get(directory::list))
        .route("/calendar/v3/users/me/calendarList", get(calendars::list))
        .route("/calendar/v3/calendars", post(calendars::insert))
        .fallback(api::no_route)
        .layer(middleware::from_fn_with_state(
            (Arc::clone(world), System::Google),
            observe,
        ))
        .with_state(Arc::clone(world))
}
