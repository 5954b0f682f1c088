//! `GET /{t}/v2.0/adminconsent`: an administrator approves for the whole organisation.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use super::authorize::{open_attempt, too_old};
use super::discovery::Tenant;
use super::scopes::{Scope, find, listed};
use super::{errors, pages, scopes};
use crate::MICROSOFT_CLIENT_ID;
use crate::oauth::{AuthRequest, Params, is_redirect_allowed, redirect_back};
use crate::seed::entra_user;
use crate::world::World;

/// Checks the request and asks for an account.
pub(super) async fn start(
    State(world): State<Arc<World>>,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Ok(params) = Params::parse(query.unwrap_or_default().as_bytes()) else {
        return pages::error(90014, "A parameter was given twice.");
    };
    // Unlike at sign-in, `common` names nobody.
    let Some(tenant) = Tenant::read(&segment).filter(|_| segment != "common") else {
        return pages::error(90002, "Tenant not found.");
    };
    if params.get("client_id") != Some(MICROSOFT_CLIENT_ID) {
        return pages::error(700_016, "Application was not found in the directory.");
    }
    let redirect_uri = params.get("redirect_uri").unwrap_or_default();
    if !is_redirect_allowed(&world.redirect_uris, redirect_uri) {
        return pages::error(
            50011,
            "The redirect URI specified in the request does not match the redirect URIs configured for the application.",
        );
    }
    let asked = match scopes::parse(params.get("scope").unwrap_or_default()) {
        Ok(asked) if !asked.is_empty() => asked,
        Ok(_) => return pages::error(900_144, "The request must contain 'scope'."),
        Err(unknown) => {
            let text = format!("The provided value for 'scope' is not valid: '{unknown}'.");
            return pages::error(70011, &text);
        }
    };
    let request = AuthRequest {
        redirect_uri: redirect_uri.to_owned(),
        state: params.get("state").map(str::to_owned),
        nonce: None,
        challenge: None,
        scope: asked.iter().map(|scope| scope.name.to_owned()).collect(),
        tenant: segment.clone(),
        login_hint: None,
        prompt: None,
        offline: false,
    };
    let microsoft = &world.microsoft;
    let attempt = microsoft.grants.open(request, &world.random, world.now());
    pages::pick_administrator(tenant, &segment, &attempt)
}

/// `POST /{t}/adminconsent`: an account was chosen, then Accept or Cancel.
pub(super) async fn answer(
    State(world): State<Arc<World>>,
    Path(segment): Path<String>,
    body: Bytes,
) -> Response {
    let Some((form, id, attempt)) = open_attempt(&world, &body) else {
        return too_old();
    };
    let request = &attempt.request;
    let granted: Vec<&'static Scope> = request.scope.iter().filter_map(|name| find(name)).collect();
    if let Some(name) = form.get("account") {
        let (Some(tenant), Some(user)) = (Tenant::read(&segment), entra_user(name)) else {
            return pages::error(50034, "The user account does not exist.");
        };
        if !tenant.admits(user.1.tid) {
            return pages::error(
                50020,
                "The user account does not exist in this tenant and cannot access the application.",
            );
        }
        if !user.1.administrator {
            let text = "An administrator of the organisation must grant permission.";
            return refuse(&world, request, "access_denied", 90094, text);
        }
        world.microsoft.grants.signed_in(&id, user);
        return pages::consent_for_all(&segment, &id, user, &granted);
    }
    let (Some("accept"), Some(user)) = (form.get("action"), attempt.user) else {
        let text = "User declined to consent to access the app.";
        return refuse(&world, request, "consent_required", 65004, text);
    };
    world
        .microsoft
        .consent(user.1.tid, granted.iter().map(|scope| scope.name));
    let scope = listed(&request.scope);
    let mut answer = vec![
        ("admin_consent", "True"),
        ("tenant", user.1.tid),
        ("scope", scope.as_str()),
    ];
    if let Some(state) = &request.state {
        answer.push(("state", state));
    }
    redirect_back(&request.redirect_uri, &answer)
}

/// Errors come with `admin_consent=True`, as at the real service.
fn refuse(world: &World, request: &AuthRequest, error: &str, code: u32, text: &str) -> Response {
    let description = errors::told(world, code, text);
    let mut answer = vec![
        ("admin_consent", "True"),
        ("error", error),
        ("error_description", description.as_str()),
    ];
    if let Some(state) = &request.state {
        answer.push(("state", state));
    }
    redirect_back(&request.redirect_uri, &answer)
}
