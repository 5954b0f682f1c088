//! Fresh access tokens from stored refresh tokens. A rotated refresh token is stored
//! before the access token is used.

use secrecy::{ExposeSecret, SecretString};
use synchronizer_domain::ids::{ProfileId, TenantId};
use synchronizer_domain::profile::{Directory, Profile};
use synchronizer_domain::tenant::Tenant;
use synchronizer_providers::ProviderError;

use crate::Core;
use crate::failure::{Fault, FaultResult, needs_person};

/// Why there is no access token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("a person must sign in again")]
    Refused(#[source] Option<ProviderError>),
    #[error("the remote system failed")]
    Remote(#[source] ProviderError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<synchronizer_storage::StorageError> for TokenError {
    fn from(error: synchronizer_storage::StorageError) -> Self {
        Self::Fault(error.into())
    }
}

impl TokenError {
    pub(crate) fn remote(error: ProviderError) -> Self {
        if needs_person(&error) {
            Self::Refused(Some(error))
        } else {
            Self::Remote(error)
        }
    }
}

const CRM_TABLE: &str = "crm_connections";
const DIRECTORY_TABLE: &str = "profile_directories";

impl Core {
    /// Seals the refresh token of a tenant's CRM connection.
    pub(crate) fn seal_crm(
        &self,
        tenant: TenantId,
        token: &SecretString,
    ) -> synchronizer_storage::Sealed {
        let id = tenant.to_string();
        self.seal(&id, CRM_TABLE, &id, token)
    }

    /// Seals the refresh token of a profile's directory.
    pub(crate) fn seal_directory(
        &self,
        tenant: TenantId,
        profile: ProfileId,
        token: &SecretString,
    ) -> synchronizer_storage::Sealed {
        self.seal(
            &tenant.to_string(),
            DIRECTORY_TABLE,
            &profile.to_string(),
            token,
        )
    }

    /// An access token of the tenant's CRM connection. A refusal is noted on the
    /// connection; links go on.
    pub(crate) async fn crm_access(&self, tenant: &Tenant) -> Result<SecretString, TokenError> {
        let stored = self.storage.read().await?.crm_connection(tenant.id).await?;
        let Some((connection, sealed)) = stored else {
            return Err(TokenError::Refused(None));
        };
        let id = tenant.id.to_string();
        let refresh = self.open(&id, CRM_TABLE, &id, &sealed)?;
        match self.superoffice.refresh(&refresh).await {
            Ok(tokens) => {
                let rotated = tokens
                    .refresh_token
                    .filter(|new| new.expose_secret() != refresh.expose_secret());
                if rotated.is_some() || !connection.connected {
                    let mut unit = self.storage.write().await?;
                    let sealed = rotated.map_or(sealed, |token| self.seal_crm(tenant.id, &token));
                    let connection = synchronizer_domain::tenant::CrmConnection {
                        since: if connection.connected {
                            connection.since
                        } else {
                            self.now()
                        },
                        connected: true,
                        ..connection
                    };
                    unit.put_crm_connection(tenant.id, &connection, &sealed)
                        .await?;
                    unit.commit().await?;
                }
                Ok(tokens.access_token)
            }
            Err(error) => {
                if needs_person(&error) && connection.connected {
                    let mut unit = self.storage.write().await?;
                    unit.set_crm_connected(tenant.id, false, self.now()).await?;
                    unit.bump_version(tenant.id).await?;
                    unit.commit().await?;
                }
                Err(TokenError::remote(error))
            }
        }
    }

    /// An access token of a Microsoft directory connection.
    pub(crate) async fn directory_access(
        &self,
        profile: &Profile,
    ) -> Result<SecretString, TokenError> {
        let sealed = self
            .storage
            .read()
            .await?
            .directory_secret(profile.tenant, profile.id)
            .await?;
        let Some(sealed) = sealed else {
            return Err(TokenError::Refused(None));
        };
        let refresh = self.open(
            &profile.tenant.to_string(),
            DIRECTORY_TABLE,
            &profile.id.to_string(),
            &sealed,
        )?;
        match self.microsoft()?.refresh_directory(&refresh).await {
            Ok(tokens) => {
                let sealed = tokens.refresh_token.map_or(sealed, |token| {
                    self.seal_directory(profile.tenant, profile.id, &token)
                });
                self.note_directory(profile, true, &sealed).await?;
                Ok(tokens.access_token)
            }
            Err(error) => {
                if needs_person(&error) {
                    self.note_directory(profile, false, &sealed).await?;
                }
                Err(TokenError::remote(error))
            }
        }
    }

    async fn note_directory(
        &self,
        profile: &Profile,
        works: bool,
        sealed: &synchronizer_storage::Sealed,
    ) -> FaultResult<()> {
        let Directory::Microsoft {
            tid,
            account,
            connected,
        } = &profile.directory
        else {
            return Ok(());
        };
        let directory = Directory::Microsoft {
            tid: tid.clone(),
            account: account.clone(),
            connected: works,
        };
        let mut unit = self.storage.write().await?;
        unit.put_directory(profile.tenant, profile.id, &directory, Some(sealed))
            .await?;
        if *connected != works {
            unit.bump_version(profile.tenant).await?;
        }
        unit.commit().await?;
        Ok(())
    }
}
