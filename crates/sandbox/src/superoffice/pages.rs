//! The pages people see at the stand-in for SuperOffice.

use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::response::Response;

use crate::html::{esc, page};
use crate::seed::{CrmUser, companies, company, offered_crm_users};

const STAND_IN: &str = "SuperOffice";

/// The root page, for whoever opens the address out of curiosity.
pub(super) fn welcome() -> Response {
    page(
        StatusCode::OK,
        STAND_IN,
        "Nothing to do here",
        "<p>This server answers when the portal sends you here to sign in.</p>",
    )
}

/// The sign-in page: one button per person, or a typed user name.
pub(super) fn sign_in(attempt: &str, tenant: Option<&str>, hint: &str, error: &str) -> Response {
    let attempt = esc(attempt);
    let mut body = String::new();
    if !error.is_empty() {
        _ = write!(
            body,
            "<p role=\"alert\"><strong>{}</strong></p>",
            esc(error)
        );
    }
    body.push_str("<form method=\"post\" action=\"/login/signin\">");
    _ = write!(
        body,
        "<input type=\"hidden\" name=\"request\" value=\"{attempt}\">"
    );
    for company in companies() {
        if tenant.is_some_and(|ctx| !ctx.eq_ignore_ascii_case(company.ctx)) {
            continue;
        }
        _ = write!(
            body,
            "<h2>{} <small>{}</small></h2><ul class=\"people\">",
            esc(company.name),
            company.ctx
        );
        for (person, user) in offered_crm_users(company.ctx) {
            let role = if user.administrator {
                " · administrator"
            } else {
                ""
            };
            _ = write!(
                body,
                "<li><button name=\"person\" value=\"{value}\">{name}<span>{value}{role}</span></button></li>",
                value = esc(user.user_name),
                name = esc(person.name),
            );
        }
        body.push_str("</ul>");
    }
    body.push_str("</form>");
    _ = write!(
        body,
        "<form method=\"post\" action=\"/login/signin\">\
         <input type=\"hidden\" name=\"request\" value=\"{attempt}\">\
         <label for=\"user_name\">Or type a user name</label>\
         <input type=\"text\" id=\"user_name\" name=\"user_name\" value=\"{}\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\">\
         <div class=\"row\"><button class=\"main\" name=\"action\" value=\"sign-in\">Sign in</button>\
         <button name=\"action\" value=\"cancel\">Cancel</button></div></form>",
        esc(hint)
    );
    let status = if error.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    page(status, STAND_IN, "Sign in to SuperOffice", &body)
}

/// The page on which an administrator approves the application for the company.
pub(super) fn approve(attempt: &str, (person, user): CrmUser) -> Response {
    let company = company(user.ctx).map_or("", |company| company.name);
    let body = format!(
        "<p>You are <strong>{}</strong> and administer <strong>{}</strong> ({}).</p>\
         <p>The application <strong>Synchronizer</strong> asks to read and write data of your company \
         on behalf of users who sign in.</p>\
         <form method=\"post\" action=\"/login/approve\">\
         <input type=\"hidden\" name=\"request\" value=\"{}\">\
         <div class=\"row\"><button class=\"main\" name=\"action\" value=\"approve\">I approve</button>\
         <button name=\"action\" value=\"cancel\">Cancel</button></div></form>",
        esc(person.name),
        esc(company),
        user.ctx,
        esc(attempt)
    );
    page(StatusCode::OK, STAND_IN, "Approve the application", &body)
}

/// Shown instead of a redirect when the account may not use the application.
pub(super) fn no_access(reason: &str) -> Response {
    let body = format!("<p>{}</p>", esc(reason));
    page(
        StatusCode::FORBIDDEN,
        STAND_IN,
        "This account does not have access",
        &body,
    )
}

/// "Authorization error" with an `AuthorizeErrorCode`; never redirects.
pub(super) fn authorization_error(code: u8, name: &str, detail: &str) -> Response {
    let body = format!(
        "<dl><dt>AuthorizeErrorCode</dt><dd>{code} {}</dd></dl><p>{}</p>",
        esc(name),
        esc(detail)
    );
    page(
        StatusCode::BAD_REQUEST,
        STAND_IN,
        "Authorization error",
        &body,
    )
}

/// After signing out.
pub(super) fn signed_out() -> Response {
    page(
        StatusCode::OK,
        STAND_IN,
        "You are signed out",
        "<p>You can close this page.</p>",
    )
}
