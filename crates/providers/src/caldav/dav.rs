//! PROPFIND and MKCALENDAR as requests.

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use url::Url;

use super::{SYSTEM, error_of, malformed, multistatus, status_error};
use crate::error::{ErrorKind, ProviderError};
use crate::guard::{Credentials, GuardedClient, Outgoing, Reply};

/// How far a PROPFIND looks (RFC 4918 §10.2).
#[derive(Debug, Clone, Copy)]
pub(super) enum Depth {
    Itself,
    Members,
}

/// The properties of one PROPFIND, inside `D:prop`; `C` is CalDAV.
pub(super) async fn propfind(
    guard: &GuardedClient,
    url: Url,
    depth: Depth,
    properties: &str,
    credentials: Option<&Credentials<'_>>,
) -> Result<Reply, ProviderError> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <D:propfind xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\">\
         <D:prop>{properties}</D:prop></D:propfind>"
    );
    let depth = match depth {
        Depth::Itself => "0",
        Depth::Members => "1",
    };
    send(guard, b"PROPFIND", url, Some(depth), body, credentials).await
}

pub(super) async fn send(
    guard: &GuardedClient,
    method: &[u8],
    url: Url,
    depth: Option<&'static str>,
    body: String,
    credentials: Option<&Credentials<'_>>,
) -> Result<Reply, ProviderError> {
    let method = Method::from_bytes(method).map_err(|error| {
        error_of(ErrorKind::Protocol, "the method is malformed").with_source(error)
    })?;
    let mut headers = HeaderMap::new();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/xml; charset=utf-8"),
    );
    if let Some(depth) = depth {
        headers.insert("depth", HeaderValue::from_static(depth));
    }
    let request = Outgoing {
        method,
        url,
        headers,
        body,
        credentials,
    };
    guard
        .send(request)
        .await
        .map_err(|error| error.about(SYSTEM))
}

/// The responses of a 207; every other status is an error.
pub(super) fn responses(reply: &Reply) -> Result<Vec<multistatus::Response>, ProviderError> {
    if reply.status.as_u16() != 207 {
        return Err(status_error(reply));
    }
    multistatus::parse(&reply.body).map_err(|_| malformed())
}

/// What a 401 means: the password is wrong, or it was never sent, because the server
/// moved us to another host or wants another scheme.
pub(super) fn refused(reply: &Reply) -> ProviderError {
    if !reply.authenticated {
        return moved(&reply.url);
    }
    let mut offers = reply
        .headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|offer| offer.to_str().ok())
        .peekable();
    let offers_another = offers.peek().is_some()
        && !offers.any(|offer| offer.to_ascii_lowercase().contains("basic"));
    if offers_another {
        error_of(
            ErrorKind::Protocol,
            "the server does not accept a user name and password (Basic)",
        )
    } else {
        error_of(ErrorKind::NeedsPerson, "HTTP 401")
    }
}

/// The account lies at another origin than the typed one.
pub(super) fn moved(to: &Url) -> ProviderError {
    error_of(
        ErrorKind::NotACalendarServer,
        format!(
            "the server refers to {}, type this address instead",
            to.origin().ascii_serialization()
        ),
    )
}
