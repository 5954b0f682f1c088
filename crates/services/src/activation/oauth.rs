//! What the halves of an activation have in common that are granted by a sign-in at a
//! provider: leave, come back, check, store. Each provider says only what is its own.

use secrecy::SecretString;
use synchronizer_domain::activation::{ConsentBox, Mishap};
use synchronizer_domain::ids::{ActivationId, AttemptId};
use synchronizer_domain::link::{Cause, Side};
use synchronizer_domain::routes;
use synchronizer_domain::tenant::CrmIdentity;
use synchronizer_providers::oidc::Begun;
use synchronizer_providers::{ErrorKind, ProviderError};
use synchronizer_storage::SecretHash;

use super::{Journey, google};
use crate::attempts::{Provider, Purpose, Returned};
use crate::failure::{Fault, FaultResult};
use crate::grants::{GrantIdentity, new_grant};
use crate::{Core, MishapReport};

/// What a sign-in of the right person gave.
pub(super) struct Granted {
    pub identity: GrantIdentity,
    pub token: SecretString,
    pub scopes: Vec<String>,
    /// Who signed in to the CRM; none on the calendar side.
    pub who: Option<CrmIdentity>,
}

/// Why a half is not granted.
pub(super) enum Stop {
    /// A page with a cause beside the link, and who came instead of the right one.
    Page(Mishap, Option<Cause>, Option<String>),
    /// Boxes of the consent page were left empty.
    Boxes(Vec<ConsentBox>),
    /// The provider said no, or nothing.
    Refused(ProviderError),
    /// Our own failure.
    Fault(Fault),
}

/// How a half goes on after its button.
pub enum HalfBegun {
    /// The person leaves for the provider.
    Leave(AttemptId),
    /// It was granted without the person.
    Done,
}

