//! A linked person's own page: what is linked for them, and what they decide about it.

mod calendars;

use synchronizer_domain::Locale;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::ids::{ActivationId, LinkId};
use synchronizer_domain::link::{
    GrantFact, Link, LinkAction, LinkFacts, Pauser, Side, derive_status,
};
use synchronizer_domain::own::{OwnHalf, OwnLink, OwnPage};
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::session::{Actor, Me};
use synchronizer_domain::usecases::Profiles;
use synchronizer_storage::{Grant, SecretHash, UnitOfWork};

use crate::failure::{Fault, FaultResult};
use crate::grants::GrantIdentity;
use crate::invitations::couple;
use crate::{Core, MishapReport, grants};

fn not_found() -> MishapReport {
    MishapReport::plain(Mishap::NotFound)
}

impl Core {
    /// The person's own page.
    ///
    /// # Errors
    /// A mishap page when storage fails.
    pub async fn own_page(&self, actor: &Actor) -> Result<OwnPage, MishapReport> {
        let me = self.own_me(actor).await?;
        let found = async {
            let mut unit = self.storage.read().await?;
            let mut found = unit
                .links_of_crm_user(actor.tenant, &actor.associate)
                .await?;
            found.sort_by_key(|link| link.flags.deleted_at.is_some());
            let mut links = Vec::new();
            for link in &found {
                links.extend(own_link(&mut *unit, link).await?);
            }
            let sessions = unit.sessions_of(actor.tenant, &actor.associate).await?;
            let now = self.now();
            let others = sessions
                .iter()
                .filter(|session| session.id != actor.session)
                .filter(|session| !self.settings.sessions.is_over(session, now))
                .count();
            Ok::<_, Fault>((links, others))
        };
        let (links, others) = found.await.map_err(|fault| self.internal_mishap(fault))?;
        Ok(OwnPage {
            me,
            links,
            other_sign_ins: u32::try_from(others).unwrap_or(u32::MAX),
        })
    }

    async fn own_me(&self, actor: &Actor) -> Result<Me, MishapReport> {
        allow(actor, Action::SeeOwn).map_err(|_| not_found())?;
        Ok(self.me(actor).await?)
    }

