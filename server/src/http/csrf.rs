//! No other site may change anything here: requests that change must say that they come
//! from this origin (`Sec-Fetch-Site`, or `Origin` in older browsers).

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::routes;
use url::Url;

use super::language::Language;
use super::public;
use crate::state::AppState;

/// Refuses foreign changes, and foreign readers of the data path.
pub(super) async fn require_same_origin(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let is_api = request.uri().path().starts_with(routes::API);
    let allowed = if reads {
        !is_api
            || fetch_site(request.headers())
                .is_none_or(|site| matches!(site, "same-origin" | "none"))
    } else {
        is_same_origin(request.headers(), &state.public_url)
    };
    if allowed {
        next.run(request).await
    } else {
        public::mishap_page(Language::of(request.extensions()), "", Mishap::CrossSite)
    }
}

fn fetch_site(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok())
}

fn is_same_origin(headers: &HeaderMap, public_url: &Url) -> bool {
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|value| value.to_str().ok());
    let ours = public_url.origin().ascii_serialization();
    match (fetch_site(headers), origin) {
        (Some(site), Some(origin)) => site == "same-origin" && origin == ours,
        (Some(site), None) => site == "same-origin",
        (None, Some(origin)) => origin == ours,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_of_this_origin_may_change_anything() {
        let url = Url::parse("https://sync.example.com").unwrap();
        let ours = "https://sync.example.com";
        let table = [
            (Some("same-origin"), Some(ours), true),
            (Some("same-origin"), None, true),
            (None, Some(ours), true),
            (Some("same-site"), Some(ours), false),
            (Some("cross-site"), Some("https://evil.example"), false),
            (Some("same-origin"), Some("https://evil.example"), false),
            (Some("none"), None, false),
            (None, Some("null"), false),
            (None, Some("https://sync.example.com.evil.example"), false),
            (None, None, false),
        ];
        for (site, origin, expected) in table {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(
                is_same_origin(&headers, &url),
                expected,
                "{site:?} {origin:?}"
            );
        }
    }
}
