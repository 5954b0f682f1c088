//! `GET /o/oauth2/v2/auth` and the account chooser behind it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::{consent, pages, scopes};
use crate::GOOGLE_CLIENT_ID;
use crate::oauth::{Attempt, AuthRequest, Challenge, Params, is_redirect_allowed, redirect_back};
use crate::seed::{GoogleAccount, google_user};
use crate::world::World;

/// Checks the request and shows the account chooser.
pub(super) async fn start(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Response {
    let invalid = |text: &str| {
        pages::blocked(
            "Access blocked: Authorization Error",
            "invalid_request",
            text,
        )
    };
    let Ok(params) = Params::parse(query.unwrap_or_default().as_bytes()) else {
        return invalid("A parameter was given twice.");
    };
    if params.get("client_id") != Some(GOOGLE_CLIENT_ID) {
        return pages::blocked(
            "Access blocked: Authorization Error",
            "invalid_client",
            "The OAuth client was not found.",
        );
    }
    let redirect_uri = params.get("redirect_uri").unwrap_or_default();
    if !is_redirect_allowed(&world.redirect_uris, redirect_uri) {
        return pages::blocked(
            "Access blocked: This app’s request is invalid",
            "redirect_uri_mismatch",
            "You can’t sign in because this app sent an invalid request. You can try again later, or contact the developer about this issue.",
        );
    }
    let request = match read(&params, redirect_uri) {
        Ok(request) => request,
        Err(text) => return invalid(&text),
    };
    if request.prompt.as_deref() == Some("none") {
        return refused(&request, "interaction_required");
    }
    let hint = request.login_hint.clone().unwrap_or_default();
    let attempt = world
        .google
        .grants
        .open(request, &world.random, world.now());
    pages::choose_account(&attempt, &hint, "")
}

fn read(params: &Params, redirect_uri: &str) -> Result<AuthRequest, String> {
    if params.get("response_type") != Some("code") {
        return Err("Required parameter is missing or wrong: response_type".to_owned());
    }
    let list = params
        .get("scope")
        .ok_or("Missing required parameter: scope")?;
    let scope = scopes::parse(list).map_err(|unknown| {
        format!("Some requested scopes were invalid. {{invalid=[{unknown}]}}")
    })?;
    let challenge = Challenge::read(params)?;
    let offline = match params.get("access_type") {
        None | Some("online") => false,
        Some("offline") => true,
        Some(_) => return Err("Invalid parameter value for access_type".to_owned()),
    };
    let prompt = params.get("prompt");
    let words: Vec<&str> = prompt.unwrap_or_default().split_whitespace().collect();
    if words
        .iter()
        .any(|word| !["none", "consent", "select_account"].contains(word))
        || (words.contains(&"none") && words.len() > 1)
    {
        return Err("Invalid parameter value for prompt".to_owned());
    }
    Ok(AuthRequest {
        redirect_uri: redirect_uri.to_owned(),
        state: params.get("state").map(str::to_owned),
        nonce: params.get("nonce").map(str::to_owned),
        challenge,
        scope,
        tenant: String::new(),
        login_hint: params.get("login_hint").map(str::to_owned),
        prompt: prompt.map(str::to_owned),
        offline,
    })
}

/// `POST /signin/account`: somebody chose an account or typed one.
pub(super) async fn sign_in(State(world): State<Arc<World>>, body: Bytes) -> Response {
    let Some((form, id, attempt)) = open_attempt(&world, &body) else {
        return too_old();
    };
    let name = form
        .get("account")
        .or_else(|| form.get("user_name"))
        .unwrap_or_default();
    let Some(user) = google_user(name) else {
        return pages::choose_account(&id, name, "Couldn’t find your Google Account");
    };
    if user.suspended {
        return pages::blocked(
            "Couldn’t sign you in",
            "account_disabled",
            "Your account has been suspended. Contact your administrator.",
        );
    }
    world.google.grants.signed_in(&id, user);
    consent::ask_or_answer(&world, &id, &attempt.request, user)
}

/// The form of a page and the attempt that it belongs to.
pub(super) fn open_attempt(
    world: &World,
    body: &[u8],
) -> Option<(Params, String, Attempt<GoogleAccount>)> {
    let form = Params::parse(body).ok()?;
    let id = form.get("request")?.to_owned();
    let attempt = world.google.grants.attempt(&id, world.now())?;
    Some((form, id, attempt))
}

/// Shown when a page's attempt is gone.
pub(super) fn too_old() -> Response {
    pages::blocked(
        "Something went wrong",
        "expired",
        "This sign-in page is too old. Start again at the portal.",
    )
}

/// Sends the browser back with an error. Google describes none.
pub(super) fn refused(request: &AuthRequest, error: &str) -> Response {
    let mut answer = vec![("error", error)];
    if let Some(state) = &request.state {
        answer.push(("state", state));
    }
    redirect_back(&request.redirect_uri, &answer)
}
