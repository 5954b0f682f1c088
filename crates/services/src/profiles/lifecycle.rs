//! Renaming, stopping, deleting a profile, and taking that back.

use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::mail::MailState;
use synchronizer_domain::profile::{Profile, ProfileAction, Stop};
use synchronizer_domain::session::Actor;
use synchronizer_domain::text::same_typed;
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{StorageError, StorageResult, UnitOfWork, rules};

use super::save::profile_name;
use crate::Core;
use crate::bulk::RUN_BATCH;
use crate::outbox::SEND_MAIL;

impl Core {
    pub(super) async fn act_on_profile(
        &self,
        actor: &Actor,
        profile: &Profile,
        action: ProfileAction,
        typed: &str,
    ) -> UseCaseResult<u32> {
        if !action.applies_to(profile.state) {
            return Err(UseCaseError::refused(ErrorCode::NothingToDo));
        }
        let name = match action {
            ProfileAction::Rename => {
                profile_name(typed).map_err(|code| UseCaseError::field("typed", code))?
            }
            ProfileAction::Erase if !same_typed(typed, &profile.name) => {
                return Err(UseCaseError::field("typed", ErrorCode::NotConfirmed));
            }
            _ => profile.name.clone(),
        };
        let stored = async {
            let mut unit = self.storage.write().await?;
            // The counter's row is held until the commit: nobody links or acts meanwhile, and
            // what the page showed before the transaction may be old.
            unit.bump_version(profile.tenant).await?;
            let fresh = unit.profile(profile.tenant, profile.id).await?;
            let Some(fresh) = fresh.filter(|fresh| action.applies_to(fresh.state)) else {
                return Ok(None);
            };
            let left = self
                .change_profile(&mut *unit, actor, &fresh, action, &name)
                .await?;
            let detail = serde_json::json!({ "name": name });
            let subject = profile.id.to_string();
            self.audit(&mut *unit, actor, audit_word(action), subject, detail)
                .await?;
            unit.commit().await?;
            Ok(Some(left))
        };
        match stored.await {
            Ok(Some(left)) => {
                self.wake.notify();
                Ok(left)
            }
            Ok(None) => Err(UseCaseError::refused(ErrorCode::NothingToDo)),
            Err(error) if StorageError::is_conflict(&error, rules::PROFILE_NAME) => {
                Err(match action {
                    ProfileAction::Rename => UseCaseError::field("typed", ErrorCode::NameTaken),
                    _ => UseCaseError::refused(ErrorCode::NameTaken),
                })
            }
            Err(error) => Err(self.internal(error)),
        }
    }

    /// Makes one change; how many links could not follow it.
    async fn change_profile(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        profile: &Profile,
        action: ProfileAction,
        name: &str,
    ) -> StorageResult<u32> {
        let (tenant, id) = (profile.tenant, profile.id);
        let disabled = profile.disabled.as_ref();
        let stop = Stop {
            at: self.now(),
            by: actor.name.clone(),
        };
        match action {
            ProfileAction::Rename => {
                unit.rename_profile(tenant, id, name).await?;
            }
            ProfileAction::Disable => {
                unit.stop_profile(tenant, id, Some(&stop), None).await?;
            }
            ProfileAction::Enable => {
                unit.stop_profile(tenant, id, None, None).await?;
                self.go_on(unit, profile).await?;
            }
            ProfileAction::Delete => {
                unit.stop_profile(tenant, id, disabled, Some(&stop)).await?;
                for batch in unit.open_batches(tenant, id).await? {
                    unit.end_batch(tenant, batch, stop.at).await?;
                }
                for mut link in unit.links_of_profile(tenant, id).await? {
                    if link.flags.deleted_at.is_none() {
                        link.flags.deleted_at = Some(stop.at);
                        unit.set_link_flags(tenant, link.id, &link.flags).await?;
                    }
                }
            }
            ProfileAction::Undelete => {
                unit.stop_profile(tenant, id, disabled, None).await?;
                return self.bring_links_back(unit, profile).await;
            }
            ProfileAction::Erase => {
                let erased = unit.grants(tenant, Some(id)).await?;
                if unit.erase_profile(tenant, id).await? {
                    self.revoke_later(unit, &erased).await?;
                }
            }
        }
        Ok(0)
    }

    /// What waited while the profile was disabled is due now: mails, checks, reminders and
    /// batches.
    async fn go_on(&self, unit: &mut dyn UnitOfWork, profile: &Profile) -> StorageResult<()> {
        let (tenant, id, now) = (profile.tenant, profile.id, self.now());
        for mail in unit.mails_of_profile(tenant, id).await? {
            if mail.state == MailState::Queued {
                unit.hasten_job(tenant, SEND_MAIL, &mail.id.to_string(), now)
                    .await?;
            }
        }
        for batch in unit.open_batches(tenant, id).await? {
            unit.hasten_job(tenant, RUN_BATCH, &batch.to_string(), now)
                .await?;
        }
        let held = unit.grants(tenant, Some(id)).await?;
        for link in unit.links_of_profile(tenant, id).await? {
            self.check_what_waited(unit, &link, &held).await?;
        }
        Ok(())
    }

    /// The links that were deleted together with their profile, except those whose people
    /// are linked elsewhere meanwhile; how many those are.
    async fn bring_links_back(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
    ) -> StorageResult<u32> {
        let with_it = profile.deleted.as_ref().map(|stop| stop.at);
        let held = unit.grants(profile.tenant, Some(profile.id)).await?;
        let mut left = 0;
        for mut link in unit.links_of_profile(profile.tenant, profile.id).await? {
            if link.flags.deleted_at != with_it {
                continue;
            }
            link.flags.deleted_at = None;
            match unit.set_link_flags(link.tenant, link.id, &link.flags).await {
                Ok(_) => self.check_what_waited(unit, &link, &held).await?,
                Err(StorageError::Conflict { .. }) => left += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(left)
    }
}

const fn audit_word(action: ProfileAction) -> &'static str {
    match action {
        ProfileAction::Rename => "profile.renamed",
        ProfileAction::Disable => "profile.disabled",
        ProfileAction::Enable => "profile.enabled",
        ProfileAction::Delete => "profile.deleted",
        ProfileAction::Undelete => "profile.undeleted",
        ProfileAction::Erase => "profile.erased",
    }
}
