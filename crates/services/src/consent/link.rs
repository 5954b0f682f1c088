//! The link for the organisation's administrator, who needs no sign-in of ours.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::consent::{CONSENT_LINK_DAYS, ConsentLinkView, ConsentRequest};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::AttemptId;
use synchronizer_domain::profile::Profile;
use synchronizer_domain::routes;
use synchronizer_domain::session::Actor;
use synchronizer_domain::tenant::TenantState;
use synchronizer_domain::usecases::{PersonalLink, UseCaseResult};
use synchronizer_storage::{ConsentLink, SecretHash};
use synchronizer_vault::{hash_secret, mint_secret};

use super::{domain_of, organisation};
use crate::failure::FaultResult;
use crate::{Core, MishapReport};

/// A link with what its page is about.
struct Found {
    link: ConsentLink,
    request: ConsentRequest,
    profile: Profile,
    approved: bool,
}

impl Core {
    /// Makes a link; its secret is in the address only.
    pub(crate) async fn make_consent_link(
        &self,
        actor: &Actor,
        profile: &Profile,
    ) -> UseCaseResult<PersonalLink> {
        let Some((tid, _)) = organisation(profile) else {
            return Err(UseCaseError::refused(ErrorCode::DirectoryNotConfigured));
        };
        if profile.is_stopped() {
            return Err(UseCaseError::refused(ErrorCode::ProfileDisabled));
        }
        let secret = mint_secret(&*self.rng);
        let now = self.now();
        let link = ConsentLink {
            tenant: profile.tenant,
            profile: profile.id,
            tid: tid.to_owned(),
            secret_hash: hash_secret(&secret),
            created_at: now,
            expires_at: now.plus(Duration::from_secs(CONSENT_LINK_DAYS * 86_400)),
            created_by: actor.name.clone(),
        };
        let stored = async {
            let mut unit = self.storage.write().await?;
            unit.add_consent_link(&link).await?;
            let subject = profile.id.to_string();
            let detail = serde_json::json!({ "name": profile.name });
            self.audit(&mut *unit, actor, "profile.consent_link", subject, detail)
                .await?;
            unit.commit().await
        };
        stored.await.map_err(|error| self.internal(error))?;
        Ok(PersonalLink {
            url: self.absolute(&routes::consent(secret.expose_secret())),
            expires_at: link.expires_at,
        })
    }

    /// What such a link leads to. Showing changes nothing.
    ///
    /// # Errors
    /// A mishap page when storage fails.
    pub async fn consent_link_view(
        &self,
        secret: &SecretString,
    ) -> Result<ConsentLinkView, MishapReport> {
        let found = self.find_consent_link(secret).await;
        let found = found.map_err(|fault| self.internal_mishap(fault))?;
        Ok(match found {
            None => ConsentLinkView::Unknown,
            Some(found) if found.approved => ConsentLinkView::Approved(found.request),
            Some(found) if found.link.expires_at <= self.now() => {
                ConsentLinkView::Expired(found.request)
            }
            Some(found) => ConsentLinkView::Open {
                request: found.request,
                expires_at: found.link.expires_at,
            },
        })
    }

    /// The button on a link's page. None when the link is of no use any more: its page then
    /// says why.
    ///
    /// # Errors
    /// A page when Microsoft cannot be reached.
    pub async fn begin_consent_by_link(
        &self,
        secret: &SecretString,
        browser: &SecretHash,
    ) -> Result<Option<AttemptId>, MishapReport> {
        let found = self.find_consent_link(secret).await;
        let found = found.map_err(|fault| self.internal_mishap(fault))?;
        let usable = |found: &Found| !found.approved && found.link.expires_at > self.now();
        let Some(found) = found.filter(usable) else {
            return Ok(None);
        };
        let by = (found.link.created_by.as_str(), true);
        self.leave_for_consent(&found.profile, by, browser)
            .await
            .map(Some)
            .map_err(|report| report.retry_at(routes::consent(secret.expose_secret())))
    }

    async fn find_consent_link(&self, secret: &SecretString) -> FaultResult<Option<Found>> {
        let mut unit = self.storage.read().await?;
        let Some(link) = unit.consent_link(&hash_secret(secret)).await? else {
            return Ok(None);
        };
        let tenant = unit.tenant(link.tenant).await?;
        let profile = unit.profile(link.tenant, link.profile).await?;
        let consent = unit.consent(link.tenant, &link.tid).await?;
        let active = tenant.filter(|tenant| tenant.state == TenantState::Active);
        let running = profile.filter(|profile| !profile.is_stopped());
        let (Some(tenant), Some(profile)) = (active, running) else {
            return Ok(None);
        };
        // The profile went over to another organisation: this link asks the wrong one.
        let Some((_, account)) =
            organisation(&profile).filter(|(tid, _)| tid.eq_ignore_ascii_case(&link.tid))
        else {
            return Ok(None);
        };
        let request = ConsentRequest {
            tenant_name: tenant.name,
            organisation: domain_of(account),
            asked_by: link.created_by.clone(),
            contact_email: profile.settings.contact_email.clone(),
        };
        Ok(Some(Found {
            link,
            request,
            approved: consent.is_some_and(|consent| consent.refused.is_none()),
            profile,
        }))
    }

    /// What the page of a stranger who comes back is about; none when the profile is gone.
    pub(super) async fn consent_request(
        &self,
        profile: &Profile,
        asked_by: &str,
    ) -> FaultResult<Option<ConsentRequest>> {
        let tenant = self.storage.read().await?.tenant(profile.tenant).await?;
        let account = organisation(profile).map(|(_, account)| domain_of(account));
        Ok(tenant
            .zip(account)
            .map(|(tenant, organisation)| ConsentRequest {
                tenant_name: tenant.name,
                organisation,
                asked_by: asked_by.to_owned(),
                contact_email: profile.settings.contact_email.clone(),
            }))
    }

    /// The page of an answer that belongs to no attempt of this browser.
    pub(crate) fn consent_over(&self) -> MishapReport {
        MishapReport::plain(Mishap::ConsentOver)
    }
}
