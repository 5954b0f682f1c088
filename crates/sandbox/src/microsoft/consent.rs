//! Consent: when to ask, who may answer, and the code at the end.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use url::Url;

use super::authorize::{declined, open_attempt, too_old};
use super::scopes::{Scope, WITHHELD, find};
use super::{errors, pages};
use crate::oauth::{AuthRequest, redirect_back};
use crate::seed::EntraUser;
use crate::switches::ConsentMode;
use crate::world::World;

/// After the account is known: the code at once when everything was consented before,
/// else the consent page, or the page that asks for an administrator.
pub(super) fn ask_or_answer(
    world: &World,
    attempt: &str,
    request: &AuthRequest,
    user: EntraUser,
) -> Response {
    let asked: Vec<&'static Scope> = request.scope.iter().filter_map(|name| find(name)).collect();
    let missing: Vec<&Scope> = asked
        .iter()
        .copied()
        .filter(|scope| !world.microsoft.has_consented(user, scope.name))
        .collect();
    let is_strict = world.switches().microsoft_consent == ConsentMode::AdminApproval;
    let needs_admin = |scope: &&Scope| scope.is_admin_only || (is_strict && scope.is_guarded);
    if !user.1.administrator && missing.iter().any(needs_admin) {
        return pages::need_admin_approval(user, &return_link(world, request));
    }
    if missing.is_empty() && request.prompt.as_deref() != Some("consent") {
        return answer_code(world, request, user);
    }
    pages::consent(&request.tenant, attempt, user, &asked)
}

/// `POST /{t}/consent`: Accept or Cancel.
pub(super) async fn answer(State(world): State<Arc<World>>, body: Bytes) -> Response {
    let Some((form, _, attempt)) = open_attempt(&world, &body) else {
        return too_old();
    };
    let request = &attempt.request;
    let (Some("accept"), Some(user)) = (form.get("action"), attempt.user) else {
        return declined(&world, request);
    };
    let granted = || request.scope.iter().filter_map(|name| find(name));
    world
        .microsoft
        .consent(user.1.oid, granted().map(|scope| scope.name));
    if user.1.administrator && form.get("organisation") == Some("yes") {
        world
            .microsoft
            .consent(user.1.tid, granted().map(|scope| scope.name));
    }
    answer_code(&world, request, user)
}

fn answer_code(world: &World, request: &AuthRequest, user: EntraUser) -> Response {
    let mut scope = request.scope.clone();
    if world.switches().microsoft_consent == ConsentMode::Partial {
        scope.retain(|name| name != WITHHELD);
    }
    let code = format!("1.A{}", world.random.long_token());
    world
        .microsoft
        .grants
        .issue_code(code.clone(), request.clone(), user, scope, world.now());
    let session = world.random.guid();
    let mut answer = vec![("code", code.as_str())];
    if let Some(state) = &request.state {
        answer.push(("state", state));
    }
    answer.push(("session_state", &session));
    redirect_back(&request.redirect_uri, &answer)
}

/// The link of the approval page: the error comes only if somebody clicks it.
fn return_link(world: &World, request: &AuthRequest) -> String {
    let response = errors::redirect_error(
        world,
        request,
        "access_denied",
        90094,
        "An administrator of the organisation must grant permission to the application.",
    );
    response
        .headers()
        .get(axum::http::header::LOCATION)
        .and_then(|location| location.to_str().ok())
        .filter(|location| Url::parse(location).is_ok())
        .unwrap_or_default()
        .to_owned()
}
