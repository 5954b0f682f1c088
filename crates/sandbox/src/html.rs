//! The look of all pages of the stand-ins: plain HTML, no script, light and dark.

use std::borrow::Cow;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};

const STYLE: &str = include_str!("html/style.css");

/// No script. `form-action` is left out on purpose: forms of a sign-in page end at the
/// portal, which is another site.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; frame-ancestors 'self'";

/// Escapes text for element content and quoted attributes.
pub(crate) fn esc(text: &str) -> Cow<'_, str> {
    html_escape::encode_safe(text)
}

/// A page. `stand_in` says for whom it stands, `title` becomes the heading, `body` is
/// HTML.
pub(crate) fn page(status: StatusCode, stand_in: &str, title: &str, body: &str) -> Response {
    let (title, stand_in) = (esc(title), esc(stand_in));
    document(
        status,
        &title,
        &format!(
            "<p class=\"badge\">Sandbox stand-in for {stand_in}</p><h1>{title}</h1>{body}\
             <p class=\"fine\">Everybody and everything here is invented. No password is ever asked for.</p>"
        ),
        "card",
    )
}

/// A wide page of the mail catcher's web side.
pub(crate) fn wide_page(title: &str, body: &str) -> Response {
    let title = esc(title);
    document(
        StatusCode::OK,
        &title,
        &format!("<h1>{title}</h1>{body}"),
        "wide",
    )
}

fn document(status: StatusCode, title: &str, body: &str, class: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title} · Sandbox</title><style>{STYLE}</style></head>\
         <body><main class=\"{class}\">{body}</main></body></html>"
    );
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::esc;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(esc("<a title='x\"'>").find(['<', '>', '\'', '"']), None);
    }
}
