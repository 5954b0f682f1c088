//! Fresh access tokens from stored refresh tokens. A rotated refresh token is stored
//! before the access token is used.

use secrecy::{ExposeSecret, SecretString};
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::{ProfileId, TenantId};
use synchronizer_domain::profile::{Directory, Profile};
use synchronizer_domain::tenant::Tenant;
use synchronizer_providers::google::{ServiceAccount, scopes};
use synchronizer_providers::oidc::TokenSet;
use synchronizer_providers::superoffice::SystemToken;
use synchronizer_providers::{ErrorKind, ListPage, ProviderError};
use synchronizer_storage::Sealed;

use crate::Core;
use crate::failure::{Fault, FaultResult, needs_person, provider_code};

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

/// A renewed sign-in of a CRM connection.
pub(crate) struct RefreshedCrm {
    pub(crate) access: SecretString,
    /// For the company's system user, where it has one and one is configured.
    pub(crate) system: Option<SystemToken>,
}

pub(crate) const CRM_TABLE: &str = "crm_connections";
pub(crate) const DIRECTORY_TABLE: &str = "profile_directories";

impl Core {
    /// Seals the refresh token of a tenant's CRM connection.
    pub(crate) fn seal_crm(&self, tenant: TenantId, token: &SecretString) -> Sealed {
        let id = tenant.to_string();
        self.seal(&id, CRM_TABLE, &id, token)
    }

    /// Seals the refresh token of a profile's directory.
    pub(crate) fn seal_directory(
        &self,
        tenant: TenantId,
        profile: ProfileId,
        token: &SecretString,
    ) -> Sealed {
        self.seal(
            &tenant.to_string(),
            DIRECTORY_TABLE,
            &profile.to_string(),
            token,
        )
    }

    /// Opens what `seal_directory` sealed.
    pub(crate) fn open_directory(
        &self,
        tenant: TenantId,
        profile: ProfileId,
        sealed: &Sealed,
    ) -> FaultResult<SecretString> {
        let profile = profile.to_string();
        self.open(&tenant.to_string(), DIRECTORY_TABLE, &profile, sealed)
    }

    /// Renews the sign-in of the tenant's CRM connection. A refusal is noted on the
    /// connection; links go on.
    pub(crate) async fn refreshed_crm(&self, tenant: &Tenant) -> Result<RefreshedCrm, TokenError> {
        let stored = self.storage.read().await?.crm_connection(tenant.id).await?;
        let Some((connection, sealed)) = stored else {
            return Err(TokenError::Refused(None));
        };
        let id = tenant.id.to_string();
        let refresh = self.open(&id, CRM_TABLE, &id, &sealed)?;
        let renewed = if self.superoffice.has_system_user() {
            self.superoffice.refresh_with_system(&refresh).await
        } else {
            let tokens = self.superoffice.refresh(&refresh).await;
            tokens.map(|tokens| (tokens, None))
        };
        match renewed {
            Ok((tokens, system)) => {
                let rotated = tokens
                    .refresh_token
                    .filter(|new| new.expose_secret() != refresh.expose_secret());
                if rotated.is_some() || !connection.connected {
                    let now = rotated.map(|token| self.seal_crm(tenant.id, &token));
                    let now = now.as_ref().unwrap_or(&sealed);
                    let seen = (connection.connected, true);
                    self.note_crm(tenant.id, (&sealed, now), seen).await?;
                }
                Ok(RefreshedCrm {
                    access: tokens.access_token,
                    system,
                })
            }
            Err(error) => {
                if needs_person(&error) && connection.connected {
                    self.note_crm(tenant.id, (&sealed, &sealed), (true, false))
                        .await?;
                }
                Err(TokenError::remote(error))
            }
        }
    }

    /// Notes what came of a refresh token, unless the connection was replaced meanwhile.
    async fn note_crm(
        &self,
        tenant: TenantId,
        secrets: (&Sealed, &Sealed),
        (was, works): (bool, bool),
    ) -> FaultResult<()> {
        let mut unit = self.storage.write().await?;
        if was != works {
            unit.bump_version(tenant).await?;
        }
        if unit
            .note_crm_connection(tenant, secrets, (works, self.now()))
            .await?
        {
            unit.commit().await?;
        }
        Ok(())
    }

