//! What is done for many links at once.

mod act;
mod address_book;
mod batch;
pub(crate) mod import;
mod preview;
mod progress;
mod resend;
mod several;

use async_trait::async_trait;
use synchronizer_domain::UseCaseError;
use synchronizer_domain::bulk::{ActPreview, ActReport, BatchView, Bulk, SeveralView};
use synchronizer_domain::ids::{AssociateId, BatchId, CalendarUserId, ImportId, LinkId, ProfileId};
use synchronizer_domain::import::ImportView;
use synchronizer_domain::link::LinkAction;
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::session::Actor;
use synchronizer_domain::status::LinksQuery;
use synchronizer_domain::usecases::UseCaseResult;

use crate::Core;

pub(crate) use batch::RUN_BATCH;
pub use batch::RunBatch;

#[async_trait]
impl Bulk for Core {
    async fn act(
        &self,
        actor: &Actor,
        action: LinkAction,
        links: Vec<LinkId>,
        typed: String,
    ) -> UseCaseResult<ActReport> {
        self.may_change(actor, Action::ManageLinks).await?;
        self.act_on(actor, action, &links, &typed).await
    }

    async fn preview(
        &self,
        actor: &Actor,
        action: LinkAction,
        links: Vec<LinkId>,
        filter: LinksQuery,
    ) -> UseCaseResult<ActPreview> {
        self.may_change(actor, Action::ManageLinks).await?;
        if let Some(profile) = filter.profile {
            self.own_profile(actor, profile).await?;
        }
        self.preview_of(actor, action, &links, filter)
            .await
            .map_err(|fault| self.internal(fault))?
            .ok_or(UseCaseError::NotFound)
    }

    async fn several(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<SeveralView> {
        allow(actor, Action::ReadTenant)?;
        let tenant = self.own_tenant(actor).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.several_view(&tenant, &profile)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn link_several(
        &self,
        actor: &Actor,
        profile: ProfileId,
        pairs: Vec<(AssociateId, CalendarUserId)>,
    ) -> UseCaseResult<BatchId> {
        self.may_change(actor, Action::ManageLinks).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.begin_linking(actor, &profile, pairs).await
    }

    async fn import(
        &self,
        actor: &Actor,
        profile: ProfileId,
        import: Option<ImportId>,
    ) -> UseCaseResult<ImportView> {
        allow(actor, Action::ReadTenant)?;
        let tenant = self.own_tenant(actor).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.import_page(&tenant, &profile, import)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn link_import(
        &self,
        actor: &Actor,
        profile: ProfileId,
        import: ImportId,
        offered: Vec<u32>,
        ticked: Vec<u32>,
    ) -> UseCaseResult<BatchId> {
        self.may_change(actor, Action::ManageLinks).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.link_kept(actor, &profile, import, &offered, &ticked)
            .await
    }

    async fn batch(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<Option<BatchView>> {
        allow(actor, Action::ReadTenant)?;
        let profile = self.own_profile(actor, profile).await?;
        self.newest_batch_view(&profile)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn cancel_batch(&self, actor: &Actor, batch: BatchId) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageLinks).await?;
        self.stop_batch(actor, batch).await
    }
}
