//! A synchronization profile: one calendar system, its settings, its directory.

use serde::{Deserialize, Serialize};

use crate::ids::{ProfileId, TenantId};
use crate::link::words;
use crate::{Locale, Timestamp};

words! {
    /// A calendar system that profiles can connect to.
    CalendarSystem {
        /// Microsoft 365 through Graph.
        Microsoft365 = "microsoft365",
        /// Google Calendar.
        Google = "google",
        /// Exchange servers of one's own, through EWS.
        Exchange = "exchange",
        /// Any CalDAV server (RFC 4791).
        Caldav = "caldav",
    }
}

words! {
    /// How far a profile is.
    ProfileState {
        /// The wizard was left before its last step.
        Draft = "draft",
        /// Ready; people can be linked.
        Active = "active",
        /// Stopped by an admin: nothing runs, nobody is mailed, links keep their state.
        Disabled = "disabled",
        /// Softly deleted, can come back; its links were deleted with it.
        Deleted = "deleted",
    }
}

words! {
    /// What an administrator can ask for a profile, in the order of the menu.
    ProfileAction {
        /// Another name.
        Rename = "rename",
        /// Stop it, keep everything.
        Disable = "disable",
        /// Go on.
        Enable = "enable",
        /// Soft deletion.
        Delete = "delete",
        /// Taking a soft deletion back.
        Undelete = "undelete",
        /// Permanent deletion, only after a soft one.
        Erase = "erase",
    }
}

impl ProfileAction {
    /// Whether it can be asked for a profile in this state.
    #[must_use]
    pub const fn applies_to(self, state: ProfileState) -> bool {
        use ProfileState::{Active, Deleted, Disabled};
        match self {
            Self::Rename | Self::Delete => !matches!(state, Deleted),
            Self::Disable => matches!(state, Active),
            Self::Enable => matches!(state, Disabled),
            Self::Undelete | Self::Erase => matches!(state, Deleted),
        }
    }
}

impl Profile {
    /// Whether an administrator disabled or deleted it: nothing runs, nobody is mailed.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.disabled.is_some() || self.deleted.is_some()
    }

    /// Who disabled or deleted it.
    #[must_use]
    pub fn stop(&self) -> Option<&Stop> {
        self.deleted.as_ref().or(self.disabled.as_ref())
    }
}

/// Who stopped something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// When.
    pub at: Timestamp,
    /// Name of the administrator.
    pub by: String,
}

/// A profile as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Our id.
    pub id: ProfileId,
    /// The tenant that owns it.
    pub tenant: TenantId,
    /// Its name, unique among the tenant's profiles, ≤ 120 characters.
    pub name: String,
    /// Its calendar system; never changes.
    pub system: CalendarSystem,
    /// Draft, ready or stopped. Follows from how far it is and the two stops below.
    pub state: ProfileState,
    /// Since when it is disabled.
    pub disabled: Option<Stop>,
    /// Since when it is deleted.
    pub deleted: Option<Stop>,
    /// Settings of the step *Configure Profile*.
    pub settings: ProfileSettings,
    /// What is known of the calendar system's directory.
    pub directory: Directory,
    /// When it was created.
    pub created_at: Timestamp,
}

/// Settings that take effect on mails and pages for the linked people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProfileSettings {
    /// Language of the mails.
    pub mail_locale: Locale,
    /// Whom people can ask; shown in mails and on their pages. May be empty.
    pub contact_email: String,
}

