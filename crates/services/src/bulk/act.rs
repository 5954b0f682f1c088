//! Pause, resume, delete, undelete, erase and resend, for one link or many.

use std::collections::HashSet;

use synchronizer_domain::bulk::ActReport;
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::{GrantFact, Link, LinkAction, Pauser, derive_status};
use synchronizer_domain::profile::ProfileState;
use synchronizer_domain::session::Actor;
use synchronizer_domain::text::same_typed;
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{Grant, ListedLink, StorageError, StorageResult, UnitOfWork};

use super::preview::chosen;
use crate::checks::asked_check;
use crate::failure::FaultResult;
use crate::keeper::{next_reminder, reminder_job};
use crate::{Core, grants};

/// Links that are written in one transaction.
const CHUNK: usize = 200;

impl Core {
    pub(super) async fn act_on(
        &self,
        actor: &Actor,
        action: LinkAction,
        ids: &[LinkId],
        typed: &str,
    ) -> UseCaseResult<ActReport> {
        let (links, held) = self
            .selected(actor, ids)
            .await
            .map_err(|fault| self.internal(fault))?;
        if links.is_empty() {
            return Err(UseCaseError::NotFound);
        }
        if action == LinkAction::Erase && !confirmed(&links, typed) {
            return Err(UseCaseError::field("typed", ErrorCode::NotConfirmed));
        }
        let asked = ids.iter().collect::<HashSet<_>>().len();
        let mut report = ActReport::default();
        let fit: Vec<Link> = links
            .into_iter()
            .filter(|found| action.applies_to(derive_status(&found.facts).state))
            .map(|found| found.link)
            .collect();
        for chunk in fit.chunks(CHUNK) {
            // Each link looks for its grants in what it is given.
            let here: HashSet<_> = chunk.iter().map(|link| link.id).collect();
            let of_chunk = held.iter().filter(|grant| here.contains(&grant.link));
            let held: Vec<Grant> = of_chunk.cloned().collect();
            if action == LinkAction::Resend {
                self.resend_chunk(actor, chunk, &held, &mut report).await?;
            } else {
                self.act_on_chunk(actor, action, chunk, &held, &mut report)
                    .await?;
            }
        }
        self.wake.notify();
        let answered = report.done.len() + report.refused.len();
        report.skipped = u32::try_from(asked.saturating_sub(answered)).unwrap_or(u32::MAX);
        Ok(report)
    }

    async fn selected(
        &self,
        actor: &Actor,
        ids: &[LinkId],
    ) -> FaultResult<(Vec<ListedLink>, Vec<Grant>)> {
        let mut unit = self.storage.read().await?;
        // Links of a deleted profile come back only with it.
        let gone: HashSet<_> = unit
            .profiles(actor.tenant)
            .await?
            .into_iter()
            .filter(|profile| profile.state == ProfileState::Deleted)
            .map(|profile| profile.id)
            .collect();
        let mut found = chosen(&mut *unit, actor, ids).await?;
        found.retain(|found| !gone.contains(&found.link.profile));
        let held = unit.grants(actor.tenant, None).await?;
        Ok((found, held))
    }

    /// One transaction; who is taken meanwhile is told, the others are done.
    async fn act_on_chunk(
        &self,
        actor: &Actor,
        action: LinkAction,
        chunk: &[Link],
        held: &[Grant],
        report: &mut ActReport,
    ) -> UseCaseResult<()> {
        let mut done = Vec::new();
        let mut conflicts = Vec::new();
        let stored = async {
            let mut unit = self.storage.write().await?;
            // The counter's row is held until the commit: nobody deletes a profile meanwhile.
            unit.bump_version(actor.tenant).await?;
            let by = (actor, Pauser::Admin);
            for link in chunk {
                match self.act_on_one(&mut *unit, by, action, link, held).await {
                    Ok(true) => done.push(link.id),
                    Ok(false) => {}
                    Err(error @ StorageError::Conflict { .. }) => conflicts.push((link, error)),
                    Err(error) => return Err(error),
                }
            }
            if done.is_empty() {
                return Ok(());
            }
            unit.commit().await
        };
        stored.await.map_err(|error| self.internal(error))?;
        report.done.append(&mut done);
        for (link, error) in conflicts {
            let profile = self.own_profile(actor, link.profile).await?;
            match self.explain_conflict(error, &profile, link).await {
                UseCaseError::Refused { reason } => report.refused.push((link.id, reason)),
                error => return Err(error),
            }
        }
        Ok(())
    }

