//! The CRM's system user of a company: reads the CRM in place of an administrator's sign-in,
//! which stands by.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use synchronizer_domain::alarm::AlarmKind;
use synchronizer_domain::ids::TenantId;
use synchronizer_domain::tenant::Tenant;
use synchronizer_providers::error::Blame;
use synchronizer_providers::superoffice::SystemToken;
use synchronizer_providers::{ErrorKind, ProviderError, SuperOffice};
use synchronizer_storage::Sealed;

use crate::Core;
use crate::attempts::Provider;
use crate::failure::{FaultResult, chain};
use crate::tokens::TokenError;

pub(crate) const TABLE: &str = "crm_system_users";

/// Whose system user it is, in alarms.
const SYSTEM: &str = Provider::SuperOffice.word();

/// As it is sealed.
#[derive(Serialize, Deserialize)]
struct Stored {
    token: String,
    serial: String,
}

impl Core {
    /// What the CRM is read with: a ticket of the company's system user where it has one,
    /// else an access token of its CRM connection.
    pub(crate) async fn crm_access(&self, tenant: &Tenant) -> Result<SecretString, TokenError> {
        let known = match self.known_system_ticket(tenant).await {
            Ok(Some(ticket)) => return Ok(ticket),
            Ok(None) => false,
            Err(error) => {
                say_unusable(tenant, &error);
                true
            }
        };
        let refreshed = self.refreshed_crm(tenant).await?;
        // The CRM tells who the system user is with the administrator's renewed sign-in.
        if let Some(told) = refreshed.system.filter(|_| !known) {
            match self.first_system_ticket(tenant, &told).await {
                Ok(ticket) => return Ok(ticket),
                Err(error) => say_unusable(tenant, &error),
            }
        }
        Ok(refreshed.access)
    }

    /// What reads the CRM after a ticket failed while it was in use: a sign-in of an
    /// administrator where the system user is refused, at once; none when nothing else would
    /// help.
    pub(crate) async fn crm_steps_in(
        &self,
        tenant: &Tenant,
        failed: &SecretString,
        error: &ProviderError,
    ) -> Option<SecretString> {
        if !SuperOffice::is_ticket(failed) {
            return None;
        }
        let other = self.crm_access(tenant).await.ok()?;
        if !SuperOffice::is_ticket(&other) {
            return Some(other);
        }
        // The system user is accepted. It may lack a right; an outage is nobody's fault.
        match error.kind().blame() {
            Blame::Person | Blame::Company => {
                tracing::warn!(tenant = %tenant.id, error = %error.detail(), "the system user may not read this, an administrator's sign-in does");
                Some(self.refreshed_crm(tenant).await.ok()?.access)
            }
            Blame::Operator | Blame::Nobody => None,
        }
    }

    /// A ticket of a system user that is known, without anybody's sign-in.
    async fn known_system_ticket(
        &self,
        tenant: &Tenant,
    ) -> Result<Option<SecretString>, TokenError> {
        if !self.superoffice.has_system_user() {
            return Ok(None);
        }
        let Some(known) = self.stored_system_token(tenant.id).await? else {
            return Ok(None);
        };
        match self
            .superoffice
            .system_ticket(&tenant.context, &known)
            .await
        {
            Ok(ticket) => Ok(Some(ticket)),
            Err(error) => {
                // The next time a fresh one is asked for.
                if *error.kind() == ErrorKind::AdminApproval {
                    self.forget_system_token(tenant.id).await?;
                }
                Err(TokenError::remote(error))
            }
        }
    }

    async fn first_system_ticket(
        &self,
        tenant: &Tenant,
        told: &SystemToken,
    ) -> Result<SecretString, TokenError> {
        let ticket = self.superoffice.system_ticket(&tenant.context, told).await;
        let ticket = ticket.map_err(TokenError::remote)?;
        self.keep_system_token(tenant.id, told).await?;
        Ok(ticket)
    }

    async fn stored_system_token(&self, tenant: TenantId) -> FaultResult<Option<SystemToken>> {
        let sealed = self.storage.read().await?.system_user(tenant).await?;
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let id = tenant.to_string();
        let text = self.open(&id, TABLE, &id, &sealed)?;
        let stored: Stored = serde_json::from_str(text.expose_secret())?;
        Ok(Some(SystemToken {
            token: stored.token.into(),
            serial: stored.serial,
        }))
    }

    async fn keep_system_token(&self, tenant: TenantId, from: &SystemToken) -> FaultResult<()> {
        let stored = Stored {
            token: from.token.expose_secret().to_owned(),
            serial: from.serial.clone(),
        };
        let id = tenant.to_string();
        let text = serde_json::to_string(&stored)?;
        let sealed: Sealed = self.seal(&id, TABLE, &id, &text.into());
        let mut unit = self.storage.write().await?;
        unit.put_system_user(tenant, &sealed, self.now()).await?;
        unit.clear_alarm(tenant, SYSTEM, AlarmKind::SystemUserRefused)
            .await?;
        unit.bump_version(tenant).await?;
        unit.commit().await?;
        Ok(())
    }

    /// Its administrators hear of it until a new one works.
    async fn forget_system_token(&self, tenant: TenantId) -> FaultResult<()> {
        let mut unit = self.storage.write().await?;
        unit.remove_system_user(tenant).await?;
        let alarm = self.alarm_of(SYSTEM, AlarmKind::SystemUserRefused);
        if unit.raise_alarm(tenant, &alarm).await? {
            let detail = serde_json::json!({ "alarm": alarm.kind.word() });
            let subject = SYSTEM.to_owned();
            self.audit_as(
                &mut *unit,
                tenant,
                "system",
                "alarm.raised",
                subject,
                detail,
            )
            .await?;
        }
        unit.bump_version(tenant).await?;
        unit.commit().await?;
        Ok(())
    }
}

fn say_unusable(tenant: &Tenant, error: &TokenError) {
    let chain = chain(error);
    tracing::warn!(tenant = %tenant.id, chain, "the system user cannot be used, an administrator's sign-in is");
}
