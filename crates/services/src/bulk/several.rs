//! Who can be linked by equal e-mail, and the beginning of a batch that links them.

use std::collections::{HashMap, HashSet};

use synchronizer_domain::bulk::{BatchKind, BatchRowState, MAX_PAIRS, SeveralView};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::{AssociateId, BatchId, CalendarUserId};
use synchronizer_domain::profile::Profile;
use synchronizer_domain::session::Actor;
use synchronizer_domain::several::{Taken, plan, plan_asking};
use synchronizer_domain::tenant::Tenant;
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{Batch, BatchRow, StorageResult, UnitOfWork};

use super::batch::batch_job;
use crate::Core;
use crate::failure::FaultResult;
use crate::linking::must_be_ready;

impl Core {
    pub(super) async fn several_view(
        &self,
        tenant: &Tenant,
        profile: &Profile,
    ) -> FaultResult<SeveralView> {
        self.request_missing_lists(tenant, profile).await?;
        let mut unit = self.storage.read().await?;
        let crm = unit.crm_users(tenant.id).await?;
        let calendar = unit.calendar_users(tenant.id, profile.id).await?;
        let taken = taken(&mut *unit, profile).await?;
        drop(unit);
        // An address book that only answers questions is never read.
        let can_ask = profile.directory.is_searched();
        let ages = (
            crm.as_ref().map(|(_, at)| *at),
            calendar.as_ref().map(|(_, at)| *at),
        );
        let read_at = match ages {
            (Some(one), _) if can_ask => Some(one),
            (Some(one), Some(other)) => Some(one.min(other)),
            _ => None,
        };
        let crm = crm.map(|(users, _)| users).unwrap_or_default();
        let calendar = calendar.map(|(users, _)| users).unwrap_or_default();
        let plan = if can_ask {
            plan_asking(&crm, &calendar, &taken)
        } else {
            plan(&crm, &calendar, &taken)
        };
        Ok(SeveralView {
            profile: profile.id,
            profile_name: profile.name.clone(),
            system: profile.system,
            stop: profile.stop().cloned(),
            pairs: plan.pairs,
            left_out: plan.left_out,
            read_at,
            batch: self.newest_batch_view(profile).await?,
        })
    }

    pub(super) async fn begin_linking(
        &self,
        actor: &Actor,
        profile: &Profile,
        pairs: Vec<(AssociateId, CalendarUserId)>,
    ) -> UseCaseResult<BatchId> {
        must_be_ready(profile)?;
        let mut seen = HashSet::new();
        let pairs: Vec<_> = pairs
            .into_iter()
            .filter(|pair| seen.insert(pair.clone()))
            .collect();
        if pairs.is_empty() {
            return Err(UseCaseError::field("pairs", ErrorCode::Required));
        }
        if pairs.len() > MAX_PAIRS {
            let line = u32::try_from(MAX_PAIRS + 1).unwrap_or(u32::MAX);
            return Err(UseCaseError::field(
                "pairs",
                ErrorCode::TooManyLines { line },
            ));
        }
        let rows = self
            .named(profile, pairs)
            .await
            .map_err(|fault| self.internal(fault))?;
        self.begin_batch(actor, profile, BatchKind::Link, &rows)
            .await
            .map_err(|error| self.internal(error))
    }

    /// The pairs with the names of their people; who is in no list keeps his id.
    async fn named(
        &self,
        profile: &Profile,
        pairs: Vec<(AssociateId, CalendarUserId)>,
    ) -> FaultResult<Vec<BatchRow>> {
        let mut unit = self.storage.read().await?;
        let crm = unit.crm_users(profile.tenant).await?;
        let calendar = unit.calendar_users(profile.tenant, profile.id).await?;
        drop(unit);
        let crm = crm.map(|(users, _)| users).unwrap_or_default();
        let calendar = calendar.map(|(users, _)| users).unwrap_or_default();
        let crm: HashMap<_, _> = crm.into_iter().map(|user| (user.id, user.name)).collect();
        let calendar: HashMap<_, _> = calendar
            .into_iter()
            .map(|user| (user.id, user.name))
            .collect();
        Ok((0..)
            .zip(pairs)
            .map(|(position, (one, other))| BatchRow {
                position,
                crm_name: crm.get(&one).cloned().unwrap_or_else(|| one.to_string()),
                crm: one,
                calendar_name: calendar
                    .get(&other)
                    .cloned()
                    .unwrap_or_else(|| other.to_string()),
                calendar: other,
                link: None,
                state: BatchRowState::Waiting,
                reason: None,
            })
            .collect())
    }

    /// Stores a batch and the job that works it off.
    pub(super) async fn begin_batch(
        &self,
        actor: &Actor,
        profile: &Profile,
        kind: BatchKind,
        rows: &[BatchRow],
    ) -> StorageResult<BatchId> {
        let mut unit = self.storage.write().await?;
        let id = self
            .add_batch(&mut *unit, actor, profile, kind, rows)
            .await?;
        unit.bump_version(profile.tenant).await?;
        unit.commit().await?;
        self.wake.notify();
        Ok(id)
    }

    /// The same in the caller's transaction; the job runs once that is committed.
    pub(crate) async fn add_batch(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        profile: &Profile,
        kind: BatchKind,
        rows: &[BatchRow],
    ) -> StorageResult<BatchId> {
        let batch = Batch {
            id: BatchId::mint(&*self.clock, &*self.rng),
            tenant: profile.tenant,
            profile: profile.id,
            kind,
            started_by: actor.name.clone(),
            created_at: self.now(),
            ended_at: None,
            waits_until: None,
        };
        unit.add_batch(&batch, rows).await?;
        unit.add_job(&batch_job(self, &batch)).await?;
        let detail = serde_json::json!({ "kind": kind.word(), "rows": rows.len() });
        let subject = batch.id.to_string();
        self.audit(unit, actor, "bulk.begun", subject, detail)
            .await?;
        Ok(batch.id)
    }
}

/// Who is linked: CRM users in any profile, calendar users in any of the same system.
pub(super) async fn taken(unit: &mut dyn UnitOfWork, profile: &Profile) -> StorageResult<Taken> {
    let profiles = unit.profiles(profile.tenant).await?;
    let profiles: HashMap<_, _> = profiles.iter().map(|one| (one.id, one)).collect();
    let mut taken = Taken::default();
    for link in unit.live_links(profile.tenant).await? {
        let Some(holder) = profiles.get(&link.profile) else {
            continue;
        };
        if holder.system == profile.system {
            let pair = (link.crm.id.clone(), link.calendar.id.clone());
            taken.pairs.extend([pair]);
            taken.calendar.insert(link.calendar.id, link.crm.name);
        }
        let place = (holder.id, holder.name.clone());
        taken.crm.insert(link.crm.id, place);
    }
    Ok(taken)
}
