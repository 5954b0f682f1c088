//! The one HTTP client for addresses that a person typed (design.md §6, "Outbound
//! requests").
//!
//! It speaks http and https only, connects to public addresses and to networks that
//! the operator listed, checks every resolved address and every redirect, sends
//! credentials to the typed origin only and never in clear, and reads answers of
//! limited size. It uses no system proxy, which would connect in its place.

mod address;
mod connection;
mod resolver;
#[cfg(test)]
mod tests;

use std::error::Error as _;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use crate::dns::Dns;
use crate::error::{ErrorKind, ProviderError, System};
use crate::http::{self, BuildError, ReadError, read_limited};

pub use address::is_forbidden;
pub(crate) use connection::{Connection, Parcel};
use resolver::{ForbiddenAddress, GuardedResolver, Lookup, SystemLookup};

/// Redirects that one request may follow.
const MAX_REDIRECTS: usize = 5;
/// Largest answer, decompressed.
const MAX_BODY: usize = 4 << 20;

/// What the operator allows.
#[derive(Debug, Clone, Default)]
pub struct OutboundPolicy {
    /// Networks that may be reached although they are not public. Link-local and
    /// metadata addresses stay forbidden even if listed.
    pub allow_networks: Vec<IpNet>,
    /// Further certificate authorities, PEM.
    pub extra_ca: Option<Vec<u8>>,
    /// The name server that is asked for service records, in place of the system's.
    pub dns_server: Option<SocketAddr>,
}

/// The guarded client. Clones share one connection pool.
#[derive(Clone)]
pub struct GuardedClient {
    http: reqwest::Client,
    allow: Arc<[IpNet]>,
    resolver: GuardedResolver,
    tls: Arc<rustls::ClientConfig>,
    dns: Dns,
}

impl fmt::Debug for GuardedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedClient")
            .field("allow_networks", &self.allow)
            .finish_non_exhaustive()
    }
}

/// Why the guard did not bring an answer.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// The address, or one that it resolves or redirects to, is forbidden.
    #[error("{0} is not an address that we connect to")]
    Forbidden(String),
    /// A password would have travelled in clear, or https redirected to http.
    #[error("{0} is not reached by https")]
    Clear(String),
    /// No connection, or it broke.
    #[error("{0}")]
    Transport(String),
    /// More than five redirects, or one without a usable target.
    #[error("the server redirects without end")]
    Redirects,
    /// The answer is larger than 4 MiB.
    #[error("the answer is too large")]
    TooLarge,
}

impl GuardError {
    /// The same as an error about a remote system.
    #[must_use]
    pub fn about(self, system: System) -> ProviderError {
        let kind = match self {
            Self::Forbidden(_) => ErrorKind::AddressForbidden,
            Self::Clear(_) => ErrorKind::HttpsRequired,
            Self::Transport(_) => ErrorKind::Unavailable,
            Self::Redirects | Self::TooLarge => ErrorKind::Protocol,
        };
        ProviderError::new(system, kind, self.to_string())
    }
}

/// A name and a password with the origin they were typed for.
pub(crate) struct Credentials<'a> {
    pub(crate) username: &'a str,
    pub(crate) password: &'a SecretString,
    pub(crate) origin: url::Origin,
}

/// A request as it is sent first and after every redirect.
pub(crate) struct Outgoing<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    pub(crate) credentials: Option<&'a Credentials<'a>>,
}

/// An answer that is not a redirect.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Where the answer came from, after redirects.
    pub(crate) url: Url,
    /// Whether this address was given the credentials.
    pub(crate) authenticated: bool,
}

impl GuardedClient {
    /// Builds the client.
    ///
    /// # Errors
    /// `Misconfigured` (reported under CalDAV, one of its users) when the extra certificates
    /// cannot be read.
    pub fn new(policy: OutboundPolicy) -> Result<Self, ProviderError> {
        Self::with_lookup(policy, Arc::new(SystemLookup))
    }

