//! The job that works a batch off, some rows a transaction. Each row is done wholly or not
//! at all: what it makes and its result are written together. After a crash the job goes
//! on with the rows that wait.

use std::collections::HashSet;

use async_trait::async_trait;
use serde::Deserialize;
use synchronizer_domain::Timestamp;
use synchronizer_domain::bulk::{BatchKind, BatchRowState};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::{BatchId, JobId, LinkId, TenantId};
use synchronizer_domain::link::{Link, LinkState, Side};
use synchronizer_domain::notice::RESEND_PAUSE;
use synchronizer_domain::profile::Profile;
use synchronizer_domain::tenant::Tenant;
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_jobs::{Handler, JobError};
use synchronizer_storage::{Batch, BatchRow, Job, NewJob, StorageResult, UnitOfWork};

use super::address_book::NotTold;
use crate::checks::while_disabled;
use crate::failure::{Fault, FaultResult};
use crate::invitations::couple_of;
use crate::linking::{Prepared, recipient};
use crate::mails::InvitationParcel;
use crate::{Core, grants};

/// Kind of the job.
pub(crate) const RUN_BATCH: &str = "run-batch";
/// Rows that are written in one transaction: few enough that other writers get their turn
/// and a page sees progress, many enough that commits do not count.
const CHUNK: u32 = 50;
/// People of an address book that are asked for before the next transaction.
const ASKED: u32 = 10;

#[derive(Deserialize)]
struct Payload {
    batch: BatchId,
}

/// Works batches off.
pub struct RunBatch(pub Core);

/// The job of a batch.
pub(super) fn batch_job(core: &Core, batch: &Batch) -> NewJob {
    NewJob {
        id: JobId::mint(&*core.clock, &*core.rng),
        tenant: batch.tenant,
        kind: RUN_BATCH,
        payload: serde_json::json!({ "batch": batch.id }).to_string(),
        dedup_key: batch.id.to_string(),
        run_at: core.now(),
    }
}

#[async_trait]
impl Handler for RunBatch {
    fn kind(&self) -> &'static str {
        RUN_BATCH
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload =
            serde_json::from_str(&job.payload).map_err(|error| JobError::Fail {
                reason: error.to_string(),
            })?;
        match self.0.run_batch(job.tenant, payload.batch).await {
            Ok(Run::Over) => Ok(()),
            Ok(Run::Waits) => Err(while_disabled()),
            Err(fault) => Err(JobError::Retry {
                after: None,
                reason: fault.to_string(),
            }),
        }
    }

    /// A batch that did not end waits for a server; what it did counts, so that its next
    /// turn is no further try.
    async fn next_turn(&self, job: &Job) -> Result<Option<Timestamp>, JobError> {
        let core = &self.0;
        let batch = match serde_json::from_str::<Payload>(&job.payload) {
            Ok(payload) => {
                let mut unit = core.storage.read().await?;
                unit.batch(job.tenant, payload.batch).await?
            }
            Err(_) => None,
        };
        let open = batch.filter(|batch| batch.ended_at.is_none());
        Ok(open.map(|batch| core.now().plus(core.patience(batch.profile))))
    }
}

/// How far a run of the job came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    /// The batch ended, now or before, or goes on in the job's next turn.
    Over,
    /// Its profile is disabled: the rows wait with it.
    Waits,
}

/// What will be written for a row.
enum Step {
    Link(Box<Prepared>),
    Resend(Box<(Link, InvitationParcel)>),
    Refuse(ErrorCode),
    /// A server has to be asked again.
    Later,
}

impl Step {
    /// Whether an address book was asked for it.
    const fn was_asked_for(&self) -> bool {
        match self {
            Self::Link(prepared) => prepared.was_asked_for(),
            Self::Refuse(reason) => matches!(reason, ErrorCode::NotInAddressBook { .. }),
            Self::Resend(_) | Self::Later => false,
        }
    }
}

/// What a row came to.
struct Outcome {
    state: BatchRowState,
    link: Option<LinkId>,
    reason: Option<ErrorCode>,
}

impl Outcome {
    const fn of(state: BatchRowState, link: LinkId) -> Self {
        Self {
            state,
            link: Some(link),
            reason: None,
        }
    }

    const fn refused(reason: ErrorCode) -> Self {
        Self {
            state: BatchRowState::Refused,
            link: None,
            reason: Some(reason),
        }
    }
}

