//! The admin's sign-in to a profile's calendar system; it only reads the list of users.

use secrecy::SecretString;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::error::UseCaseError;
use synchronizer_domain::ids::{AttemptId, ProfileId, TenantId};
use synchronizer_domain::policy::Action;
use synchronizer_domain::profile::{CalendarSystem, Directory, Profile};
use synchronizer_domain::routes;
use synchronizer_domain::session::Actor;
use synchronizer_providers::ProviderError;
use synchronizer_storage::{ListKey, SecretHash};

use crate::attempts::{Provider, Purpose, Returned};
use crate::failure::FaultResult;
use crate::{Core, MishapReport};

impl Core {
    /// Starts the directory sign-in of a Microsoft 365 profile.
    ///
    /// # Errors
    /// *Not found* for another tenant's profile or another system; a page when Microsoft
    /// cannot be reached.
    pub async fn begin_directory(
        &self,
        actor: &Actor,
        profile: ProfileId,
        browser: &SecretHash,
    ) -> Result<AttemptId, MishapReport> {
        let page = routes::profile_page(profile, "systems");
        let found = async {
            self.may_change(actor, Action::ManageProfiles).await?;
            let profile = self.own_profile(actor, profile).await?;
            if profile.system == CalendarSystem::Microsoft365 {
                Ok(profile)
            } else {
                Err(UseCaseError::NotFound)
            }
        };
        found.await.map_err(|error| match error {
            UseCaseError::Internal { reference } => MishapReport {
                reference: Some(reference),
                ..MishapReport::plain(Mishap::Internal)
            },
            _ => MishapReport::plain(Mishap::NotFound),
        })?;
        let microsoft = self
            .microsoft()
            .map_err(|fault| self.internal_mishap(fault))?;
        let begun = microsoft
            .begin_directory()
            .await
            .map_err(|error| self.provider_mishap(&error).retry_at(&page))?;
        let purpose = Purpose::Directory {
            tenant: actor.tenant,
            profile,
            associate: actor.associate.clone(),
            name: actor.name.clone(),
        };
        self.begin_attempt(browser, Provider::Microsoft, &begun, &purpose, None)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    /// Takes Microsoft's answer to a directory sign-in.
    pub(crate) async fn finish_directory(
        &self,
        (tenant, id): (TenantId, ProfileId),
        admin: &str,
        returned: &Returned,
        answer: Result<SecretString, ProviderError>,
    ) -> Result<(), MishapReport> {
        let page = routes::profile_page(id, "systems");
        let back = |report: MishapReport| report.retry_at(&page);
        let found = async { self.storage.read().await?.profile(tenant, id).await };
        let profile = found.await.map_err(|error| self.internal_mishap(error))?;
        let Some(profile) = profile else {
            return Err(MishapReport::plain(Mishap::NotFound));
        };
        let code = answer.map_err(|error| back(self.provider_mishap(&error)))?;
        let microsoft = self
            .microsoft()
            .map_err(|fault| self.internal_mishap(fault))?;
        let (account, tokens) = microsoft
            .redeem_directory(&code, Some(&returned.verifier), &returned.nonce)
            .await
            .map_err(|error| back(self.provider_mishap(&error)))?;
        if let Directory::Microsoft { tid, .. } = &profile.directory
            && !tid.eq_ignore_ascii_case(&account.tid)
            && self
                .has_links(&profile)
                .await
                .map_err(|fault| self.internal_mishap(fault))?
        {
            // Linked people belong to the pinned organisation: another one would strand them.
            let mut report = back(MishapReport::plain(Mishap::WrongAccount));
            report.system = Some(profile.system);
            report.actual = Some(account.username);
            return Err(report);
        }
        let Some(token) = tokens.refresh_token else {
            return Err(back(MishapReport::plain(Mishap::ScopeMissing)));
        };
        let directory = Directory::Microsoft {
            tid: account.tid,
            account: account.username.clone(),
            connected: true,
        };
        self.store_directory(&profile, admin, &directory, &token)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        // The list is there by the time somebody looks at it.
        self.request_list(profile.tenant, ListKey::Calendar(profile.id))
            .await
            .map_err(|error| self.internal_mishap(error))
    }

    async fn has_links(&self, profile: &Profile) -> FaultResult<bool> {
        Ok(!self
            .storage
            .read()
            .await?
            .links_of_profile(profile.tenant, profile.id)
            .await?
            .is_empty())
    }

    async fn store_directory(
        &self,
        profile: &Profile,
        admin: &str,
        directory: &Directory,
        token: &SecretString,
    ) -> FaultResult<()> {
        let sealed = self.seal_directory(profile.tenant, profile.id, token);
        let mut unit = self.storage.write().await?;
        unit.put_directory(profile.tenant, profile.id, directory, Some(&sealed))
            .await?;
        let subject = profile.id.to_string();
        self.audit_as(
            &mut *unit,
            profile.tenant,
            admin,
            "profile.directory_connected",
            subject,
            serde_json::json!({}),
        )
        .await?;
        unit.bump_version(profile.tenant).await?;
        unit.commit().await?;
        Ok(())
    }
}
