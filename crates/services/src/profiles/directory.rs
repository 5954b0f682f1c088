//! The admin's sign-in to a profile's calendar system; it only reads the list of users.

use secrecy::SecretString;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::error::UseCaseError;
use synchronizer_domain::ids::{AttemptId, ProfileId, TenantId};
use synchronizer_domain::policy::Action;
use synchronizer_domain::profile::{CalendarSystem, Directory, Profile};
use synchronizer_domain::routes;
use synchronizer_domain::session::Actor;
use synchronizer_providers::ProviderError;
use synchronizer_providers::oidc::Begun;
use synchronizer_storage::{ListKey, SecretHash};

use crate::attempts::{Provider, Purpose, Returned};
use crate::failure::{Fault, FaultResult};
use crate::{Core, MishapReport};

/// What a directory sign-in gave.
struct Connection {
    directory: Directory,
    /// The admin's account, for display.
    account: String,
    /// None when no lasting access was given.
    token: Option<SecretString>,
    access: SecretString,
}

/// Why a sign-in gave nothing.
enum Failed {
    Provider(ProviderError),
    Fault(Fault),
}

impl From<ProviderError> for Failed {
    fn from(error: ProviderError) -> Self {
        Self::Provider(error)
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Core {
    /// Starts the directory sign-in of a Microsoft 365 or Google profile.
    ///
    /// # Errors
    /// *Not found* for another tenant's profile or another system; a page when the
    /// provider cannot be reached.
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
            match profile.system {
                CalendarSystem::Microsoft365 => Ok((Provider::Microsoft, profile)),
                CalendarSystem::Google => Ok((Provider::Google, profile)),
                CalendarSystem::Exchange | CalendarSystem::Caldav => Err(UseCaseError::NotFound),
            }
        };
        let (provider, stored) = found.await?;
        let begun = self
            .begin_directory_at(provider, &stored)
            .await
            .map_err(|failed| self.directory_mishap(failed, &page))?;
        let purpose = Purpose::Directory {
            tenant: actor.tenant,
            profile,
            associate: actor.associate.clone(),
            name: actor.name.clone(),
        };
        self.begin_attempt(browser, provider, &begun, &purpose, None)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    async fn begin_directory_at(
        &self,
        provider: Provider,
        profile: &Profile,
    ) -> Result<Begun, Failed> {
        Ok(match (provider, &profile.directory) {
            (Provider::Google, Directory::Google { account, .. }) => {
                self.google()?.begin_directory(Some(account)).await?
            }
            (Provider::Google, _) => self.google()?.begin_directory(None).await?,
            _ => self.microsoft()?.begin_directory().await?,
        })
    }

    fn directory_mishap(&self, failed: Failed, page: &str) -> MishapReport {
        match failed {
            Failed::Provider(error) => self.provider_mishap(&error).retry_at(page),
            Failed::Fault(fault) => self.internal_mishap(fault),
        }
    }

    /// Takes a provider's answer to a directory sign-in.
    pub(crate) async fn finish_directory(
        &self,
        (tenant, id): (TenantId, ProfileId),
        admin: &str,
        (provider, returned): (Provider, &Returned),
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
        let made = match provider {
            Provider::Google => self.connect_google(&code, returned).await,
            _ => self.connect_microsoft(&code, returned).await,
        };
        let made = made.map_err(|failed| {
            let mut report = self.directory_mishap(failed, &page);
            report.system = Some(profile.system);
            report
        })?;
        if self
            .would_strand(&profile, &made)
            .await
            .map_err(|fault| self.internal_mishap(fault))?
        {
            let mut report = back(MishapReport::plain(Mishap::WrongAccount));
            report.system = Some(profile.system);
            report.actual = Some(made.account);
            return Err(report);
        }
        let Some(token) = made.token else {
            let mut report = back(MishapReport::plain(Mishap::ScopeMissing));
            report.system = Some(profile.system);
            return Err(report);
        };
        self.store_directory(&profile, admin, &made.directory, &token)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        // The list is there by the time somebody looks at it.
        self.request_list(profile.tenant, ListKey::Calendar(profile.id))
            .await
            .map_err(|error| self.internal_mishap(error))
    }

    async fn connect_microsoft(
        &self,
        code: &SecretString,
        returned: &Returned,
    ) -> Result<Connection, Failed> {
        let microsoft = self.microsoft()?;
        let (account, tokens) = microsoft
            .redeem_directory(code, Some(&returned.verifier), &returned.nonce)
            .await?;
        Ok(Connection {
            directory: Directory::Microsoft {
                tid: account.tid,
                account: account.username.clone(),
                connected: true,
            },
            account: account.username,
            access: tokens.access_token,
            token: tokens.refresh_token,
        })
    }

    async fn connect_google(
        &self,
        code: &SecretString,
        returned: &Returned,
    ) -> Result<Connection, Failed> {
        let google = self.google()?;
        let signed_in = google
            .redeem_directory(code, &returned.verifier, &returned.nonce)
            .await?;
        let lasting = signed_in.missing.is_empty();
        let account = signed_in.account;
        Ok(Connection {
            access: signed_in.tokens.access_token,
            token: signed_in.tokens.refresh_token.filter(|_| lasting),
            directory: Directory::Google {
                domain: account.domain.unwrap_or_default(),
                account: account.email.clone(),
                connected: true,
                service_account: None,
            },
            account: account.email,
        })
    }

    /// Linked people belong to an organisation: another one's directory would strand them.
    async fn would_strand(&self, profile: &Profile, made: &Connection) -> FaultResult<bool> {
        let before = &profile.directory;
        if !before.is_configured() || before.is_of_organisation(&made.directory) {
            return Ok(false);
        }
        let links = self
            .storage
            .read()
            .await?
            .links_of_profile(profile.tenant, profile.id)
            .await?;
        if links.is_empty() {
            return Ok(false);
        }
        if !matches!(made.directory, Directory::Google { .. }) {
            return Ok(true);
        }
        // A Google organisation may have several domains: then its people are found here too.
        let mut cursor = String::new();
        while let Ok(page) = self.google()?.users(&made.access, &cursor).await {
            let known = |user: &CalendarUser| links.iter().any(|link| link.calendar.id == user.id);
            if page.people.iter().any(known) {
                return Ok(false);
            }
            match page.next {
                Some(next) if next != cursor => cursor = next,
                _ => break,
            }
        }
        Ok(true)
    }

    pub(super) async fn store_directory(
        &self,
        profile: &Profile,
        admin: &str,
        directory: &Directory,
        secret: &SecretString,
    ) -> FaultResult<()> {
        let sealed = self.seal_directory(profile.tenant, profile.id, secret);
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
