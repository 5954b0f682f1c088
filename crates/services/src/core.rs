//! What every use case is given.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use synchronizer_domain::alarm::ClientSecret;
use synchronizer_domain::ids::{AuditId, ContextId, TenantId};
use synchronizer_domain::session::Actor;
use synchronizer_domain::{Clock, Locale, Rng, Timestamp};
use synchronizer_jobs::Wake;
use synchronizer_mail::{Smtp, Templates};
use synchronizer_providers::caldav::Caldav;
use synchronizer_providers::exchange::Exchange;
use synchronizer_providers::google::Google;
use synchronizer_providers::microsoft::Microsoft;
use synchronizer_providers::superoffice::SuperOffice;
use synchronizer_storage::{AuditEntry, Sealed, Storage, StorageResult, UnitOfWork};
use synchronizer_vault::{Scope, Vault};
use url::Url;

use crate::SessionRules;
use crate::failure::{Fault, FaultResult};

/// Who may sign a new company up (`tenants.signup`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignupPolicy {
    /// Nobody.
    Closed,
    /// The listed customers.
    Listed(Vec<ContextId>),
    /// Every administrator.
    Open,
}

impl SignupPolicy {
    /// Whether this customer may sign up.
    #[must_use]
    pub fn admits(&self, context: &ContextId) -> bool {
        match self {
            Self::Closed => false,
            Self::Listed(allowed) => allowed.contains(context),
            Self::Open => true,
        }
    }
}

/// Settings of the installation that use cases need.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach the portal; absolute addresses are built from it alone.
    pub public_url: Url,
    /// Who may sign up.
    pub signup: SignupPolicy,
    /// Sender of mails, `Name <address>` or an address.
    pub mail_from: String,
    /// Who is mailed when only the operator can mend something; none mails nobody.
    pub operator: Option<String>,
    /// In which language.
    pub operator_locale: Locale,
    /// When the secrets of our registrations end, where the configuration tells.
    pub client_secrets: Vec<ClientSecret>,
    /// Mails per minute of this process; none is unpaced.
    pub mail_rate_per_minute: Option<u32>,
    /// Mails per minute of one company; none is unpaced.
    pub mail_tenant_rate: Option<u32>,
    /// How long a sign-in lasts.
    pub sessions: SessionRules,
    /// Days after which lines of the audit log are removed; none keeps them.
    pub audit_days: Option<u32>,
    /// Lists of people are read again when they are older; none is never by themselves.
    pub list_age: Option<Duration>,
    /// After this time another process renews a token in place of one that died over it.
    pub renewal_lease: Duration,
    /// How often both connections of a link are tried.
    pub check_every: Duration,
    /// Days after which an invitation counts as unanswered.
    pub unanswered_days: u32,
    /// Days for which deleted links keep their grants; none keeps them until they are
    /// deleted permanently.
    pub keep_deleted_days: Option<u32>,
    /// Client id at Google, shown to administrators who approve it; empty without Google.
    pub google_client_id: String,
    /// Host of the CRM's issuer: keeps customers of different environments apart.
    pub environment: String,
}

/// The parts a [`Core`] is made of.
pub struct Parts {
    /// The database.
    pub storage: Arc<dyn Storage>,
    /// Encryption at rest.
    pub vault: Vault,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Wakes the worker of this process.
    pub wake: Wake,
    /// SuperOffice.
    pub superoffice: SuperOffice,
    /// Microsoft, when it is configured.
    pub microsoft: Option<Microsoft>,
    /// Google, when it is configured.
    pub google: Option<Google>,
    /// Exchange.
    pub exchange: Exchange,
    /// What Exchange servers asked of us.
    pub exchange_pace: crate::exchange::Pace,
    /// CalDAV.
    pub caldav: Caldav,
    /// Mail templates.
    pub templates: Templates,
    /// The SMTP server.
    pub smtp: Smtp,
    /// Settings.
    pub settings: Settings,
}

/// What every use case is given; cheap to clone.
#[derive(Clone)]
pub struct Core(Arc<Parts>);

impl std::ops::Deref for Core {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Core {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An absolute address of the portal.
    pub(crate) fn absolute(&self, path: &str) -> String {
        format!(
            "{}{path}",
            self.settings.public_url.as_str().trim_end_matches('/')
        )
    }

    /// Microsoft, or the fault that the operator has not configured it.
    pub(crate) fn microsoft(&self) -> FaultResult<&Microsoft> {
        self.microsoft
            .as_ref()
            .ok_or(Fault::NotConfigured("microsoft"))
    }

    /// Google, or the fault that the operator has not configured it.
    pub(crate) fn google(&self) -> FaultResult<&Google> {
        self.google.as_ref().ok_or(Fault::NotConfigured("google"))
    }

    pub(crate) fn seal(
        &self,
        tenant: &str,
        table: &str,
        row: &str,
        secret: &SecretString,
    ) -> Sealed {
        Sealed(
            self.vault
                .seal(&*self.rng, Scope { tenant, table, row }, secret),
        )
    }

    pub(crate) fn open(
        &self,
        tenant: &str,
        table: &str,
        row: &str,
        sealed: &Sealed,
    ) -> FaultResult<SecretString> {
        Ok(self.vault.open(Scope { tenant, table, row }, &sealed.0)?)
    }

    /// Adds an audit row of a person.
    pub(crate) async fn audit(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        action: &str,
        subject: String,
        detail: serde_json::Value,
    ) -> StorageResult<()> {
        self.audit_as(unit, actor.tenant, &actor.name, action, subject, detail)
            .await
    }

    /// Adds an audit row of anybody.
    pub(crate) async fn audit_as(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
        actor: &str,
        action: &str,
        subject: String,
        detail: serde_json::Value,
    ) -> StorageResult<()> {
        unit.add_audit(&AuditEntry {
            id: AuditId::mint(&*self.clock, &*self.rng),
            tenant,
            at: self.now(),
            actor: actor.to_owned(),
            action: action.to_owned(),
            subject,
            detail: detail.to_string(),
        })
        .await
    }
}
