//! More than is taken at once is refused with a page that says so. A browser shows an answer
//! only after it has sent everything, so that what is too large is read to its end and
//! thrown away, as far as anybody sends by mistake.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use synchronizer_app::public::{MishapPage, mishap};
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::routes;
use url::Url;

use super::language::Language;
use super::public;
use crate::state::AppState;

/// Largest request: a pasted list of 20,000 people fits.
pub(super) const MAX_BODY: usize = 4 << 20;
/// This much is thrown away; whoever sends more sees a broken connection.
const MAX_THROWN: usize = 64 << 20;
/// Nobody is waited for any longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Marks a request whose body was too large and is gone.
#[derive(Clone, Copy)]
pub(super) struct TooLarge;

/// Refuses requests that say that they are too large; a list of pairs goes on without its
/// body, to a page where it can be brought in parts.
pub(super) async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if length(request.headers()).is_none_or(|length| length <= MAX_BODY as u64) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    // However it ends, the answer is the same.
    let _ = tokio::time::timeout(PATIENCE, throw_away(body)).await;
    let path = parts.uri.path();
    let is_list = parts.method == Method::POST && routes::is_import(path);
    if path.starts_with(routes::API) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    if is_list {
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.extensions.insert(TooLarge);
        return next.run(Request::from_parts(parts, Body::empty())).await;
    }
    let what = MishapPage {
        retry: came_from(&parts.headers, &state.public_url).map(|path| ("GET".to_owned(), path)),
        ..MishapPage::new(Mishap::TooLarge)
    };
    let language = Language::of(&parts.extensions);
    public::send(
        Mishap::TooLarge.status(),
        mishap(&public::page(language, ""), &what),
    )
}

fn length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

async fn throw_away(body: Body) {
    let mut pieces = body.into_data_stream();
    let mut thrown = 0;
    while let Some(Ok(piece)) = pieces.next().await {
        thrown += piece.len();
        if thrown > MAX_THROWN {
            return;
        }
    }
}

/// The page of ours on which the form stood.
fn came_from(headers: &HeaderMap, public_url: &Url) -> Option<String> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    let url = Url::parse(referer).ok()?;
    if url.origin() != public_url.origin() {
        return None;
    }
    routes::safe_return(url.path()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_a_page_of_ours() {
        let ours = Url::parse("https://sync.example.com").unwrap();
        for (referer, path) in [
            (
                "https://sync.example.com/profiles/1/link-file?x=1",
                Some("/profiles/1/link-file"),
            ),
            ("https://sync.example.com//evil.example", None),
            ("https://evil.example/profiles", None),
            ("http://sync.example.com/profiles", None),
            ("nonsense", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, referer.parse().unwrap());
            assert_eq!(came_from(&headers, &ours).as_deref(), path, "{referer}");
        }
        assert_eq!(came_from(&HeaderMap::new(), &ours), None);
    }
}
