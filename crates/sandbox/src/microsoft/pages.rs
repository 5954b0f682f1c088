//! The pages people see at the stand-in for Microsoft.

use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::response::Response;

use super::discovery::Tenant;
use super::scopes::Scope;
use crate::html::{esc, page};
use crate::seed::{EntraUser, entra_user, offered_entra_users, organisation, organisations};

const STAND_IN: &str = "Microsoft";

/// The root page.
pub(super) async fn welcome() -> Response {
    page(
        StatusCode::OK,
        STAND_IN,
        "Nothing to do here",
        "<p>This server answers when the portal sends you here to sign in.</p>",
    )
}

/// After signing out.
pub(super) async fn signed_out() -> Response {
    page(
        StatusCode::OK,
        STAND_IN,
        "You signed out of your account",
        "<p>You can close this page.</p>",
    )
}

/// An error that Entra shows itself instead of redirecting.
pub(super) fn error(code: u32, text: &str) -> Response {
    let body = format!("<p>AADSTS{code}: {}</p>", esc(text));
    page(
        StatusCode::BAD_REQUEST,
        STAND_IN,
        "Sorry, but we’re having trouble signing you in",
        &body,
    )
}

/// The account picker. The account of the hint comes first.
pub(super) fn pick_account(
    tenant: Tenant,
    segment: &str,
    attempt: &str,
    hint: &str,
    error: &str,
) -> Response {
    let action = format!("/{}/login", esc(segment));
    let hidden = format!(
        "<input type=\"hidden\" name=\"request\" value=\"{}\">",
        esc(attempt)
    );
    let mut body = String::new();
    if !error.is_empty() {
        _ = write!(
            body,
            "<p role=\"alert\"><strong>{}</strong></p>",
            esc(error)
        );
    }
    _ = write!(body, "<form method=\"post\" action=\"{action}\">{hidden}");
    let offered = |(_, user): &EntraUser| user.enabled && user.human && tenant.admits(user.tid);
    let hinted = entra_user(hint).filter(offered);
    if let Some(account) = hinted {
        _ = write!(
            body,
            "<h2>Expected account</h2><ul class=\"people\">{}</ul>",
            account_button(account)
        );
    }
    for organisation in organisations() {
        let accounts: String = offered_entra_users(organisation.tid)
            .filter(|(_, user)| tenant.admits(user.tid))
            .filter(|(_, user)| hinted.is_none_or(|(_, first)| first.oid != user.oid))
            .map(account_button)
            .collect();
        if !accounts.is_empty() {
            _ = write!(
                body,
                "<h2>{} <small>{}</small></h2><ul class=\"people\">{accounts}</ul>",
                esc(organisation.name),
                organisation.domain
            );
        }
    }
    let typed = if hinted.is_some() { "" } else { hint };
    _ = write!(
        body,
        "</form><form method=\"post\" action=\"{action}\">{hidden}\
         <label for=\"user_name\">Use another account</label>\
         <input type=\"text\" id=\"user_name\" name=\"user_name\" value=\"{}\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\">\
         <div class=\"row\"><button class=\"main\" name=\"action\" value=\"sign-in\">Next</button>\
         <button name=\"action\" value=\"cancel\">Cancel</button></div></form>",
        esc(typed)
    );
    let status = if error.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    page(status, STAND_IN, "Pick an account", &body)
}

fn account_button((person, user): EntraUser) -> String {
    let role = if user.administrator {
        " · Global Administrator"
    } else {
        ""
    };
    format!(
        "<li><button name=\"account\" value=\"{}\">{}<span>{}{role}</span></button></li>",
        user.oid,
        esc(person.name),
        esc(user.upn)
    )
}

/// The account picker of an organisation's approval.
pub(super) fn pick_administrator(tenant: Tenant, segment: &str, attempt: &str) -> Response {
    let accounts: String = organisations()
        .iter()
        .flat_map(|organisation| offered_entra_users(organisation.tid))
        .filter(|(_, user)| tenant.admits(user.tid))
        .map(account_button)
        .collect();
    let body = format!(
        "<form method=\"post\" action=\"/{}/adminconsent\">\
         <input type=\"hidden\" name=\"request\" value=\"{}\">\
         <ul class=\"people\">{accounts}</ul>\
         <div class=\"row\"><button name=\"action\" value=\"cancel\">Cancel</button></div></form>",
        esc(segment),
        esc(attempt)
    );
    page(StatusCode::OK, STAND_IN, "Pick an account", &body)
}

/// "Permissions requested" for the whole organisation.
pub(super) fn consent_for_all(
    segment: &str,
    attempt: &str,
    (person, user): EntraUser,
    scopes: &[&Scope],
) -> Response {
    let lines: String = scopes
        .iter()
        .map(|scope| format!("<li>{} <small>{}</small></li>", esc(scope.text), scope.name))
        .collect();
    let name = organisation(user.tid).map_or("", |organisation| organisation.name);
    let body = format!(
        "<p>{} <span class=\"soft\">{}</span></p>\
         <p><strong>Synchronizer</strong> would like to, for all users of {}:</p><ul>{lines}</ul>\
         <form method=\"post\" action=\"/{}/adminconsent\">\
         <input type=\"hidden\" name=\"request\" value=\"{}\">\
         <div class=\"row\"><button class=\"main\" name=\"action\" value=\"accept\">Accept</button>\
         <button name=\"action\" value=\"cancel\">Cancel</button></div></form>",
        esc(person.name),
        esc(user.upn),
        esc(name),
        esc(segment),
        esc(attempt)
    );
    page(StatusCode::OK, STAND_IN, "Permissions requested", &body)
}

/// "Permissions requested". Administrators may consent for everybody.
pub(super) fn consent(
    segment: &str,
    attempt: &str,
    (person, user): EntraUser,
    scopes: &[&Scope],
) -> Response {
    let lines: String = scopes
        .iter()
        .map(|scope| format!("<li>{} <small>{}</small></li>", esc(scope.text), scope.name))
        .collect();
    let for_all = if user.administrator {
        "<label class=\"tick\"><input type=\"checkbox\" name=\"organisation\" value=\"yes\">\
         Consent on behalf of your organization</label>"
    } else {
        ""
    };
    let body = format!(
        "<p>{} <span class=\"soft\">{}</span></p>\
         <p><strong>Synchronizer</strong> would like to:</p><ul>{lines}</ul>\
         <form method=\"post\" action=\"/{}/consent\">\
         <input type=\"hidden\" name=\"request\" value=\"{}\">{for_all}\
         <div class=\"row\"><button class=\"main\" name=\"action\" value=\"accept\">Accept</button>\
         <button name=\"action\" value=\"cancel\">Cancel</button></div></form>",
        esc(person.name),
        esc(user.upn),
        esc(segment),
        esc(attempt)
    );
    page(StatusCode::OK, STAND_IN, "Permissions requested", &body)
}

/// "Need admin approval": no redirect, only a link that many never click.
pub(super) fn need_admin_approval(user: EntraUser, back: &str) -> Response {
    let name = organisation(user.1.tid).map_or("", |organisation| organisation.name);
    let body = format!(
        "<p><strong>Synchronizer</strong> needs permission to access resources in {} that only \
         an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>\
         <p><a href=\"{}\">Return to the application without granting consent</a></p>",
        esc(name),
        esc(back)
    );
    page(StatusCode::OK, STAND_IN, "Need admin approval", &body)
}
