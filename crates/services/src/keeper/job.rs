//! The job that looks after a link for as long as it has a good grant.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{JobId, LinkId, TenantId};
use synchronizer_domain::link::{GrantFact, Link, Side};
use synchronizer_domain::tenant::TenantState;
use synchronizer_jobs::{Handler, JobError};
use synchronizer_storage::{Job, KEEP_LINK, NewJob, StorageResult, UnitOfWork};

use super::access::{Need, NoAccess};
use super::schedule::{Life, Outlook, next_look};
use crate::Core;
use crate::failure::FaultResult;
use crate::grants::{self, GrantIdentity};

/// Links whose job is missing are given one in steps of this many.
const STEP: u32 = 500;

#[derive(Deserialize)]
struct Payload {
    link: LinkId,
}

/// Looks after links.
pub struct KeepLink(pub Core);

/// The job that looks after a link; one per link.
pub(crate) fn keep_job(
    core: &Core,
    (tenant, link): (TenantId, LinkId),
    run_at: Timestamp,
) -> NewJob {
    NewJob {
        id: JobId::mint(&*core.clock, &*core.rng),
        tenant,
        kind: KEEP_LINK,
        payload: serde_json::json!({ "link": link }).to_string(),
        dedup_key: link.to_string(),
        run_at,
    }
}

fn payload(job: &Job) -> Result<Payload, JobError> {
    serde_json::from_str(&job.payload).map_err(|error| JobError::Fail {
        reason: error.to_string(),
    })
}

#[async_trait]
impl Handler for KeepLink {
    fn kind(&self) -> &'static str {
        KEEP_LINK
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        self.0.keep_link((job.tenant, payload(job)?.link)).await
    }

    async fn next_turn(&self, job: &Job) -> Result<Option<Timestamp>, JobError> {
        let next = self.0.next_look((job.tenant, payload(job)?.link)).await;
        next.map_err(|fault| JobError::Retry {
            after: None,
            reason: fault.to_string(),
        })
    }
}

/// What the keeper knows of a link.
struct Kept {
    link: Link,
    /// Sides with a good grant that has a refresh token, and the access token's life.
    sides: Vec<(Side, Option<Life>)>,
    /// Both grants are good.
    whole: bool,
    /// The operator stopped the company: tokens stay alive, nothing else is tried.
    suspended: bool,
    /// An administrator disabled its profile: the same.
    disabled: bool,
    checked_at: Option<Timestamp>,
}

impl Core {
    /// Looks after a link now, whenever its job had planned to.
    pub(crate) async fn look_now(
        &self,
        unit: &mut dyn UnitOfWork,
        (tenant, link): (TenantId, LinkId),
    ) -> StorageResult<()> {
        let now = self.now();
        if !unit.add_job(&keep_job(self, (tenant, link), now)).await? {
            unit.hasten_job(tenant, KEEP_LINK, &link.to_string(), now)
                .await?;
        }
        Ok(())
    }

    async fn kept(&self, (tenant, id): (TenantId, LinkId)) -> FaultResult<Option<Kept>> {
        let mut unit = self.storage.read().await?;
        let Some(link) = unit.link(tenant, id).await? else {
            return Ok(None);
        };
        if link.flags.deleted_at.is_some() {
            return Ok(None);
        }
        let mut held = Vec::new();
        let mut sides = Vec::new();
        for side in [Side::Crm, Side::Calendar] {
            let Some(grant) = unit.grant(tenant, id, side).await? else {
                continue;
            };
            let identity: GrantIdentity = serde_json::from_str(&grant.identity)?;
            if grant.refused.is_none() && identity.provider().is_some() {
                sides.push((side, life(&mut *unit, (tenant, id), side).await?));
            }
            held.push(grant);
        }
        let facts = grants::facts(&link, &held);
        let tenant = unit.tenant(tenant).await?;
        let profile = unit.profile(link.tenant, link.profile).await?;
        let disabled = profile.is_none_or(|profile| profile.is_stopped());
        let suspended = tenant.is_some_and(|tenant| tenant.state == TenantState::Suspended);
        let checked_at = unit.link_checked_at(link.tenant, id).await?;
        let any = facts.crm == GrantFact::Good || facts.calendar == GrantFact::Good;
        Ok(any.then_some(Kept {
            whole: facts.crm == GrantFact::Good && facts.calendar == GrantFact::Good,
            suspended,
            disabled,
            link,
            sides,
            checked_at,
        }))
    }

