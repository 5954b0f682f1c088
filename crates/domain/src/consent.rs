//! Approval of an organisation: an administrator of Microsoft Entra allows this application
//! once, for everybody. Until then people are stopped at Microsoft.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::link::words;

words! {
    /// Why nothing was approved.
    ConsentRefusal {
        /// Somebody pressed *Cancel*.
        Declined = "declined",
        /// The account may not approve for the organisation.
        NotAdministrator = "not_administrator",
        /// Another organisation approved.
        OtherOrganisation = "other_organisation",
        /// Microsoft said yes, and its tokens still say no.
        NotInEffect = "not_in_effect",
        /// Microsoft failed, or refused this installation.
        Provider = "provider",
    }
}

/// What is known of an organisation's approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The organisation.
    pub tid: String,
    /// Since when.
    pub at: Timestamp,
    /// Name of the CRM administrator who asked for it, himself or by a link.
    pub by: String,
    /// Why it is not approved; none when it is.
    pub refused: Option<ConsentRefusal>,
    /// When somebody last asked Microsoft whether that is so.
    pub checked_at: Option<Timestamp>,
}

/// The approval as the wizard shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConsentView {
    /// The organisation's domain; none before anybody signed in to it.
    pub organisation: Option<String>,
    /// The last answer; none while nobody was asked.
    pub answer: Option<ConsentAnswer>,
}

impl ConsentView {
    /// Whether people can connect their calendars.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        let approved = |answer: &ConsentAnswer| answer.refused.is_none();
        self.answer.as_ref().is_some_and(approved)
    }
}

/// An answer of Microsoft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentAnswer {
    /// When.
    pub at: Timestamp,
    /// Who asked for it.
    pub by: String,
    /// Why it was no; none when it was yes.
    pub refused: Option<ConsentRefusal>,
    /// When somebody last asked Microsoft whether that is so.
    pub checked_at: Option<Timestamp>,
}

/// What a stranger with a link is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRequest {
    /// The company, as the CRM spells it.
    pub tenant_name: String,
    /// The organisation's domain.
    pub organisation: String,
    /// Name of the CRM administrator who made the link.
    pub asked_by: String,
    /// Whom to ask; possibly empty.
    pub contact_email: String,
}

/// What such a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentLinkView {
    /// It can be approved.
    Open {
        /// What.
        request: ConsentRequest,
        /// Until when the link works.
        expires_at: Timestamp,
    },
    /// It is approved.
    Approved(ConsentRequest),
    /// The link is too old.
    Expired(ConsentRequest),
    /// No such link, or its profile was stopped: all look alike.
    Unknown,
}

/// Days that a link for the organisation's administrator works.
pub const CONSENT_LINK_DAYS: u64 = 14;