impl Core {
    /// Works a batch off, wholly or up to where a server has to be asked again later.
    async fn run_batch(&self, tenant: TenantId, id: BatchId) -> FaultResult<Run> {
        let mut unit = self.storage.read().await?;
        let Some(batch) = unit.batch(tenant, id).await? else {
            return Ok(Run::Over);
        };
        if batch.ended_at.is_some() {
            return Ok(Run::Over);
        }
        let tenant = unit.tenant(batch.tenant).await?;
        let profile = unit.profile(batch.tenant, batch.profile).await?;
        drop(unit);
        let (Some(tenant), Some(profile)) = (tenant, profile) else {
            return Err(Fault::Missing("profile"));
        };
        if profile.is_stopped() {
            return Ok(Run::Waits);
        }
        loop {
            let mut unit = self.storage.read().await?;
            let waiting = BatchRowState::Waiting;
            let rows = unit.batch_rows(tenant.id, id, waiting, CHUNK).await?;
            drop(unit);
            let mut steps = Vec::new();
            let mut later = false;
            let mut asked = 0;
            let none_waits = rows.is_empty();
            for row in rows {
                let step = match self.prepare(&tenant, &profile, &batch, &row).await {
                    Ok(step) => step,
                    Err(UseCaseError::Refused { reason }) => Step::Refuse(reason),
                    // It is logged; the other rows can do nothing for it.
                    Err(UseCaseError::Internal { reference }) => {
                        Step::Refuse(ErrorCode::Failed { reference })
                    }
                    Err(_) => Step::Refuse(ErrorCode::LinkGone),
                };
                later = matches!(step, Step::Later);
                if later {
                    break;
                }
                if step.was_asked_for() {
                    asked += 1;
                }
                steps.push((row, step));
                // An answer takes its time: whoever looks sees each few of them.
                if asked == ASKED {
                    break;
                }
            }
            let written = none_waits || !steps.is_empty();
            if written && let Some(run) = self.write_steps(&profile, &batch, &steps).await? {
                return Ok(run);
            }
            self.wake.notify();
            if later {
                self.note_waiting(&batch).await?;
                return Ok(Run::Over);
            }
        }
    }

    /// Pages say until when a server is left alone.
    async fn note_waiting(&self, batch: &Batch) -> StorageResult<()> {
        let until = self.now().plus(self.patience(batch.profile));
        let mut unit = self.storage.write().await?;
        unit.set_batch_waiting(batch.tenant, batch.id, until)
            .await?;
        unit.bump_version(batch.tenant).await?;
        unit.commit().await
    }

    /// Everything about a row that can be decided and made before its transaction.
    async fn prepare(
        &self,
        tenant: &Tenant,
        profile: &Profile,
        batch: &Batch,
        row: &BatchRow,
    ) -> UseCaseResult<Step> {
        match batch.kind {
            BatchKind::Link => {
                let (crm, calendar) = self.both_people(profile, &row.crm, &row.calendar).await?;
                let crm = crm.ok_or(UseCaseError::refused(ErrorCode::CrmUserGone))?;
                let by = &batch.started_by;
                let prepared = match calendar {
                    Some(calendar) => self.prepare_link(tenant, profile, crm, calendar, by)?,
                    None => {
                        let calendar = match self.ask_for(profile, &row.calendar).await {
                            Ok(calendar) => calendar,
                            Err(NotTold::Refused(reason)) => {
                                return Err(UseCaseError::refused(reason));
                            }
                            Err(NotTold::Later) => return Ok(Step::Later),
                        };
                        self.prepare_link(tenant, profile, crm, calendar, by)?
                            .with_new_person()
                    }
                };
                Ok(Step::Link(Box::new(prepared)))
            }
            BatchKind::Resend => {
                let link = async {
                    let mut unit = self.storage.read().await?;
                    self.mailable(&mut *unit, tenant.id, row.link).await
                };
                let link = link
                    .await
                    .map_err(|fault| self.internal(fault))?
                    .map_err(UseCaseError::refused)?;
                let to = recipient(&link.crm, &link.calendar)?;
                let couple = couple_of(tenant, profile, &link, &batch.started_by);
                let parcel = self
                    .pack_invitation((tenant.id, link.id), &couple, &to)
                    .map_err(|fault| self.internal(fault))?;
                Ok(Step::Resend(Box::new((link, parcel))))
            }
        }
    }

