//! The connection check, which is a link's first run: who am I on both sides, which
//! calendar, readable and writable, diary right. Nothing is written anywhere remote.

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use synchronizer_domain::ids::{CalendarId, LinkId, TenantId};
use synchronizer_domain::link::{Cause, Link, Side};
use synchronizer_jobs::{Handler, JobError};
use synchronizer_providers::{ErrorKind, ProviderError};
use synchronizer_storage::{Grant, Job};

use crate::Core;
use crate::failure::{Fault, FaultResult};
use crate::grants::{self, GrantIdentity};

/// Kind of the job.
pub(crate) const CONNECTION_CHECK: &str = "connection-check";

#[derive(Deserialize)]
struct Payload {
    link: LinkId,
}

/// Runs connection checks.
pub struct ConnectionCheck(pub Core);

/// How a side ended.
enum SideOutcome {
    Good,
    /// The grant itself was refused.
    Refused(Cause),
    /// The grant is good, but the link cannot work.
    Stopped(Cause),
}

#[async_trait]
impl Handler for ConnectionCheck {
    fn kind(&self) -> &'static str {
        CONNECTION_CHECK
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload =
            serde_json::from_str(&job.payload).map_err(|error| JobError::Fail {
                reason: error.to_string(),
            })?;
        self.0.check_link(job.tenant, payload.link).await
    }
}

fn fault(error: impl Into<Fault>) -> JobError {
    let fault: Fault = error.into();
    JobError::Retry {
        after: None,
        reason: fault.to_string(),
    }
}

fn remote(error: &ProviderError) -> JobError {
    let after = match error.kind() {
        ErrorKind::Throttled { retry_after } => *retry_after,
        _ => None,
    };
    JobError::Retry {
        after,
        reason: format!("{}: {}", error.system().word(), error.detail()),
    }
}

impl Core {
    async fn check_link(&self, tenant: TenantId, id: LinkId) -> Result<(), JobError> {
        let mut unit = self.storage.read().await?;
        let Some(link) = unit.link(tenant, id).await? else {
            return Ok(());
        };
        let (crm, calendar) = (
            unit.grant(tenant, id, Side::Crm).await?,
            unit.grant(tenant, id, Side::Calendar).await?,
        );
        drop(unit);
        let (Some(crm), Some(calendar)) = (crm, calendar) else {
            return Ok(());
        };
        if link.flags.deleted_at.is_some() || link.flags.paused_at.is_some() {
            return Ok(());
        }
        let crm_outcome = self.check_crm(&link, &crm).await?;
        let calendar_outcome = self.check_calendar(&calendar).await?;
        self.conclude_check(&link, crm_outcome, calendar_outcome)
            .await
            .map_err(fault)
    }

