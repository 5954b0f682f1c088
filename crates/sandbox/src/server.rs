//! Starts and stops the stand-ins.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::{self, Clock};
use crate::control::{self, Control};
use crate::exchange::{self, Connection, Exchange};
use crate::google::{self, Google};
use crate::mail::{self, CaughtMail, MailStore, TlsError};
use crate::microsoft::{self, Microsoft};
use crate::random::Random;
use crate::record::RequestLog;
use crate::signing::{SigningError, SigningKey};
use crate::superoffice::{self, SuperOffice};
use crate::switches::Switches;
use crate::world::World;

/// How long a shutdown waits for open requests.
const GRACE: Duration = Duration::from_secs(1);

/// Where the stand-ins listen and whom they trust.
pub struct SandboxOptions {
    /// SuperOffice: sign-in, tenant state and REST. Loopback only, like all of them;
    /// port 0 means a free one.
    pub superoffice: SocketAddr,
    /// Microsoft: Entra and Graph.
    pub microsoft: SocketAddr,
    /// Exchange: Autodiscover and EWS.
    pub exchange: SocketAddr,
    /// Google: sign-in, Directory and Calendar.
    pub google: SocketAddr,
    /// SMTP of the mail catcher.
    pub smtp: SocketAddr,
    /// Web inbox of the mail catcher, and the page with the switches.
    pub inbox: SocketAddr,
    /// Redirect URIs registered at both providers: exact URIs, or whole origins such as
    /// `http://localhost:8080`. Empty: any plain-http URI on this machine.
    pub redirect_uris: Vec<String>,
    /// The time of all stand-ins, in Unix seconds.
    pub clock: Clock,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            superoffice: any,
            microsoft: any,
            exchange: any,
            google: any,
            smtp: any,
            inbox: any,
            redirect_uris: Vec::new(),
            clock: clock::system(),
        }
    }
}