    /// The link of a row while a mail makes sense for it: nobody is mailed who answered
    /// meanwhile, nor twice within a day.
    async fn mailable(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
        link: Option<LinkId>,
    ) -> FaultResult<Result<Link, ErrorCode>> {
        let link = match link {
            Some(id) => unit.link(tenant, id).await?,
            None => None,
        };
        let Some(link) = link else {
            return Ok(Err(ErrorCode::LinkGone));
        };
        let mut held = Vec::new();
        for side in [Side::Crm, Side::Calendar] {
            held.extend(unit.grant(tenant, link.id, side).await?);
        }
        let state = grants::status(&link, &held).state;
        if !matches!(state, LinkState::Invited | LinkState::Partly) {
            return Ok(Err(ErrorCode::NothingToResend));
        }
        let newest = unit.newest_invitation(tenant, link.id).await?;
        let since = self.now().minus(RESEND_PAUSE);
        if newest.is_some_and(|newest| newest.mail.is_some() && newest.created_at > since) {
            return Ok(Err(ErrorCode::MailedToday));
        }
        Ok(Ok(link))
    }

    /// One transaction; nothing when there may be more to do.
    async fn write_steps(
        &self,
        profile: &Profile,
        batch: &Batch,
        steps: &[(BatchRow, Step)],
    ) -> FaultResult<Option<Run>> {
        let mut unit = self.storage.write().await?;
        // The counter's row is held until the commit: nobody stops the profile meanwhile.
        unit.bump_version(batch.tenant).await?;
        // Whoever holds the batch is alone with its rows, also beside a worker that lost
        // its lease and an administrator who stops it.
        if !unit.hold_batch(batch.tenant, batch.id).await? {
            return Ok(Some(Run::Over));
        }
        let fresh = unit.profile(batch.tenant, batch.profile).await?;
        if fresh.is_none_or(|fresh| fresh.is_stopped()) {
            return Ok(Some(Run::Waits));
        }
        let waiting = BatchRowState::Waiting;
        let rows = unit
            .batch_rows(batch.tenant, batch.id, waiting, CHUNK)
            .await?;
        let waiting: HashSet<u32> = rows.iter().map(|row| row.position).collect();
        for (row, step) in steps {
            if !waiting.contains(&row.position) {
                continue;
            }
            let outcome = self.write_step(&mut *unit, profile, batch, step).await?;
            let reason = outcome
                .reason
                .map(|reason| serde_json::to_string(&reason))
                .transpose()?;
            unit.settle_batch_row(
                batch.tenant,
                batch.id,
                row.position,
                outcome.state,
                outcome.link.or(row.link),
                reason.as_deref(),
            )
            .await?;
        }
        if steps.is_empty() {
            self.end(&mut *unit, batch).await?;
        }
        unit.commit().await?;
        Ok(steps.is_empty().then_some(Run::Over))
    }

    async fn write_step(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
        batch: &Batch,
        step: &Step,
    ) -> FaultResult<Outcome> {
        match step {
            Step::Refuse(reason) => Ok(Outcome::refused(reason.clone())),
            // Such a row is not written: it waits.
            Step::Later => Err(Fault::Missing("an answer")),
            Step::Resend(both) => {
                let (link, parcel) = &**both;
                // The person, or somebody else's mail, may have been faster.
                if let Err(reason) = self.mailable(unit, link.tenant, Some(link.id)).await? {
                    return Ok(Outcome::refused(reason));
                }
                self.post_invitation(unit, parcel).await?;
                let (subject, detail) = (link.id.to_string(), serde_json::json!({}));
                let by = &batch.started_by;
                self.audit_as(unit, batch.tenant, by, "invitation.resent", subject, detail)
                    .await?;
                Ok(Outcome::of(BatchRowState::Done, link.id))
            }
            Step::Link(prepared) => {
                let link = &prepared.link;
                let stored = self
                    .store_link(unit, profile, prepared, &batch.started_by)
                    .await;
                let Err(error) = stored else {
                    return Ok(Outcome::of(BatchRowState::Done, link.id));
                };
                if let Some(same) = unit.link_of_crm_user(link.tenant, &link.crm.id).await?
                    && same.profile == link.profile
                    && same.calendar.id == link.calendar.id
                {
                    return Ok(Outcome::of(BatchRowState::Already, same.id));
                }
                match self.conflict_code(unit, &error, profile, link).await? {
                    Some(reason) => Ok(Outcome::refused(reason)),
                    None => Err(error.into()),
                }
            }
        }
    }

    async fn end(&self, unit: &mut dyn UnitOfWork, batch: &Batch) -> StorageResult<()> {
        unit.end_batch(batch.tenant, batch.id, self.now()).await?;
        let counts = unit.batch_counts(batch.tenant, batch.id).await?;
        let counts = counts
            .into_iter()
            .map(|(state, count)| (state.word().to_owned(), count.into()));
        let detail = serde_json::Value::Object(counts.collect());
        let subject = batch.id.to_string();
        self.audit_as(unit, batch.tenant, "system", "bulk.ended", subject, detail)
            .await
    }
}
