//! The page *Link Users*.

mod create;
mod lists;
mod resend;
mod view;

use async_trait::async_trait;
use synchronizer_domain::error::UseCaseError;
use synchronizer_domain::ids::{AssociateId, CalendarUserId, LinkId, ProfileId};
use synchronizer_domain::link::Link;
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::session::Actor;
use synchronizer_domain::usecases::{
    LinkUsersView, Linking, ListSide, PersonalLink, UseCaseResult,
};

use crate::Core;

impl Core {
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
        let problems = self
            .read_missing_lists(&tenant, &profile)
            .await
            .map_err(|fault| self.internal(fault))?;
        self.link_users_view(&profile, problems)
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
        let problem = self
            .read_list(&tenant, &profile, side)
            .await
            .map_err(|fault| self.internal(fault))?;
        problem.map_or(Ok(()), |reason| Err(UseCaseError::refused(reason)))
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
