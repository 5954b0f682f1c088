//! Reminders to people whose link waits for them: after 3, 7 and 21 days, as long as it still
//! does. Mending, pausing and deleting end them.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{JobId, LinkId, TenantId};
use synchronizer_domain::mail::MailKind;
use synchronizer_jobs::{Handler, JobError};
use synchronizer_storage::{Job, NewJob};

use super::refuse::held;
use crate::Core;
use crate::failure::FaultResult;
use crate::grants;

/// Kind of the job.
const REMIND: &str = "remind";
const DAY: Duration = Duration::from_secs(86_400);
/// When the first reminder goes.
pub(crate) const FIRST_REMINDER: Duration = DAY.saturating_mul(3);
/// Days after the breakage at which people are reminded.
const DAYS: [u32; 3] = [3, 7, 21];

#[derive(Serialize, Deserialize)]
struct Payload {
    link: LinkId,
    since: Timestamp,
}

/// Sends reminders.
pub struct Remind(pub Core);

/// The job that reminds of a breakage; one per link and breakage.
pub(crate) fn reminder_job(
    core: &Core,
    (tenant, link): (TenantId, LinkId),
    since: Timestamp,
    run_at: Timestamp,
) -> NewJob {
    NewJob {
        id: JobId::mint(&*core.clock, &*core.rng),
        tenant,
        kind: REMIND,
        payload: serde_json::json!({ "link": link, "since": since }).to_string(),
        dedup_key: format!("{link} {}", since.as_micros()),
        run_at,
    }
}

/// The next reminder of a breakage after an instant.
pub(crate) fn next_reminder(since: Timestamp, now: Timestamp) -> Option<Timestamp> {
    DAYS.into_iter()
        .map(|days| since.plus(DAY * days))
        .find(|at| *at > now)
}

fn payload(job: &Job) -> Result<Payload, JobError> {
    serde_json::from_str(&job.payload).map_err(|error| JobError::Fail {
        reason: error.to_string(),
    })
}

fn fault(fault: crate::failure::Fault) -> JobError {
    JobError::Retry {
        after: None,
        reason: fault.to_string(),
    }
}

#[async_trait]
impl Handler for Remind {
    fn kind(&self) -> &'static str {
        REMIND
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        self.0
            .remind(job.tenant, &payload(job)?)
            .await
            .map_err(fault)
    }

    async fn next_turn(&self, job: &Job) -> Result<Option<Timestamp>, JobError> {
        let payload = payload(job)?;
        let mut unit = self.0.storage.read().await?;
        let key = (job.tenant, payload.link);
        let waits = match held(&mut *unit, key).await.map_err(fault)? {
            Some(held) => grants::facts(&held.link, &held.grants).waits_since(),
            None => None,
        };
        Ok(waits
            .filter(|since| *since == payload.since)
            .and_then(|since| next_reminder(since, self.0.now())))
    }
}

impl Core {
    /// Reminds once a day at most: a job that is run again after a crash, or a mail that an
    /// administrator just sent, are not followed by another.
    async fn remind(&self, tenant: TenantId, payload: &Payload) -> FaultResult<()> {
        let key = (tenant, payload.link);
        let now = self.now();
        let mut unit = self.storage.write().await?;
        unit.bump_version(tenant).await?;
        let Some(held) = held(&mut *unit, key).await? else {
            return Ok(());
        };
        // Nobody is mailed for a disabled profile; the next reminder finds it as it is then.
        let profile = unit.profile(tenant, held.link.profile).await?;
        if profile.is_none_or(|profile| profile.is_stopped()) {
            return Ok(());
        }
        let since = grants::facts(&held.link, &held.grants).waits_since();
        let last = unit
            .last_mail_at(tenant, payload.link, MailKind::Reactivation)
            .await?;
        if since != Some(payload.since) || last.is_some_and(|at| now.since(at) < DAY) {
            return Ok(());
        }
        if !self.ask_person(&mut *unit, &held, true).await? {
            return Ok(());
        }
        unit.commit().await?;
        self.wake.notify();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_reminded_after_three_seven_and_twenty_one_days() {
        let since = Timestamp::from_secs(1_000_000);
        let day = |days: u32| since.plus(DAY * days);
        for (now, next) in [
            (since, Some(day(3))),
            (day(3), Some(day(7))),
            (day(6), Some(day(7))),
            (day(7), Some(day(21))),
            (day(21), None),
            (day(400), None),
        ] {
            assert_eq!(next_reminder(since, now), next);
        }
    }
}
