//! The journey of a linked person, as the public pages show it.

use serde::{Deserialize, Serialize};

use crate::ids::ActivationId;
use crate::link::words;
use crate::link::{Cause, LinkFacts, Party, Side};
use crate::profile::CalendarSystem;
use crate::{Locale, Timestamp};

/// How long an activation lasts, in minutes (design.md §4.6).
pub const ACTIVATION_MINUTES: u64 = 30;
/// How long an invitation lasts, in days.
pub const INVITATION_DAYS: u64 = 14;

/// Who is linked with what, and whom to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Couple {
    /// The company.
    pub tenant_name: String,
    /// Name of the CRM user.
    pub crm_name: String,
    /// E-mail of the CRM user, possibly empty.
    pub crm_email: String,
    /// The calendar system.
    pub system: CalendarSystem,
    /// Name of the calendar user.
    pub calendar_name: String,
    /// E-mail or login of the calendar user.
    pub calendar_account: String,
    /// The company's own account opens the calendar: the person only signs in to the CRM.
    pub by_company: bool,
    /// Who linked them.
    pub invited_by: String,
    /// Whom to ask; may be empty.
    pub contact_email: String,
    /// Language of the mails of this profile: the first guess for the pages.
    pub locale: Locale,
}

/// What broke in a link that worked, as far as its person can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Again {
    /// Why.
    pub cause: Cause,
    /// Since when.
    pub since: Timestamp,
    /// The CRM half is to be done again.
    pub crm: bool,
    /// The calendar half is to be done again.
    pub calendar: bool,
}

impl Again {
    /// What of these facts a person has to do again; none when nothing broke.
    #[must_use]
    pub fn of(facts: &LinkFacts) -> Option<Self> {
        let broken = |side| {
            facts
                .broken(side)
                .filter(|(cause, _)| cause.party() != Party::Company)
        };
        let (crm, calendar) = (broken(Side::Crm), broken(Side::Calendar));
        let (cause, since) = crm.or(calendar)?;
        Some(Self {
            cause,
            since: calendar.map_or(since, |(_, other)| since.min(other)),
            crm: crm.is_some(),
            calendar: calendar.is_some(),
        })
    }

    /// Whether only one of the two halves broke.
    #[must_use]
    pub const fn single(&self) -> bool {
        self.crm != self.calendar
    }
}

/// What an invitation's address leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvitationView {
    /// It can be used.
    Open {
        /// The couple.
        couple: Couple,
        /// Until when.
        expires_at: Timestamp,
        /// What broke, when the link worked before.
        again: Option<Again>,
    },
    /// It was used up.
    Used {
        /// The couple.
        couple: Couple,
    },
    /// It is too old.
    Expired {
        /// The couple.
        couple: Couple,
    },
    /// Unknown, revoked, or its link was deleted: all look alike.
    Unknown,
}

/// Where an activation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationView {
    /// Its id.
    pub id: ActivationId,
    /// The couple.
    pub couple: Couple,
    /// What broke, when the link worked before.
    pub again: Option<Again>,
    /// The half that works and is connected anew all the same.
    pub anew: Option<Side>,
    /// The CRM side is done.
    pub crm_done: bool,
    /// The calendar side is done.
    pub calendar_done: bool,
    /// Until when this browser can go on.
    pub expires_at: Timestamp,
    /// For CalDAV and Exchange: what the form proposes.
    pub credentials: Option<CredentialsForm>,
    /// The company's own account opens the calendar: there is nothing to type.
    pub is_opened_for: bool,
    /// Calendars to choose from, when the account has several.
    pub calendars: Vec<CalendarChoice>,
    /// The calendar in use, once the calendar side is done.
    pub calendar: Option<String>,
}

impl ActivationView {
    /// The side that comes next, none when both are done.
    #[must_use]
    pub const fn next(&self) -> Option<Side> {
        if !self.crm_done {
            Some(Side::Crm)
        } else if !self.calendar_done {
            Some(Side::Calendar)
        } else {
            None
        }
    }
}

