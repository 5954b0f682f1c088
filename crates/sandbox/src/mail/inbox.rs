//! The web inbox: a list, and each mail as HTML, text and source.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;

use super::api;
use super::message::StoredMail;
use crate::clock::iso;
use crate::html::{esc, wide_page};
use crate::world::World;

/// The list shows this many; the JSON API has all.
const SHOWN: usize = 200;

/// The policy of a mail's own page: no script, nothing loaded from anywhere. Links leave
/// the frame, for the top of the window.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    frame-ancestors 'self'; \
    sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

pub(crate) fn router(world: &Arc<World>) -> Router {
    Router::new()
        .route("/", get(list))
        .route("/mails/{id}", get(html))
        .route("/mails/{id}/text", get(text))
        .route("/mails/{id}/source", get(source))
        .route("/mails/{id}/body", get(body))
        .route("/api/mails", get(api::all).delete(api::clear))
        .route("/api/mails/{id}", get(api::one))
        .with_state(Arc::clone(world))
}

async fn list(State(world): State<Arc<World>>) -> Response {
    let mails = world.mails.all();
    let mut page = String::from(
        "<nav aria-label=\"Mail catcher\"><a href=\"/\" aria-current=\"page\">Inbox</a>\
         <a href=\"/\">Look again</a><a href=\"/control\">Switches of the sandbox</a></nav>",
    );
    if mails.is_empty() {
        page.push_str(
            "<p><strong>No mail yet.</strong> Whatever the portal sends arrives here, \
             whoever it is for.</p>",
        );
        return wide_page("Mail catcher", &page);
    }
    let count = match mails.len() {
        1 => "One mail.".to_owned(),
        many => format!("{many} mails, newest first."),
    };
    _ = write!(page, "<p class=\"soft\">{count}</p>");
    page.push_str("<ul class=\"mails\">");
    for mail in mails.iter().rev().take(SHOWN) {
        _ = write!(
            page,
            "<li><a href=\"/mails/{}\"><strong>{}</strong><span>To {}</span><span>From {} · {}</span></a></li>",
            mail.id,
            esc(subject(mail)),
            esc(&mail.to.join(", ")),
            esc(&mail.from),
            readable(mail.received),
        );
    }
    page.push_str("</ul>");
    if mails.len() > SHOWN {
        _ = write!(
            page,
            "<p class=\"soft\">Older mails: <code>/api/mails</code></p>"
        );
    }
    wide_page("Mail catcher", &page)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Html,
    Text,
    Source,
}

async fn html(State(world): State<Arc<World>>, Path(id): Path<u64>) -> Response {
    tab(&world, id, Tab::Html)
}

async fn text(State(world): State<Arc<World>>, Path(id): Path<u64>) -> Response {
    tab(&world, id, Tab::Text)
}

async fn source(State(world): State<Arc<World>>, Path(id): Path<u64>) -> Response {
    tab(&world, id, Tab::Source)
}

fn tab(world: &World, id: u64, tab: Tab) -> Response {
    let Some(stored) = world.mails.get(id) else {
        return gone();
    };
    let mail = stored.open();
    let tab = match tab {
        Tab::Html if mail.html.is_none() => Tab::Text,
        other => other,
    };
    let mut page = String::from("<nav aria-label=\"Mail\"><a href=\"/\">← Inbox</a>");
    for (this, path, name, exists) in [
        (Tab::Html, "", "HTML", mail.html.is_some()),
        (Tab::Text, "/text", "Text", true),
        (Tab::Source, "/source", "Source", true),
    ] {
        if exists {
            let current = if this == tab {
                " aria-current=\"page\""
            } else {
                ""
            };
            _ = write!(page, "<a href=\"/mails/{id}{path}\"{current}>{name}</a>");
        }
    }
    _ = write!(
        page,
        "</nav><dl><dt>From</dt><dd>{}</dd><dt>To</dt><dd>{}</dd><dt>Received</dt><dd>{}</dd></dl>",
        esc(&mail.from),
        esc(&mail.to.join(", ")),
        readable(stored.received)
    );
    match tab {
        Tab::Html => {
            _ = write!(
                page,
                "<iframe title=\"The mail\" src=\"/mails/{id}/body\" sandbox=\"allow-popups \
                 allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation\"></iframe>"
            );
        }
        Tab::Text => {
            let text = mail
                .text
                .as_deref()
                .unwrap_or("This mail has no text part.");
            _ = write!(page, "<pre>{}</pre>", linked(text));
        }
        Tab::Source => {
            let text = String::from_utf8_lossy(&stored.raw);
            _ = write!(page, "<pre>{}</pre>", esc(&text));
        }
    }
    wide_page(subject(&stored), &page)
}

