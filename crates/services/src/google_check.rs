//! The connection check of a Google calendar.

use secrecy::SecretString;
use synchronizer_domain::Timestamp;
use synchronizer_domain::link::{Cause, Side};
use synchronizer_jobs::JobError;
use synchronizer_providers::google::scopes;
use synchronizer_storage::Grant;

use crate::Core;
use crate::checks::{SideOutcome, fault, judged};
use crate::grants::GrantIdentity;
use crate::tokens::TokenError;

impl Core {
    /// Whose token is it, and can the chosen calendar still be written?
    pub(crate) async fn check_google(
        &self,
        grant: &Grant,
        identity: &GrantIdentity,
        since: Timestamp,
    ) -> Result<SideOutcome, JobError> {
        let GrantIdentity::Google {
            sub,
            email,
            calendar,
            delegated,
            ..
        } = identity
        else {
            return Err(JobError::Fail {
                reason: "not an identity of Google".to_owned(),
            });
        };
        let google = self.google().map_err(fault)?;
        let access = if *delegated {
            match self.delegated_grant_access(grant, email).await? {
                Ok(access) => access,
                Err(outcome) => return Ok(outcome),
            }
        } else {
            let key = (grant.tenant, grant.link);
            let access = match self.token_for_check(key, Side::Calendar, since).await? {
                Ok(access) => access,
                Err(outcome) => return Ok(outcome),
            };
            match google.whose(&access).await {
                Ok(whose) if whose == *sub => access,
                Ok(_) => return Ok(SideOutcome::Refused(Cause::WrongAccount)),
                Err(error) => return judged(&error),
            }
        };
        let calendars = match google.calendars(&access).await {
            Ok(calendars) => calendars,
            Err(error) => return judged(&error),
        };
        let found = calendars
            .iter()
            .find(|one| one.calendar.id.as_str() == calendar.id);
        Ok(match found {
            None => SideOutcome::Stopped(Cause::NoCalendar),
            Some(found) if found.calendar.writable => SideOutcome::Good,
            Some(_) => SideOutcome::Stopped(Cause::CalendarReadOnly),
        })
    }

    /// A token by delegation; the organisation's administrator may have ended it.
    async fn delegated_grant_access(
        &self,
        grant: &Grant,
        email: &str,
    ) -> Result<Result<SecretString, SideOutcome>, JobError> {
        let Some(profile) = self.profile_of(grant).await? else {
            return Err(JobError::Fail {
                reason: "the profile is gone".to_owned(),
            });
        };
        match self
            .delegated_access(&profile, email, scopes::REQUIRED_PERSON)
            .await
        {
            Ok(tokens) => Ok(Ok(tokens.access_token)),
            Err(TokenError::Refused(_)) => Ok(Err(SideOutcome::Stopped(Cause::AdminApproval))),
            Err(TokenError::Remote(error)) => match judged(&error)? {
                // The person granted nothing and can mend nothing.
                SideOutcome::Refused(_) => Ok(Err(SideOutcome::Stopped(Cause::AdminApproval))),
                outcome => Ok(Err(outcome)),
            },
            Err(TokenError::Fault(error)) => Err(fault(error)),
        }
    }
}
