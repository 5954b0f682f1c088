//! The journey from an invitation to both grants.

mod caldav;
mod crm;
mod exchange;
mod finish;
mod google;
mod microsoft;
mod oauth;

use synchronizer_domain::activation::{ActivationView, Again, Couple, CredentialsForm, Mishap};
use synchronizer_domain::ids::ActivationId;
use synchronizer_domain::link::{Cause, Link, LinkFacts, Side};
use synchronizer_domain::profile::{CalendarSystem, Directory, Profile};
use synchronizer_domain::routes;
use synchronizer_storage::{Activation, Grant, SecretHash};

pub use caldav::{CredentialsAnswer, CredentialsSubmission};
pub use oauth::HalfBegun;

use crate::failure::{Fault, FaultResult};
use crate::grants::{self, GrantIdentity};
use crate::invitations::couple;
use crate::{Core, MishapReport};

/// An activation with everything its steps need.
pub(crate) struct Journey {
    pub activation: Activation,
    pub link: Link,
    pub profile: Profile,
    pub couple: Couple,
    pub grants: Vec<Grant>,
}

impl Journey {
    pub(crate) fn grant(&self, side: Side) -> Option<&Grant> {
        self.grants
            .iter()
            .find(|grant| grant.link == self.link.id && grant.side == side)
    }

    pub(crate) fn done(&self, side: Side) -> bool {
        !self.facts().needs(side) && self.anew() != Some(side)
    }

    /// The half that works and is connected anew, until it was.
    fn anew(&self) -> Option<Side> {
        self.activation.again.filter(|side| {
            self.grant(*side)
                .is_none_or(|grant| grant.granted_at < self.activation.created_at)
        })
    }

    pub(crate) fn facts(&self) -> LinkFacts {
        grants::facts(&self.link, &self.grants)
    }

    /// The account that a calendar provider may propose; only an address is one.
    fn account_hint(&self) -> Option<&str> {
        Some(self.couple.calendar_account.as_str()).filter(|account| account.contains('@'))
    }

    fn identity(&self, side: Side) -> Option<GrantIdentity> {
        self.grant(side)
            .and_then(|grant| serde_json::from_str(&grant.identity).ok())
    }
}

impl Core {
    /// Where an activation stands, for the browser it belongs to.
    ///
    /// # Errors
    /// *Over* when it took too long, began elsewhere, or its link is gone.
    pub async fn activation_view(
        &self,
        id: ActivationId,
        browser: &SecretHash,
    ) -> Result<ActivationView, MishapReport> {
        self.journey(id, browser)
            .await
            .map(|journey| view(&journey))
    }

    /// Loads an activation of this browser, in time.
    pub(crate) async fn journey(
        &self,
        id: ActivationId,
        browser: &SecretHash,
    ) -> Result<Journey, MishapReport> {
        let journey = self
            .find_journey(id, browser)
            .await
            .map_err(|fault| self.internal_mishap(fault))?
            .ok_or_else(|| MishapReport::plain(Mishap::ActivationOver))?;
        let stopped = self.stopped(&journey.link).await;
        if let Some(why) = stopped.map_err(|fault| self.internal_mishap(fault))? {
            return Err(MishapReport::plain(why).about(journey.couple));
        }
        Ok(journey)
    }

    async fn find_journey(
        &self,
        id: ActivationId,
        browser: &SecretHash,
    ) -> FaultResult<Option<Journey>> {
        let mut unit = self.storage.read().await?;
        let activation = unit.activation(id, browser).await?;
        let Some(activation) = activation.filter(|found| found.expires_at > self.now()) else {
            return Ok(None);
        };
        let link = unit.link(activation.tenant, activation.link).await?;
        let Some(link) = link.filter(|link| link.flags.deleted_at.is_none()) else {
            return Ok(None);
        };
        let Some(profile) = unit.profile(link.tenant, link.profile).await? else {
            return Ok(None);
        };
        let invitation = match activation.invitation {
            Some(invitation) => unit.invitation(link.tenant, invitation).await?,
            None => unit.newest_invitation(link.tenant, link.id).await?,
        };
        let invited_by = invitation
            .map(|invitation| invitation.invited_by)
            .unwrap_or_default();
        let Some(couple) = couple(&mut *unit, &link, &invited_by).await? else {
            return Ok(None);
        };
        let held = grants::of_link(&mut *unit, (link.tenant, link.id)).await?;
        Ok(Some(Journey {
            activation,
            link,
            profile,
            couple,
            grants: held,
        }))
    }

