//! Typed identifiers. Ours are UUIDv7 (RFC 9562 §5.7), minted from a [`Clock`] and an
//! [`Rng`], so tests can predict them; remote ones are opaque text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Clock, Rng};

/// The text is not one of our ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind} id")]
pub struct InvalidId {
    /// Which kind of id was expected.
    pub kind: &'static str,
}

fn mint(clock: &dyn Clock, rng: &dyn Rng) -> Uuid {
    let mut random = [0u8; 10];
    rng.fill(&mut random);
    let millis = u64::try_from(clock.now().as_micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! own_ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Mints a new id; ids minted later sort later.
            #[must_use]
            pub fn mint(clock: &dyn Clock, rng: &dyn Rng) -> Self {
                Self(mint(clock, rng))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($kind, ":{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self).map_err(|_| InvalidId { kind: $kind })
            }
        }
    )*};
}

own_ids! {
    /// A SuperOffice customer that signed up.
    TenantId = "tenant";
    /// A synchronization profile.
    ProfileId = "profile";
    /// One CRM user paired with one calendar user.
    LinkId = "link";
    /// An invitation mailed or copied for a link.
    InvitationId = "invitation";
    /// A journey from an invitation to both grants, bound to one browser.
    ActivationId = "activation";
    /// Many pairs that are linked, or many people that are mailed, in one action.
    BatchId = "batch";
    /// A list of pairs that somebody brought.
    ImportId = "import";
    /// One round trip to an identity provider.
    AttemptId = "attempt";
    /// A grant of one side of a link.
    GrantId = "grant";
    /// A mail in the outbox.
    MailId = "mail";
    /// A background job.
    JobId = "job";
    /// A signed-in browser.
    SessionId = "session";
    /// A sign-up that waits for the admin's confirmation.
    SignupId = "signup";
    /// A line of the audit log.
    AuditId = "audit";
    /// A token that waits to be revoked.
    RevocationId = "revocation";
}

macro_rules! remote_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the remote system's spelling as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The remote system's spelling.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

remote_ids! {
    /// SuperOffice's tenant key: `Cust` and digits (superoffice.md §1.6, claim `ctx`).
    ContextId;
    /// SuperOffice's associate id inside a tenant, decimal digits.
    AssociateId;
    /// A calendar user in the calendar system: Microsoft's `oid`, a CalDAV login.
    CalendarUserId;
    /// A calendar inside an account: Graph's calendar id, a CalDAV collection address.
    CalendarId;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use crate::rng::SeededRng;

    #[test]
    fn ids_minted_later_sort_later() {
        let clock = FixedClock::at_micros(1_700_000_000_000_000);
        let rng = SeededRng::new(7);
        let first = LinkId::mint(&clock, &rng);
        clock.advance_millis(5);
        assert!(first < LinkId::mint(&clock, &rng));
    }

    #[test]
    fn an_id_survives_its_text_form() {
        let id = TenantId::mint(&FixedClock::at_micros(1), &SeededRng::new(1));
        assert_eq!(id.to_string().parse::<TenantId>(), Ok(id));
        assert!("nonsense".parse::<TenantId>().is_err());
    }
}