    /// Tries the link as a whole when it is time, and renews tokens that end soon.
    async fn keep_link(&self, key: (TenantId, LinkId)) -> Result<(), JobError> {
        let kept = self.kept(key).await.map_err(|fault| JobError::Retry {
            after: None,
            reason: fault.to_string(),
        })?;
        let Some(kept) = kept else { return Ok(()) };
        let now = self.now();
        let every = self.settings.check_every;
        let resting = kept.suspended || kept.disabled || kept.link.flags.paused_at.is_some();
        let stopped = kept
            .link
            .flags
            .cause
            .is_some_and(|(cause, _)| cause.stops());
        let due = kept
            .checked_at
            .is_none_or(|at| now.since(at) >= every * 8 / 10);
        if kept.whole && !resting && (due || stopped) {
            return self.check_link(key, now.minus(every / 2), None).await;
        }
        for (side, life) in kept.sides {
            let need = Need {
                // Twice the least distance: renewed in every look that was planned for it.
                lasts: life.map_or(Duration::ZERO, |life| life.ahead() * 2),
                since: resting.then_some(now),
            };
            match self.access(key, side, need).await {
                Ok(_) | Err(NoAccess::Refused(_) | NoAccess::Stopped(_) | NoAccess::Missing) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn next_look(&self, key: (TenantId, LinkId)) -> FaultResult<Option<Timestamp>> {
        let Some(kept) = self.kept(key).await? else {
            return Ok(None);
        };
        let now = self.now();
        let stopped = kept
            .link
            .flags
            .cause
            .is_some_and(|(cause, _)| cause.stops());
        let mut spread = [0u8];
        self.rng.fill(&mut spread);
        let [spread] = spread;
        let outlook = Outlook {
            tried_at: kept
                .checked_at
                .filter(|_| kept.whole && !stopped)
                .unwrap_or(now),
            every: self.settings.check_every,
            lives: kept
                .sides
                .into_iter()
                .filter_map(|(_, life)| life)
                .collect(),
            resting: kept.disabled || kept.link.flags.paused_at.is_some(),
            spread,
        };
        Ok(Some(next_look(&outlook, now)))
    }

    /// Gives links whose job is missing one, spread over the interval: those from before
    /// there was a keeper, and those that were undeleted.
    pub(crate) async fn look_after_links(&self) -> FaultResult<()> {
        loop {
            let missing = self
                .storage
                .read()
                .await?
                .links_without_job(KEEP_LINK, STEP)
                .await?;
            let Some(count) = u32::try_from(missing.len()).ok().filter(|count| *count > 0) else {
                return Ok(());
            };
            let gap = self.settings.check_every / count;
            let mut at = self.now();
            let mut unit = self.storage.write().await?;
            for key in missing {
                unit.add_job(&keep_job(self, key, at)).await?;
                at = at.plus(gap);
            }
            unit.commit().await?;
        }
    }
}

async fn life(
    unit: &mut dyn UnitOfWork,
    (tenant, link): (TenantId, LinkId),
    side: Side,
) -> FaultResult<Option<Life>> {
    let tokens = unit.grant_tokens(tenant, link, side).await?;
    Ok(tokens.and_then(|tokens| {
        let (_, until) = tokens.access?;
        Some(Life {
            from: tokens.refreshed_at?,
            until,
        })
    }))
}

impl From<NoAccess> for JobError {
    fn from(error: NoAccess) -> Self {
        match error {
            NoAccess::Later { after, reason } => Self::Retry { after, reason },
            NoAccess::Fault(fault) => Self::Retry {
                after: None,
                reason: fault.to_string(),
            },
            NoAccess::Missing => Self::Fail {
                reason: "there is no grant".to_owned(),
            },
            NoAccess::Refused(cause) | NoAccess::Stopped(cause) => Self::Fail {
                reason: format!("refused: {}", cause.word()),
            },
        }
    }
}
