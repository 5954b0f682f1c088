//! The pages people see at the stand-in for Google.

use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::response::Response;

use super::scopes;
use crate::html::{esc, page};
use crate::seed::{GoogleAccount, google_users, organisation_of};

const STAND_IN: &str = "Google";

/// The root page.
pub(super) async fn welcome() -> Response {
    page(
        StatusCode::OK,
        STAND_IN,
        "Nothing to do here",
        "<p>This server answers when the portal sends you here to sign in.</p>",
    )
}

/// An error that Google shows itself instead of redirecting.
pub(super) fn blocked(title: &str, code: &str, text: &str) -> Response {
    let body = format!(
        "<p>{}</p><p class=\"soft\">Error 400: {}</p>",
        esc(text),
        esc(code)
    );
    page(StatusCode::BAD_REQUEST, STAND_IN, title, &body)
}

/// The account chooser. The account of the hint comes first.
pub(super) fn choose_account(attempt: &str, hint: &str, error: &str) -> Response {
    let hidden = format!(
        "<input type=\"hidden\" name=\"request\" value=\"{}\">",
        esc(attempt)
    );
    let mut body = String::from("<p>to continue to <strong>Synchronizer</strong></p>");
    if !error.is_empty() {
        _ = write!(
            body,
            "<p role=\"alert\"><strong>{}</strong></p>",
            esc(error)
        );
    }
    _ = write!(
        body,
        "<form method=\"post\" action=\"/signin/account\">{hidden}"
    );
    let offered = |user: &&GoogleAccount| user.human && !user.suspended;
    let users: Vec<GoogleAccount> = google_users().iter().collect();
    let hinted = users
        .iter()
        .filter(offered)
        .find(|user| !hint.is_empty() && user.is(hint))
        .copied();
    if let Some(user) = hinted {
        _ = write!(
            body,
            "<h2>Expected account</h2><ul class=\"people\">{}</ul>",
            account_button(user)
        );
    }
    let mut domains: Vec<_> = users.iter().map(|user| user.domain).collect();
    domains.dedup();
    let mut seen = Vec::new();
    for domain in domains {
        if seen.contains(&domain) {
            continue;
        }
        seen.push(domain);
        let accounts: String = users
            .iter()
            .filter(offered)
            .filter(|user| user.domain == domain)
            .filter(|user| hinted.is_none_or(|first| first.sub != user.sub))
            .map(|user| account_button(user))
            .collect();
        _ = write!(
            body,
            "<h2>{} <small>{}</small></h2><ul class=\"people\">{accounts}</ul>",
            esc(organisation_of(domain)),
            domain.unwrap_or_default()
        );
    }
    let typed = if hinted.is_some() { "" } else { hint };
    _ = write!(
        body,
        "</form><form method=\"post\" action=\"/signin/account\">{hidden}\
         <label for=\"user_name\">Use another account</label>\
         <input type=\"text\" id=\"user_name\" name=\"user_name\" value=\"{}\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\">\
         <div class=\"row\"><button class=\"main\" name=\"action\" value=\"sign-in\">Next</button></div></form>",
        esc(typed)
    );
    let status = if error.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    page(status, STAND_IN, "Choose an account", &body)
}

fn account_button(user: GoogleAccount) -> String {
    let role = if user.administrator {
        " · Workspace administrator"
    } else {
        ""
    };
    format!(
        "<li><button name=\"account\" value=\"{}\">{}<span>{}{role}</span></button></li>",
        user.sub,
        esc(&user.name()),
        esc(user.email)
    )
}

/// The consent page. With more than one permission each has a box, and no box is ticked.
pub(super) fn consent(attempt: &str, user: GoogleAccount, asked: &[String]) -> Response {
    let boxes: Vec<(usize, &str)> = asked
        .iter()
        .enumerate()
        .filter_map(|(number, scope)| scopes::line(scope).map(|line| (number, line)))
        .collect();
    let single = boxes.len() < 2;
    let lines: String = boxes
        .iter()
        .map(|(number, line)| {
            if single {
                format!("<p>{}</p>", esc(line))
            } else {
                format!(
                    "<label class=\"tick\"><input type=\"checkbox\" name=\"box-{number}\" value=\"yes\">{}</label>",
                    esc(line)
                )
            }
        })
        .collect();
    let title = if single {
        "Synchronizer wants to access your Google Account"
    } else {
        "Select what Synchronizer can access"
    };
    let body = format!(
        "<p>{} <span class=\"soft\">{}</span></p>\
         <form method=\"post\" action=\"/signin/consent\">\
         <input type=\"hidden\" name=\"request\" value=\"{}\">{lines}\
         <div class=\"row\"><button class=\"main\" name=\"action\" value=\"continue\">Continue</button>\
         <button name=\"action\" value=\"cancel\">Cancel</button></div></form>",
        esc(&user.name()),
        esc(user.email),
        esc(attempt)
    );
    page(StatusCode::OK, STAND_IN, title, &body)
}
