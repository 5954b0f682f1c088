//! Further invitations.

use secrecy::ExposeSecret;
use synchronizer_domain::bulk::ActReport;
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::link::{Link, LinkAction};
use synchronizer_domain::routes;
use synchronizer_domain::session::Actor;
use synchronizer_domain::usecases::{PersonalLink, UseCaseResult};
use synchronizer_storage::StorageError;

use crate::{Core, grants};

impl Core {
    /// Invitations make sense while a half is missing or refused.
    async fn must_wait_for_person(&self, link: &Link) -> UseCaseResult<()> {
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
        if LinkAction::Resend.applies_to(grants::status(link, &held).state) {
            Ok(())
        } else {
            Err(UseCaseError::refused(ErrorCode::NothingToResend))
        }
    }

    /// Sends one person a further mail.
    pub(super) async fn resend_invitation(&self, actor: &Actor, link: &Link) -> UseCaseResult<()> {
        let mut report = ActReport::default();
        let held = async {
            let mut unit = self.storage.read().await?;
            unit.grants(link.tenant, Some(link.profile)).await
        };
        let held = held.await.map_err(|error| self.internal(error))?;
        self.resend_chunk(actor, std::slice::from_ref(link), &held, &mut report)
            .await?;
        match (report.refused.pop(), report.done.as_slice()) {
            (Some((_, reason)), _) => Err(UseCaseError::refused(reason)),
            (None, []) => Err(UseCaseError::refused(ErrorCode::NothingToResend)),
            (None, _) => Ok(()),
        }
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
