//! The connection check, which is a link's first run and is repeated from then on: who am I
//! on both sides, which calendar, readable and writable, diary right. Nothing is written
//! anywhere remote.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use serde::Deserialize;
use synchronizer_domain::Timestamp;
use synchronizer_domain::alarm::AlarmKind;
use synchronizer_domain::ids::{CalendarId, GrantId, JobId, LinkId, TenantId};
use synchronizer_domain::link::{Cause, Link, LinkFlags, Side};
use synchronizer_domain::profile::Profile;
use synchronizer_jobs::{Handler, JobError};
use synchronizer_providers::exchange::ExchangeLogin;
use synchronizer_providers::{ErrorKind, ProviderError};
use synchronizer_storage::{Grant, Job, NewJob, StorageResult, UnitOfWork};

use crate::Core;
use crate::failure::{Fault, FaultResult};
use crate::grants::{self, GrantIdentity};
use crate::keeper::{Broken, Need, NoAccess, Verdict, held, of_use};
use crate::tokens::TokenError;

/// Kind of the job.
pub(crate) const CONNECTION_CHECK: &str = "connection-check";

#[derive(Deserialize)]
struct Payload {
    link: LinkId,
    /// Tokens must not be older.
    #[serde(default)]
    since: Option<Timestamp>,
}

/// The check that an administrator asks for: with fresh tokens. One at a time.
pub(crate) fn asked_check(core: &Core, (tenant, link): (TenantId, LinkId)) -> NewJob {
    let now = core.now();
    NewJob {
        id: JobId::mint(&*core.clock, &*core.rng),
        tenant,
        kind: CONNECTION_CHECK,
        payload: serde_json::json!({ "link": link, "since": now }).to_string(),
        dedup_key: format!("{link} asked"),
        run_at: now,
    }
}

/// Runs connection checks.
pub struct ConnectionCheck(pub Core);

/// How a side ended.
pub(crate) enum SideOutcome {
    Good,
    /// The grant itself was refused.
    Refused(Cause),
    /// The grant is good, but the link cannot work.
    Stopped(Cause),
    /// Refused, and noted already.
    Noted,
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
        if self.0.is_suspended(job.tenant).await.map_err(fault)? {
            return Err(while_suspended());
        }
        // After an activation any token of the present grants will do: they are minutes old.
        let since = payload.since.unwrap_or(Timestamp::from_micros(0));
        self.0
            .check_link((job.tenant, payload.link), since, Some(job))
            .await
    }
}

/// Work of a suspended company waits.
pub(crate) fn while_suspended() -> JobError {
    JobError::Retry {
        after: Some(Duration::from_secs(15 * 60)),
        reason: "the company is suspended".to_owned(),
    }
}

/// Work of a disabled profile waits. Enabling hastens it; this is for what was on its way then.
pub(crate) fn while_disabled() -> JobError {
    JobError::Retry {
        after: Some(Duration::from_secs(5 * 60)),
        reason: "the profile is disabled".to_owned(),
    }
}

pub(crate) fn fault(error: impl Into<Fault>) -> JobError {
    let fault: Fault = error.into();
    JobError::Retry {
        after: None,
        reason: fault.to_string(),
    }
}

pub(crate) fn remote(error: &ProviderError) -> JobError {
    let after = match error.kind() {
        ErrorKind::Throttled { retry_after } => *retry_after,
        _ => None,
    };
    JobError::Retry {
        after,
        reason: format!("{}: {}", error.system().word(), error.detail()),
    }
}

/// What a side's failure means, or that it means nothing yet.
pub(crate) fn judged(error: &ProviderError) -> Result<SideOutcome, JobError> {
    match of_use(error.system(), error.kind()) {
        Verdict::Refused(cause) => Ok(SideOutcome::Refused(cause)),
        Verdict::Stopped(cause) => Ok(SideOutcome::Stopped(cause)),
        Verdict::Ours | Verdict::Later => Err(remote(error)),
    }
}

