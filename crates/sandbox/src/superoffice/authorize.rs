//! The authorize endpoint and the two pages behind it.

use axum::response::Response;

use super::pages;
use crate::SUPEROFFICE_CLIENT_ID;
use crate::oauth::{Attempt, AuthRequest, Challenge, Params, is_redirect_allowed, redirect_back};
use crate::seed::{CrmUser, company, crm_user};
use crate::world::World;

/// `GET /login/{common|ctx}/oauth/authorize`.
pub(super) fn start(world: &World, tenant: &str, params: &Params) -> Response {
    if params.get("client_id") != Some(SUPEROFFICE_CLIENT_ID) {
        return pages::authorization_error(4, "Denied", "The client_id is not registered.");
    }
    let redirect_uri = params.get("redirect_uri").unwrap_or_default();
    if !is_redirect_allowed(&world.redirect_uris, redirect_uri) {
        return pages::authorization_error(
            2,
            "InvalidRedirectUrl",
            "The redirect_uri is not registered.",
        );
    }
    let state = params.get("state");
    let refuse = |error: &str, text: &str| answer_error(redirect_uri, state, error, text);
    let acr = params.get("acr_values").unwrap_or_default();
    let chosen = acr
        .split(' ')
        .find_map(|value| value.strip_prefix("tenant:"))
        .unwrap_or(tenant);
    if chosen != "common" && company(chosen).is_none() {
        return refuse("invalid_request", "unknown tenant");
    }
    if params.get("response_type") != Some("code") {
        return refuse("unsupported_response_type", "only code is supported");
    }
    if params
        .get("response_mode")
        .is_some_and(|mode| mode != "query")
    {
        return refuse(
            "invalid_request",
            "only response_mode=query is offered here",
        );
    }
    let scope = params.get("scope").unwrap_or_default();
    if !scope.split(' ').any(|scope| scope == "openid") {
        return refuse("invalid_scope", "scope must contain openid");
    }
    let challenge = match Challenge::read(params) {
        Ok(challenge) => challenge,
        Err(text) => return refuse("invalid_request", text),
    };
    let login_hint = params.get("login_hint").map(str::to_owned);
    let hint = login_hint.clone().unwrap_or_default();
    let request = AuthRequest {
        redirect_uri: redirect_uri.to_owned(),
        state: state.map(str::to_owned),
        nonce: params.get("nonce").map(str::to_owned),
        challenge,
        // Any scope but openid is ignored.
        scope: vec!["openid".to_owned()],
        tenant: chosen.to_owned(),
        login_hint,
        prompt: None,
        offline: false,
    };
    let attempt = world
        .superoffice
        .grants
        .open(request, &world.random, world.now());
    pages::sign_in(&attempt, tenant_of(chosen), &hint, "")
}

/// `POST /login/signin`: somebody chose a person, typed a user name or cancelled.
pub(super) fn sign_in(world: &World, form: &Params) -> Response {
    let (id, attempt) = match open_attempt(world, form) {
        Ok(open) => open,
        Err(page) => return *page,
    };
    if form.get("action") == Some("cancel") {
        return cancelled(&attempt.request);
    }
    let name = form
        .get("person")
        .or_else(|| form.get("user_name"))
        .unwrap_or_default();
    let tenant = tenant_of(&attempt.request.tenant);
    let Some(user) = crm_user(name) else {
        let error = "There is no user with this name. Choose one of the list.";
        return pages::sign_in(id, tenant, name, error);
    };
    if !user.1.active {
        return pages::no_access("This user is retired and can no longer sign in.");
    }
    if tenant.is_some_and(|ctx| !ctx.eq_ignore_ascii_case(user.1.ctx)) {
        return pages::no_access("This user belongs to another company.");
    }
    if let Some(word) = refusal(world, user.1.ctx) {
        if word != NEEDS_REAPPROVAL || !user.1.administrator {
            let request = &attempt.request;
            let text = format!("AuthorizeErrorCode {word}");
            return answer_error(
                &request.redirect_uri,
                request.state.as_deref(),
                &word,
                &text,
            );
        }
        world.superoffice.grants.signed_in(id, user);
        return pages::approve(id, user);
    }
    if world.superoffice.is_approved(user.1.ctx) {
        return answer_code(world, &attempt.request, user);
    }
    if !user.1.administrator {
        return pages::no_access(
            "An administrator of your company must approve the application first. \
             Ask him or her to sign in once.",
        );
    }
    world.superoffice.grants.signed_in(id, user);
    pages::approve(id, user)
}

/// `POST /login/approve`: the administrator approved for the company, or cancelled.
pub(super) fn approve(world: &World, form: &Params) -> Response {
    let (_, attempt) = match open_attempt(world, form) {
        Ok(open) => open,
        Err(page) => return *page,
    };
    match (form.get("action"), attempt.user) {
        (Some("approve"), Some(user)) => {
            world.superoffice.approve(user.1.ctx);
            world.switches().crm_approval.remove(user.1.ctx);
            answer_code(world, &attempt.request, user)
        }
        _ => cancelled(&attempt.request),
    }
}

/// What administrators mend by signing in once.
const NEEDS_REAPPROVAL: &str = "NeedsReapproval";

/// Why a company's people are not let in; none when they are.
pub(super) fn refusal(world: &World, ctx: &str) -> Option<String> {
    world.switches().crm_approval.get(ctx).cloned()
}

/// `GET /login/logout`.
pub(super) fn sign_out(world: &World, params: &Params) -> Response {
    match params.get("redirect_uri") {
        Some(uri) if is_redirect_allowed(&world.redirect_uris, uri) => redirect_back(uri, &[]),
        _ => pages::signed_out(),
    }
}

fn open_attempt<'a>(
    world: &World,
    form: &'a Params,
) -> Result<(&'a str, Attempt<CrmUser>), Box<Response>> {
    let id = form.get("request").unwrap_or_default();
    world
        .superoffice
        .grants
        .attempt(id, world.now())
        .map(|attempt| (id, attempt))
        .ok_or_else(|| {
            Box::new(pages::authorization_error(
                3,
                "Expired",
                "This sign-in page is too old. Start again at the portal.",
            ))
        })
}

fn tenant_of(tenant: &str) -> Option<&str> {
    (tenant != "common").then_some(tenant)
}

fn answer_code(world: &World, request: &AuthRequest, user: CrmUser) -> Response {
    let code = world.random.token();
    world.superoffice.grants.issue_code(
        code.clone(),
        request.clone(),
        user,
        request.scope.clone(),
        world.now(),
    );
    let mut answer = vec![("code", code.as_str())];
    if let Some(state) = &request.state {
        answer.push(("state", state));
    }
    redirect_back(&request.redirect_uri, &answer)
}

fn cancelled(request: &AuthRequest) -> Response {
    answer_error(
        &request.redirect_uri,
        request.state.as_deref(),
        "access_denied",
        "The user cancelled the sign-in.",
    )
}

fn answer_error(redirect_uri: &str, state: Option<&str>, error: &str, text: &str) -> Response {
    let mut answer = vec![("error", error), ("error_description", text)];
    if let Some(state) = state {
        answer.push(("state", state));
    }
    redirect_back(redirect_uri, &answer)
}
