//! HTTP with endpoints that the operator configured: one client with time-outs,
//! answers of limited size, and one mapping from statuses to [`ErrorKind`].

use std::error::Error as _;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;
use url::{Host, Url};

use crate::error::{ErrorKind, ProviderError, System};

/// Time to connect.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for a whole exchange.
pub(crate) const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest answer of a configured endpoint, decompressed: a page of 1,000 users with
/// many addresses stays far below.
pub(crate) const MAX_ANSWER: usize = 16 << 20;

/// The client for endpoints that the operator configured: rustls with Mozilla's
/// roots and `extra_ca_pem` (one or more PEM certificates), 10 s to connect, 30 s in
/// all, and no automatic redirects, because none of these endpoints redirects and a
/// followed one could carry a token away (RFC 9700 §4.11).
///
/// # Errors
/// `Misconfigured` when `extra_ca_pem` has no usable certificate. No remote system is
/// involved yet; it is reported under SuperOffice, the first one that every
/// installation needs.
pub fn client(
    user_agent: &str,
    extra_ca_pem: Option<&[u8]>,
) -> Result<reqwest::Client, ProviderError> {
    let builder = reqwest::Client::builder()
        .user_agent(user_agent)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none());
    add_roots(builder, extra_ca_pem)
        .and_then(|builder| builder.build().map_err(BuildError::Client))
        .map_err(|error| {
            ProviderError::new(
                System::SuperOffice,
                ErrorKind::Misconfigured,
                "the HTTP client could not be built",
            )
            .with_source(error)
        })
}

/// The HTTP client could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The extra certificates are not PEM.
    #[error("the extra certificates cannot be read")]
    Certificates(#[source] reqwest::Error),
    /// The extra certificates' text holds none.
    #[error("the extra certificates' file has no certificate")]
    NoCertificate,
    /// The TLS library refused.
    #[error("the TLS client cannot be set up")]
    Client(#[source] reqwest::Error),
}

pub(crate) fn add_roots(
    mut builder: reqwest::ClientBuilder,
    pem: Option<&[u8]>,
) -> Result<reqwest::ClientBuilder, BuildError> {
    let Some(pem) = pem else { return Ok(builder) };
    let certificates =
        reqwest::Certificate::from_pem_bundle(pem).map_err(BuildError::Certificates)?;
    if certificates.is_empty() {
        return Err(BuildError::NoCertificate);
    }
    for certificate in certificates {
        builder = builder.add_root_certificate(certificate);
    }
    Ok(builder)
}

/// Whether the address is this machine: a loopback address, or a name that RFC 6761
/// §6.3 reserves for it.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => is_local_name(name),
        None => false,
    }
}

pub(crate) fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether a host is a domain or lies below it; both in lower case.
pub(crate) fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Refuses addresses to which a token would travel in clear: https, or http on this
/// machine (tests and the sandbox).
pub(crate) fn require_tls(system: System, url: &Url) -> Result<(), ProviderError> {
    if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)) {
        return Ok(());
    }
    Err(ProviderError::new(
        system,
        ErrorKind::HttpsRequired,
        format!(
            "{} is not an https address",
            url.origin().ascii_serialization()
        ),
    ))
}

/// An answer read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Whether the body is a page for people: a proxy's or a firewall's, which says nothing
    /// about anybody's sign-in.
    pub(crate) fn is_page(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"<")
    }

    /// Reads the body as JSON. The parser's own message is left out: it may quote
    /// values of the answer.
    pub(crate) fn json<T: DeserializeOwned>(&self, system: System) -> Result<T, ProviderError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            ProviderError::new(
                system,
                ErrorKind::Protocol,
                format!(
                    "the answer is not the documented JSON (line {}, column {})",
                    error.line(),
                    error.column()
                ),
            )
        })
    }
}

/// Sends a request and reads the answer, whatever its status.
pub(crate) async fn exchange(
    system: System,
    request: reqwest::RequestBuilder,
) -> Result<Answer, ProviderError> {
    let response = request
        .send()
        .await
        .map_err(|error| transport_error(system, &error))?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = read_limited(response, MAX_ANSWER)
        .await
        .map_err(|error| match error {
            ReadError::Transport(error) => transport_error(system, &error),
            ReadError::TooLarge => ProviderError::new(
                system,
                ErrorKind::Protocol,
                "the answer is larger than any documented one",
            ),
        })?;
    Ok(Answer {
        status,
        headers,
        body,
    })
}

pub(crate) enum ReadError {
    Transport(reqwest::Error),
    TooLarge,
}