impl Core {
    /// Checks a link with tokens that are no older than `since`. A job that is over when the
    /// check is ends in the same transaction as what was found.
    pub(crate) async fn check_link(
        &self,
        (tenant, id): (TenantId, LinkId),
        since: Timestamp,
        job: Option<&Job>,
    ) -> Result<(), JobError> {
        let mut unit = self.storage.read().await?;
        let Some(link) = unit.link(tenant, id).await? else {
            return Ok(());
        };
        let (crm, calendar) = (
            unit.grant(tenant, id, Side::Crm).await?,
            unit.grant(tenant, id, Side::Calendar).await?,
        );
        let profile = unit.profile(tenant, link.profile).await?;
        drop(unit);
        let (Some(crm), Some(calendar)) = (crm, calendar) else {
            return Ok(());
        };
        // Enabling a profile asks for the checks that it kept waiting.
        let rests = link.flags.deleted_at.is_some()
            || link.flags.paused_at.is_some()
            || profile.is_none_or(|profile| profile.is_stopped());
        if rests || crm.refused.is_some() || calendar.refused.is_some() {
            return Ok(());
        }
        // Both sides are looked at, whatever the first one says: the person is asked once.
        let crm_outcome = self.check_surely(&link, &crm, since).await;
        let calendar_outcome = self.check_surely(&link, &calendar, since).await;
        let outcomes = [(&crm, crm_outcome), (&calendar, calendar_outcome)];
        self.conclude_check(&link, outcomes, job).await
    }

    /// A refusal of a token counts only when the token was got just now: providers drop
    /// access tokens that have not ended (new keys, a moved mailbox, a clock that is off).
    /// A password is never tried twice.
    async fn check_surely(
        &self,
        link: &Link,
        grant: &Grant,
        since: Timestamp,
    ) -> Result<SideOutcome, JobError> {
        let began = self.now();
        let outcome = self.check_side(link, grant, since).await?;
        let identity: GrantIdentity = serde_json::from_str(&grant.identity).map_err(fault)?;
        match outcome {
            SideOutcome::Refused(_) if identity.provider().is_some() => {
                self.check_side(link, grant, began).await
            }
            outcome => Ok(outcome),
        }
    }

    async fn check_side(
        &self,
        link: &Link,
        grant: &Grant,
        since: Timestamp,
    ) -> Result<SideOutcome, JobError> {
        match grant.side {
            Side::Crm => self.check_crm(link, since).await,
            Side::Calendar => self.check_calendar(grant, since).await,
        }
    }

    /// An access token for the check, or what its absence means.
    pub(crate) async fn token_for_check(
        &self,
        key: (TenantId, LinkId),
        side: Side,
        since: Timestamp,
    ) -> Result<Result<SecretString, SideOutcome>, JobError> {
        let need = Need {
            since: Some(since),
            ..Need::NOW
        };
        match self.access(key, side, need).await {
            Ok(token) => Ok(Ok(token)),
            Err(NoAccess::Refused(_)) => Ok(Err(SideOutcome::Noted)),
            Err(NoAccess::Stopped(cause)) => Ok(Err(SideOutcome::Stopped(cause))),
            Err(error) => Err(error.into()),
        }
    }

    async fn check_crm(&self, link: &Link, since: Timestamp) -> Result<SideOutcome, JobError> {
        let tenant = self.storage.read().await?.tenant(link.tenant).await?;
        let tenant = tenant.ok_or_else(|| JobError::Fail {
            reason: "tenant is gone".to_owned(),
        })?;
        let key = (link.tenant, link.id);
        let access = match self.token_for_check(key, Side::Crm, since).await? {
            Ok(access) => access,
            Err(outcome) => return Ok(outcome),
        };
        match self
            .superoffice
            .current_principal(&tenant.context, &access)
            .await
        {
            Ok(principal) if principal.associate == link.crm.id => Ok(SideOutcome::Good),
            Ok(_) => Ok(SideOutcome::Refused(Cause::CrmRefused)),
            Err(error) => judged(&error),
        }
    }