/// Why the sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// An address is reachable from other machines.
    #[error("{0} is not a loopback address")]
    NotLoopback(SocketAddr),
    /// An address cannot be listened on, for example because it is taken.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The test key in the crate is damaged.
    #[error("the stand-ins' test key cannot be used")]
    Key(#[from] SigningError),
    /// So is the mail server's certificate.
    #[error("the mail server’s test certificate cannot be used")]
    Certificate(#[from] TlsError),
}

/// The running stand-ins. They stop when this is dropped.
pub struct Sandbox {
    world: Arc<World>,
    control: Arc<Control>,
    smtp: SocketAddr,
    inbox: String,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Starts all stand-ins; they answer as soon as this returns.
///
/// # Errors
/// When an address is not loopback or cannot be listened on.
pub async fn start(options: SandboxOptions) -> Result<Sandbox, SandboxError> {
    let (superoffice, superoffice_url) = bind_http(options.superoffice).await?;
    let (microsoft, microsoft_url) = bind_http(options.microsoft).await?;
    let (exchange, exchange_url) = bind_http(options.exchange).await?;
    let (google, google_url) = bind_http(options.google).await?;
    let (inbox, inbox_url) = bind_http(options.inbox).await?;
    let (smtp, smtp_addr) = bind(options.smtp).await?;
    let world = Arc::new(World {
        clock: options.clock,
        random: Random::new(),
        key: SigningKey::load()?,
        redirect_uris: options.redirect_uris,
        switches: Mutex::new(Switches::default()),
        requests: RequestLog::default(),
        proofs: Mutex::default(),
        superoffice: SuperOffice::new(superoffice_url),
        microsoft: Microsoft::new(microsoft_url),
        exchange: Exchange::new(exchange_url),
        google: Google::new(google_url),
        mails: MailStore::new(),
    });
    let control = Arc::new(Control::new(Arc::clone(&world)));
    let web = mail::router(&world).merge(control::router(Arc::clone(&control)));
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    for (listener, router) in [
        (superoffice, superoffice::router(&world)),
        (microsoft, microsoft::router(&world)),
        (exchange, exchange::router(&world)),
        (google, google::router(&world)),
        (inbox, web),
    ] {
        tasks.spawn(serve_http(listener, router, stopped.clone()));
    }
    tasks.spawn(mail::serve(
        Arc::clone(&world),
        smtp,
        mail::acceptor()?,
        stopped,
    ));
    Ok(Sandbox {
        world,
        control,
        smtp: smtp_addr,
        inbox: inbox_url,
        stop,
        tasks,
    })
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), SandboxError> {
    if !address.ip().is_loopback() {
        return Err(SandboxError::NotLoopback(address));
    }
    let failed = |source| SandboxError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

async fn bind_http(address: SocketAddr) -> Result<(TcpListener, String), SandboxError> {
    let (listener, bound) = bind(address).await?;
    Ok((listener, format!("http://{bound}")))
}

/// A listener whose connections send small answers at once (TCP_NODELAY). A type of its
/// own, so that a stand-in can know something of each connection.
pub(crate) struct Immediate(TcpListener);

impl Listener for Immediate {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        (stream, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

async fn serve_http(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let listener = Immediate(listener);
    let until = async move {
        // An error means that the sandbox was dropped, which is a stop as well.
        _ = stopped.changed().await;
    };
    if let Err(error) = axum::serve(
        listener,
        router.into_make_service_with_connect_info::<Connection>(),
    )
    .with_graceful_shutdown(until)
    .await
    {
        tracing::warn!(%error, "a stand-in stopped");
    }
}

impl Sandbox {
    /// Base URL of SuperOffice, without a trailing slash; also the issuer. Discovery lies
    /// below `/login`.
    #[must_use]
    pub fn superoffice_url(&self) -> &str {
        &self.world.superoffice.base
    }

    /// Base URL of Microsoft without a trailing slash: Entra's addresses follow it with
    /// `/{tenant}/…`, Graph's with `/v1.0`.
    #[must_use]
    pub fn microsoft_url(&self) -> &str {
        &self.world.microsoft.base
    }

    /// Base URL of Exchange without a trailing slash: `/autodiscover/…` and
    /// `/EWS/Exchange.asmx` follow it.
    #[must_use]
    pub fn exchange_url(&self) -> &str {
        &self.world.exchange.base
    }

    /// Base URL of Google without a trailing slash, also the issuer. The Directory API
    /// follows it with `/admin/directory/v1`, Calendar with `/calendar/v3`.
    #[must_use]
    pub fn google_url(&self) -> &str {
        &self.world.google.base
    }

    /// The key file of a service account that the first company's administrator listed
    /// for domain-wide delegation.
    #[must_use]
    pub fn google_service_account(&self) -> String {
        google::service_account(&self.world).to_string()
    }

    /// The private key of the application at the CRM, which signs system tokens. Public: it
    /// opens nothing real.
    #[must_use]
    pub fn system_user_key(&self) -> String {
        String::from_utf8_lossy(crate::signing::PRIVATE_KEY).into_owned()
    }

    /// Base URL of the web inbox, its JSON API and the switches, without a trailing slash.
    #[must_use]
    pub fn inbox_url(&self) -> &str {
        &self.inbox
    }

    /// Where SMTP listens; without TLS and sign-in unless the switches say so.
    #[must_use]
    pub fn smtp_addr(&self) -> SocketAddr {
        self.smtp
    }

    /// All caught mails, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<CaughtMail> {
        let mails = self.world.mails.all();
        mails.iter().map(|mail| mail.open()).collect()
    }

    /// Waits until a mail is there for which `is_wanted` says yes, and returns the newest
    /// such; `None` after the time-out.
    pub async fn wait_for_mail(
        &self,
        timeout: Duration,
        mut is_wanted: impl FnMut(&CaughtMail) -> bool,
    ) -> Option<CaughtMail> {
        let mut news = self.world.mails.watch();
        let search = async {
            loop {
                news.borrow_and_update();
                let mails = self.world.mails.all();
                let mut opened = mails.iter().rev().map(|mail| mail.open());
                if let Some(mail) = opened.find(|mail| is_wanted(mail)) {
                    return Some(mail);
                }
                if news.changed().await.is_err() {
                    return None;
                }
            }
        };
        tokio::time::timeout(timeout, search).await.ok().flatten()
    }

    /// The switches.
    #[must_use]
    pub fn control(&self) -> Arc<Control> {
        Arc::clone(&self.control)
    }

    /// Stops all stand-ins. Open requests get a second to end.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, all).await.is_err() {
            self.tasks.abort_all();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        // They end by themselves; aborting would leave connections without their stop.
        self.tasks.detach_all();
    }
}