/// Reads a body of at most `max` bytes, counted after decompression.
pub(crate) async fn read_limited(
    mut response: reqwest::Response,
    max: usize,
) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(ReadError::Transport)? {
        if body.len().saturating_add(chunk.len()) > max {
            return Err(ReadError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// A connection that failed, with its root cause but without the address, which may
/// hold a paging token.
pub(crate) fn transport_error(system: System, error: &reqwest::Error) -> ProviderError {
    ProviderError::new(system, ErrorKind::Unavailable, transport_detail(error))
}

pub(crate) fn transport_detail(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        return "no answer in time".to_owned();
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    cause.map_or_else(|| what.to_owned(), |cause| format!("{what}: {cause}"))
}

/// The kind that a status has by itself (RFC 9110 §15, RFC 6585 §4; 509 is Graph's).
/// 401 counts as a refusal, because callers send fresh tokens only.
pub(crate) fn status_kind(status: StatusCode, headers: &HeaderMap) -> ErrorKind {
    let retry_after = retry_after(headers);
    match status.as_u16() {
        401 => ErrorKind::NeedsPerson,
        403 => ErrorKind::ScopeMissing,
        404 | 410 => ErrorKind::NotFound,
        429 | 509 => ErrorKind::Throttled { retry_after },
        503 | 504 if retry_after.is_some() => ErrorKind::Throttled { retry_after },
        408 | 500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Protocol,
    }
}

/// Seconds of `Retry-After`, at most a day; its date form counts as absent.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds.min(86_400)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    #[test]
    fn statuses_say_who_must_act() {
        let mut waiting = HeaderMap::new();
        waiting.insert(RETRY_AFTER, HeaderValue::from_static("7"));
        let none = HeaderMap::new();
        let seven = Some(Duration::from_secs(7));
        for (status, headers, kind) in [
            (401, &none, ErrorKind::NeedsPerson),
            (403, &none, ErrorKind::ScopeMissing),
            (404, &none, ErrorKind::NotFound),
            (429, &none, ErrorKind::Throttled { retry_after: None }),
            (429, &waiting, ErrorKind::Throttled { retry_after: seven }),
            (503, &waiting, ErrorKind::Throttled { retry_after: seven }),
            (503, &none, ErrorKind::Unavailable),
            (500, &waiting, ErrorKind::Unavailable),
            (302, &none, ErrorKind::Protocol),
            (400, &none, ErrorKind::Protocol),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(status_kind(status, headers), kind, "{status}");
        }
    }

    #[test]
    fn clear_text_is_for_this_machine_only() {
        for (address, fine) in [
            ("https://login.example/", true),
            ("http://127.0.0.1:9/", true),
            ("http://[::1]:9/", true),
            ("http://localhost:9/", true),
            ("http://login.example/", false),
            ("http://localhost.example/", false),
            ("http://127.0.0.1.example/", false),
            ("ftp://localhost/", false),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(
                require_tls(System::Microsoft, &url).is_ok(),
                fine,
                "{address}"
            );
        }
    }

    #[test]
    fn certificates_that_are_none_are_refused() {
        let error = client("test", Some(b"no certificate")).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Misconfigured);
    }

    /// Answers each connection with these bytes and closes it, or never says anything.
    async fn server(answer: Option<&'static str>) -> String {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut silent = Vec::new();
            while let Ok((mut connection, _)) = listener.accept().await {
                let Some(answer) = answer else {
                    silent.push(connection);
                    continue;
                };
                let _ = connection.read(&mut [0; 1_024]).await;
                let _ = connection.write_all(answer.as_bytes()).await;
            }
        });
        address
    }

    #[tokio::test]
    async fn whatever_breaks_on_the_way_is_an_outage_sc_48() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let nobody = format!("http://{}/", closed.local_addr().unwrap());
        drop(closed);
        let http = client("test", None).unwrap();
        for (what, address) in [
            (
                "a name that nobody has",
                "http://nowhere.invalid/".to_owned(),
            ),
            ("a closed port", nobody),
            ("silence", server(None).await),
            ("nothing but an end", server(Some("")).await),
            (
                "half an answer",
                server(Some("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")).await,
            ),
            ("another protocol", server(Some("220 mail ready\r\n")).await),
        ] {
            let request = http.get(address).timeout(Duration::from_millis(300));
            let error = exchange(System::Google, request).await.err().unwrap();
            assert_eq!(*error.kind(), ErrorKind::Unavailable, "{what}: {error}");
        }
    }
}
