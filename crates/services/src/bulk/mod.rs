//! What is done for many links at once.

mod act;

use async_trait::async_trait;
use synchronizer_domain::bulk::{ActReport, Bulk};
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::LinkAction;
use synchronizer_domain::policy::Action;
use synchronizer_domain::session::Actor;
use synchronizer_domain::usecases::UseCaseResult;

use crate::Core;

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
}
