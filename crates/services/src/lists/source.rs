//! Where a list comes from.

use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;
use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::ids::TenantId;
use synchronizer_domain::profile::Profile;
use synchronizer_domain::tenant::{Tenant, TenantState};
use synchronizer_providers::{ListPage, ProviderError, System};
use synchronizer_storage::{ListKey, ListPart, StorageResult, UnitOfWork};

use crate::Core;
use crate::failure::{Fault, FaultResult};
use crate::tokens::TokenError;

/// A list that can be read.
pub(super) enum Source {
    /// CRM users.
    Crm(Tenant),
    /// The accounts of an organisation at Microsoft or Google.
    Directory(Profile),
}

impl Core {
    /// The source of a list; none when there is none any more, or the company may not.
    pub(super) async fn list_source(
        &self,
        tenant: TenantId,
        list: ListKey,
    ) -> FaultResult<Option<Source>> {
        let mut unit = self.storage.read().await?;
        let found = unit.tenant(tenant).await?;
        let Some(tenant) = found.filter(|found| found.state == TenantState::Active) else {
            return Ok(None);
        };
        let ListKey::Calendar(id) = list else {
            return Ok(Some(Source::Crm(tenant)));
        };
        let profile = unit.profile(tenant.id, id).await?;
        Ok(profile
            .filter(|profile| profile.directory.connected().is_some())
            .map(Source::Directory))
    }
}

impl Source {
    /// What the page says when the system no longer accepts the sign-in.
    pub(super) const fn refused(&self) -> ErrorCode {
        match self {
            Self::Crm(_) => ErrorCode::CrmRefused,
            Self::Directory(_) => ErrorCode::DirectoryRefused,
        }
    }

    /// Whether the list is still to be read from there.
    pub(super) async fn is_current(&self, unit: &mut dyn UnitOfWork) -> StorageResult<bool> {
        let Self::Directory(source) = self else {
            return Ok(true);
        };
        let fresh = unit.profile(source.tenant, source.id).await?;
        // One that is gone has no other.
        Ok(fresh.is_none_or(|fresh| fresh.directory.is_of_organisation(&source.directory)))
    }

    /// The word of the system that has the list.
    pub(super) const fn system(&self) -> &'static str {
        match self {
            Self::Crm(_) => System::SuperOffice.word(),
            Self::Directory(profile) => profile.system.word(),
        }
    }

    /// A token that reads the list.
    pub(super) async fn access(&self, core: &Core) -> Result<SecretString, TokenError> {
        match self {
            Self::Crm(tenant) => core.crm_access(tenant).await,
            Self::Directory(profile) => core.directory_access(profile).await,
        }
    }

    /// What goes on reading after a token failed while it was in use; none when nothing would.
    pub(super) async fn steps_in(
        &self,
        core: &Core,
        failed: &SecretString,
        error: &ProviderError,
    ) -> Option<SecretString> {
        match self {
            Self::Crm(tenant) => core.crm_steps_in(tenant, failed, error).await,
            Self::Directory(_) => None,
        }
    }

    /// The next page, ready to be kept.
    pub(super) async fn page(
        &self,
        core: &Core,
        access: &SecretString,
        (number, cursor): (u32, &str),
    ) -> Result<(ListPart, bool), PageError> {
        match self {
            Self::Crm(tenant) => {
                let page = core.superoffice.users(&tenant.context, access, cursor);
                part(number, page.await?)
            }
            Self::Directory(profile) => {
                let page = core.directory_users(profile, access, cursor);
                part(number, page.await??)
            }
        }
    }

    /// Puts the new list in the place of the old one.
    pub(super) async fn replace(
        &self,
        core: &Core,
        unit: &mut dyn UnitOfWork,
        pages: &[String],
    ) -> FaultResult<()> {
        match self {
            Self::Crm(tenant) => {
                let users = people(pages)?;
                unit.replace_crm_users(tenant.id, &users, core.now())
                    .await?;
            }
            Self::Directory(profile) => {
                let users = people(pages)?;
                unit.replace_calendar_users(profile.tenant, profile.id, &users, core.now())
                    .await?;
            }
        }
        Ok(())
    }
}

/// Why there is no page.
pub(super) enum PageError {
    Remote(ProviderError),
    Fault(Fault),
}

impl From<ProviderError> for PageError {
    fn from(error: ProviderError) -> Self {
        Self::Remote(error)
    }
}

impl<E: Into<Fault>> From<E> for PageError
where
    E: NotRemote,
{
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// Errors that are nobody's but ours.
pub(super) trait NotRemote {}
impl NotRemote for Fault {}
impl NotRemote for serde_json::Error {}

/// The page as it is kept, and whether it is the last.
fn part<T: Serialize>(number: u32, page: ListPage<T>) -> Result<(ListPart, bool), PageError> {
    let is_last = page.next.is_none();
    let part = ListPart {
        number,
        people: serde_json::to_string(&page.people)?,
        count: u32::try_from(page.people.len()).unwrap_or(u32::MAX),
        total: page.total,
        cursor: page.next.unwrap_or_default(),
    };
    Ok((part, is_last))
}

fn people<T: DeserializeOwned>(pages: &[String]) -> FaultResult<Vec<T>> {
    let mut all = Vec::new();
    for page in pages {
        let mut people: Vec<T> = serde_json::from_str(page)?;
        all.append(&mut people);
    }
    Ok(all)
}
