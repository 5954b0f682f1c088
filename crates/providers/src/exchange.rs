//! Exchange servers at addresses that people typed, by Exchange Web Services (exchange.md
//! §2–§5, §10): where is the mailbox's server, may I open the calendar, who is in the
//! address book.
//!
//! Basic and NTLMv2 are spoken, over https or to listed loopback addresses alone.
//! Credentials go to the typed server, or to servers named like the mail domain; a server
//! that sends elsewhere is answered with an error that names the address to type instead.
//! One refusal of a password ends a call.

mod autodiscover;
mod binding;
mod codes;
mod ntlm;
mod operations;
mod session;
mod soap;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use secrecy::SecretString;
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::{Clock, Rng};
use url::Url;

use crate::calendar::RemoteCalendar;
use crate::error::{ErrorKind, ProviderError, System};
use crate::guard::GuardedClient;
use session::Session;
#[cfg(test)]
pub(crate) use soap::answer_error;

pub use autodiscover::{Found as FoundServer, is_exchange_online, typed_server};
pub use codes::kind_of as kind_of_response_code;

const SYSTEM: System = System::Exchange;

/// The client of every Exchange server.
#[derive(Clone)]
pub struct Exchange {
    guard: GuardedClient,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
}

/// As whom to ask.
pub struct ExchangeLogin<'a> {
    /// `DOMAIN\user`, a user principal name, or a bare user name.
    pub username: &'a str,
    /// The password.
    pub password: &'a SecretString,
    /// The mailbox in whose name a service account acts (ApplicationImpersonation).
    pub acting_as: Option<&'a str>,
}

/// People that an address book answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// In the server's order, mailboxes only.
    pub people: Vec<CalendarUser>,
    /// False when there are more: a longer text finds fewer.
    pub complete: bool,
}

impl Exchange {
    /// A client behind the guard.
    #[must_use]
    pub const fn new(guard: GuardedClient, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>) -> Self {
        Self { guard, clock, rng }
    }

    fn session<'a>(
        &'a self,
        url: &Url,
        login: &'a ExchangeLogin<'a>,
    ) -> Result<Session<'a>, ProviderError> {
        Session::new(self, url.clone(), login)
    }

    /// Finds the address of Exchange Web Services: what was typed, or where Autodiscover
    /// leads for the mail address. Nothing is asked of the mailbox yet.
    ///
    /// # Errors
    /// `NeedsPerson` for a refused password, `ExchangeOnline`, `NotACalendarServer`; the
    /// errors of the connection.
    #[tracing::instrument(skip_all)]
    pub async fn find_server(
        &self,
        typed: &str,
        email: &str,
        login: &ExchangeLogin<'_>,
    ) -> Result<FoundServer, ProviderError> {
        autodiscover::find(self, typed, email, login).await
    }

    /// Opens the calendar of the mailbox: proves address, credentials and mailbox at once.
    /// The id of the calendar is Exchange's, made for this mailbox alone.
    ///
    /// # Errors
    /// By what the server says, see [`kind_of_response_code`].
    #[tracing::instrument(skip_all)]
    pub async fn calendar(
        &self,
        ews: &Url,
        mailbox: &str,
        login: &ExchangeLogin<'_>,
    ) -> Result<RemoteCalendar, ProviderError> {
        operations::calendar(&mut self.session(ews, login)?, mailbox).await
    }

    /// Signs in and asks for nobody in particular: for accounts without a mailbox.
    ///
    /// # Errors
    /// By what the server says.
    #[tracing::instrument(skip_all)]
    pub async fn sign_in(&self, ews: &Url, login: &ExchangeLogin<'_>) -> Result<(), ProviderError> {
        let mut session = self.session(ews, login)?;
        operations::resolve(&mut session, "smtp:nobody@synchronizer.invalid")
            .await
            .map(drop)
    }

    /// Searches the address book for beginnings of names and addresses.
    ///
    /// # Errors
    /// By what the server says. Nobody found is no error.
    #[tracing::instrument(skip_all)]
    pub async fn search(
        &self,
        ews: &Url,
        text: &str,
        login: &ExchangeLogin<'_>,
    ) -> Result<People, ProviderError> {
        let mut session = self.session(ews, login)?;
        let found = operations::resolve(&mut session, text).await?;
        if !found.people.is_empty() {
            return Ok(found);
        }
        // Words in the middle of a name are found by FindPeople alone. Older servers and
        // accounts without a mailbox do not have it, and nobody misses it then.
        match operations::find_people(&mut session, text).await {
            Ok(found) => Ok(found),
            Err(error) if matches!(error.kind(), ErrorKind::Throttled { .. }) => Err(error),
            Err(error) => {
                tracing::debug!(detail = error.detail(), "no FindPeople");
                Ok(found)
            }
        }
    }

    /// The person with exactly this address, primary or not.
    ///
    /// # Errors
    /// By what the server says.
    #[tracing::instrument(skip_all)]
    pub async fn person(
        &self,
        ews: &Url,
        address: &str,
        login: &ExchangeLogin<'_>,
    ) -> Result<Option<CalendarUser>, ProviderError> {
        let mut session = self.session(ews, login)?;
        let found = operations::resolve(&mut session, &format!("smtp:{address}")).await?;
        Ok(found.people.into_iter().next())
    }
}

fn error_of(kind: ErrorKind, detail: impl AsRef<str>) -> ProviderError {
    ProviderError::new(SYSTEM, kind, detail)
}