/// The profile's own connection to its calendar system; it only reads the list of users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Directory {
    /// Nothing configured yet.
    None,
    /// Microsoft 365: a signed-in admin whose refresh token is stored beside this, sealed.
    Microsoft {
        /// The organisation every linked account must belong to (claim `tid`).
        tid: String,
        /// The admin's `preferred_username`, for display.
        account: String,
        /// False after a refusal that only a new sign-in mends.
        connected: bool,
    },
    /// Google: a signed-in admin whose refresh token, or with domain-wide delegation the
    /// key of a service account, is stored beside this, sealed.
    Google {
        /// The admin's Workspace domain, for display.
        domain: String,
        /// The admin's address; with delegation the one whose users are read.
        account: String,
        /// False after a refusal that only a person mends.
        connected: bool,
        /// With domain-wide delegation.
        service_account: Option<ServiceAccountName>,
    },
    /// Exchange: a service account whose password is stored beside this, sealed, or a
    /// server and a pasted list of people alone.
    Exchange {
        /// What was typed as the server; empty for Autodiscover.
        server: String,
        /// The address of Exchange Web Services, once it was found.
        ews: String,
        /// Mail address of the service account; empty without one.
        account: String,
        /// Its sign-in name.
        username: String,
        /// The service account opens everybody's mailbox (ApplicationImpersonation).
        impersonation: bool,
        /// False after a refusal that only a new password mends.
        connected: bool,
    },
    /// CalDAV: a server and a pasted list of people.
    Caldav {
        /// Where discovery starts (RFC 6764), http or https.
        server: String,
    },
}

/// How administrators recognise a service account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccountName {
    /// Its address.
    pub email: String,
    /// The number that they list.
    pub client_id: String,
}

impl Directory {
    /// Whether the sign-in that reads the users works; none where no sign-in reads them all.
    #[must_use]
    pub const fn connected(&self) -> Option<bool> {
        match self {
            Self::Microsoft { connected, .. } | Self::Google { connected, .. } => Some(*connected),
            Self::None | Self::Exchange { .. } | Self::Caldav { .. } => None,
        }
    }

    /// Whether it reads the users of the same organisation as another one.
    #[must_use]
    pub fn is_of_organisation(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Microsoft { tid: one, .. }, Self::Microsoft { tid: other, .. })
            | (Self::Google { domain: one, .. }, Self::Google { domain: other, .. }) => {
                one.eq_ignore_ascii_case(other)
            }
            _ => false,
        }
    }

    /// The same after the sign-in was tried.
    #[must_use]
    pub fn after_try(mut self, works: bool) -> Self {
        if let Self::Microsoft { connected, .. }
        | Self::Google { connected, .. }
        | Self::Exchange { connected, .. } = &mut self
        {
            *connected = works;
        }
        self
    }

    /// Whether people can be linked with it.
    #[must_use]
    pub const fn is_configured(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Whether the directory's sign-in works as far as is known.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        match self {
            Self::Microsoft { connected, .. }
            | Self::Google { connected, .. }
            | Self::Exchange { connected, .. } => *connected,
            Self::None | Self::Caldav { .. } => true,
        }
    }

    /// Whether its people are searched while an administrator types, because they cannot
    /// be listed.
    #[must_use]
    pub const fn is_searched(&self) -> bool {
        matches!(self, Self::Exchange { account, .. } if !account.is_empty())
    }

    /// Whether its own account opens everybody's calendar, so that nobody else gives
    /// credentials.
    #[must_use]
    pub const fn opens_everybody(&self) -> bool {
        matches!(self, Self::Exchange { impersonation: true, account, .. } if !account.is_empty())
    }

    /// Whether linked people only sign in to the CRM: its own account opens everybody's
    /// calendar, or the organisation's administrator agreed for all.
    #[must_use]
    pub const fn acts_for_people(&self) -> bool {
        self.opens_everybody()
            || matches!(
                self,
                Self::Google {
                    service_account: Some(_),
                    ..
                }
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_offers_what_makes_sense_there() {
        use ProfileAction::{Delete, Disable, Enable, Erase, Rename, Undelete};
        for (state, offered) in [
            (ProfileState::Draft, &[Rename, Delete][..]),
            (ProfileState::Active, &[Rename, Disable, Delete]),
            (ProfileState::Disabled, &[Rename, Enable, Delete]),
            (ProfileState::Deleted, &[Undelete, Erase]),
        ] {
            let actions = ProfileAction::ALL.iter().copied();
            let found: Vec<_> = actions.filter(|action| action.applies_to(state)).collect();
            assert_eq!(found, offered, "{state:?}");
        }
    }
}
