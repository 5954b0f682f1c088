//! What is done for many links at once, as the web side asks for it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ErrorCode;
use crate::ids::LinkId;
use crate::link::LinkAction;
use crate::session::Actor;
use crate::usecases::UseCaseResult;

/// What came of an action on a selection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActReport {
    /// Links for which it was done.
    pub done: Vec<LinkId>,
    /// Links whose state does not allow it, or that are gone; nothing was changed there.
    pub skipped: u32,
    /// Links for which it was refused, and why.
    pub refused: Vec<(LinkId, ErrorCode)>,
}

/// Actions on selections.
#[async_trait]
pub trait Bulk: Send + Sync {
    /// Does what the states of the links allow. [`LinkAction::Erase`] wants what the
    /// administrator typed: the CRM user's name of the only link, or their number.
    async fn act(
        &self,
        actor: &Actor,
        action: LinkAction,
        links: Vec<LinkId>,
        typed: String,
    ) -> UseCaseResult<ActReport>;
}
