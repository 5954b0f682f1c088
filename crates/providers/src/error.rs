//! What can go wrong between us and a remote system. Callers decide by
//! [`ErrorKind`], people read the detail.

use std::fmt;
use std::time::Duration;

use synchronizer_domain::text::clean;

/// Longest detail, in characters.
const MAX_DETAIL: usize = 200;

/// The remote system that an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum System {
    /// SuperOffice CRM.
    SuperOffice,
    /// Entra ID and Microsoft Graph.
    Microsoft,
    /// Google's sign-in, Directory and Calendar.
    Google,
    /// An Exchange server.
    Exchange,
    /// A CalDAV server.
    Caldav,
}

impl System {
    /// The word used in stored rows and in the keys of texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SuperOffice => "superoffice",
            Self::Microsoft => "microsoft365",
            Self::Google => "google",
            Self::Exchange => "exchange",
            Self::Caldav => "caldav",
        }
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why a remote system did not do what it was asked: decides retry, new sign-in or
/// whose attention is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// Not reached, timed out, or failed by itself; the same call may work later.
    Unavailable,
    /// It asks us to slow down.
    Throttled {
        /// How long to wait, when it says so in seconds.
        retry_after: Option<Duration>,
    },
    /// Only the person can mend it by signing in again: `invalid_grant`,
    /// `interaction_required`, a wrong password, a 401 with a fresh token.
    NeedsPerson,
    /// An administrator of the remote organisation must act: consent, assignment,
    /// conditional access, a disabled or deleted account.
    AdminApproval,
    /// The person declined.
    ConsentDenied,
    /// A permission is missing (403, or not among the granted scopes).
    ScopeMissing,
    /// What was asked for does not exist, or not for this person.
    NotFound,
    /// Our registration or configuration is wrong; the operator must act.
    Misconfigured,
    /// The answer is not what the protocol documents, or an id token was refused.
    Protocol,
    /// The address is one that we do not connect to.
    AddressForbidden,
    /// A password or token would have travelled without TLS.
    HttpsRequired,
    /// No calendar server answered at the address.
    NotACalendarServer,
    /// The credentials are good, but for another account than the expected one.
    WrongAccount,
    /// The mailbox is in Exchange Online, where EWS ends: Microsoft 365 is the way.
    ExchangeOnline,
    /// The remote side refuses to be written to.
    ReadOnly,
    /// The position in a list is no longer known there: the list must be read from its
    /// start again.
    CursorExpired,
}

/// Who can do something about a failure of a sign-in that worked before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The linked person: sign in again, agree again, type the password again.
    Person,
    /// An administrator of the person's organisation.
    Company,
    /// The operator of this installation: our registration or configuration.
    Operator,
    /// Nobody: the same call may work later.
    Nobody,
}

impl ErrorKind {
    /// Who can do something about it. Whatever is not surely a refusal is nobody's: a person
    /// is never asked to sign in again because something was down (SC-48).
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::NeedsPerson | Self::ConsentDenied | Self::ScopeMissing | Self::WrongAccount => {
                Blame::Person
            }
            Self::AdminApproval => Blame::Company,
            Self::Misconfigured => Blame::Operator,
            Self::Unavailable
            | Self::Throttled { .. }
            | Self::NotFound
            | Self::Protocol
            | Self::AddressForbidden
            | Self::HttpsRequired
            | Self::NotACalendarServer
            | Self::ExchangeOnline
            | Self::ReadOnly
            | Self::CursorExpired => Blame::Nobody,
        }
    }

    /// A short stable word for logs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Throttled { .. } => "throttled",
            Self::NeedsPerson => "needs_person",
            Self::AdminApproval => "admin_approval",
            Self::ConsentDenied => "consent_denied",
            Self::ScopeMissing => "scope_missing",
            Self::NotFound => "not_found",
            Self::Misconfigured => "misconfigured",
            Self::Protocol => "protocol",
            Self::AddressForbidden => "address_forbidden",
            Self::HttpsRequired => "https_required",
            Self::NotACalendarServer => "not_a_calendar_server",
            Self::WrongAccount => "wrong_account",
            Self::ExchangeOnline => "exchange_online",
            Self::ReadOnly => "read_only",
            Self::CursorExpired => "cursor_expired",
        }
    }
}

/// A failed call to a remote system.
#[derive(Debug, thiserror::Error)]
#[error("{system} {}: {detail}", kind.word())]
pub struct ProviderError {
    system: System,
    kind: ErrorKind,
    detail: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ProviderError {
    /// An error with a detail of at most 200 characters; control characters become
    /// blanks. The detail may be shown to administrators: callers leave secrets out.
    #[must_use]
    pub fn new(system: System, kind: ErrorKind, detail: impl AsRef<str>) -> Self {
        Self {
            system,
            kind,
            detail: clean(detail.as_ref(), MAX_DETAIL),
            source: None,
        }
    }

    /// Adds the underlying error, for the log's chain.
    #[must_use]
    pub(crate) fn with_source(
        mut self,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// What it means for the caller.
    #[must_use]
    pub const fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Which system.
    #[must_use]
    pub const fn system(&self) -> System {
        self.system
    }

    /// The technical answer: one line, at most 200 characters, no secrets.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_is_one_short_line() {
        let error = ProviderError::new(
            System::Caldav,
            ErrorKind::Unavailable,
            format!("line\r\nline {}", "x".repeat(500)),
        );
        assert_eq!(error.detail().chars().count(), MAX_DETAIL);
        assert!(!error.detail().contains(['\r', '\n']));
        assert!(error.to_string().starts_with("caldav unavailable: line"));
    }

    #[test]
    fn a_hostile_answer_of_any_length_stays_one_short_line() {
        let hostile = format!(
            "<img src=x onerror=alert(1)>\r\nSet-Cookie: a=b\n\u{202E}\u{2066}\u{1b}[31m\u{2028}{}",
            "x".repeat(1 << 20)
        );
        for error in [
            ProviderError::new(System::Google, ErrorKind::Protocol, &hostile),
            crate::callback_error(System::SuperOffice, &hostile, &hostile),
            crate::callback_error(System::Microsoft, "access_denied", &hostile),
        ] {
            for text in [error.detail(), &error.to_string()] {
                assert!(text.chars().count() <= MAX_DETAIL + 40, "{}", text.len());
                let sly = ['\u{202E}', '\u{2066}', '\u{2028}'];
                assert!(!text.contains(|c: char| c.is_control() || sly.contains(&c)));
            }
        }
    }
}
