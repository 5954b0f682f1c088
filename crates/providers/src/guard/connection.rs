//! One connection that is not shared: NTLM signs a connection in, not a request. It obeys
//! the rules of the guarded client and follows no redirect.

use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use reqwest::Method;
use reqwest::header::{HOST, HeaderMap, HeaderValue, USER_AGENT};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::resolver::Unresolved;
use super::{GuardError, GuardedClient, MAX_BODY, origin_of};
use crate::http::{Answer, CONNECT_TIMEOUT, TOTAL_TIMEOUT};

/// TLS with Mozilla's roots and the operator's; HTTP/1.1 alone.
pub(super) fn tls(extra_ca: Option<&[u8]>) -> Option<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    for certificate in CertificateDer::pem_slice_iter(extra_ca.unwrap_or_default()) {
        roots.add(certificate.ok()?).ok()?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Some(config)
}

/// A request on a connection.
pub(crate) struct Parcel {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A connection of its own.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    /// The server's certificate, DER; none without TLS.
    pub(crate) certificate: Option<Vec<u8>>,
}

impl GuardedClient {
    /// Connects to the origin of an address.
    pub(crate) async fn connect(&self, url: &Url) -> Result<Connection, GuardError> {
        self.check_target(url)?;
        let broken = |what: &str| GuardError::Transport(what.to_owned());
        timeout(CONNECT_TIMEOUT, self.open(url))
            .await
            .map_err(|_| broken("no answer in time"))?
    }

    async fn open(&self, url: &Url) -> Result<Connection, GuardError> {
        let unusable = || GuardError::Forbidden(origin_of(url));
        let port = url.port_or_known_default().ok_or_else(unusable)?;
        let (addresses, name) = match url.host().ok_or_else(unusable)? {
            Host::Ipv4(ip) => (
                vec![SocketAddr::from((ip, port))],
                ServerName::from(std::net::IpAddr::from(ip)),
            ),
            Host::Ipv6(ip) => (
                vec![SocketAddr::from((ip, port))],
                ServerName::from(std::net::IpAddr::from(ip)),
            ),
            Host::Domain(domain) => {
                let addresses = self.resolver.addresses(domain, port).await;
                let kept = addresses.map_err(|error| match error {
                    Unresolved::Forbidden(_) => unusable(),
                    Unresolved::Failed(error) => no_connection(&error),
                })?;
                let name = ServerName::try_from(domain.to_owned()).map_err(|_| unusable())?;
                (kept, name)
            }
        };
        let stream = TcpStream::connect(addresses.as_slice())
            .await
            .map_err(|error| no_connection(&error))?;
        _ = stream.set_nodelay(true);
        let host = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => return Err(unusable()),
        };
        if url.scheme() != "https" {
            return Ok(Connection {
                sender: start(stream).await?,
                host,
                certificate: None,
            });
        }
        let stream = TlsConnector::from(Arc::clone(&self.tls))
            .connect(name, stream)
            .await
            .map_err(|error| no_connection(&error))?;
        let (_, session) = stream.get_ref();
        let certificate = session
            .peer_certificates()
            .and_then(|chain| chain.first())
            .map(|certificate| certificate.to_vec());
        Ok(Connection {
            sender: start(stream).await?,
            host,
            certificate,
        })
    }
}

async fn start<S>(stream: S) -> Result<SendRequest<Full<Bytes>>, GuardError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = handshake(TokioIo::new(stream))
        .await
        .map_err(|error| broke(&error))?;
    // Ends when the sender is dropped or the server closes.
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended");
        }
    });
    Ok(sender)
}

impl Connection {
    /// Whether the server closed it.
    pub(crate) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Sends a request and reads its whole answer, after which the next may follow.
    pub(crate) async fn send(&mut self, parcel: &Parcel) -> Result<Answer, GuardError> {
        timeout(TOTAL_TIMEOUT, self.exchange(parcel))
            .await
            .map_err(|_| GuardError::Transport("no answer in time".to_owned()))?
    }

    async fn exchange(&mut self, parcel: &Parcel) -> Result<Answer, GuardError> {
        let url = &parcel.url;
        let target = url.query().map_or_else(
            || url.path().to_owned(),
            |query| format!("{}?{query}", url.path()),
        );
        let mut request = hyper::Request::new(Full::new(Bytes::from(parcel.body.clone())));
        *request.method_mut() = parcel.method.clone();
        *request.uri_mut() = target
            .parse()
            .map_err(|_| GuardError::Forbidden(origin_of(url)))?;
        *request.headers_mut() = parcel.headers.clone();
        let host =
            HeaderValue::from_str(&self.host).map_err(|_| GuardError::Forbidden(origin_of(url)))?;
        request.headers_mut().insert(HOST, host);
        request.headers_mut().insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("Synchronizer/", env!("CARGO_PKG_VERSION"))),
        );
        self.sender.ready().await.map_err(|error| broke(&error))?;
        let response = self
            .sender
            .send_request(request)
            .await
            .map_err(|error| broke(&error))?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, MAX_BODY)
            .collect()
            .await
            .map_err(|error| {
                if error.is::<LengthLimitError>() {
                    GuardError::TooLarge
                } else {
                    GuardError::Transport("the connection broke".to_owned())
                }
            })?;
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.to_bytes().to_vec(),
        })
    }
}

fn no_connection(error: &std::io::Error) -> GuardError {
    GuardError::Transport(format!("no connection: {error}"))
}

fn broke(error: &hyper::Error) -> GuardError {
    GuardError::Transport(format!("the connection broke: {error}"))
}
