//! Invitations: minted, shown, used to begin an activation.

use std::time::Duration;

use secrecy::SecretString;
use synchronizer_domain::activation::{
    ACTIVATION_MINUTES, Again, Couple, INVITATION_DAYS, InvitationView, Mishap,
};
use synchronizer_domain::ids::{ActivationId, InvitationId, LinkId, MailId, TenantId};
use synchronizer_domain::link::{Link, Side};
use synchronizer_domain::profile::Profile;
use synchronizer_domain::tenant::{Tenant, TenantState};
use synchronizer_storage::{Activation, Invitation, SecretHash, UnitOfWork};
use synchronizer_vault::{hash_secret, mint_secret};

use crate::failure::FaultResult;
use crate::keeper::held;
use crate::{Core, MishapReport, grants};

/// What an invitation's page is made from.
pub type InvitationPage = InvitationView;

/// An invitation with what its page is about.
struct Found {
    invitation: Invitation,
    link: Link,
    couple: Couple,
    again: Option<Again>,
}

impl Core {
    /// A new invitation for a link; the secret is in the address only.
    pub(crate) fn mint_invitation(
        &self,
        (tenant, link): (TenantId, LinkId),
        mail: Option<MailId>,
        invited_by: &str,
    ) -> (Invitation, SecretString) {
        let secret = mint_secret(&*self.rng);
        let now = self.now();
        let invitation = Invitation {
            id: InvitationId::mint(&*self.clock, &*self.rng),
            tenant,
            link,
            secret_hash: hash_secret(&secret),
            mail,
            created_at: now,
            expires_at: now.plus(Duration::from_secs(INVITATION_DAYS * 86_400)),
            opened_at: None,
            used_at: None,
            revoked_at: None,
            invited_by: invited_by.to_owned(),
        };
        (invitation, secret)
    }

    /// What the address of an invitation leads to. Showing changes nothing, not even a date:
    /// mail scanners fetch addresses too, and nobody has seen the page then.
    ///
    /// # Errors
    /// A mishap page when storage fails.
    pub async fn invitation_view(
        &self,
        secret: &SecretString,
    ) -> Result<InvitationView, MishapReport> {
        let view = async {
            let Some(found) = self.find_invitation(secret).await? else {
                return Ok(Ok(InvitationView::Unknown));
            };
            if let Some(why) = self.stopped(&found.link).await? {
                return Ok(Err(MishapReport::plain(why).about(found.couple)));
            }
            Ok::<_, crate::failure::Fault>(Ok(self.judge(found)))
        };
        view.await.map_err(|fault| self.internal_mishap(fault))?
    }

    /// Whether the operator stopped the company.
    pub(crate) async fn is_suspended(&self, tenant: TenantId) -> FaultResult<bool> {
        let tenant = self.storage.read().await?.tenant(tenant).await?;
        Ok(tenant.is_some_and(|tenant| tenant.state == TenantState::Suspended))
    }

    /// Why nobody can activate this link for now: its company or its profile was stopped.
    pub(crate) async fn stopped(&self, link: &Link) -> FaultResult<Option<Mishap>> {
        if self.is_suspended(link.tenant).await? {
            return Ok(Some(Mishap::TenantSuspended));
        }
        let mut unit = self.storage.read().await?;
        let profile = unit.profile(link.tenant, link.profile).await?;
        Ok(profile
            .is_none_or(|profile| profile.is_stopped())
            .then_some(Mishap::ProfileStopped))
    }

    fn judge(&self, found: Found) -> InvitationView {
        let Found {
            invitation,
            couple,
            again,
            ..
        } = found;
        if invitation.used_at.is_some() {
            InvitationView::Used { couple }
        } else if invitation.expires_at <= self.now() {
            InvitationView::Expired { couple }
        } else {
            InvitationView::Open {
                couple,
                expires_at: invitation.expires_at,
                again,
            }
        }
    }

    async fn find_invitation(&self, secret: &SecretString) -> FaultResult<Option<Found>> {
        let mut unit = self.storage.read().await?;
        let Some(invitation) = unit.invitation_by_secret(&hash_secret(secret)).await? else {
            return Ok(None);
        };
        if invitation.revoked_at.is_some() {
            return Ok(None);
        }
        let held = held(&mut *unit, (invitation.tenant, invitation.link)).await?;
        let Some(held) = held.filter(|held| held.link.flags.deleted_at.is_none()) else {
            return Ok(None);
        };
        let couple = couple(&mut *unit, &held.link, &invitation.invited_by).await?;
        let again = Again::of(&grants::facts(&held.link, &held.grants));
        Ok(couple.map(|couple| Found {
            invitation,
            link: held.link,
            couple,
            again,
        }))
    }

