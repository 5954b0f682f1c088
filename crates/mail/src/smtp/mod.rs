//! Hands mails to an SMTP server over connections that are used again.
//!
//! The connections are kept here rather than in lettre's pool: that one takes a
//! connection back whenever its guard is dropped, also when a time-out dropped it in
//! the middle of an answer, and the next mail would then read the answer of the last.

mod answer;
mod connection;
mod settings;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use self::connection::{Connection, Outcome, Route};
use self::settings::Server;
use crate::address;
use crate::error::MailError;

pub use self::answer::SendError;
pub use self::settings::SmtpSettings;

/// An SMTP server. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Smtp(Arc<Shared>);

struct Shared {
    settings: SmtpSettings,
    server: Server,
    idle: Mutex<Idle>,
    /// One permit per open connection that is in use.
    permits: Semaphore,
}

#[derive(Default)]
struct Idle {
    /// The last one was used last.
    connections: Vec<(Instant, Connection)>,
    /// A task closes what is not used.
    swept: bool,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Smtp").field(&self.0.server).finish()
    }
}

impl Smtp {
    /// Reads the settings; nothing is connected before the first mail.
    ///
    /// # Errors
    /// [`MailError::Settings`] when the address or the extra certificates cannot work.
    pub fn new(settings: SmtpSettings) -> Result<Self, MailError> {
        let server = Server::from_settings(&settings)?;
        Ok(Self(Arc::new(Shared {
            permits: Semaphore::new(settings.max_connections.max(1)),
            idle: Mutex::default(),
            server,
            settings,
        })))
    }

    /// Hands over the bytes of [`compose`](crate::compose) and gives back the server's
    /// answer: its code and words, one line, ≤ 200 characters. The sender may
    /// have the form `Name <addr>`.
    ///
    /// Takes at most the three time-outs of the settings together, with twice the first
    /// two when a kept connection turns out to be closed; waiting for a free connection
    /// comes on top. Dropping the future closes the connection.
    ///
    /// # Errors
    /// [`SendError`]; a mail whose acceptance was not heard counts as not sent.
    pub async fn send(
        &self,
        from_address: &str,
        to_address: &str,
        message: &[u8],
    ) -> Result<String, SendError> {
        let route = Route {
            from: address::parse(from_address, "sender")
                .map_err(|error| SendError::ours(error.to_string()))?
                .address,
            to: address::bare(to_address, "recipient")
                .map_err(|error| SendError::permanent(error.to_string()))?,
        };
        let message = std::str::from_utf8(message)
            .map_err(|_| SendError::permanent("the mail is damaged: it is not UTF-8"))?;
        let shared = &self.0;
        let Ok(_permit) = shared.permits.acquire().await else {
            return Err(SendError::temporary("the mail transport was closed"));
        };
        if let Some(kept) = shared.take() {
            match shared.deliver(kept, &route, message).await {
                // The server had enough of this connection; nothing was sent over it.
                Outcome::BrokenBefore { .. } => {}
                outcome => return result(outcome),
            }
        }
        let fresh = Connection::open(&shared.server, &shared.settings).await?;
        result(shared.deliver(fresh, &route, message).await)
    }

    /// Says goodbye on the connections that are not in use and lets no mail out any more.
    pub async fn close(&self) {
        self.0.permits.close();
        let idle = std::mem::take(&mut self.0.idle().connections);
        for (_, connection) in idle {
            connection.close().await;
        }
    }
}

fn result(outcome: Outcome) -> Result<String, SendError> {
    match outcome {
        Outcome::Accepted { answer } => Ok(answer),
        Outcome::Refused { error, .. }
        | Outcome::BrokenBefore { error }
        | Outcome::BrokenAfter { error } => Err(error),
    }
}

impl Shared {
    fn idle(&self) -> std::sync::MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Connection> {
        let (_, connection) = self.idle().connections.pop()?;
        Some(connection)
    }

    async fn deliver(
        self: &Arc<Self>,
        mut connection: Connection,
        route: &Route,
        message: &str,
    ) -> Outcome {
        let outcome = connection.deliver(route, message, &self.settings).await;
        if matches!(
            outcome,
            Outcome::Accepted { .. } | Outcome::Refused { reusable: true, .. }
        ) {
            self.keep(connection);
        }
        outcome
    }

    fn keep(self: &Arc<Self>, connection: Connection) {
        if self.permits.is_closed() {
            return;
        }
        let mut idle = self.idle();
        idle.connections.push((Instant::now(), connection));
        if !idle.swept {
            idle.swept = true;
            tokio::spawn(sweep(Arc::downgrade(self), self.settings.idle_timeout));
        }
    }

    /// Takes out what was not used for long; `None` when nothing is left to watch.
    fn outworn(&self) -> Option<Vec<Connection>> {
        let mut idle = self.idle();
        if idle.connections.is_empty() {
            idle.swept = false;
            return None;
        }
        let fresh = idle
            .connections
            .iter()
            .position(|(since, _)| since.elapsed() < self.settings.idle_timeout)
            .unwrap_or(idle.connections.len());
        let outworn = idle.connections.drain(..fresh);
        Some(outworn.map(|(_, connection)| connection).collect())
    }
}

/// Closes unused connections; ends when there are none, or nobody needs them.
async fn sweep(shared: Weak<Shared>, period: Duration) {
    loop {
        sleep(period).await;
        let Some(outworn) = shared.upgrade().and_then(|shared| shared.outworn()) else {
            return;
        };
        for connection in outworn {
            connection.close().await;
        }
    }
}
