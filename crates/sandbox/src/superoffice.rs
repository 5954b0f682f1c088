//! The stand-in for SuperOffice CRM Online: sign-in (superoffice.md's contract §1),
//! tenant state and the parts of the REST API that list users.

mod archive;
mod authorize;
mod claims;
mod discovery;
mod filter;
mod pages;
mod rest;
mod system;
mod token;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::{Json, middleware};
use serde_json::json;

use crate::oauth::{Grants, Params};
use crate::record::observe;
use crate::seed::CrmUser;
use crate::switches::System;
use crate::world::{World, lock};

/// Larger requests are refused.
const MAX_BODY: usize = 64 * 1024;

/// State of the stand-in.
pub(crate) struct SuperOffice {
    /// Base URL without a trailing slash; also the issuer.
    pub(crate) base: String,
    pub(crate) grants: Grants<CrmUser>,
    tickets: system::Tickets,
    /// Tenant ids of companies whose administrator approved the application.
    approved: Mutex<BTreeSet<&'static str>>,
}

impl SuperOffice {
    pub(crate) fn new(base: String) -> Self {
        Self {
            base,
            grants: Grants::default(),
            tickets: system::Tickets::default(),
            approved: Mutex::default(),
        }
    }

    pub(crate) fn approve(&self, ctx: &'static str) {
        lock(&self.approved).insert(ctx);
    }

    pub(crate) fn is_approved(&self, ctx: &str) -> bool {
        lock(&self.approved).contains(ctx)
    }

    /// Ends all tickets of system users.
    pub(crate) fn end_tickets(&self) {
        self.tickets.clear();
    }

    pub(crate) fn forget_approvals(&self) {
        lock(&self.approved).clear();
    }
}

pub(crate) fn router(world: &Arc<World>) -> Router {
    Router::new()
        .fallback(dispatch)
        .layer(middleware::from_fn_with_state(
            (Arc::clone(world), System::SuperOffice),
            observe,
        ))
        .with_state(Arc::clone(world))
}

/// Paths of SuperOffice are case-insensitive, which a router is not.
async fn dispatch(State(world): State<Arc<World>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let path = parts.uri.path().to_ascii_lowercase();
    if parts.method == "POST" && path == "/login/api/partnersystemuser/authenticate" {
        return system::authenticate(&world, &body);
    }
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let text = if parts.method == "POST" { &body } else { query };
    let Ok(params) = Params::parse(text) else {
        return bad_request("a parameter was given twice");
    };
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (parts.method.as_str(), segments.as_slice()) {
        ("GET", [""]) => pages::welcome(),
        ("GET", ["login", ".well-known", "openid-configuration"]) => discovery::document(&world),
        ("GET", ["login", ".well-known", "jwks"]) => discovery::keys(&world),
        ("GET", ["login", "logout"]) => authorize::sign_out(&world, &params),
        ("GET", ["login", tenant, "oauth", "authorize"]) => {
            authorize::start(&world, tenant, &params)
        }
        ("POST", ["login", "signin"]) => authorize::sign_in(&world, &params),
        ("POST", ["login", "approve"]) => authorize::approve(&world, &params),
        ("POST", ["login", "common", "oauth", "tokens"]) => {
            token::answer(&world, &parts.headers, &params)
        }
        ("POST", ["login", "common", "oauth", "revoke"]) => token::revoke(&world, &params),
        ("GET", ["api", "state", ctx]) => discovery::tenant_state(&world, ctx),
        // A company lives on one host: the other one says so (superoffice.md §1.8).
        ("GET", ["moved", _, "api", "v1", ..]) if !world.switches().moved_host => misdirected(),
        ("GET", [_, "api", "v1", ..]) if world.switches().moved_host => misdirected(),
        ("GET", ["moved", ctx, "api", "v1", rest @ ..] | [ctx, "api", "v1", rest @ ..]) => {
            if matches!(rest, ["archive", ..] | ["user"]) {
                world.slow_page(System::SuperOffice).await;
            }
            rest::answer(&world, &parts.headers, ctx, rest, &params)
        }
        _ => not_found(parts.uri.path()),
    }
}

fn misdirected() -> Response {
    let body = json!({ "Message": "Wrong subdomain used to access tenant" });
    (StatusCode::MISDIRECTED_REQUEST, Json(body)).into_response()
}

fn bad_request(message: &str) -> Response {
    (
        StatusCode::BAD_REQUEST,
        Json(json!({ "Message": "The request is invalid.", "MessageDetail": message })),
    )
        .into_response()
}

fn not_found(path: &str) -> Response {
    (
        StatusCode::NOT_FOUND,
        Json(json!({
            "Message": format!("No HTTP resource was found that matches the request URI '{path}'."),
            "MessageDetail": "No route matches this method and path.",
        })),
    )
        .into_response()
}
