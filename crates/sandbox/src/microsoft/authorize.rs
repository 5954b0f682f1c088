//! `GET /{t}/oauth2/v2.0/authorize` and the account picker behind it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use super::discovery::Tenant;
use super::errors::{redirect_error, redirect_error_to};
use super::{consent, pages, scopes};
use crate::MICROSOFT_CLIENT_ID;
use crate::oauth::{Attempt, AuthRequest, Challenge, Params, is_redirect_allowed};
use crate::seed::{EntraUser, entra_user};
use crate::world::World;

/// Checks the request and shows the account picker.
pub(super) async fn start(
    State(world): State<Arc<World>>,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Ok(params) = Params::parse(query.unwrap_or_default().as_bytes()) else {
        return pages::error(90014, "A parameter was given twice.");
    };
    let Some(tenant) = Tenant::read(&segment) else {
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
    let request = match read(&params, &segment, redirect_uri) {
        Ok(request) => request,
        Err((error, code, text)) => {
            let state = params.get("state");
            return redirect_error_to(&world, redirect_uri, state, error, (code, &text));
        }
    };
    if request.prompt.as_deref() == Some("none") {
        return redirect_error(
            &world,
            &request,
            "login_required",
            50058,
            "A silent sign-in request was sent but no user is signed in.",
        );
    }
    let hint = request.login_hint.clone().unwrap_or_default();
    let microsoft = &world.microsoft;
    let attempt = microsoft.grants.open(request, &world.random, world.now());
    pages::pick_account(tenant, &segment, &attempt, &hint, "")
}

type Refusal = (&'static str, u32, String);

fn read(params: &Params, segment: &str, redirect_uri: &str) -> Result<AuthRequest, Refusal> {
    let invalid = |text: &str| ("invalid_request", 900_144, text.to_owned());
    if params.get("response_type") != Some("code") {
        let text = "The response_type is not supported.".to_owned();
        return Err(("unsupported_response_type", 700_054, text));
    }
    if params
        .get("response_mode")
        .is_some_and(|mode| mode != "query")
    {
        return Err(invalid("Only response_mode=query is offered here."));
    }
    let list = params
        .get("scope")
        .ok_or_else(|| invalid("The request must contain 'scope'."))?;
    let asked = scopes::parse(list).map_err(|unknown| {
        let text = format!("The provided value for 'scope' is not valid: '{unknown}'.");
        ("invalid_scope", 70011, text)
    })?;
    let challenge =
        Challenge::read(params).map_err(|text| ("invalid_request", 501_491, text.to_owned()))?;
    let prompt = params.get("prompt");
    if prompt.is_some_and(|value| !["select_account", "login", "consent", "none"].contains(&value))
    {
        return Err(("invalid_request", 90023, "Unsupported prompt.".to_owned()));
    }
    Ok(AuthRequest {
        redirect_uri: redirect_uri.to_owned(),
        state: params.get("state").map(str::to_owned),
        nonce: params.get("nonce").map(str::to_owned),
        challenge,
        scope: asked.iter().map(|scope| scope.name.to_owned()).collect(),
        tenant: segment.to_owned(),
        login_hint: params.get("login_hint").map(str::to_owned),
        prompt: prompt.map(str::to_owned),
        offline: false,
    })
}

/// `POST /{t}/login`: somebody chose an account, typed one or cancelled.
pub(super) async fn sign_in(
    State(world): State<Arc<World>>,
    Path(segment): Path<String>,
    body: Bytes,
) -> Response {
    let Some((form, id, attempt)) = open_attempt(&world, &body) else {
        return too_old();
    };
    let request = &attempt.request;
    if form.get("action") == Some("cancel") {
        return declined(&world, request);
    }
    let name = form
        .get("account")
        .or_else(|| form.get("user_name"))
        .unwrap_or_default();
    let Some(tenant) = Tenant::read(&request.tenant) else {
        return pages::error(90002, "Tenant not found.");
    };
    let Some(user) = entra_user(name) else {
        let error = "We couldn’t find an account with that user name.";
        return pages::pick_account(tenant, &segment, &id, name, error);
    };
    if !user.1.enabled {
        return pages::error(50057, "The user account is disabled.");
    }
    if !tenant.admits(user.1.tid) {
        return pages::error(
            50020,
            "The user account does not exist in this tenant and cannot access the application.",
        );
    }
    world.microsoft.grants.signed_in(&id, user);
    consent::ask_or_answer(&world, &id, request, user)
}

/// The form of a page and the attempt that it belongs to.
pub(super) fn open_attempt(
    world: &World,
    body: &[u8],
) -> Option<(Params, String, Attempt<EntraUser>)> {
    let form = Params::parse(body).ok()?;
    let id = form.get("request")?.to_owned();
    let attempt = world.microsoft.grants.attempt(&id, world.now())?;
    Some((form, id, attempt))
}

/// Shown when a page's attempt is gone.
pub(super) fn too_old() -> Response {
    pages::error(
        165_000,
        "This sign-in page is too old. Start again at the portal.",
    )
}

/// The answer to every Cancel.
pub(super) fn declined(world: &World, request: &AuthRequest) -> Response {
    redirect_error(
        world,
        request,
        "access_denied",
        65004,
        "User declined to consent to access the app.",
    )
}