    fn with_lookup(policy: OutboundPolicy, lookup: Arc<dyn Lookup>) -> Result<Self, ProviderError> {
        let allow: Arc<[IpNet]> = policy.allow_networks.into();
        let resolver = GuardedResolver::new(lookup, Arc::clone(&allow));
        let builder = reqwest::Client::builder()
            .user_agent(concat!("Synchronizer/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(http::CONNECT_TIMEOUT)
            .timeout(http::TOTAL_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(resolver.clone()));
        let http = http::add_roots(builder, policy.extra_ca.as_deref())
            .and_then(|builder| builder.build().map_err(BuildError::Client))
            .map_err(|error| {
                ProviderError::new(
                    System::Caldav,
                    ErrorKind::Misconfigured,
                    "the outbound client could not be built",
                )
                .with_source(error)
            })?;
        let tls = connection::tls(policy.extra_ca.as_deref()).ok_or_else(|| {
            ProviderError::new(
                System::Caldav,
                ErrorKind::Misconfigured,
                "the extra certificates cannot be used",
            )
        })?;
        Ok(Self {
            http,
            allow,
            resolver,
            tls: Arc::new(tls),
            dns: Dns::new(policy.dns_server),
        })
    }

    /// Sends a request and follows its redirects with the same method and body
    /// (RFC 4918 clients must; caldav.md §1).
    pub(crate) async fn send(&self, request: Outgoing<'_>) -> Result<Reply, GuardError> {
        let mut url = request.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send_once(&request, &url).await?;
            let (status, headers) = (response.status(), response.headers().clone());
            if is_redirect(status) && headers.contains_key(LOCATION) {
                url = redirect_target(&url, &headers)?;
                continue;
            }
            let body = read_limited(response, MAX_BODY)
                .await
                .map_err(|error| match error {
                    ReadError::TooLarge => GuardError::TooLarge,
                    ReadError::Transport(error) => transport(&url, &error),
                })?;
            let authenticated = is_for(request.credentials, &url);
            return Ok(Reply {
                status,
                headers,
                body,
                url,
                authenticated,
            });
        }
        Err(GuardError::Redirects)
    }

    /// Sends a request without credentials and answers redirects as they come.
    pub(crate) async fn send_only(&self, request: Outgoing<'_>) -> Result<Reply, GuardError> {
        let url = request.url.clone();
        let response = self.send_once(&request, &url).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Reply {
            status,
            headers,
            body: Vec::new(),
            url,
            authenticated: false,
        })
    }

    /// Service records of domains.
    pub(crate) const fn dns(&self) -> &Dns {
        &self.dns
    }

    async fn send_once(
        &self,
        request: &Outgoing<'_>,
        url: &Url,
    ) -> Result<reqwest::Response, GuardError> {
        self.check_target(url)?;
        let mut builder = self
            .http
            .request(request.method.clone(), url.clone())
            .headers(request.headers.clone())
            .body(request.body.clone());
        if let Some(credentials) = request
            .credentials
            .filter(|_| is_for(request.credentials, url))
        {
            self.check_password_way(url)?;
            let password = credentials.password.expose_secret();
            builder = builder.basic_auth(credentials.username, Some(password));
        }
        builder.send().await.map_err(|error| transport(url, &error))
    }

    /// Scheme, and the address when the host is one. Names are checked when they are
    /// resolved, so that no second resolution can differ from the first.
    fn check_target(&self, url: &Url) -> Result<(), GuardError> {
        let fine = matches!(url.scheme(), "http" | "https")
            && match url.host() {
                Some(Host::Ipv4(ip)) => !is_forbidden(ip.into(), &self.allow),
                Some(Host::Ipv6(ip)) => !is_forbidden(ip.into(), &self.allow),
                Some(Host::Domain(name)) => !name.is_empty(),
                None => false,
            };
        if fine {
            Ok(())
        } else {
            Err(GuardError::Forbidden(origin_of(url)))
        }
    }

    /// A password travels by https, or in clear to a loopback address that is listed.
    /// Of names only `localhost` counts: the resolver keeps it on this machine.
    pub(crate) fn check_password_way(&self, url: &Url) -> Result<(), GuardError> {
        let is_listed = |ip| !is_forbidden(ip, &self.allow);
        let fine = url.scheme() == "https"
            || (http::is_loopback(url)
                && match url.host() {
                    Some(Host::Ipv4(ip)) => is_listed(ip.into()),
                    Some(Host::Ipv6(ip)) => is_listed(ip.into()),
                    Some(Host::Domain(_)) => true,
                    None => false,
                });
        if fine {
            Ok(())
        } else {
            Err(GuardError::Clear(origin_of(url)))
        }
    }
}

fn is_for(credentials: Option<&Credentials<'_>>, url: &Url) -> bool {
    credentials.is_some_and(|credentials| credentials.origin == url.origin())
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn redirect_target(from: &Url, headers: &HeaderMap) -> Result<Url, GuardError> {
    let mut target = headers
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .and_then(|location| from.join(location).ok())
        .ok_or(GuardError::Redirects)?;
    if from.scheme() == "https" && target.scheme() == "http" {
        return Err(GuardError::Clear(origin_of(&target)));
    }
    // A server must not make us send names and passwords of its choice.
    let _ = target.set_username("");
    let _ = target.set_password(None);
    target.set_fragment(None);
    Ok(target)
}

fn transport(url: &Url, error: &reqwest::Error) -> GuardError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<ForbiddenAddress>() {
            return GuardError::Forbidden(origin_of(url));
        }
        cause = inner.source();
    }
    GuardError::Transport(http::transport_detail(error))
}

fn origin_of(url: &Url) -> String {
    match url.origin() {
        url::Origin::Opaque(_) => format!("{}:", url.scheme()),
        origin => origin.ascii_serialization(),
    }
}