    /// Remembers why an activation did not go on; its state stays what it was. Where both
    /// halves work, the one that was to be connected anew goes on as before.
    pub(crate) async fn note_cause(&self, journey: &Journey, cause: Cause) -> FaultResult<()> {
        let facts = journey.facts();
        if !facts.needs(Side::Crm) && !facts.needs(Side::Calendar) {
            return Ok(());
        }
        let mut unit = self.storage.write().await?;
        // The counter's row first, as everywhere: nobody decides about the link meanwhile.
        unit.bump_version(journey.link.tenant).await?;
        let Some(mut link) = unit.link(journey.link.tenant, journey.link.id).await? else {
            return Err(Fault::Missing("link"));
        };
        let since = match link.flags.cause {
            Some((known, since)) if known == cause => since,
            _ => self.now(),
        };
        link.flags.cause = Some((cause, since));
        unit.set_link_flags(link.tenant, link.id, &link.flags)
            .await?;
        let detail = serde_json::json!({ "cause": cause.word() });
        self.audit_as(
            &mut *unit,
            link.tenant,
            &link.crm.name,
            "activation.stopped",
            link.id.to_string(),
            detail,
        )
        .await?;
        unit.commit().await?;
        Ok(())
    }

    /// The page of a mishap of this activation once more, in another language. Who came
    /// instead of the right one is not remembered. None for what is no mishap of a step.
    ///
    /// # Errors
    /// *Over* when the activation is.
    pub async fn mishap_again(
        &self,
        id: ActivationId,
        browser: &SecretHash,
        mishap: Mishap,
    ) -> Result<Option<MishapReport>, MishapReport> {
        let journey = self.journey(id, browser).await?;
        let side = match mishap {
            Mishap::CrmConsentDenied | Mishap::WrongPerson | Mishap::AppNotApproved => Side::Crm,
            Mishap::CalendarConsentDenied
            | Mishap::WrongAccount
            | Mishap::NoCalendar
            | Mishap::AdminApproval => Side::Calendar,
            Mishap::ScopeMissing | Mishap::ProviderDown | Mishap::ProviderAnswer => {
                if journey.done(Side::Crm) {
                    Side::Calendar
                } else {
                    Side::Crm
                }
            }
            _ => return Ok(None),
        };
        let mut report = self.stop(&journey, mishap, None, None).await;
        if side == Side::Crm {
            report.system = None;
        }
        if mishap == Mishap::NoCalendar
            && journey.profile.system == CalendarSystem::Google
            && !google::is_delegated(&journey)
        {
            report.retry = Some(routes::activation_step(id, "google-calendar"));
        }
        Ok(Some(report))
    }

    /// A mishap inside an activation: notes its cause and offers the step again.
    pub(crate) async fn stop(
        &self,
        journey: &Journey,
        mishap: Mishap,
        cause: Option<Cause>,
        actual: Option<String>,
    ) -> MishapReport {
        if let Some(cause) = cause
            && let Err(fault) = self.note_cause(journey, cause).await
        {
            return self.internal_mishap(fault);
        }
        let expected = match mishap {
            Mishap::WrongPerson | Mishap::CrmConsentDenied => Some(name_and(
                &journey.couple.crm_name,
                &journey.couple.crm_email,
            )),
            Mishap::ProviderDown | Mishap::ProviderAnswer | Mishap::AppNotApproved => None,
            _ => Some(name_and(
                &journey.couple.calendar_name,
                &journey.couple.calendar_account,
            )),
        };
        let mut report = MishapReport::plain(mishap)
            .about(journey.couple.clone())
            .retry_at(routes::activation(journey.activation.id));
        report.expected = expected;
        report.actual = actual;
        report
    }
}

pub(crate) fn name_and(name: &str, account: &str) -> String {
    if account.is_empty() || account == name {
        name.to_owned()
    } else {
        format!("{name} ({account})")
    }
}

fn view(journey: &Journey) -> ActivationView {
    let identity = journey.identity(Side::Calendar);
    let calendars = identity.as_ref().map(GrantIdentity::calendars);
    let calendars = calendars.unwrap_or_default().to_vec();
    ActivationView {
        id: journey.activation.id,
        couple: journey.couple.clone(),
        again: Again::of(&journey.facts()),
        anew: journey.anew(),
        crm_done: journey.done(Side::Crm),
        calendar_done: journey.done(Side::Calendar),
        expires_at: journey.activation.expires_at,
        credentials: matches!(
            journey.profile.system,
            CalendarSystem::Exchange | CalendarSystem::Caldav
        )
        .then(|| proposed_form(journey)),
        is_opened_for: journey.profile.directory.opens_everybody(),
        calendars,
        calendar: identity
            .as_ref()
            .and_then(GrantIdentity::calendar)
            .map(|calendar| calendar.id.clone()),
    }
}

fn proposed_form(journey: &Journey) -> CredentialsForm {
    let server = match &journey.profile.directory {
        Directory::Caldav { server } => server.clone(),
        _ => String::new(),
    };
    CredentialsForm {
        server,
        username: journey.link.calendar.id.to_string(),
    }
}