    /// An access token of a profile's directory connection. A refusal is noted on it.
    pub(crate) async fn directory_access(
        &self,
        profile: &Profile,
    ) -> Result<SecretString, TokenError> {
        let Some((sealed, secret)) = self.directory_secret(profile).await? else {
            return Err(TokenError::Refused(None));
        };
        let renewed = match &profile.directory {
            Directory::Google {
                service_account: Some(_),
                account,
                ..
            } => {
                let key = ServiceAccount::read(&secret).map_err(|_| TokenError::Refused(None))?;
                self.google()?
                    .delegated(&key, account, scopes::REQUIRED_DIRECTORY)
                    .await
            }
            Directory::Google { .. } => self.google()?.refresh_directory(&secret).await,
            Directory::Microsoft { .. } => self.microsoft()?.refresh_directory(&secret).await,
            // A password never goes to anybody but its own server.
            Directory::None | Directory::Exchange { .. } | Directory::Caldav { .. } => {
                return Err(TokenError::Refused(None));
            }
        };
        match renewed {
            Ok(tokens) => {
                self.note_renewed(profile, &sealed, tokens.refresh_token)
                    .await?;
                Ok(tokens.access_token)
            }
            Err(error) => {
                if needs_person(&error) {
                    self.note_directory(profile, false, (&sealed, &sealed))
                        .await?;
                }
                Err(TokenError::remote(error))
            }
        }
    }

    /// Whether an account of a Microsoft profile's organisation gets a token for calendars:
    /// only when the organisation approved, for the directory's sign-in never asks for them.
    pub(crate) async fn consent_works(&self, profile: &Profile) -> Result<bool, TokenError> {
        let Some((sealed, secret)) = self.directory_secret(profile).await? else {
            return Err(TokenError::Refused(None));
        };
        match self.microsoft()?.refresh_person(&secret).await {
            Ok(tokens) => {
                self.note_renewed(profile, &sealed, tokens.refresh_token)
                    .await?;
                Ok(true)
            }
            Err(error) => match error.kind() {
                ErrorKind::AdminApproval | ErrorKind::ConsentDenied | ErrorKind::ScopeMissing => {
                    Ok(false)
                }
                _ => Err(TokenError::remote(error)),
            },
        }
    }

    async fn note_renewed(
        &self,
        profile: &Profile,
        used: &Sealed,
        rotated: Option<SecretString>,
    ) -> FaultResult<()> {
        let rotated = rotated.map(|token| self.seal_directory(profile.tenant, profile.id, &token));
        let now = rotated.as_ref().unwrap_or(used);
        self.note_directory(profile, true, (used, now)).await
    }

    async fn directory_secret(
        &self,
        profile: &Profile,
    ) -> FaultResult<Option<(Sealed, SecretString)>> {
        let (tenant, id) = (profile.tenant, profile.id);
        let sealed = self
            .storage
            .read()
            .await?
            .directory_secret(tenant, id)
            .await?;
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let secret = self.open_directory(tenant, id, &sealed)?;
        Ok(Some((sealed, secret)))
    }

    /// What an administrator is told whose directory cannot be asked.
    pub(crate) fn no_directory(&self, error: TokenError) -> UseCaseError {
        match error {
            TokenError::Refused(_) => UseCaseError::refused(ErrorCode::DirectoryRefused),
            TokenError::Remote(error) => UseCaseError::refused(provider_code(&error)),
            TokenError::Fault(fault) => self.internal(fault),
        }
    }

    /// Tokens of a person by domain-wide delegation.
    pub(crate) async fn delegated_access(
        &self,
        profile: &Profile,
        person: &str,
        scopes: &[&str],
    ) -> Result<TokenSet, TokenError> {
        let secret = self.directory_secret(profile).await?;
        let key = secret.and_then(|(_, secret)| ServiceAccount::read(&secret).ok());
        let Some(key) = key else {
            return Err(TokenError::Refused(None));
        };
        self.google()?
            .delegated(&key, person, scopes)
            .await
            .map_err(TokenError::remote)
    }

    /// A page of the users of a profile's directory.
    pub(crate) async fn directory_users(
        &self,
        profile: &Profile,
        access: &SecretString,
        cursor: &str,
    ) -> FaultResult<Result<ListPage<CalendarUser>, ProviderError>> {
        Ok(match &profile.directory {
            Directory::Google { .. } => self.google()?.users(access, cursor).await,
            _ => self.microsoft()?.users(access, cursor).await,
        })
    }

    /// Notes what came of a directory's secret, unless somebody signed in anew meanwhile.
    async fn note_directory(
        &self,
        profile: &Profile,
        works: bool,
        secrets: (&Sealed, &Sealed),
    ) -> FaultResult<()> {
        let (tenant, id) = (profile.tenant, profile.id);
        let directory = profile.directory.clone().after_try(works);
        let mut unit = self.storage.write().await?;
        if directory != profile.directory {
            unit.bump_version(tenant).await?;
        }
        if unit.note_directory(tenant, id, &directory, secrets).await? {
            unit.commit().await?;
        }
        Ok(())
    }
}
