//! What a grant holds: an identity that may be read, a secret that may not.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use synchronizer_domain::activation::CalendarChoice;
use synchronizer_domain::ids::{GrantId, LinkId, TenantId};
use synchronizer_domain::link::{GrantFact, Link, LinkFacts, LinkStatus, Side, derive_status};
use synchronizer_storage::{Grant, Sealed, StorageResult, UnitOfWork};

use crate::Core;
use crate::attempts::Provider;
use crate::failure::FaultResult;

pub(crate) const TABLE: &str = "grants";

/// Who granted, without secrets; JSON in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum GrantIdentity {
    /// A CRM user.
    Crm {
        /// Associate id.
        associate: String,
    },
    /// A Microsoft account.
    Microsoft {
        /// Organisation.
        tid: String,
        /// Account.
        oid: String,
        /// For display.
        username: String,
        /// The calendar in use.
        calendar: CalendarChoice,
    },
    /// A Google account.
    Google {
        /// Account; the key.
        sub: String,
        /// Its address at the sign-in; with delegation whom the service account acts for.
        email: String,
        /// Writable calendars found.
        calendars: Vec<CalendarChoice>,
        /// The calendar in use.
        calendar: CalendarChoice,
        /// Granted by the organisation's administrator; the grant then has no token.
        #[serde(default)]
        delegated: bool,
    },
    /// An Exchange mailbox.
    Exchange {
        /// The address of Exchange Web Services.
        ews: String,
        /// The user name that was typed; the service account's where it acts.
        username: String,
        /// The mailbox.
        mailbox: String,
        /// The company's service account opens it; no password of the person is stored.
        impersonated: bool,
        /// The calendar in use.
        calendar: CalendarChoice,
    },
    /// A CalDAV account.
    Caldav {
        /// The address that was typed.
        server: String,
        /// The user name that was typed.
        username: String,
        /// Writable calendars found.
        calendars: Vec<CalendarChoice>,
        /// The calendar in use.
        calendar: CalendarChoice,
    },
}

impl GrantIdentity {
    /// Where its refresh token is renewed; none when it has a password instead.
    pub(crate) const fn provider(&self) -> Option<Provider> {
        match self {
            Self::Crm { .. } => Some(Provider::SuperOffice),
            Self::Microsoft { .. } => Some(Provider::Microsoft),
            Self::Google {
                delegated: false, ..
            } => Some(Provider::Google),
            // A password, or the profile's own key.
            Self::Google {
                delegated: true, ..
            }
            | Self::Exchange { .. }
            | Self::Caldav { .. } => None,
        }
    }

    /// The calendar in use, on the calendar side.
    pub(crate) const fn calendar(&self) -> Option<&CalendarChoice> {
        match self {
            Self::Crm { .. } => None,
            Self::Microsoft { calendar, .. }
            | Self::Google { calendar, .. }
            | Self::Exchange { calendar, .. }
            | Self::Caldav { calendar, .. } => Some(calendar),
        }
    }

    /// The calendars to choose from.
    pub(crate) fn calendars(&self) -> &[CalendarChoice] {
        match self {
            Self::Crm { .. } | Self::Microsoft { .. } | Self::Exchange { .. } => &[],
            Self::Google { calendars, .. } | Self::Caldav { calendars, .. } => calendars,
        }
    }

    /// Whether the company's own account acts, and the person has nothing to sign in to.
    pub(crate) const fn by_company(&self) -> bool {
        matches!(
            self,
            Self::Google {
                delegated: true,
                ..
            } | Self::Exchange {
                impersonated: true,
                ..
            }
        )
    }

    /// Whether its account may have several calendars to choose from.
    pub(crate) const fn chooses(&self) -> bool {
        matches!(self, Self::Google { .. } | Self::Caldav { .. })
    }

    /// The same with the calendars that its account has now, and the chosen one of them.
    pub(crate) fn with_calendars(
        mut self,
        found: Vec<CalendarChoice>,
        chosen: &str,
    ) -> Option<Self> {
        match &mut self {
            Self::Google { calendars, .. } | Self::Caldav { calendars, .. } => *calendars = found,
            Self::Crm { .. } | Self::Microsoft { .. } | Self::Exchange { .. } => return None,
        }
        self.with_calendar(chosen)
    }

    /// The same with another calendar in use; none for one that was not offered.
    pub(crate) fn with_calendar(mut self, chosen: &str) -> Option<Self> {
        let choice = self
            .calendars()
            .iter()
            .find(|one| one.id == chosen)?
            .clone();
        match &mut self {
            Self::Google { calendar, .. } | Self::Caldav { calendar, .. } => *calendar = choice,
            Self::Crm { .. } | Self::Microsoft { .. } | Self::Exchange { .. } => return None,
        }
        Some(self)
    }
}

/// The secret of a grant: a refresh token (SuperOffice, Microsoft), a password (Exchange,
/// CalDAV), or a word in its place where the company's account acts (Exchange).
pub(crate) fn seal(core: &Core, tenant: TenantId, grant: GrantId, secret: &SecretString) -> Sealed {
    core.seal(&tenant.to_string(), TABLE, &grant.to_string(), secret)
}

/// Opens the secret of a grant.
pub(crate) fn open(core: &Core, grant: &Grant) -> FaultResult<SecretString> {
    core.open(
        &grant.tenant.to_string(),
        TABLE,
        &grant.id.to_string(),
        &grant.secret,
    )
}

/// A new grant of a side.
pub(crate) fn new_grant(
    core: &Core,
    (tenant, link): (TenantId, LinkId),
    side: Side,
    identity: &GrantIdentity,
    secret: &SecretString,
    scopes: &[String],
) -> FaultResult<Grant> {
    let id = GrantId::mint(&*core.clock, &*core.rng);
    debug_assert!(
        !secret.expose_secret().is_empty(),
        "a grant without a secret"
    );
    Ok(Grant {
        id,
        tenant,
        link,
        side,
        identity: serde_json::to_string(identity)?,
        secret: seal(core, tenant, id, secret),
        scopes: scopes.join(" "),
        refused: None,
        version: 1,
        granted_at: core.now(),
    })
}

fn fact(grant: Option<&Grant>) -> GrantFact {
    match grant {
        None => GrantFact::Missing,
        Some(Grant {
            refused: Some((cause, since)),
            ..
        }) => GrantFact::Refused(*cause, *since),
        Some(_) => GrantFact::Good,
    }
}

/// The facts of a link among these grants.
pub(crate) fn facts(link: &Link, grants: &[Grant]) -> LinkFacts {
    let of = |side| {
        grants
            .iter()
            .find(|grant| grant.link == link.id && grant.side == side)
    };
    LinkFacts {
        flags: link.flags,
        crm: fact(of(Side::Crm)),
        calendar: fact(of(Side::Calendar)),
    }
}

/// Both grants of a link, as far as they were given.
pub(crate) async fn of_link(
    unit: &mut dyn UnitOfWork,
    (tenant, link): (TenantId, LinkId),
) -> StorageResult<Vec<Grant>> {
    let mut held = Vec::new();
    for side in [Side::Crm, Side::Calendar] {
        held.extend(unit.grant(tenant, link, side).await?);
    }
    Ok(held)
}

/// The state of a link among these grants.
pub(crate) fn status(link: &Link, grants: &[Grant]) -> LinkStatus {
    derive_status(&facts(link, grants))
}
