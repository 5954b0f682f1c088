//! People who left for Microsoft or Google and never came back. Microsoft's page *Need admin
//! approval* and Google's *Access blocked* often have no way back (microsoft.md §1,
//! google.md §3), so silence counts as that page: administrators are
//! told, the person is not.

use async_trait::async_trait;
use serde::Deserialize;
use synchronizer_domain::ids::{AttemptId, JobId, LinkId, TenantId};
use synchronizer_domain::link::{Cause, Link, Side};
use synchronizer_jobs::{Handler, JobError};
use synchronizer_storage::{Attempt, Job, NewJob, StorageResult};

use crate::Core;

/// Kind of the job.
const AWAY_CHECK: &str = "away-check";

#[derive(Deserialize)]
struct Payload {
    link: LinkId,
    attempt: AttemptId,
}

/// Looks at an attempt when it is over.
pub struct AwayCheck(pub Core);

/// The job that looks at this attempt when it is over.
pub(crate) fn away_job(core: &Core, link: &Link, attempt: &Attempt) -> NewJob {
    NewJob {
        id: JobId::mint(&*core.clock, &*core.rng),
        tenant: link.tenant,
        kind: AWAY_CHECK,
        payload: serde_json::json!({ "link": link.id, "attempt": attempt.id }).to_string(),
        dedup_key: attempt.id.to_string(),
        run_at: attempt.expires_at,
    }
}

#[async_trait]
impl Handler for AwayCheck {
    fn kind(&self) -> &'static str {
        AWAY_CHECK
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload =
            serde_json::from_str(&job.payload).map_err(|error| JobError::Fail {
                reason: error.to_string(),
            })?;
        Ok(self.0.conclude_silence(job.tenant, &payload).await?)
    }
}

impl Core {
    /// An answered attempt, a finished half or a known cause leave nothing to conclude.
    async fn conclude_silence(&self, tenant: TenantId, payload: &Payload) -> StorageResult<()> {
        let mut unit = self.storage.write().await?;
        // The counter's row first, as everywhere: nobody decides about the link meanwhile.
        unit.bump_version(tenant).await?;
        if !unit.is_attempt_open(payload.attempt).await? {
            return Ok(());
        }
        let Some(mut link) = unit.link(tenant, payload.link).await? else {
            return Ok(());
        };
        let granted = unit
            .grant(tenant, link.id, Side::Calendar)
            .await?
            .is_some_and(|grant| grant.refused.is_none());
        if granted || link.flags.cause.is_some() || link.flags.deleted_at.is_some() {
            return Ok(());
        }
        link.flags.cause = Some((Cause::AdminApproval, self.now()));
        unit.set_link_flags(tenant, link.id, &link.flags).await?;
        let detail = serde_json::json!({ "cause": Cause::AdminApproval.word(), "assumed": true });
        self.audit_as(
            &mut *unit,
            tenant,
            "system",
            "activation.stopped",
            link.id.to_string(),
            detail,
        )
        .await?;
        unit.commit().await
    }
}
