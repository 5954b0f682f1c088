//! An organisation's approval at Microsoft, before anybody is invited: an administrator of
//! the CRM who is also one of Microsoft's goes there himself, or hands a link on.

mod answer;
mod link;

use synchronizer_domain::activation::Mishap;
use synchronizer_domain::consent::{
    Consent, ConsentAnswer, ConsentRefusal, ConsentRequest, ConsentView,
};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::{AttemptId, ProfileId, TenantId};
use synchronizer_domain::link::{Cause, Side};
use synchronizer_domain::policy::Action;
use synchronizer_domain::profile::{Directory, Profile};
use synchronizer_domain::routes;
use synchronizer_domain::session::Actor;
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{SecretHash, StorageResult, UnitOfWork};

use crate::attempts::{CallbackParams, Provider, Purpose};
use crate::failure::FaultResult;
use crate::tokens::TokenError;
use crate::{Core, MishapReport};

/// How an administrator's way to Microsoft ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentOutcome {
    /// He began in the wizard: back there, where the answer stands.
    Wizard(ProfileId),
    /// He came by a link.
    Stranger {
        /// What was asked.
        request: ConsentRequest,
        /// Why it was not approved; none when it was.
        refused: Option<ConsentRefusal>,
    },
}

/// Organisation and account of a Microsoft profile, once somebody signed in.
fn organisation(profile: &Profile) -> Option<(&str, &str)> {
    match &profile.directory {
        Directory::Microsoft { tid, account, .. } if !tid.is_empty() => Some((tid, account)),
        _ => None,
    }
}

/// The domain of an account, which names its organisation.
fn domain_of(account: &str) -> String {
    let domain = account.rsplit_once('@').map(|(_, domain)| domain);
    domain.unwrap_or(account).to_owned()
}

impl Core {
    /// What the wizard shows of a profile's approval.
    pub(crate) async fn consent_view(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
    ) -> StorageResult<ConsentView> {
        let Some((tid, account)) = organisation(profile) else {
            return Ok(ConsentView::default());
        };
        let consent = unit.consent(profile.tenant, tid).await?;
        Ok(ConsentView {
            organisation: Some(domain_of(account)),
            answer: consent.map(|consent| ConsentAnswer {
                at: consent.at,
                by: consent.by,
                refused: consent.refused,
                checked_at: consent.checked_at,
            }),
        })
    }

    /// The organisation of which people may be stopped at Microsoft: it has not approved, and
    /// nobody got through without that, or somebody waits for it.
    pub(crate) async fn unapproved(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
    ) -> StorageResult<Option<String>> {
        let consent = self.consent_view(unit, profile).await?;
        if consent.is_approved() || consent.organisation.is_none() {
            return Ok(None);
        }
        let through = unit.let_through(profile.tenant, profile.id).await?;
        Ok(consent
            .organisation
            .filter(|_| !through.anybody || through.waiting))
    }

    /// *Approve now*.
    ///
    /// # Errors
    /// *Not found* for a profile that asks no organisation; a page when Microsoft cannot be
    /// reached.
    pub async fn begin_consent(
        &self,
        actor: &Actor,
        profile: ProfileId,
        browser: &SecretHash,
    ) -> Result<AttemptId, MishapReport> {
        let found: UseCaseResult<_> = async {
            self.may_change(actor, Action::ManageProfiles).await?;
            self.own_profile(actor, profile).await
        }
        .await;
        let found = found?;
        let page = routes::profile_page(profile, "systems");
        self.leave_for_consent(&found, (&actor.name, false), browser)
            .await
            .map_err(|report| report.retry_at(page))
    }