    pub(crate) async fn act_on_one(
        &self,
        unit: &mut dyn UnitOfWork,
        (actor, by): (&Actor, Pauser),
        action: LinkAction,
        link: &Link,
        held: &[Grant],
    ) -> StorageResult<bool> {
        // What the link looked like before the transaction may be old.
        let Some(fresh) = unit.link(link.tenant, link.id).await? else {
            return Ok(false);
        };
        if !action.applies_to(grants::status(&fresh, held).state) {
            return Ok(false);
        }
        if action == LinkAction::Undelete {
            let profile = unit.profile(link.tenant, link.profile).await?;
            if profile.is_none_or(|profile| profile.deleted.is_some()) {
                return Ok(false);
            }
        }
        let done = if action == LinkAction::Check {
            self.check_now(unit, &fresh, held).await?
        } else if action == LinkAction::Erase {
            let erased = grants::of_link(unit, (link.tenant, link.id)).await?;
            let done = unit.erase_link(link.tenant, link.id).await?;
            if done {
                self.revoke_later(unit, &erased).await?;
            }
            done
        } else {
            let flags = fresh.flags.after(action, by, self.now());
            let stored = unit.set_link_flags(link.tenant, link.id, &flags).await?;
            let waits = Link { flags, ..fresh };
            self.check_what_waited(unit, &waits, held).await?;
            stored
        };
        if done {
            let detail = serde_json::json!({
                "crm": link.crm.id, "name": link.crm.name, "calendar": link.calendar.id,
            });
            self.audit(unit, actor, audit_word(action), link.id.to_string(), detail)
                .await?;
        }
        Ok(done)
    }

    /// Has both connections tried with fresh tokens. What is refused or was never granted
    /// cannot be tried.
    async fn check_now(
        &self,
        unit: &mut dyn UnitOfWork,
        link: &Link,
        held: &[Grant],
    ) -> StorageResult<bool> {
        let facts = grants::facts(link, held);
        if facts.crm != GrantFact::Good || facts.calendar != GrantFact::Good {
            return Ok(false);
        }
        unit.add_job(&asked_check(self, (link.tenant, link.id)))
            .await?;
        Ok(true)
    }

    /// A link that was paused or deleted is looked at again, and its person reminded of what
    /// still waits.
    pub(crate) async fn check_what_waited(
        &self,
        unit: &mut dyn UnitOfWork,
        link: &Link,
        held: &[Grant],
    ) -> StorageResult<()> {
        let facts = grants::facts(link, held);
        if facts.flags.paused_at.is_some() || facts.flags.deleted_at.is_some() {
            return Ok(());
        }
        let (key, now) = ((link.tenant, link.id), self.now());
        if facts.crm == GrantFact::Good || facts.calendar == GrantFact::Good {
            self.look_now(unit, key).await?;
        }
        if let Some((since, next)) = facts
            .waits_since()
            .and_then(|since| Some((since, next_reminder(since, now)?)))
        {
            unit.add_job(&reminder_job(self, key, since, next)).await?;
        }
        Ok(())
    }
}

/// The name of the only link's person, or how many links there are.
fn confirmed(links: &[ListedLink], typed: &str) -> bool {
    match links {
        [found] => same_typed(typed, &found.link.crm.name),
        links => same_typed(typed, &links.len().to_string()),
    }
}

const fn audit_word(action: LinkAction) -> &'static str {
    match action {
        LinkAction::Resend => "invitation.resent",
        LinkAction::Check => "link.check_asked",
        LinkAction::Pause => "link.paused",
        LinkAction::Resume => "link.resumed",
        LinkAction::Delete => "link.deleted",
        LinkAction::Undelete => "link.undeleted",
        LinkAction::Erase => "link.erased",
    }
}
