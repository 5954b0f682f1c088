//! Notices: what an administrator should look at, and *Resend all*.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::bulk::{BatchKind, BatchRowState, MAX_PAIRS};
use synchronizer_domain::ids::{AssociateId, ProfileId, TenantId};
use synchronizer_domain::notice::{Fact, Notice, NoticeKind, Notices, RESEND_PAUSE};
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::profile::{Profile, ProfileState};
use synchronizer_domain::session::Actor;
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{
    Batch, BatchRow, LinkFilter, ListedLink, Slice, StorageResult, UnitOfWork,
};

use crate::Core;
use crate::failure::FaultResult;

#[async_trait]
impl Notices for Core {
    async fn told(&self, actor: &Actor) -> UseCaseResult<Vec<Notice>> {
        allow(actor, Action::ReadTenant)?;
        self.told_to(actor.tenant)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn dismiss(&self, actor: &Actor, kind: NoticeKind, seen: Timestamp) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageLinks).await?;
        let stored = async {
            let mut unit = self.storage.write().await?;
            unit.bump_version(actor.tenant).await?;
            // What is still to come was seen by nobody.
            let seen = seen.min(self.now());
            unit.dismiss_notice(actor.tenant, kind, seen).await?;
            unit.commit().await
        };
        stored.await.map_err(|error| self.internal(error))
    }

    async fn resend_all(&self, actor: &Actor, seen: Timestamp) -> UseCaseResult<u32> {
        self.may_change(actor, Action::ManageLinks).await?;
        let before = self.unanswered_before().min(seen);
        let begun: FaultResult<u32> = async {
            let mut unit = self.storage.write().await?;
            // The counter's row is held until the commit: a second press waits here, and then
            // finds what the first began.
            unit.bump_version(actor.tenant).await?;
            let mut mails = 0_u32;
            for profile in unit.profiles(actor.tenant).await? {
                if !is_ready(&profile) || self.resending(&mut *unit, &profile).await?.is_some() {
                    continue;
                }
                let rows = self.unanswered(&mut *unit, &profile, before).await?;
                if rows.is_empty() {
                    continue;
                }
                self.add_batch(&mut *unit, actor, &profile, BatchKind::Resend, &rows)
                    .await?;
                mails = mails.saturating_add(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            }
            if mails > 0 {
                unit.commit().await?;
            }
            Ok(mails)
        }
        .await;
        self.wake.notify();
        begun.map_err(|fault| self.internal(fault))
    }
}

/// Mails that were sent again, over all profiles.
#[derive(Default)]
struct Resent {
    total: u32,
    waiting: u32,
    refused: u32,
    times: Option<(Timestamp, Timestamp)>,
    places: Vec<(ProfileId, String)>,
}

impl Core {
    async fn told_to(&self, tenant: TenantId) -> FaultResult<Vec<Notice>> {
        let mut unit = self.storage.read().await?;
        let profiles = unit.profiles(tenant).await?;
        let ready: Vec<_> = profiles.iter().filter(|one| is_ready(one)).collect();
        let seen = self.dismissed(&mut *unit, tenant).await?;
        let mut resent = Resent::default();
        let mut busy = HashSet::new();
        for profile in &ready {
            if self.add_resent(&mut *unit, profile, &mut resent).await? {
                busy.insert(profile.id);
            }
        }
        let facts = unit.notice_facts(tenant, self.unanswered_before()).await?;
        let of_links = |kind| {
            facts
                .iter()
                // Whoever is mailed just now needs no second press.
                .filter(|(id, other, _)| {
                    *other == kind && !(kind == NoticeKind::Unanswered && busy.contains(id))
                })
                .map(|(_, _, fact)| *fact)
                .reduce(Fact::and)
        };
        let arrived = unit.new_crm_users(tenant).await?;
        let queue = self.mail_queue(&mut *unit, tenant).await?;
        let mut all = Vec::new();
        for kind in NoticeKind::ALL {
            let dismissed = seen.get(kind).copied();
            let (fact, places) = match kind {
                NoticeKind::NewCrm if ready.is_empty() => continue,
                NoticeKind::NewCrm => {
                    let places = ready.iter().map(|one| (one.id, one.name.clone()));
                    (newcomers(&arrived, dismissed), places.collect())
                }
                NoticeKind::Gone | NoticeKind::Unanswered => (of_links(*kind), Vec::new()),
                NoticeKind::Resent => (resent.fact(), resent.places.clone()),
            };
            // What is going on is always told.
            let goes_on = *kind == NoticeKind::Resent && resent.waiting > 0;
            let told = fact.filter(|fact| fact.is_told(dismissed.filter(|_| !goes_on)));
            let Some(fact) = told else {
                continue;
            };
            let is_resent = *kind == NoticeKind::Resent;
            all.push(Notice {
                kind: *kind,
                count: fact.count,
                since: fact.oldest,
                newest: fact.newest,
                places,
                days: self.settings.unanswered_days,
                seconds: self.mail_seconds(queue.waiting.saturating_add(fact.count)),
                waiting: if is_resent { resent.waiting } else { 0 },
                refused: if is_resent { resent.refused } else { 0 },
            });
        }
        Ok(all)
    }

