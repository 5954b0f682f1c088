//! The CRM's system user of a company: reads the CRM in place of an administrator's sign-in,
//! which stands by.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use synchronizer_domain::ids::TenantId;
use synchronizer_domain::tenant::Tenant;
use synchronizer_providers::ErrorKind;
use synchronizer_providers::superoffice::SystemToken;
use synchronizer_storage::Sealed;

use crate::Core;
use crate::failure::FaultResult;
use crate::tokens::TokenError;

pub(crate) const TABLE: &str = "crm_system_users";

/// As it is sealed.
#[derive(Serialize, Deserialize)]
struct Stored {
    token: String,
    serial: String,
}

impl Core {
    /// A ticket of the company's system user; none when there is none, or none now.
    pub(crate) async fn system_access(&self, tenant: &Tenant) -> Option<SecretString> {
        if !self.superoffice.has_system_user() {
            return None;
        }
        match self.system_ticket(tenant).await {
            Ok(ticket) => ticket,
            Err(error) => {
                let mut chain = error.to_string();
                let mut source = std::error::Error::source(&error);
                while let Some(cause) = source {
                    chain.push_str(": ");
                    chain.push_str(&cause.to_string());
                    source = cause.source();
                }
                tracing::warn!(tenant = %tenant.id, chain, "the system user cannot be used, an administrator's sign-in is");
                None
            }
        }
    }

    async fn system_ticket(&self, tenant: &Tenant) -> Result<Option<SecretString>, TokenError> {
        let stored = self.stored_system_token(tenant.id).await?;
        let is_new = stored.is_none();
        let from = match stored {
            Some(from) => from,
            None => match self.told_system_token(tenant).await? {
                Some(from) => from,
                None => return Ok(None),
            },
        };
        match self.superoffice.system_ticket(&tenant.context, &from).await {
            Ok(ticket) => {
                if is_new {
                    self.keep_system_token(tenant.id, &from).await?;
                }
                Ok(Some(ticket))
            }
            Err(error) => {
                // The next time a fresh one is asked for.
                if !is_new && *error.kind() == ErrorKind::AdminApproval {
                    self.forget_system_token(tenant.id).await?;
                }
                Err(TokenError::remote(error))
            }
        }
    }

    /// The system token that the CRM tells with the administrator's renewed sign-in.
    async fn told_system_token(&self, tenant: &Tenant) -> Result<Option<SystemToken>, TokenError> {
        let refreshed = self.refreshed_crm(tenant).await?;
        Ok(refreshed.system)
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
        unit.bump_version(tenant).await?;
        unit.commit().await?;
        Ok(())
    }

    async fn forget_system_token(&self, tenant: TenantId) -> FaultResult<()> {
        let mut unit = self.storage.write().await?;
        unit.remove_system_user(tenant).await?;
        unit.bump_version(tenant).await?;
        unit.commit().await?;
        Ok(())
    }
}