impl From<ProviderError> for Stop {
    fn from(error: ProviderError) -> Self {
        Self::Refused(error)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Stop {
    /// Somebody else signed in.
    pub(super) fn other_account(actual: String) -> Self {
        Self::Page(
            Mishap::WrongAccount,
            Some(Cause::WrongAccount),
            Some(actual),
        )
    }

    /// A permission is missing; one that lasts counts too.
    pub(super) const fn scope_missing() -> Self {
        Self::Page(Mishap::ScopeMissing, Some(Cause::ScopeMissing), None)
    }
}

impl Provider {
    /// The half of an activation that is granted there.
    const fn side(self) -> Side {
        match self {
            Self::SuperOffice => Side::Crm,
            Self::Microsoft | Self::Google => Side::Calendar,
        }
    }
}

impl Core {
    /// Starts a provider's sign-in of an activation; `new_calendar` asks Google also for
    /// the permission to make one.
    ///
    /// # Errors
    /// A mishap page when the activation is over or the provider cannot be reached.
    pub async fn begin_half(
        &self,
        id: ActivationId,
        browser: &SecretHash,
        (provider, new_calendar): (Provider, bool),
    ) -> Result<HalfBegun, MishapReport> {
        let journey = self.journey(id, browser).await?;
        if provider == Provider::Google && google::is_delegated(&journey) {
            self.finish_delegated(&journey).await?;
            return Ok(HalfBegun::Done);
        }
        let begun = self
            .begin_at((provider, new_calendar), &journey)
            .await
            .map_err(|stop| match stop {
                Stop::Fault(fault) => self.internal_mishap(fault),
                Stop::Refused(error) => self
                    .provider_mishap(&error)
                    .retry_at(routes::activation(id)),
                Stop::Page(mishap, ..) => MishapReport::plain(mishap),
                Stop::Boxes(_) => MishapReport::plain(Mishap::ScopeMissing),
            })?;
        // Silence means something only where the provider may keep people (see `away`).
        let (purpose, watched) = match provider.side() {
            Side::Crm => (Purpose::ActivateCrm { activation: id }, None),
            Side::Calendar => (
                Purpose::ActivateCalendar {
                    activation: id,
                    new_calendar,
                },
                Some(&journey.link),
            ),
        };
        self.begin_attempt(browser, provider, &begun, &purpose, watched)
            .await
            .map(HalfBegun::Leave)
            .map_err(|fault| self.internal_mishap(fault))
    }

    /// Takes a provider's answer. Stores the grant only for the right person, whose own page
    /// the CRM's sign-in then opens.
    pub(crate) async fn finish_half(
        &self,
        id: ActivationId,
        (browser, device): (&SecretHash, &str),
        (provider, returned): (Provider, &Returned),
        answer: Result<SecretString, ProviderError>,
    ) -> Result<Option<SecretString>, MishapReport> {
        let journey = self.journey(id, browser).await?;
        let granted = match answer {
            Ok(code) => self.granted_at(provider, &journey, &code, returned).await,
            Err(error) => Err(error.into()),
        };
        let granted = match granted {
            Ok(granted) => granted,
            Err(stop) => return Err(self.stop_half(&journey, provider.side(), stop).await),
        };
        self.store_granted(&journey, provider.side(), &granted)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        if provider.side() == Side::Crm
            && google::is_delegated(&journey)
            && !journey.done(Side::Calendar)
        {
            self.finish_delegated(&journey).await?;
        }
        if provider.side() == Side::Crm
            && journey.profile.directory.opens_everybody()
            && !journey.done(Side::Calendar)
        {
            // Nothing is left to do for the person. What fails here stands beside the link,
            // and the next page offers it again.
            self.open_mailbox(&journey).await?;
        }
        match &granted.who {
            Some(who) => self
                .let_in(&journey, who, device)
                .await
                .map_err(|fault| self.internal_mishap(fault)),
            None => Ok(None),
        }
    }

    /// The calendar half of a person for whom the organisation's administrator agreed.
    async fn finish_delegated(&self, journey: &Journey) -> Result<(), MishapReport> {
        match self.granted_by_delegation(journey).await {
            Ok(granted) => self
                .store_granted(journey, Side::Calendar, &granted)
                .await
                .map_err(|fault| self.internal_mishap(fault)),
            Err(stop) => Err(self.stop_half(journey, Side::Calendar, stop).await),
        }
    }

    async fn store_granted(
        &self,
        journey: &Journey,
        side: Side,
        granted: &Granted,
    ) -> FaultResult<()> {
        let key = (journey.link.tenant, journey.link.id);
        let grant = new_grant(
            self,
            key,
            side,
            &granted.identity,
            &granted.token,
            &granted.scopes,
        )?;
        self.store_half(journey, grant).await
    }

    async fn stop_half(&self, journey: &Journey, side: Side, stop: Stop) -> MishapReport {
        let mut missing = Vec::new();
        let (mishap, cause, actual) = match stop {
            Stop::Page(mishap, cause, actual) => (mishap, cause, actual),
            Stop::Boxes(boxes) => {
                missing = boxes;
                (Mishap::ScopeMissing, Some(Cause::ScopeMissing), None)
            }
            Stop::Refused(error) => {
                let mishap = self.provider_mishap(&error).mishap;
                (mishap, cause_of(side, error.kind()), None)
            }
            Stop::Fault(fault) => return self.internal_mishap(fault),
        };
        let mut report = self.stop(journey, mishap, cause, actual).await;
        report.missing = missing;
        if mishap == Mishap::NoCalendar && !google::is_delegated(journey) {
            let id = journey.activation.id;
            report.retry = Some(routes::activation_step(id, "google-calendar"));
        }
        match side {
            // It is about SuperOffice, not about the link's calendar system.
            Side::Crm => MishapReport {
                system: None,
                ..report
            },
            Side::Calendar => report,
        }
    }

    async fn begin_at(
        &self,
        (provider, new_calendar): (Provider, bool),
        journey: &Journey,
    ) -> Result<Begun, Stop> {
        match provider {
            Provider::SuperOffice => self.begin_superoffice(journey).await,
            Provider::Microsoft => self.begin_microsoft(journey).await,
            Provider::Google => self.begin_google(journey, new_calendar).await,
        }
    }

    async fn granted_at(
        &self,
        provider: Provider,
        journey: &Journey,
        code: &SecretString,
        returned: &Returned,
    ) -> Result<Granted, Stop> {
        match provider {
            Provider::SuperOffice => self.granted_by_superoffice(journey, code, returned).await,
            Provider::Microsoft => self.granted_by_microsoft(journey, code, returned).await,
            Provider::Google => {
                let new_calendar = matches!(
                    returned.purpose,
                    Purpose::ActivateCalendar {
                        new_calendar: true,
                        ..
                    }
                );
                self.granted_by_google(journey, code, (returned, new_calendar))
                    .await
            }
        }
    }
}

/// What a refusal leaves beside the link: what an administrator of either side must mend is
/// shown there. The CRM's other refusals are shown to the person only.
const fn cause_of(side: Side, kind: &ErrorKind) -> Option<Cause> {
    match (side, kind) {
        (_, ErrorKind::ConsentDenied) => Some(Cause::ConsentDenied),
        (Side::Calendar, ErrorKind::ScopeMissing) => Some(Cause::ScopeMissing),
        (Side::Crm, ErrorKind::AdminApproval) => Some(Cause::CrmApproval),
        (Side::Calendar, ErrorKind::AdminApproval) => Some(Cause::AdminApproval),
        (Side::Calendar, ErrorKind::NotFound) => Some(Cause::NoCalendar),
        _ => None,
    }
}