    async fn dismissed(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
    ) -> StorageResult<HashMap<NoticeKind, Timestamp>> {
        let dismissed = unit.dismissed_notices(tenant).await?;
        Ok(dismissed.into_iter().collect())
    }

    /// The batch that mails a profile's people again just now.
    async fn resending(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
    ) -> StorageResult<Option<Batch>> {
        let newest = unit.newest_batch(profile.tenant, profile.id).await?;
        Ok(newest.filter(|batch| batch.kind == BatchKind::Resend && batch.ended_at.is_none()))
    }

    /// Adds what became of a profile's newest *Resend all*; whether it goes on.
    async fn add_resent(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
        sum: &mut Resent,
    ) -> FaultResult<bool> {
        let recent = self.now().minus(RESEND_PAUSE);
        let newest = unit.newest_batch(profile.tenant, profile.id).await?;
        let Some(batch) = newest.filter(|batch| {
            batch.kind == BatchKind::Resend && batch.ended_at.is_none_or(|at| at > recent)
        }) else {
            return Ok(false);
        };
        for (state, count) in unit.batch_counts(batch.tenant, batch.id).await? {
            sum.total = sum.total.saturating_add(count);
            match state {
                BatchRowState::Waiting => sum.waiting = sum.waiting.saturating_add(count),
                BatchRowState::Refused => sum.refused = sum.refused.saturating_add(count),
                _ => {}
            }
        }
        let (first, last) = sum.times.unwrap_or((batch.created_at, batch.created_at));
        sum.times = Some((first.min(batch.created_at), last.max(batch.created_at)));
        sum.places.push((profile.id, profile.name.clone()));
        Ok(batch.ended_at.is_none())
    }

    /// CRM users of whom a notice tells.
    pub(crate) async fn newcomers(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
    ) -> FaultResult<HashSet<AssociateId>> {
        let seen = self.dismissed(unit, tenant).await?;
        let seen = seen.get(&NoticeKind::NewCrm).copied();
        let arrived = unit.new_crm_users(tenant).await?;
        let unseen = arrived.into_iter().filter(|(_, at)| is_new(*at, seen));
        Ok(unseen.map(|(id, _)| id).collect())
    }

    /// Whoever was last invited before this instant did not answer.
    pub(crate) fn unanswered_before(&self) -> Timestamp {
        let days = u64::from(self.settings.unanswered_days);
        self.now().minus(Duration::from_secs(days * 86_400))
    }

    /// How long this many mails take; none when nothing paces them.
    fn mail_seconds(&self, count: u32) -> Option<u32> {
        let rates = [
            self.settings.mail_rate_per_minute,
            self.settings.mail_tenant_rate,
        ];
        let rate = rates.into_iter().flatten().min()?;
        let seconds = u64::from(count) * 60 / u64::from(rate.max(1));
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }

    async fn unanswered(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
        before: Timestamp,
    ) -> FaultResult<Vec<BatchRow>> {
        let filter = LinkFilter {
            profile: Some(profile.id),
            only: Some((NoticeKind::Unanswered, before)),
            ..LinkFilter::default()
        };
        let slice = Slice {
            limit: u32::try_from(MAX_PAIRS).unwrap_or(u32::MAX),
            ..Slice::default()
        };
        let ids = unit.list_links(profile.tenant, &filter, slice).await?;
        let links = unit.listed_links(profile.tenant, &ids).await?;
        Ok((0..).zip(links).map(row).collect())
    }
}

impl Resent {
    fn fact(&self) -> Option<Fact> {
        let (oldest, newest) = self.times?;
        Some(Fact {
            count: self.total,
            oldest,
            newest,
        })
    }
}

/// Drafts and resting profiles are not told of.
fn is_ready(profile: &Profile) -> bool {
    profile.state == ProfileState::Active && profile.directory.is_configured()
}

fn row((position, listed): (u32, ListedLink)) -> BatchRow {
    let link = listed.link;
    BatchRow {
        position,
        crm: link.crm.id,
        crm_name: link.crm.name,
        calendar: link.calendar.id,
        calendar_name: link.calendar.name,
        link: Some(link.id),
        state: BatchRowState::Waiting,
        reason: None,
    }
}

fn is_new(came: Timestamp, seen: Option<Timestamp>) -> bool {
    seen.is_none_or(|seen| came > seen)
}

/// Only those who were not dismissed.
fn newcomers(arrived: &[(AssociateId, Timestamp)], seen: Option<Timestamp>) -> Option<Fact> {
    arrived
        .iter()
        .filter(|(_, at)| is_new(*at, seen))
        .map(|(_, at)| Fact {
            count: 1,
            oldest: *at,
            newest: *at,
        })
        .reduce(Fact::and)
}