/// A calendar that the person may choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarChoice {
    /// Its key.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The form for credentials: what was typed or proposed. The password is never kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CredentialsForm {
    /// Server address; unused for Exchange, whose server the company sets.
    pub server: String,
    /// User name.
    pub username: String,
}

words! {
    /// A check box of Google's consent page.
    ConsentBox {
        /// Read and write events.
        CalendarEvents = "calendar_events",
        /// Read which calendars there are.
        CalendarList = "calendar_list",
        /// Make a calendar.
        NewCalendar = "new_calendar",
    }
}

words! {
    /// A page that says what went wrong in a sign-in or an activation, with the way out.
    Mishap {
        /// Cancelled at SuperOffice.
        CrmConsentDenied = "crm_consent_denied",
        /// Cancelled at the calendar system.
        CalendarConsentDenied = "calendar_consent_denied",
        /// Somebody else signed in to SuperOffice.
        WrongPerson = "wrong_person",
        /// Another calendar account signed in.
        WrongAccount = "wrong_account",
        /// Not every permission was given.
        ScopeMissing = "scope_missing",
        /// No calendar of the account can be written.
        NoCalendar = "no_calendar",
        /// The calendar system wants an administrator.
        AdminApproval = "admin_approval",
        /// The company has not approved the application in SuperOffice, or no longer does.
        AppNotApproved = "app_not_approved",
        /// The invitation was used up.
        InvitationUsed = "invitation_used",
        /// The invitation is too old.
        InvitationExpired = "invitation_expired",
        /// The invitation is unknown or revoked.
        InvitationUnknown = "invitation_unknown",
        /// The company disabled the profile for now.
        ProfileStopped = "profile_stopped",
        /// The activation took too long, or began in another browser.
        ActivationOver = "activation_over",
        /// The sign-in's answer came late, twice, or to another browser.
        AttemptOver = "attempt_over",
        /// An approval's answer came late, twice, or to another browser.
        ConsentOver = "consent_over",
        /// No such link for an approval, or nobody asks for it any more.
        ConsentUnknown = "consent_unknown",
        /// The identity provider did not answer or failed.
        ProviderDown = "provider_down",
        /// The identity provider's answer was not acceptable.
        ProviderAnswer = "provider_answer",
        /// An unknown company and not its administrator.
        TenantUnknown = "tenant_unknown",
        /// An administrator of a company that may not sign up here.
        SignupClosed = "signup_closed",
        /// The operator suspended the company.
        TenantSuspended = "tenant_suspended",
        /// Somebody of another company signed in to replace the CRM connection.
        WrongCompany = "wrong_company",
        /// Only an administrator of the CRM can lend the CRM connection.
        NotAdministrator = "not_administrator",
        /// No such page.
        NotFound = "not_found",
        /// The request came from another site or lacks its origin.
        CrossSite = "cross_site",
        /// More was sent than is taken at once.
        TooLarge = "too_large",
        /// Too many tries.
        TooMany = "too_many",
        /// Our own mistake.
        Internal = "internal",
    }
}

impl Mishap {
    /// The HTTP status of its page.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvitationUsed | Self::InvitationExpired => 410,
            Self::InvitationUnknown | Self::ConsentUnknown | Self::NotFound => 404,
            Self::CrossSite
            | Self::AppNotApproved
            | Self::WrongPerson
            | Self::WrongAccount
            | Self::WrongCompany
            | Self::NotAdministrator
            | Self::TenantUnknown
            | Self::SignupClosed
            | Self::TenantSuspended => 403,
            Self::TooLarge => 413,
            Self::TooMany => 429,
            Self::ProviderDown => 503,
            Self::ProviderAnswer => 502,
            Self::Internal => 500,
            Self::CrmConsentDenied
            | Self::CalendarConsentDenied
            | Self::ScopeMissing
            | Self::NoCalendar
            | Self::AdminApproval
            | Self::ActivationOver
            | Self::AttemptOver
            | Self::ConsentOver
            | Self::ProfileStopped => 200,
        }
    }
}
