//! The page *Link Users*.

mod create;
mod resend;
mod search;
mod view;

use async_trait::async_trait;
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::{AssociateId, CalendarUserId, LinkId, ProfileId};
use synchronizer_domain::link::Link;
use synchronizer_domain::lists::{LinkedPlaces, ListPerson, PeoplePage, Proposal};
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::profile::{Directory, Profile};
use synchronizer_domain::session::Actor;
use synchronizer_domain::tenant::{Tenant, TenantState};
use synchronizer_domain::usecases::{
    LinkUsersView, Linking, ListSide, PersonalLink, UseCaseResult,
};

use crate::failure::FaultResult;
use crate::lists::Roll;
use crate::{Core, lists};

pub(crate) use create::{Prepared, must_be_ready, recipient};

impl Core {
    /// Has each list read that nobody ever asked for.
    pub(crate) async fn request_missing_lists(
        &self,
        tenant: &Tenant,
        profile: &Profile,
    ) -> FaultResult<()> {
        if tenant.state == TenantState::Suspended {
            return Ok(());
        }
        for side in [ListSide::Crm, ListSide::Calendar] {
            if !lists::is_readable(profile, side) {
                continue;
            }
            let key = lists::key(profile, side);
            let mut unit = self.storage.read().await?;
            let read_at = match side {
                ListSide::Crm => unit.crm_users_read_at(tenant.id).await?,
                ListSide::Calendar => unit.calendar_users_read_at(tenant.id, profile.id).await?,
            };
            let is_known = read_at.is_some() || unit.list_read(tenant.id, key).await?.is_some();
            drop(unit);
            if !is_known {
                self.request_list(tenant.id, key).await?;
            }
        }
        Ok(())
    }

    async fn own_roll(
        &self,
        actor: &Actor,
        profile: ProfileId,
        side: ListSide,
    ) -> UseCaseResult<Roll> {
        allow(actor, Action::ReadTenant)?;
        let profile = self.own_profile(actor, profile).await?;
        self.roll(&profile, side)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn own_link(&self, actor: &Actor, id: LinkId) -> UseCaseResult<Link> {
        let found = async { self.storage.read().await?.link(actor.tenant, id).await };
        found
            .await
            .map_err(|error| self.internal(error))?
            .ok_or(UseCaseError::NotFound)
    }
}

#[async_trait]
impl Linking for Core {
    async fn view(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<LinkUsersView> {
        allow(actor, Action::ReadTenant)?;
        let tenant = self.own_tenant(actor).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.request_missing_lists(&tenant, &profile)
            .await
            .map_err(|fault| self.internal(fault))?;
        self.link_users_view(&profile)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn people(
        &self,
        actor: &Actor,
        profile: ProfileId,
        side: ListSide,
        from: u32,
    ) -> UseCaseResult<PeoplePage> {
        let roll = self.own_roll(actor, profile, side).await?;
        Ok(roll.page(from))
    }

    async fn linked(
        &self,
        actor: &Actor,
        profile: ProfileId,
        side: ListSide,
    ) -> UseCaseResult<LinkedPlaces> {
        let roll = self.own_roll(actor, profile, side).await?;
        Ok(roll.linked())
    }

    async fn search(
        &self,
        actor: &Actor,
        profile: ProfileId,
        side: ListSide,
        query: String,
    ) -> UseCaseResult<Vec<ListPerson>> {
        if side == ListSide::Calendar {
            allow(actor, Action::ReadTenant)?;
            let profile = self.own_profile(actor, profile).await?;
            let suspended = self.is_suspended(actor.tenant).await;
            let suspended = suspended.map_err(|fault| self.internal(fault))?;
            // For a suspended company nothing is asked of any system.
            if profile.directory.is_searched() && !suspended {
                return self.find_people(&profile, &query).await;
            }
        }
        let roll = self.own_roll(actor, profile, side).await?;
        Ok(roll.search(&query))
    }

    async fn proposals(
        &self,
        actor: &Actor,
        profile: ProfileId,
        crm: AssociateId,
    ) -> UseCaseResult<Vec<Proposal>> {
        allow(actor, Action::ReadTenant)?;
        let profile = self.own_profile(actor, profile).await?;
        self.propose(&profile, &crm)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn refresh(
        &self,
        actor: &Actor,
        profile: ProfileId,
        side: ListSide,
    ) -> UseCaseResult<()> {
        let tenant = self.may_change(actor, Action::ManageLinks).await?;
        let profile = self.own_profile(actor, profile).await?;
        if profile.directory == Directory::None && side == ListSide::Calendar {
            return Err(UseCaseError::refused(ErrorCode::DirectoryNotConfigured));
        }
        if !lists::is_readable(&profile, side) {
            return Ok(());
        }
        self.request_list(tenant.id, lists::key(&profile, side))
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn link(
        &self,
        actor: &Actor,
        profile: ProfileId,
        crm: AssociateId,
        calendar: CalendarUserId,
    ) -> UseCaseResult<LinkId> {
        let tenant = self.may_change(actor, Action::ManageLinks).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.create_link(actor, &tenant, &profile, &crm, &calendar)
            .await
    }

    async fn resend(&self, actor: &Actor, link: LinkId) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageLinks).await?;
        let link = self.own_link(actor, link).await?;
        self.resend_invitation(actor, &link).await
    }

    async fn copy_link(&self, actor: &Actor, link: LinkId) -> UseCaseResult<PersonalLink> {
        self.may_change(actor, Action::ManageLinks).await?;
        let link = self.own_link(actor, link).await?;
        self.copy_personal_link(actor, &link).await
    }
}