    async fn check_calendar(
        &self,
        grant: &Grant,
        since: Timestamp,
    ) -> Result<SideOutcome, JobError> {
        let identity: GrantIdentity = serde_json::from_str(&grant.identity).map_err(fault)?;
        match identity {
            GrantIdentity::Crm { .. } => Err(JobError::Fail {
                reason: "a CRM identity on the calendar side".to_owned(),
            }),
            GrantIdentity::Microsoft { oid, .. } => self.check_microsoft(grant, &oid, since).await,
            GrantIdentity::Google { .. } => self.check_google(grant, &identity, since).await,
            GrantIdentity::Exchange {
                ews,
                username,
                mailbox,
                impersonated: false,
                ..
            } => {
                let secret = grants::open(self, grant).map_err(fault)?;
                self.check_mailbox(&ews, &username, &mailbox, &secret).await
            }
            GrantIdentity::Exchange { mailbox, .. } => {
                self.check_opened_mailbox(grant, &mailbox).await
            }
            GrantIdentity::Caldav {
                username, calendar, ..
            } => {
                let secret = grants::open(self, grant).map_err(fault)?;
                let checked = self
                    .caldav
                    .check(&CalendarId::new(calendar.id), &username, &secret)
                    .await;
                match checked {
                    Ok(found) if found.writable => Ok(SideOutcome::Good),
                    Ok(_) => Ok(SideOutcome::Stopped(Cause::CalendarReadOnly)),
                    Err(error) => judged(&error),
                }
            }
        }
    }

    /// A mailbox with the person's own password.
    async fn check_mailbox(
        &self,
        ews: &str,
        username: &str,
        mailbox: &str,
        password: &SecretString,
    ) -> Result<SideOutcome, JobError> {
        let ews = ews.parse().map_err(|_| JobError::Fail {
            reason: "the grant has no server".to_owned(),
        })?;
        let login = ExchangeLogin {
            username,
            password,
            acting_as: None,
        };
        match self.exchange.calendar(&ews, mailbox, &login).await {
            Ok(found) if found.writable => Ok(SideOutcome::Good),
            Ok(_) => Ok(SideOutcome::Stopped(Cause::CalendarReadOnly)),
            Err(error) => judged(&error),
        }
    }

    /// The profile of a grant's link.
    pub(crate) async fn profile_of(&self, grant: &Grant) -> StorageResult<Option<Profile>> {
        let mut unit = self.storage.read().await?;
        match unit.link(grant.tenant, grant.link).await? {
            Some(link) => unit.profile(grant.tenant, link.profile).await,
            None => Ok(None),
        }
    }

    /// A mailbox that the company's service account opens.
    async fn check_opened_mailbox(
        &self,
        grant: &Grant,
        mailbox: &str,
    ) -> Result<SideOutcome, JobError> {
        let Some(profile) = self.profile_of(grant).await? else {
            return Ok(SideOutcome::Good);
        };
        let opened = async {
            let account = self.service_account(&profile).await?;
            let login = account.login(Some(mailbox));
            match self.exchange.calendar(&account.ews, mailbox, &login).await {
                Ok(found) => Ok(found),
                Err(error) => Err(self.exchange_failed(&profile, error).await),
            }
        };
        match opened.await {
            Ok(found) if found.writable => Ok(SideOutcome::Good),
            Ok(_) => Ok(SideOutcome::Stopped(Cause::CalendarReadOnly)),
            Err(TokenError::Refused(_)) => Ok(SideOutcome::Stopped(Cause::ImpersonationDenied)),
            Err(TokenError::Remote(error)) => Ok(match judged(&error)? {
                // The person gave no password and can mend nothing.
                SideOutcome::Refused(_) | SideOutcome::Stopped(Cause::CalendarReadOnly) => {
                    SideOutcome::Stopped(Cause::ImpersonationDenied)
                }
                outcome => outcome,
            }),
            Err(TokenError::Fault(failed)) => Err(fault(failed)),
        }
    }

    async fn check_microsoft(
        &self,
        grant: &Grant,
        oid: &str,
        since: Timestamp,
    ) -> Result<SideOutcome, JobError> {
        let microsoft = self.microsoft().map_err(fault)?;
        let key = (grant.tenant, grant.link);
        let access = match self.token_for_check(key, Side::Calendar, since).await? {
            Ok(access) => access,
            Err(outcome) => return Ok(outcome),
        };
        match microsoft.me(&access).await {
            Ok(me) if me.oid.eq_ignore_ascii_case(oid) => {}
            Ok(_) => return Ok(SideOutcome::Refused(Cause::WrongAccount)),
            Err(error) => return judged(&error),
        }
        match microsoft.primary_calendar(&access).await {
            Ok(calendar) if calendar.writable => Ok(SideOutcome::Good),
            Ok(_) => Ok(SideOutcome::Stopped(Cause::CalendarReadOnly)),
            Err(error) => judged(&error),
        }
    }