    /// The button *Let's get started*: opens an activation for this browser. Only now the
    /// invitation counts as opened.
    ///
    /// # Errors
    /// The page of a used, expired or unknown invitation.
    pub async fn begin_activation(
        &self,
        secret: &SecretString,
        browser: &SecretHash,
    ) -> Result<ActivationId, MishapReport> {
        let found = self
            .find_invitation(secret)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        let Some(found) = found else {
            return Err(MishapReport::plain(Mishap::InvitationUnknown));
        };
        let stopped = self.stopped(&found.link).await;
        if let Some(why) = stopped.map_err(|fault| self.internal_mishap(fault))? {
            return Err(MishapReport::plain(why).about(found.couple));
        }
        let (link, invitation) = (found.link.clone(), found.invitation.clone());
        match self.judge(found) {
            InvitationView::Open { .. } => self
                .open_invited(&link, &invitation, browser)
                .await
                .map_err(|fault| self.internal_mishap(fault)),
            InvitationView::Used { couple } => {
                Err(MishapReport::plain(Mishap::InvitationUsed).about(couple))
            }
            InvitationView::Expired { couple } => {
                Err(MishapReport::plain(Mishap::InvitationExpired).about(couple))
            }
            InvitationView::Unknown => Err(MishapReport::plain(Mishap::InvitationUnknown)),
        }
    }

    async fn open_invited(
        &self,
        link: &Link,
        invitation: &Invitation,
        browser: &SecretHash,
    ) -> FaultResult<ActivationId> {
        let activation = self.new_activation(link, (Some(invitation.id), None), browser);
        let mut unit = self.storage.write().await?;
        unit.add_activation(&activation).await?;
        if invitation.opened_at.is_none() {
            unit.mark_invitation_opened(link.tenant, invitation.id, self.now())
                .await?;
            unit.bump_version(link.tenant).await?;
        }
        unit.commit().await?;
        Ok(activation.id)
    }

    /// The same without an invitation, for who is signed in; also for a half that works.
    pub(crate) async fn open_anew(
        &self,
        link: &Link,
        again: Option<Side>,
        browser: &SecretHash,
    ) -> FaultResult<ActivationId> {
        let activation = self.new_activation(link, (None, again), browser);
        let mut unit = self.storage.write().await?;
        unit.add_activation(&activation).await?;
        unit.commit().await?;
        Ok(activation.id)
    }

    fn new_activation(
        &self,
        link: &Link,
        (invitation, again): (Option<InvitationId>, Option<Side>),
        browser: &SecretHash,
    ) -> Activation {
        let now = self.now();
        Activation {
            id: ActivationId::mint(&*self.clock, &*self.rng),
            tenant: link.tenant,
            link: link.id,
            invitation,
            again,
            browser: *browser,
            created_at: now,
            expires_at: now.plus(Duration::from_secs(ACTIVATION_MINUTES * 60)),
        }
    }
}

/// Who is linked with what; none when profile or tenant are gone.
pub(crate) async fn couple(
    unit: &mut dyn UnitOfWork,
    link: &Link,
    invited_by: &str,
) -> FaultResult<Option<Couple>> {
    let tenant = unit.tenant(link.tenant).await?;
    let profile = unit.profile(link.tenant, link.profile).await?;
    let Some((tenant, profile)) = tenant.zip(profile) else {
        return Ok(None);
    };
    let mut couple = couple_of(&tenant, &profile, link, invited_by);
    // What the person chose outranks the profile.
    if let Some(own) = unit.link_mail_locale(link.tenant, link.id).await? {
        couple.locale = own;
    }
    Ok(Some(couple))
}

/// Who is linked with what.
pub(crate) fn couple_of(
    tenant: &Tenant,
    profile: &Profile,
    link: &Link,
    invited_by: &str,
) -> Couple {
    let account = if link.calendar.email.is_empty() {
        link.calendar.id.to_string()
    } else {
        link.calendar.email.clone()
    };
    Couple {
        tenant_name: tenant.name.clone(),
        crm_name: link.crm.name.clone(),
        crm_email: link.crm.email.clone(),
        system: profile.system,
        calendar_name: link.calendar.name.clone(),
        calendar_account: account,
        by_company: profile.directory.acts_for_people(),
        invited_by: invited_by.to_owned(),
        contact_email: profile.settings.contact_email.clone(),
        locale: profile.settings.mail_locale,
    }
}