/// The HTML part alone, as its own page.
async fn body(State(world): State<Arc<World>>, Path(id): Path<u64>) -> Response {
    let html = world.mails.get(id).and_then(|stored| stored.open().html);
    match html {
        Some(html) => (
            [
                (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
                (header::CACHE_CONTROL, "no-store"),
                (header::REFERRER_POLICY, "no-referrer"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ],
            Html(with_base(&html)),
        )
            .into_response(),
        None => gone(),
    }
}

fn gone() -> Response {
    let mut response = wide_page(
        "No such mail",
        "<p>It was deleted, or more than 10,000 came after it.</p><p><a href=\"/\">Inbox</a></p>",
    );
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

fn subject(mail: &StoredMail) -> &str {
    if mail.subject.trim().is_empty() {
        "(no subject)"
    } else {
        &mail.subject
    }
}

/// `2026-03-02 08:00:00 UTC`.
fn readable(seconds: i64) -> String {
    iso(seconds).replace('T', " ").replace('Z', " UTC")
}

/// Makes links of a mail open in the whole window instead of the frame.
fn with_base(html: &str) -> String {
    const BASE: &str = "<base target=\"_top\">";
    let lower = html.to_ascii_lowercase();
    let head = lower
        .find("<head")
        .and_then(|start| Some(start + lower.get(start..)?.find('>')? + 1));
    match head.and_then(|at| html.split_at_checked(at)) {
        Some((before, after)) => format!("{before}{BASE}{after}"),
        None => format!("{BASE}{html}"),
    }
}

/// Escapes text and makes its web addresses links.
fn linked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(start) = find_address(rest) {
        let (before, address) = rest.split_at_checked(start).unwrap_or((rest, ""));
        let end = address
            .find(|c: char| c.is_whitespace() || "<>\"".contains(c))
            .unwrap_or(address.len());
        let (address, after) = address.split_at_checked(end).unwrap_or((address, ""));
        let trimmed = address.trim_end_matches(['.', ',', ';', ')']);
        let tail = address.get(trimmed.len()..).unwrap_or_default();
        _ = write!(
            shown,
            "{}<a href=\"{}\">{}</a>{}",
            esc(before),
            esc(trimmed),
            esc(trimmed),
            esc(tail)
        );
        rest = after;
    }
    shown.push_str(&esc(rest));
    shown
}

fn find_address(text: &str) -> Option<usize> {
    match (text.find("http://"), text.find("https://")) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::{linked, with_base};

    #[test]
    fn links_leave_the_frame() {
        let html = "<!doctype html><html><HEAD lang=x><title>é</title></head></html>";
        assert!(with_base(html).contains("<HEAD lang=x><base target=\"_top\"><title>"));
        assert!(with_base("<p>x</p>").starts_with("<base target=\"_top\"><p>"));
    }

    #[test]
    fn addresses_in_text_become_links() {
        let shown = linked("Open <https://a.example/i/x?y=1&z>. Or http://b.example/.");
        assert!(shown.contains("<a href=\"https:&#x2F;&#x2F;a.example&#x2F;i&#x2F;x?y=1&amp;z\">"));
        assert!(shown.ends_with("</a>."));
        assert_eq!(linked("a < b"), "a &lt; b");
    }
}
