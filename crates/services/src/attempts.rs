//! Round trips to identity providers: state is single-use, bound to a browser, a
//! provider and a purpose (RFC 9700 §2.1, §4.7), one row per attempt, so two tabs work.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use synchronizer_domain::ids::{ActivationId, AssociateId, AttemptId, ProfileId, TenantId};
use synchronizer_domain::link::Link;
use synchronizer_providers::oidc::Begun;
use synchronizer_storage::{Attempt, SecretHash};
use synchronizer_vault::hash_secret;
use url::Url;

use crate::Core;
use crate::away::away_job;
use crate::failure::FaultResult;

/// How long a person may stay at a provider.
const ATTEMPT_MINUTES: u64 = 30;
pub(crate) const TABLE: &str = "attempts";

/// An identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// SuperOffice.
    SuperOffice,
    /// Microsoft Entra.
    Microsoft,
    /// Google.
    Google,
}

impl Provider {
    /// Its word, equal to the calendar system's where it has one.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SuperOffice => "superoffice",
            Self::Microsoft => "microsoft365",
            Self::Google => "google",
        }
    }

    /// Whether its tokens can be revoked. Microsoft has no such endpoint: its people take an
    /// application's access away in their own account (microsoft.md §1).
    pub(crate) const fn revokes(self) -> bool {
        match self {
            Self::SuperOffice | Self::Google => true,
            Self::Microsoft => false,
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::SuperOffice, Self::Microsoft, Self::Google]
            .into_iter()
            .find(|provider| provider.word() == word)
    }
}

/// What an attempt is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "purpose", rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// Sign in to the portal.
    SignIn {
        /// Where to go afterwards.
        return_to: Option<String>,
    },
    /// The CRM half of an activation.
    ActivateCrm {
        /// The activation.
        activation: ActivationId,
    },
    /// The calendar half of an activation.
    ActivateCalendar {
        /// The activation.
        activation: ActivationId,
        /// The person agreed to have a calendar made.
        #[serde(default)]
        new_calendar: bool,
    },
    /// An admin's directory connection of a profile.
    Directory {
        /// The tenant.
        tenant: TenantId,
        /// The profile.
        profile: ProfileId,
        /// The admin, for the audit log.
        associate: AssociateId,
        /// The admin's name.
        name: String,
    },
    /// The approval of an organisation.
    AdminConsent {
        /// The tenant.
        tenant: TenantId,
        /// The profile that asks.
        profile: ProfileId,
        /// The organisation.
        tid: String,
        /// Name of the CRM administrator who asks.
        by: String,
        /// It began on a link's page, not in the wizard.
        by_link: bool,
    },
    /// A new sign-in for the tenant's CRM connection.
    CrmConnection {
        /// The tenant.
        tenant: TenantId,
        /// The admin's name, for the audit log.
        name: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Stored {
    url: String,
    nonce: String,
    verifier: String,
}

/// The answer of a provider, as it stands in the callback's query.
#[derive(Default)]
pub struct CallbackParams {
    /// Our state.
    pub state: Option<SecretString>,
    /// The authorization code.
    pub code: Option<SecretString>,
    /// Issuer (RFC 9207).
    pub iss: Option<String>,
    /// Error code instead of a code.
    pub error: Option<String>,
    /// Its description.
    pub error_description: Option<String>,
    /// What an approval of an organisation says; it comes with errors too.
    pub admin_consent: Option<String>,
    /// The organisation that approved.
    pub tenant: Option<String>,
}

/// Where a person leaves for.
pub struct Departure {
    /// The provider's address.
    pub url: String,
    /// The provider.
    pub provider: &'static str,
}

/// An attempt that came back to the right browser and provider.
pub(crate) struct Returned {
    pub purpose: Purpose,
    pub nonce: SecretString,
    pub verifier: SecretString,
}

impl Core {
    /// Stores an attempt and returns its id; the browser then leaves by GET. When the
    /// attempt of a watched link is never answered, [`crate::AwayCheck`] draws its conclusion.
    pub(crate) async fn begin_attempt(
        &self,
        browser: &SecretHash,
        provider: Provider,
        begun: &Begun,
        purpose: &Purpose,
        watched: Option<&Link>,
    ) -> FaultResult<AttemptId> {
        let id = AttemptId::mint(&*self.clock, &*self.rng);
        let stored = serde_json::to_string(&Stored {
            url: begun.url.to_string(),
            nonce: begun.nonce.expose_secret().to_owned(),
            verifier: begun.verifier.expose_secret().to_owned(),
        })?;
        let attempt = Attempt {
            id,
            state: hash_secret(&begun.state),
            browser: *browser,
            provider: provider.word().to_owned(),
            purpose: serde_json::to_string(purpose)?,
            secrets: self.seal("", TABLE, &id.to_string(), &stored.into()),
            created_at: self.now(),
            expires_at: self.now().plus(Duration::from_secs(ATTEMPT_MINUTES * 60)),
        };
        let mut unit = self.storage.write().await?;
        unit.add_attempt(&attempt).await?;
        if let Some(link) = watched {
            unit.add_job(&away_job(self, link, &attempt)).await?;
        }
        unit.commit().await?;
        Ok(id)
    }

    /// The address an attempt leaves for; none for another browser or a late one.
    ///
    /// # Errors
    /// A mishap page when storage fails.
    pub async fn departure(
        &self,
        id: AttemptId,
        browser: &SecretHash,
    ) -> Result<Option<Departure>, crate::MishapReport> {
        self.find_departure(id, browser)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    async fn find_departure(
        &self,
        id: AttemptId,
        browser: &SecretHash,
    ) -> FaultResult<Option<Departure>> {
        let Some(attempt) = self.storage.read().await?.attempt(id, browser).await? else {
            return Ok(None);
        };
        if attempt.expires_at <= self.now() {
            return Ok(None);
        }
        let Some(provider) = Provider::from_word(&attempt.provider) else {
            return Ok(None);
        };
        let stored = self.open_attempt(&attempt)?;
        Ok(Url::parse(&stored.url).ok().map(|url| Departure {
            url: url.into(),
            provider: provider.word(),
        }))
    }

    /// Takes the attempt of a state: once, by the same browser and provider, in time.
    pub(crate) async fn take_attempt(
        &self,
        state: &SecretString,
        browser: &SecretHash,
        provider: Provider,
    ) -> FaultResult<Option<Returned>> {
        let mut unit = self.storage.write().await?;
        let attempt = unit.take_attempt(&hash_secret(state)).await?;
        unit.commit().await?;
        let Some(attempt) = attempt else {
            return Ok(None);
        };
        if attempt.browser != *browser
            || attempt.provider != provider.word()
            || attempt.expires_at <= self.now()
        {
            return Ok(None);
        }
        let stored = self.open_attempt(&attempt)?;
        Ok(Some(Returned {
            purpose: serde_json::from_str(&attempt.purpose)?,
            nonce: stored.nonce.into(),
            verifier: stored.verifier.into(),
        }))
    }

    fn open_attempt(&self, attempt: &Attempt) -> FaultResult<Stored> {
        let text = self.open("", TABLE, &attempt.id.to_string(), &attempt.secrets)?;
        Ok(serde_json::from_str(text.expose_secret())?)
    }
}
