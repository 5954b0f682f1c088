//! Nobody tries secrets, sign-ins or passwords without end: per visitor's address, per
//! activation and per company.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use synchronizer_app::ssr;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::routes;

use super::language::Language;
use super::public;
use super::session::Identity;
use crate::limits::Rule;
use crate::state::AppState;

const fn rule(name: &'static str, burst: u32, every_ms: u64) -> Rule {
    Rule {
        name,
        burst,
        every: Duration::from_millis(every_ms),
    }
}

/// An office behind one address opens its invitations on a Monday morning.
const INVITATIONS: Rule = rule("invitations", 120, 1_000);
const SIGN_INS: Rule = rule("sign-ins", 120, 1_000);
/// Passwords that one visitor tries.
const PASSWORDS: Rule = rule("passwords", 30, 10_000);
/// Passwords that are tried for one account.
const ACCOUNT: Rule = rule("account", 10, 60_000);
/// Calls of one company, and of somebody who is not signed in.
const COMPANY: Rule = rule("company", 1_200, 25);
const STRANGER: Rule = rule("stranger", 120, 1_000);

/// Refuses what comes too often.
pub(super) async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let now = state.core.clock.now();
    let refused = rules(&state, &request)
        .into_iter()
        .find_map(|(rule, key)| state.limiter.admit(rule, &key, now).err());
    match refused {
        None => next.run(request).await,
        Some(wait) => too_many(&request, wait),
    }
}

fn rules(state: &AppState, request: &Request) -> Vec<(Rule, String)> {
    let path = request.uri().path();
    let posted = request.method() == Method::POST;
    let visitor = visitor(state, request);
    let mut rules = Vec::new();
    let mut by_address = |rule| {
        if let Some(visitor) = &visitor {
            rules.push((rule, visitor.clone()));
        }
    };
    if path.starts_with(routes::API) {
        match request.extensions().get::<Identity>() {
            Some(Identity(Some(actor))) => rules.push((COMPANY, actor.tenant.to_string())),
            _ => by_address(STRANGER),
        }
    } else if routes::is_secret(path) {
        by_address(INVITATIONS);
    } else if path.starts_with("/auth/")
        || posted && [routes::SIGN_IN, routes::SIGN_UP].contains(&path)
    {
        by_address(SIGN_INS);
    } else if posted && path.starts_with("/activate/") {
        by_address(PASSWORDS);
        // Only this form carries a password; what stands before is the activation.
        let form = path.strip_suffix("/credentials");
        if let Some(activation) = form.filter(|activation| activation.len() <= 64) {
            rules.push((ACCOUNT, activation.to_owned()));
        }
    }
    rules
}

/// By which address a visitor is known; none behind a proxy that does not tell it, where
/// everybody would be one visitor. IPv6 visitors have a whole network of their own.
fn visitor(state: &AppState, request: &Request) -> Option<String> {
    let told = state.client_address.as_ref().map(|name| {
        let entries = request.headers().get_all(name).iter().next_back();
        let entries = entries.and_then(|value| value.to_str().ok());
        entries
            .and_then(|entries| entries.rsplit(',').next())
            .and_then(|entry| entry.trim().parse::<IpAddr>().ok())
    });
    let address = match told {
        Some(told) => told?,
        None => {
            let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
            Some(peer.ip()).filter(|ip| !ip.is_loopback())?
        }
    };
    Some(match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = address.to_bits() & (u128::MAX << 64);
            Ipv6Addr::from_bits(network).to_string()
        }
    })
}

fn too_many(request: &Request, wait: Duration) -> Response {
    let mut response = if request.uri().path().starts_with(routes::API) {
        (StatusCode::TOO_MANY_REQUESTS, ssr::too_many()).into_response()
    } else {
        public::mishap_page(Language::of(request.extensions()), "", Mishap::TooMany)
    };
    let seconds = wait.as_secs().max(1).to_string();
    if let Ok(seconds) = HeaderValue::from_str(&seconds) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}