    /// Notes what broke, or that all is well. What could not be found out is tried again, and
    /// takes nothing back that the other side was found to be.
    async fn conclude_check(
        &self,
        link: &Link,
        outcomes: [(&Grant, Result<SideOutcome, JobError>); 2],
        job: Option<&Job>,
    ) -> Result<(), JobError> {
        let key = (link.tenant, link.id);
        let mut unknown = None;
        let mut good = Vec::new();
        for (grant, outcome) in outcomes {
            match outcome {
                Ok(SideOutcome::Good) => good.push(grant.id),
                Ok(SideOutcome::Noted) => {}
                Ok(SideOutcome::Refused(cause)) => {
                    // A rotated secret is newer than the grant that was read.
                    let fresh = self.storage.read().await?;
                    let fresh = { fresh }.grant(key.0, key.1, grant.side).await?;
                    if let Some(fresh) = fresh.filter(|fresh| fresh.id == grant.id) {
                        self.note_broken(Broken::Grant(&fresh, cause))
                            .await
                            .map_err(fault)?;
                    }
                }
                Ok(SideOutcome::Stopped(cause)) => self
                    .note_broken(Broken::Link(key, cause))
                    .await
                    .map_err(fault)?,
                Err(error) => unknown = Some(error),
            }
        }
        if let Some(error) = unknown {
            return Err(error);
        }
        if good.len() == 2 {
            self.note_good(key, &good, job).await.map_err(fault)?;
        }
        Ok(())
    }

    /// A sign-in that is alive after more than a week ends the alarm about weekly ends.
    async fn forget_weekly_expiry(
        &self,
        unit: &mut dyn UnitOfWork,
        grants: &[Grant],
    ) -> FaultResult<()> {
        const MORE_THAN_A_WEEK: Duration = Duration::from_secs(8 * 86_400);
        for grant in grants {
            let identity: GrantIdentity = serde_json::from_str(&grant.identity)?;
            let Some(provider) = identity.provider() else {
                continue;
            };
            if self.now().since(grant.granted_at) > MORE_THAN_A_WEEK
                && unit
                    .clear_alarm(grant.tenant, provider.word(), AlarmKind::WeeklyExpiry)
                    .await?
            {
                unit.bump_version(grant.tenant).await?;
            }
        }
        Ok(())
    }

    /// Notes that both connections are good; what nobody sees changes nothing else.
    async fn note_good(
        &self,
        (tenant, id): (TenantId, LinkId),
        checked: &[GrantId],
        job: Option<&Job>,
    ) -> FaultResult<()> {
        let now = self.now();
        let mut unit = self.storage.write().await?;
        let Some(seen) = held(&mut *unit, (tenant, id)).await? else {
            return Ok(());
        };
        self.forget_weekly_expiry(&mut *unit, &seen.grants).await?;
        let noted = |flags: LinkFlags| LinkFlags {
            cause: None,
            first_run_at: flags.first_run_at.or(Some(now)),
            ..flags
        };
        let is_news = noted(seen.link.flags) != seen.link.flags;
        if is_news {
            // The counter's row first, as everywhere: nobody decides about the link meanwhile.
            unit.bump_version(tenant).await?;
        }
        // The link's row is held until the commit: of two checks that end at once the second
        // sees what the first noted.
        unit.note_link_checked(tenant, id, now).await?;
        let Some(held) = held(&mut *unit, (tenant, id)).await? else {
            return Ok(());
        };
        let same = held.grants.iter().all(|grant| checked.contains(&grant.id));
        if !same {
            // Somebody signed in again meanwhile: that link has its own check.
            return Ok(());
        }
        let flags = noted(held.link.flags);
        // What was found wrong since then stays.
        if is_news && flags != held.link.flags {
            unit.set_link_flags(tenant, id, &flags).await?;
            self.audit_as(
                &mut *unit,
                tenant,
                "system",
                "link.checked",
                id.to_string(),
                serde_json::json!({}),
            )
            .await?;
        }
        if let Some(job) = job
            && !unit.finish_job(job.id, job.fence, now).await?
        {
            // The lease was lost: whoever has the job notes what it finds.
            return Ok(());
        }
        unit.commit().await?;
        Ok(())
    }
}
