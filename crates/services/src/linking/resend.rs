//! Further invitations.

use secrecy::ExposeSecret;
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::link::{Link, LinkFacts, LinkState};
use synchronizer_domain::routes;
use synchronizer_domain::session::Actor;
use synchronizer_domain::usecases::{PersonalLink, UseCaseResult};
use synchronizer_storage::StorageError;

use super::create::recipient;
use crate::invitations::couple_of;
use crate::{Core, grants};

impl Core {
    /// Invitations make sense while a half is missing or refused.
    async fn must_wait_for_person(&self, link: &Link) -> UseCaseResult<LinkFacts> {
        let found = async {
            let mut unit = self.storage.read().await?;
            let profile = unit.profile(link.tenant, link.profile).await?;
            let held = grants::of_link(&mut *unit, (link.tenant, link.id)).await?;
            Ok::<_, StorageError>((profile, held))
        };
        let (profile, held) = found.await.map_err(|error| self.internal(error))?;
        if profile.is_none_or(|profile| profile.is_stopped()) {
            return Err(UseCaseError::refused(ErrorCode::ProfileDisabled));
        }
        match grants::status(link, &held).state {
            LinkState::Invited | LinkState::Partly | LinkState::NeedsAttention => {
                Ok(grants::facts(link, &held))
            }
            _ => Err(UseCaseError::refused(ErrorCode::NothingToResend)),
        }
    }

    pub(crate) async fn resend_invitation(&self, actor: &Actor, link: &Link) -> UseCaseResult<()> {
        let facts = self.must_wait_for_person(link).await?;
        let tenant = self.own_tenant(actor).await?;
        let profile = self.own_profile(actor, link.profile).await?;
        let recipient = recipient(&link.crm, &link.calendar)?;
        let couple = couple_of(&tenant, &profile, link, &actor.name);
        let key = (link.tenant, link.id);
        // Something that worked and broke is asked for differently.
        let packed = match self.pack_reactivation(key, &couple, &recipient, (&facts, false)) {
            Ok(Some(parcel)) => Ok(parcel),
            Ok(None) => self.pack_invitation(key, &couple, &recipient),
            Err(fault) => Err(fault),
        };
        let parcel = packed.map_err(|fault| self.internal(fault))?;
        let stored = async {
            let mut unit = self.storage.write().await?;
            self.post_invitation(&mut *unit, &parcel).await?;
            self.audit(
                &mut *unit,
                actor,
                "invitation.resent",
                link.id.to_string(),
                serde_json::json!({}),
            )
            .await?;
            unit.bump_version(link.tenant).await?;
            unit.commit().await
        };
        stored.await.map_err(|error| self.internal(error))?;
        self.wake.notify();
        Ok(())
    }

    pub(super) async fn copy_personal_link(
        &self,
        actor: &Actor,
        link: &Link,
    ) -> UseCaseResult<PersonalLink> {
        self.must_wait_for_person(link).await?;
        let (invitation, secret) = self.mint_invitation((link.tenant, link.id), None, &actor.name);
        let stored = async {
            let mut unit = self.storage.write().await?;
            unit.add_invitation(&invitation).await?;
            self.audit(
                &mut *unit,
                actor,
                "invitation.copied",
                link.id.to_string(),
                serde_json::json!({}),
            )
            .await?;
            unit.commit().await
        };
        stored.await.map_err(|error| self.internal(error))?;
        Ok(PersonalLink {
            url: self.absolute(&routes::invitation(secret.expose_secret())),
            expires_at: invitation.expires_at,
        })
    }
}
