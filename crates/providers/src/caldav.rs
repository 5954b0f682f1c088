//! CalDAV servers at addresses that people typed: is it one, who am I there, which
//! calendars may I write (caldav.md §1; RFC 4791, 4918, 5397, 6764).
//!
//! A domain or an e-mail address alone is looked up in DNS first (SRV and TXT records,
//! RFC 6764 §3, §4), then at its well-known address.
//!
//! Credentials are sent to the typed origin only, or to the server below the typed domain
//! that its records name. A server that moves the account to
//! another host is answered with an error that names the address to type instead.

mod calendars;
mod dav;
mod discovery;
mod multistatus;
mod server;
#[cfg(test)]
mod tests;

use reqwest::StatusCode;
use secrecy::SecretString;
use synchronizer_domain::ids::CalendarId;
use url::Url;

use crate::calendar::RemoteCalendar;
use crate::error::{ErrorKind, ProviderError, System};
use crate::guard::{Credentials, GuardedClient};

const SYSTEM: System = System::Caldav;
/// `DAV:`, RFC 4918.
const DAV: &str = "DAV:";
/// CalDAV, RFC 4791.
const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";

/// The client of every CalDAV server.
#[derive(Debug, Clone)]
pub struct Caldav {
    guard: GuardedClient,
}

/// A server that answered like a calendar server, without credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerProbe {
    /// Where it answered, after redirects: an address to sign in at.
    pub url: Url,
    /// What it calls itself (`Server` header, else the realm), or its status.
    pub answer: String,
}

/// A signed-in account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaldavAccount {
    /// The principal (RFC 5397).
    pub principal: Url,
    /// The first calendar home (RFC 4791 §6.2.1); new calendars go there.
    pub home: Url,
    /// Mail addresses of the account (`calendar-user-address-set`, RFC 6638 §2.4.1).
    pub addresses: Vec<String>,
    /// Its calendars; a typed one first, the others in the server's order.
    pub calendars: Vec<CaldavCalendar>,
}

/// A calendar collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaldavCalendar {
    /// Its absolute address.
    pub id: CalendarId,
    /// Display name, or the last part of the address; never empty.
    pub name: String,
    /// Whether the privileges allow writing; true when the server does not tell.
    pub writable: bool,
    /// Whether it takes events (VEVENT); true when the server does not tell.
    pub events: bool,
}

impl Caldav {
    /// A client behind the guard.
    #[must_use]
    pub const fn new(guard: GuardedClient) -> Self {
        Self { guard }
    }

    /// Finds out, without credentials, whether something DAV-like answers at the typed
    /// address, host or e-mail address: a multistatus, a demand for credentials, or a
    /// `DAV` header on PROPFIND.
    ///
    /// # Errors
    /// `NotACalendarServer`; `HttpsRequired` where no password could be sent later;
    /// `AddressForbidden` and `Unavailable` of the connection.
    #[tracing::instrument(skip_all)]
    pub async fn probe(&self, server: &str) -> Result<ServerProbe, ProviderError> {
        discovery::probe(&self.guard, server).await
    }

    /// Signs in: principal, home, addresses and calendars. One refusal of the password
    /// ends it, so that no account is locked by repeated tries.
    ///
    /// # Errors
    /// `NeedsPerson` for a refused password; `NotACalendarServer` when no account or
    /// calendar home is found; the errors of the connection.
    #[tracing::instrument(skip_all)]
    pub async fn sign_in(
        &self,
        server: &str,
        username: &str,
        password: &SecretString,
    ) -> Result<CaldavAccount, ProviderError> {
        let candidates = server::look_up(&self.guard, server).await?;
        let origin = server::origin(&candidates)?;
        let credentials = credentials(username, password, origin)?;
        discovery::sign_in(&self.guard, &candidates, &credentials).await
    }

    /// Creates a calendar for events in the account's home (MKCALENDAR, RFC 4791
    /// §5.3.1) and returns it as the server then describes it.
    ///
    /// # Errors
    /// `ReadOnly` when the server refuses; `NeedsPerson`; the errors of the connection.
    #[tracing::instrument(skip_all)]
    pub async fn create_calendar(
        &self,
        account: &CaldavAccount,
        username: &str,
        password: &SecretString,
        name: &str,
    ) -> Result<CaldavCalendar, ProviderError> {
        let credentials = credentials(username, password, account.home.origin())?;
        calendars::create(&self.guard, &account.home, &credentials, name).await
    }

    /// Looks whether a calendar is still there and may be written.
    ///
    /// # Errors
    /// `NotFound` when it is gone or no calendar any more; `ScopeMissing` when it may not
    /// be read; `NeedsPerson`; the errors of the connection.
    #[tracing::instrument(skip_all)]
    pub async fn check(
        &self,
        calendar: &CalendarId,
        username: &str,
        password: &SecretString,
    ) -> Result<RemoteCalendar, ProviderError> {
        let url = Url::parse(calendar.as_str()).map_err(|error| {
            error_of(ErrorKind::NotFound, "the calendar has no address").with_source(error)
        })?;
        let credentials = credentials(username, password, url.origin())?;
        let found = calendars::describe(&self.guard, url, &credentials).await?;
        Ok(RemoteCalendar {
            id: calendar.clone(),
            name: found.name,
            writable: found.writable,
        })
    }
}

/// RFC 7617 §2: a user name cannot hold a colon, it would end there.
fn credentials<'a>(
    username: &'a str,
    password: &'a SecretString,
    origin: url::Origin,
) -> Result<Credentials<'a>, ProviderError> {
    if username.contains(':') || username.chars().any(char::is_control) {
        return Err(error_of(
            ErrorKind::NeedsPerson,
            "the user name has a character that cannot be sent",
        ));
    }
    Ok(Credentials {
        username,
        password,
        origin,
    })
}

fn error_of(kind: ErrorKind, detail: impl AsRef<str>) -> ProviderError {
    ProviderError::new(SYSTEM, kind, detail)
}

fn malformed() -> ProviderError {
    error_of(ErrorKind::Protocol, "the answer is not a DAV multistatus")
}

pub(crate) fn status_error(reply: &crate::guard::Reply) -> ProviderError {
    let kind = match reply.status {
        StatusCode::UNAUTHORIZED => return dav::refused(reply),
        StatusCode::FORBIDDEN => return forbidden(reply),
        status => crate::http::status_kind(status, &reply.headers),
    };
    error_of(kind, format!("HTTP {}", reply.status.as_u16()))
}

/// A 403 names the condition that failed, or none (RFC 4918 §16). Only a privilege that is
/// missing, or nothing said, is about what the account may do.
fn forbidden(reply: &crate::guard::Reply) -> ProviderError {
    let condition = crate::xml::parse(&reply.body)
        .ok()
        .filter(|root| root.is(DAV, "error"))
        .and_then(|root| root.into_children().next());
    let (kind, name) = match condition.as_ref().map(crate::xml::Element::name) {
        None | Some("need-privileges") => (ErrorKind::ScopeMissing, ""),
        Some(name @ "valid-sync-token") => (ErrorKind::CursorExpired, name),
        Some(name) => (ErrorKind::Protocol, name),
    };
    error_of(kind, format!("HTTP 403 {name}").trim_end())
}
