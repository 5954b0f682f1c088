//! Further mails to many people.

use std::collections::HashMap;

use synchronizer_domain::bulk::ActReport;
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::link::{Link, LinkAction};
use synchronizer_domain::profile::Profile;
use synchronizer_domain::session::Actor;
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{Grant, StorageResult};

use crate::failure::FaultResult;
use crate::invitations::couple_of;
use crate::linking::recipient;
use crate::mails::InvitationParcel;
use crate::{Core, grants};

impl Core {
    /// One transaction: for each link a further invitation with its mail, or the reason why
    /// there is none. Links that nothing can be sent for are left out.
    pub(crate) async fn resend_chunk(
        &self,
        actor: &Actor,
        chunk: &[Link],
        held: &[Grant],
        report: &mut ActReport,
    ) -> UseCaseResult<()> {
        let packed = self.pack_again(actor, chunk, held, report).await;
        let packed = packed.map_err(|fault| self.internal(fault))?;
        if packed.is_empty() {
            return Ok(());
        }
        let stored = self.post_again(actor, &packed).await;
        let mut done = stored.map_err(|error| self.internal(error))?;
        report.done.append(&mut done);
        self.wake.notify();
        Ok(())
    }

    /// Renders the mails before the transaction.
    async fn pack_again<'a>(
        &self,
        actor: &Actor,
        chunk: &'a [Link],
        held: &[Grant],
        report: &mut ActReport,
    ) -> FaultResult<Vec<(&'a Link, InvitationParcel)>> {
        let mut unit = self.storage.read().await?;
        let Some(tenant) = unit.tenant(actor.tenant).await? else {
            return Ok(Vec::new());
        };
        let profiles: HashMap<ProfileId, Profile> = unit
            .profiles(actor.tenant)
            .await?
            .into_iter()
            .map(|profile| (profile.id, profile))
            .collect();
        let mut packed = Vec::with_capacity(chunk.len());
        for link in chunk {
            let facts = grants::facts(link, held);
            let profile = match can_be_mailed(link, held, profiles.get(&link.profile)) {
                Ok(profile) => profile,
                Err(reason) => {
                    report.refused.push((link.id, reason));
                    continue;
                }
            };
            let to = match recipient(&link.crm, &link.calendar) {
                Ok(to) => to,
                Err(UseCaseError::Refused { reason }) => {
                    report.refused.push((link.id, reason));
                    continue;
                }
                Err(_) => continue,
            };
            let mut couple = couple_of(&tenant, profile, link, &actor.name);
            // What the person chose outranks the profile.
            if let Some(own) = unit.link_mail_locale(link.tenant, link.id).await? {
                couple.locale = own;
            }
            let key = (link.tenant, link.id);
            // Something that worked and broke is asked for differently.
            let parcel = match self.pack_reactivation(key, &couple, &to, (&facts, false))? {
                Some(parcel) => parcel,
                None => self.pack_invitation(key, &couple, &to)?,
            };
            packed.push((link, parcel));
        }
        Ok(packed)
    }

    async fn post_again(
        &self,
        actor: &Actor,
        packed: &[(&Link, InvitationParcel)],
    ) -> StorageResult<Vec<synchronizer_domain::ids::LinkId>> {
        let mut done = Vec::with_capacity(packed.len());
        let mut unit = self.storage.write().await?;
        unit.bump_version(actor.tenant).await?;
        let mut turns = self.mail_turns(&mut *unit, actor.tenant).await?;
        for (link, parcel) in packed {
            // Who was deleted or paused meanwhile is not written to.
            let fresh = unit.link(link.tenant, link.id).await?;
            let rests =
                |link: &Link| link.flags.deleted_at.is_some() || link.flags.paused_at.is_some();
            if fresh.as_ref().is_none_or(rests) {
                continue;
            }
            self.post_in_turn(&mut *unit, parcel, &mut turns).await?;
            let (subject, detail) = (link.id.to_string(), serde_json::json!({}));
            self.audit(&mut *unit, actor, "invitation.resent", subject, detail)
                .await?;
            done.push(link.id);
        }
        unit.commit().await?;
        Ok(done)
    }
}

/// The profile of a link whose person waits for a mail, or why there is nothing to send.
fn can_be_mailed<'a>(
    link: &Link,
    held: &[Grant],
    profile: Option<&'a Profile>,
) -> Result<&'a Profile, ErrorCode> {
    let profile = profile
        .filter(|profile| !profile.is_stopped())
        .ok_or(ErrorCode::ProfileDisabled)?;
    if LinkAction::Resend.applies_to(grants::status(link, held).state) {
        Ok(profile)
    } else {
        Err(ErrorCode::NothingToResend)
    }
}
