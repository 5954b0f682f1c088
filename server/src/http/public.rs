//! Sending public pages.

use std::any::Any;

use axum::body::Body;
use axum::extract::{OriginalUri, Path, Request};
use axum::http::{Response as HttpResponse, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use synchronizer_app::public::{MishapPage, PublicPage, mishap};
use synchronizer_domain::Locale;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::routes;
use synchronizer_services::MishapReport;

use super::language::Language;

/// A page of this language; `path` answers GET with the same page, or is empty.
pub(super) fn page(language: Language, path: &str) -> PublicPage<'_> {
    PublicPage {
        locale: language.0,
        path,
    }
}

/// Sends a rendered page.
pub(super) fn send(status: u16, html: String) -> Response {
    (
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        Html(html),
    )
        .into_response()
}

/// The page of a mishap about which nothing else is known.
pub(super) fn mishap_page(language: Language, path: &str, what: Mishap) -> Response {
    send(
        what.status(),
        mishap(&page(language, path), &MishapPage::new(what)),
    )
}

/// The page of a mishap. Its language menu leads to where the person goes on.
pub(super) fn report(language: Language, report: MishapReport) -> Response {
    let place = report.retry.clone().unwrap_or_default();
    let place = routes::activation_of(&place).unwrap_or(&place);
    let here = place.split('?').next().unwrap_or_default().to_owned();
    report_at(language, &here, report)
}

/// The page of a mishap at an address that answers GET with it, or with what is to be done.
pub(super) fn report_at(language: Language, here: &str, report: MishapReport) -> Response {
    let status = report.mishap.status();
    let what = MishapPage {
        mishap: report.mishap,
        couple: report.couple,
        expected: report.expected,
        actual: report.actual,
        retry: report.retry.map(|path| {
            // Only making a calendar is an act of its own; every other way back shows a page.
            let act = path.ends_with("/google-calendar");
            ((if act { "POST" } else { "GET" }).to_owned(), path)
        }),
        reference: report.reference,
        system: report.system,
        missing: report.missing,
    };
    send(status, mishap(&page(language, here), &what))
}

/// A mishap at its own address, for whoever reads it in another language.
pub(super) async fn general(
    language: Language,
    Path(word): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Response {
    let what = Mishap::from_word(&word).unwrap_or(Mishap::NotFound);
    mishap_page(language, uri.path(), what)
}

/// No such page.
pub(super) async fn not_found(language: Language, OriginalUri(uri): OriginalUri) -> Response {
    mishap_page(language, uri.path(), Mishap::NotFound)
}

/// What is refused before a handler sees it (an address or a form that cannot be read, a
/// method that is not offered) gets a page too, with the same status.
pub(super) async fn explain(language: Language, request: Request, next: Next) -> Response {
    let is_data = request.uri().path().starts_with(routes::API);
    let response = next.run(request).await;
    let (status, headers) = (response.status(), response.headers());
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_data || is_page || !status.is_client_error() {
        return response;
    }
    let allowed = headers.get(header::ALLOW).cloned();
    let what = if status == StatusCode::PAYLOAD_TOO_LARGE {
        Mishap::TooLarge
    } else {
        Mishap::NotFound
    };
    let mut page = mishap_page(language, "", what);
    *page.status_mut() = status;
    if let Some(allowed) = allowed {
        page.headers_mut().insert(header::ALLOW, allowed);
    }
    page
}

/// A handler panicked: our mistake, said politely.
pub(super) fn panicked(cause: Box<dyn Any + Send + 'static>) -> HttpResponse<Body> {
    let text = cause
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(text, "a handler panicked");
    let html = mishap(
        &PublicPage {
            locale: Locale::En,
            path: "",
        },
        &MishapPage::new(Mishap::Internal),
    );
    let mut response = Html(html).into_response();
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        axum::http::HeaderValue::from_static("no-store"),
    );
    response
}