    async fn leave_for_consent(
        &self,
        profile: &Profile,
        (by, by_link): (&str, bool),
        browser: &SecretHash,
    ) -> Result<AttemptId, MishapReport> {
        let Some((tid, _)) = organisation(profile) else {
            return Err(MishapReport::plain(Mishap::NotFound));
        };
        let microsoft = self
            .microsoft()
            .map_err(|fault| self.internal_mishap(fault))?;
        let begun = microsoft
            .begin_admin_consent(tid)
            .await
            .map_err(|error| self.provider_mishap(&error))?;
        let purpose = Purpose::AdminConsent {
            tenant: profile.tenant,
            profile: profile.id,
            tid: tid.to_owned(),
            by: by.to_owned(),
            by_link,
        };
        self.begin_attempt(browser, Provider::Microsoft, &begun, &purpose, None)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    /// Takes Microsoft's answer. Its `tenant` parameter proves nothing, so that a yes is
    /// tried with the directory's own token (microsoft.md §7).
    pub(crate) async fn finish_consent(
        &self,
        (tenant, id): (TenantId, ProfileId),
        (tid, by, by_link): (&str, &str, bool),
        params: &CallbackParams,
    ) -> Result<ConsentOutcome, MishapReport> {
        let finished = async {
            let profile = self.storage.read().await?.profile(tenant, id).await?;
            // Its directory may be another organisation's by now.
            let asked = |profile: &Profile| {
                let own = organisation(profile);
                own.is_some_and(|(own, _)| own.eq_ignore_ascii_case(tid))
            };
            let Some(profile) = profile.filter(|found| found.deleted.is_none() && asked(found))
            else {
                return Ok(None);
            };
            let mut refused = answer::refusal(params, tid);
            if refused.is_none() {
                match self.consent_works(&profile).await {
                    Ok(false) => refused = Some(ConsentRefusal::NotInEffect),
                    Err(TokenError::Fault(fault)) => return Err(fault),
                    // What cannot be tried now stands as Microsoft says it.
                    Ok(true) | Err(TokenError::Refused(_) | TokenError::Remote(_)) => {}
                }
            }
            let consent = Consent {
                tid: tid.to_owned(),
                at: self.now(),
                by: by.to_owned(),
                refused,
                checked_at: None,
            };
            self.store_consent(&profile, by, &consent, false).await?;
            if !by_link {
                return Ok(Some(ConsentOutcome::Wizard(id)));
            }
            let request = self.consent_request(&profile, by).await?;
            Ok(request.map(|request| ConsentOutcome::Stranger { request, refused }))
        };
        let finished: FaultResult<_> = finished.await;
        finished
            .map_err(|fault| self.internal_mishap(fault))?
            .ok_or_else(|| MishapReport::plain(Mishap::NotFound))
    }

    /// *Check again*: asks Microsoft for a token that only an approved organisation gets.
    pub(crate) async fn check_profile_consent(
        &self,
        actor: &Actor,
        profile: &Profile,
    ) -> UseCaseResult<()> {
        let Some((tid, _)) = organisation(profile) else {
            return Err(UseCaseError::refused(ErrorCode::DirectoryNotConfigured));
        };
        let works = self
            .consent_works(profile)
            .await
            .map_err(|error| self.no_directory(error))?;
        let now = self.now();
        let consent = Consent {
            tid: tid.to_owned(),
            at: now,
            checked_at: Some(now),
            by: actor.name.clone(),
            refused: (!works).then_some(ConsentRefusal::NotInEffect),
        };
        self.store_consent(profile, &actor.name, &consent, true)
            .await
            .map_err(|fault| self.internal(fault))
    }

    /// Stores an answer. A no that somebody brought along takes no approval back; only a
    /// token that was refused is `sure` of it.
    async fn store_consent(
        &self,
        profile: &Profile,
        by: &str,
        consent: &Consent,
        sure: bool,
    ) -> FaultResult<()> {
        let tenant = profile.tenant;
        let mut unit = self.storage.write().await?;
        unit.bump_version(tenant).await?;
        let known = unit.consent(tenant, &consent.tid).await?;
        let approved = known.filter(|known| known.refused.is_none());
        if let Some(known) = approved {
            if consent.refused.is_none() && sure {
                // Who approved first, and when, stays.
                let checked = Consent {
                    checked_at: consent.checked_at,
                    ..known
                };
                unit.put_consent(tenant, &checked).await?;
                unit.commit().await?;
                return Ok(());
            }
            if consent.refused.is_none() || !sure {
                return Ok(());
            }
        }
        unit.put_consent(tenant, consent).await?;
        let word = if consent.refused.is_none() {
            self.let_people_go_on(&mut *unit, tenant, &consent.tid)
                .await?;
            "profile.consent_approved"
        } else {
            "profile.consent_refused"
        };
        let detail = serde_json::json!({
            "name": profile.name,
            "reason": consent.refused.map(ConsentRefusal::word),
        });
        self.audit_as(&mut *unit, tenant, by, word, profile.id.to_string(), detail)
            .await?;
        unit.commit().await?;
        self.wake.notify();
        Ok(())
    }

    /// Nobody waits for an administrator any more: links that can are tried again, the
    /// others do not say that they wait.
    async fn let_people_go_on(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
        tid: &str,
    ) -> StorageResult<()> {
        for profile in unit.profiles(tenant).await? {
            let same = organisation(&profile).is_some_and(|(own, _)| own.eq_ignore_ascii_case(tid));
            if !same {
                continue;
            }
            for link in unit.links_of_profile(tenant, profile.id).await? {
                let mut flags = link.flags;
                if !matches!(flags.cause, Some((Cause::AdminApproval, _))) {
                    continue;
                }
                if unit.grant(tenant, link.id, Side::Calendar).await?.is_some() {
                    self.look_now(unit, (tenant, link.id)).await?;
                } else {
                    flags.cause = None;
                    unit.set_link_flags(tenant, link.id, &flags).await?;
                }
            }
        }
        Ok(())
    }
}