    /// Continues an activation without a mail: the session proves the CRM user. With `anew`
    /// also a half that works is connected again.
    ///
    /// # Errors
    /// *Not found* for a link that is not this person's own, or has nothing to connect.
    pub async fn continue_mine(
        &self,
        actor: &Actor,
        (link, anew): (LinkId, Option<Side>),
        browser: &SecretHash,
    ) -> Result<ActivationId, MishapReport> {
        let link = self.own(actor, link).await?;
        let shown = async {
            let mut unit = self.storage.read().await?;
            own_link(&mut *unit, &link).await
        };
        let shown = shown.await.map_err(|fault| self.internal_mishap(fault))?;
        let fits = |shown: &OwnLink| anew.is_none_or(|side| shown.may_reconnect(side));
        if !shown.is_some_and(|shown| fits(&shown)) {
            return Err(not_found());
        }
        self.open_anew(&link, anew, browser)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    /// Pauses the person's own link, or lets it go on. Doing it twice changes nothing.
    ///
    /// # Errors
    /// *Not found* for a link that is not this person's own.
    pub async fn pause_mine(
        &self,
        actor: &Actor,
        link: LinkId,
        pause: bool,
    ) -> Result<(), MishapReport> {
        let link = self.own(actor, link).await?;
        self.refuse_suspended(&link).await?;
        let action = if pause {
            LinkAction::Pause
        } else {
            LinkAction::Resume
        };
        let done = async {
            let mut unit = self.storage.write().await?;
            // The counter's row first, as everywhere: nobody decides about the link meanwhile.
            unit.bump_version(link.tenant).await?;
            let held = grants::of_link(&mut *unit, (link.tenant, link.id)).await?;
            let by = (actor, Pauser::Person);
            if self
                .act_on_one(&mut *unit, by, action, &link, &held)
                .await?
            {
                unit.commit().await?;
                self.wake.notify();
            }
            Ok::<_, Fault>(())
        };
        done.await.map_err(|fault| self.internal_mishap(fault))
    }

    /// Stores the language of mails to this person.
    ///
    /// # Errors
    /// A mishap page when storage fails.
    pub async fn set_my_language(&self, actor: &Actor, locale: Locale) -> Result<(), MishapReport> {
        allow(actor, Action::SeeOwn).map_err(|_| not_found())?;
        let stored = async {
            let mut unit = self.storage.write().await?;
            unit.set_mail_locale(actor.tenant, &actor.associate, locale)
                .await?;
            unit.commit().await?;
            Ok::<_, Fault>(())
        };
        stored.await.map_err(|fault| self.internal_mishap(fault))
    }

    /// A live link that is this person's own; others and unknown ones look alike.
    async fn own(&self, actor: &Actor, id: LinkId) -> Result<Link, MishapReport> {
        allow(actor, Action::SeeOwn).map_err(|_| not_found())?;
        let found = async {
            let mut unit = self.storage.read().await?;
            Ok::<_, Fault>(unit.link(actor.tenant, id).await?)
        };
        found
            .await
            .map_err(|fault| self.internal_mishap(fault))?
            .filter(|link| link.crm.id == actor.associate && link.flags.deleted_at.is_none())
            .ok_or_else(not_found)
    }

    /// Nothing is changed in a company that the operator suspended.
    async fn refuse_suspended(&self, link: &Link) -> Result<(), MishapReport> {
        let suspended = self.is_suspended(link.tenant).await;
        if suspended.map_err(|fault| self.internal_mishap(fault))? {
            return Err(MishapReport::plain(Mishap::TenantSuspended));
        }
        Ok(())
    }
}

async fn own_link(unit: &mut dyn UnitOfWork, link: &Link) -> FaultResult<Option<OwnLink>> {
    let (tenant, id) = (link.tenant, link.id);
    let invited_by = unit
        .newest_invitation(tenant, id)
        .await?
        .map(|invitation| invitation.invited_by)
        .unwrap_or_default();
    let Some(couple) = couple(unit, link, &invited_by).await? else {
        return Ok(None);
    };
    let company_acts = unit
        .profile(tenant, link.profile)
        .await?
        .is_some_and(|profile| profile.directory.acts_for_people());
    let crm = unit.grant(tenant, id, Side::Crm).await?;
    let calendar = unit.grant(tenant, id, Side::Calendar).await?;
    let checked_at = unit.link_checked_at(tenant, id).await?;
    let identity: Option<GrantIdentity> = calendar
        .as_ref()
        .map(|grant| serde_json::from_str(&grant.identity))
        .transpose()?;
    let held: Vec<Grant> = crm.iter().chain(&calendar).cloned().collect();
    let facts = grants::facts(link, &held);
    let by_company = match &identity {
        Some(identity) => identity.by_company(),
        None => company_acts,
    };
    Ok(Some(OwnLink {
        id,
        couple,
        status: derive_status(&facts),
        crm: half(&facts, crm.as_ref(), Side::Crm, false),
        calendar: half(&facts, calendar.as_ref(), Side::Calendar, by_company),
        calendar_name: identity
            .as_ref()
            .and_then(GrantIdentity::calendar)
            .map(|calendar| calendar.name.clone()),
        chooses: identity.as_ref().is_some_and(GrantIdentity::chooses),
        paused_at: link.flags.paused_at,
        paused_by: link.flags.paused_by,
        checked_at,
    }))
}

fn half(facts: &LinkFacts, grant: Option<&Grant>, side: Side, by_company: bool) -> OwnHalf {
    let fact = match side {
        Side::Crm => facts.crm,
        Side::Calendar => facts.calendar,
    };
    OwnHalf {
        granted_at: grant.map(|grant| grant.granted_at),
        broken: facts
            .broken(side)
            .filter(|_| fact != GrantFact::Missing || grant.is_some()),
        by_company,
    }
}
