//! Reading the two lists of people from their systems.

use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::profile::{Directory, Profile};
use synchronizer_domain::tenant::Tenant;
use synchronizer_domain::usecases::ListSide;

use crate::Core;
use crate::failure::{FaultResult, provider_code};
use crate::tokens::TokenError;

/// Why a list could not be read just now.
#[derive(Default)]
pub(super) struct Problems {
    pub crm: Option<ErrorCode>,
    pub calendar: Option<ErrorCode>,
}

impl Core {
    /// Reads each list that was never read.
    pub(super) async fn read_missing_lists(
        &self,
        tenant: &Tenant,
        profile: &Profile,
    ) -> FaultResult<Problems> {
        let mut unit = self.storage.read().await?;
        let no_crm = unit.crm_users(tenant.id).await?.is_none();
        let no_calendar = unit
            .calendar_users_read_at(tenant.id, profile.id)
            .await?
            .is_none();
        drop(unit);
        let mut problems = Problems::default();
        if no_crm {
            problems.crm = self.read_list(tenant, profile, ListSide::Crm).await?;
        }
        if no_calendar {
            problems.calendar = self.read_list(tenant, profile, ListSide::Calendar).await?;
        }
        Ok(problems)
    }

    /// Reads one list anew; answers why it could not, where a person can do something.
    pub(super) async fn read_list(
        &self,
        tenant: &Tenant,
        profile: &Profile,
        side: ListSide,
    ) -> FaultResult<Option<ErrorCode>> {
        match side {
            ListSide::Crm => self.read_crm_list(tenant).await,
            ListSide::Calendar => match &profile.directory {
                Directory::None => Ok(Some(ErrorCode::DirectoryNotConfigured)),
                // The pasted list is all there is.
                Directory::Caldav { .. } => Ok(None),
                Directory::Microsoft { .. } => self.read_microsoft_list(profile).await,
            },
        }
    }

    pub(crate) async fn read_crm_list(&self, tenant: &Tenant) -> FaultResult<Option<ErrorCode>> {
        let access = match self.crm_access(tenant).await {
            Ok(access) => access,
            Err(error) => return problem(error, ErrorCode::CrmRefused),
        };
        match self.superoffice.users(&tenant.context, &access).await {
            Ok(users) => {
                self.keep_crm_users(tenant, &users).await?;
                Ok(None)
            }
            Err(error) => Ok(Some(provider_code(&error))),
        }
    }

    async fn read_microsoft_list(&self, profile: &Profile) -> FaultResult<Option<ErrorCode>> {
        let access = match self.directory_access(profile).await {
            Ok(access) => access,
            Err(error) => return problem(error, ErrorCode::DirectoryRefused),
        };
        match self.microsoft()?.users(&access).await {
            Ok(users) => {
                self.keep_calendar_users(profile, &users).await?;
                Ok(None)
            }
            Err(error) => Ok(Some(provider_code(&error))),
        }
    }
}

fn problem(error: TokenError, refused: ErrorCode) -> FaultResult<Option<ErrorCode>> {
    match error {
        TokenError::Refused(_) => Ok(Some(refused)),
        TokenError::Remote(error) => Ok(Some(provider_code(&error))),
        TokenError::Fault(fault) => Err(fault),
    }
}
