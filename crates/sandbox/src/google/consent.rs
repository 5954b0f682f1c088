//! Consent: when to ask, which boxes were ticked, and the code at the end.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;

use super::authorize::{open_attempt, refused, too_old};
use super::{pages, scopes};
use crate::oauth::{AuthRequest, redirect_back};
use crate::seed::GoogleAccount;
use crate::switches::GoogleConsent;
use crate::world::World;

fn asks_always(request: &AuthRequest) -> bool {
    request
        .prompt
        .as_deref()
        .is_some_and(|prompt| prompt.split_whitespace().any(|word| word == "consent"))
}

/// After the account is known: the administrator's block, the consent page, or the code
/// at once when everything was consented before.
pub(super) fn ask_or_answer(
    world: &World,
    attempt: &str,
    request: &AuthRequest,
    user: GoogleAccount,
) -> Response {
    let mode = world.switches().google.consent;
    let restricted = user.domain.is_some() && !user.administrator;
    match mode {
        GoogleConsent::AdminPolicy if restricted => {
            return refused(request, "admin_policy_enforced");
        }
        GoogleConsent::AdminPolicySilent if restricted => {
            return pages::blocked(
                "Access blocked: your institution’s admin needs to review Synchronizer",
                "access_not_configured",
                "Your institution’s admin needs to review Synchronizer before it can access your Google Account.",
            );
        }
        GoogleConsent::Denied => return refused(request, "access_denied"),
        _ => {}
    }
    if !asks_always(request) && world.google.has_consented(user, &request.scope) {
        return answer_code(world, request, user, request.scope.clone(), false);
    }
    pages::consent(attempt, user, &request.scope)
}

/// `POST /signin/consent`: *Continue* or *Cancel*.
pub(super) async fn answer(State(world): State<Arc<World>>, body: Bytes) -> Response {
    let Some((form, _, attempt)) = open_attempt(&world, &body) else {
        return too_old();
    };
    let request = &attempt.request;
    let (Some("continue"), Some(user)) = (form.get("action"), attempt.user) else {
        return refused(request, "access_denied");
    };
    let boxes = request
        .scope
        .iter()
        .filter(|scope| scopes::line(scope).is_some())
        .count();
    let granted: Vec<String> = request
        .scope
        .iter()
        .enumerate()
        .filter(|(number, scope)| {
            boxes < 2
                || scopes::line(scope).is_none()
                || form.get(&format!("box-{number}")).is_some()
        })
        .map(|(_, scope)| scope.clone())
        .collect();
    world.google.consent(user, &granted);
    answer_code(&world, request, user, granted, true)
}

fn answer_code(
    world: &World,
    request: &AuthRequest,
    user: GoogleAccount,
    mut scope: Vec<String>,
    fresh: bool,
) -> Response {
    if world.switches().google.consent == GoogleConsent::Partial {
        scope.retain(|name| name != scopes::WITHHELD);
    }
    let code = format!("4/0A{}", world.random.long_token());
    let listed = scopes::listed(&scope);
    // A refresh token comes with lasting access that was consented just now, and only then.
    let kept = AuthRequest {
        offline: request.offline && fresh,
        ..request.clone()
    };
    world
        .google
        .grants
        .issue_code(code.clone(), kept, user, scope, world.now());
    let mut answer = Vec::new();
    if let Some(state) = &request.state {
        answer.push(("state", state.as_str()));
    }
    answer.extend([
        ("code", code.as_str()),
        ("scope", &listed),
        ("authuser", "0"),
    ]);
    if let Some(domain) = user.domain {
        answer.push(("hd", domain));
    }
    answer.push(("prompt", if fresh { "consent" } else { "none" }));
    redirect_back(&request.redirect_uri, &answer)
}