    async fn check_crm(&self, link: &Link, grant: &Grant) -> Result<SideOutcome, JobError> {
        let tenant = self.storage.read().await?.tenant(link.tenant).await?;
        let tenant = tenant.ok_or_else(|| JobError::Fail {
            reason: "tenant is gone".to_owned(),
        })?;
        let refresh = grants::open(self, grant).map_err(fault)?;
        let tokens = match self.superoffice.refresh(&refresh).await {
            Ok(tokens) => tokens,
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NeedsPerson | ErrorKind::ConsentDenied
                ) =>
            {
                return Ok(SideOutcome::Refused(Cause::CrmRefused));
            }
            Err(error) => return Err(remote(&error)),
        };
        self.keep_rotated(grant, &refresh, tokens.refresh_token.as_ref())
            .await
            .map_err(fault)?;
        match self
            .superoffice
            .current_principal(&tenant.context, &tokens.access_token)
            .await
        {
            Ok(principal) if principal.associate == link.crm.id => Ok(SideOutcome::Good),
            Ok(_) => Ok(SideOutcome::Refused(Cause::CrmRefused)),
            Err(error) if matches!(error.kind(), ErrorKind::ScopeMissing) => {
                Ok(SideOutcome::Stopped(Cause::CrmRightMissing))
            }
            Err(error) if matches!(error.kind(), ErrorKind::NeedsPerson) => {
                Ok(SideOutcome::Refused(Cause::CrmRefused))
            }
            Err(error) => Err(remote(&error)),
        }
    }

    async fn check_calendar(&self, grant: &Grant) -> Result<SideOutcome, JobError> {
        let identity: GrantIdentity = serde_json::from_str(&grant.identity).map_err(fault)?;
        let secret = grants::open(self, grant).map_err(fault)?;
        match identity {
            GrantIdentity::Crm { .. } => Err(JobError::Fail {
                reason: "a CRM identity on the calendar side".to_owned(),
            }),
            GrantIdentity::Microsoft { oid, .. } => {
                self.check_microsoft(grant, &oid, &secret).await
            }
            GrantIdentity::Caldav {
                username, calendar, ..
            } => {
                let checked = self
                    .caldav
                    .check(&CalendarId::new(calendar.id), &username, &secret)
                    .await;
                match checked {
                    Ok(found) if found.writable => Ok(SideOutcome::Good),
                    Ok(_) => Ok(SideOutcome::Stopped(Cause::CalendarReadOnly)),
                    Err(error) => match error.kind() {
                        ErrorKind::NeedsPerson => Ok(SideOutcome::Refused(Cause::PasswordRefused)),
                        ErrorKind::NotFound => Ok(SideOutcome::Stopped(Cause::NoCalendar)),
                        ErrorKind::ScopeMissing | ErrorKind::ReadOnly => {
                            Ok(SideOutcome::Stopped(Cause::CalendarReadOnly))
                        }
                        _ => Err(remote(&error)),
                    },
                }
            }
        }
    }

    async fn check_microsoft(
        &self,
        grant: &Grant,
        oid: &str,
        refresh: &SecretString,
    ) -> Result<SideOutcome, JobError> {
        let microsoft = self.microsoft().map_err(fault)?;
        let refused = |error: &ProviderError| match error.kind() {
            ErrorKind::NeedsPerson | ErrorKind::ConsentDenied => {
                Some(SideOutcome::Refused(Cause::CalendarRefused))
            }
            ErrorKind::ScopeMissing => Some(SideOutcome::Refused(Cause::ScopeMissing)),
            ErrorKind::AdminApproval => Some(SideOutcome::Refused(Cause::AdminApproval)),
            ErrorKind::NotFound => Some(SideOutcome::Stopped(Cause::NoCalendar)),
            _ => None,
        };
        let tokens = match microsoft.refresh_person(refresh).await {
            Ok(tokens) => tokens,
            Err(error) => return refused(&error).ok_or_else(|| remote(&error)),
        };
        self.keep_rotated(grant, refresh, tokens.refresh_token.as_ref())
            .await
            .map_err(fault)?;
        match microsoft.me(&tokens.access_token).await {
            Ok(me) if me.oid.eq_ignore_ascii_case(oid) => {}
            Ok(_) => return Ok(SideOutcome::Refused(Cause::WrongAccount)),
            Err(error) => return refused(&error).ok_or_else(|| remote(&error)),
        }
        match microsoft.primary_calendar(&tokens.access_token).await {
            Ok(calendar) if calendar.writable => Ok(SideOutcome::Good),
            Ok(_) => Ok(SideOutcome::Stopped(Cause::CalendarReadOnly)),
            Err(error) => refused(&error).ok_or_else(|| remote(&error)),
        }
    }

    /// Stores a rotated refresh token before anything else is done with its access token.
    async fn keep_rotated(
        &self,
        grant: &Grant,
        old: &SecretString,
        new: Option<&SecretString>,
    ) -> FaultResult<()> {
        let Some(new) = new.filter(|new| new.expose_secret() != old.expose_secret()) else {
            return Ok(());
        };
        let sealed = grants::seal(self, grant.tenant, grant.id, new);
        let mut unit = self.storage.write().await?;
        unit.rotate_grant_secret(grant.tenant, grant.link, grant.side, grant.version, &sealed)
            .await?;
        unit.commit().await?;
        Ok(())
    }

    async fn conclude_check(
        &self,
        link: &Link,
        crm: SideOutcome,
        calendar: SideOutcome,
    ) -> FaultResult<()> {
        let now = self.now();
        let mut unit = self.storage.write().await?;
        let Some(mut fresh) = unit.link(link.tenant, link.id).await? else {
            return Ok(());
        };
        let mut stopped = None;
        let mut good = true;
        for (side, outcome) in [(Side::Crm, crm), (Side::Calendar, calendar)] {
            match outcome {
                SideOutcome::Good => {}
                SideOutcome::Refused(cause) => {
                    good = false;
                    unit.set_grant_refused(link.tenant, link.id, side, Some((cause, now)))
                        .await?;
                }
                SideOutcome::Stopped(cause) => {
                    good = false;
                    stopped = Some((cause, now));
                }
            }
        }
        fresh.flags.cause = stopped;
        if good {
            fresh.flags.first_run_at = Some(now);
        }
        unit.set_link_flags(link.tenant, link.id, &fresh.flags)
            .await?;
        let action = if good {
            "link.checked"
        } else {
            "link.check_failed"
        };
        let detail = serde_json::json!({ "cause": stopped.map(|(cause, _)| cause.word()) });
        self.audit_as(
            &mut *unit,
            link.tenant,
            "system",
            action,
            link.id.to_string(),
            detail,
        )
        .await?;
        unit.bump_version(link.tenant).await?;
        unit.commit().await?;
        Ok(())
    }
}
