//! Mails that were decided and wait to be sent.

use crate::ids::{LinkId, MailId, TenantId};
use crate::link::words;
use crate::{Locale, Timestamp};

words! {
    /// Which mail it is; each has a folder of templates per language.
    MailKind {
        /// Asks a linked person to activate.
        Invitation = "invitation",
        /// Asks a linked person to sign in again.
        Reactivation = "reactivation",
    }
}

words! {
    /// How far a mail is.
    MailState {
        /// Waits to be sent, or to be tried again.
        Queued = "queued",
        /// The SMTP server accepted it.
        Sent = "sent",
        /// Refused for good, or given up.
        Failed = "failed",
    }
}

/// A row of the outbox. The rendered mail is stored beside it, sealed, and wiped when sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxMail {
    /// Our id, also the local part of the Message-ID.
    pub id: MailId,
    /// The tenant.
    pub tenant: TenantId,
    /// The link it is about.
    pub link: LinkId,
    /// Which mail.
    pub kind: MailKind,
    /// Its language.
    pub locale: Locale,
    /// Recipient's address.
    pub to: String,
    /// Queued, sent or failed.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: u32,
    /// The SMTP server's last answer, ≤ 200 characters, empty before the first try.
    pub answer: String,
    /// When it was decided.
    pub created_at: Timestamp,
    /// When the server accepted it.
    pub sent_at: Option<Timestamp>,
}
