//! The stand-in for an Exchange server of one's own: Autodiscover and the part of
//! Exchange Web Services (EWS) that finds people and opens calendars.
//!
//! One server holds the mailboxes of both companies; each sees its own address book.
//! It takes Basic and NTLMv2, the latter bound to its TCP connection, and locks an account
//! after some wrong passwords, as a Windows domain does.

mod accounts;
mod auth;
mod autodiscover;
mod ews;
mod ntlm;
mod operations;
mod soap;
mod xml;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::routing::{get, post};
use axum::{Router, middleware};

pub use accounts::{EXCHANGE_PASSWORD, ExchangeAccount, exchange_accounts};
pub(crate) use auth::Connection;

use crate::record::observe;
use crate::switches::System;
use crate::world::{World, lock};

/// Wrong passwords after which an account is locked.
const LOCK_AFTER: u32 = 5;

/// State of the stand-in.
pub(crate) struct Exchange {
    /// Base URL, without a trailing slash.
    pub(crate) base: String,
    /// Wrong passwords in a row, by user principal name.
    failures: Mutex<BTreeMap<&'static str, u32>>,
}

impl Exchange {
    pub(crate) fn new(base: String) -> Self {
        Self {
            base,
            failures: Mutex::default(),
        }
    }

    fn ews_url(&self) -> String {
        format!("{}/EWS/Exchange.asmx", self.base)
    }

    /// Whether wrong passwords locked the account.
    fn is_locked(&self, upn: &str) -> bool {
        lock(&self.failures)
            .get(upn)
            .is_some_and(|count| *count >= LOCK_AFTER)
    }

    fn note(&self, upn: &'static str, good: bool) {
        let mut failures = lock(&self.failures);
        if good {
            failures.remove(upn);
        } else {
            *failures.entry(upn).or_default() += 1;
        }
    }

    /// Wrong passwords of an account since its last right one.
    pub(crate) fn failures(&self, upn: &str) -> u32 {
        lock(&self.failures).get(upn).copied().unwrap_or(0)
    }

    pub(crate) fn unlock_all(&self) {
        lock(&self.failures).clear();
    }
}

pub(crate) fn router(world: &Arc<World>) -> Router {
    Router::new()
        .route("/", get(ews::welcome))
        .route(
            "/autodiscover/autodiscover.xml",
            post(autodiscover::pox).get(autodiscover::moved),
        )
        .route(
            "/autodiscover/autodiscover.json",
            get(autodiscover::old_json),
        )
        .route(
            "/autodiscover/autodiscover.json/v1.0/{address}",
            get(autodiscover::json),
        )
        .route("/EWS/Exchange.asmx", post(ews::answer).get(ews::welcome))
        .route("/ews/exchange.asmx", post(ews::answer).get(ews::welcome))
        .layer(middleware::from_fn_with_state(
            (Arc::clone(world), System::Exchange),
            observe,
        ))
        .with_state(Arc::clone(world))
}
