//! A signed-in person's own links.

use synchronizer_domain::activation::{Couple, Mishap};
use synchronizer_domain::ids::{ActivationId, LinkId};
use synchronizer_domain::link::{GrantFact, LinkStatus, derive_status};
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::session::Actor;
use synchronizer_storage::SecretHash;

use crate::failure::FaultResult;
use crate::invitations::couple;
use crate::{Core, MishapReport, grants};

/// A link as its own person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyLink {
    /// Its id.
    pub id: LinkId,
    /// The couple.
    pub couple: Couple,
    /// State with cause.
    pub status: LinkStatus,
    /// The CRM half is good.
    pub crm_done: bool,
    /// The calendar half is good.
    pub calendar_done: bool,
}

impl Core {
    /// The person's own links.
    ///
    /// # Errors
    /// A mishap page when storage fails.
    pub async fn my_links(&self, actor: &Actor) -> Result<Vec<MyLink>, MishapReport> {
        allow(actor, Action::SeeOwn).map_err(|_| MishapReport::plain(Mishap::NotFound))?;
        self.find_my_links(actor)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    async fn find_my_links(&self, actor: &Actor) -> FaultResult<Vec<MyLink>> {
        let mut unit = self.storage.read().await?;
        let Some(link) = unit
            .link_of_crm_user(actor.tenant, &actor.associate)
            .await?
        else {
            return Ok(Vec::new());
        };
        let held = unit.grants(actor.tenant, Some(link.profile)).await?;
        let facts = grants::facts(&link, &held);
        let invited_by = unit
            .newest_invitation(link.tenant, link.id)
            .await?
            .map(|i| i.invited_by)
            .unwrap_or_default();
        let couple = couple(&mut *unit, &link, &invited_by).await?;
        Ok(couple
            .map(|couple| MyLink {
                id: link.id,
                couple,
                status: derive_status(&facts),
                crm_done: facts.crm == GrantFact::Good,
                calendar_done: facts.calendar == GrantFact::Good,
            })
            .into_iter()
            .collect())
    }

    /// Continues an activation without a mail: the session proves the CRM user.
    ///
    /// # Errors
    /// *Not found* for a link that is not this person's own.
    pub async fn continue_mine(
        &self,
        actor: &Actor,
        link: LinkId,
        browser: &SecretHash,
    ) -> Result<ActivationId, MishapReport> {
        allow(actor, Action::SeeOwn).map_err(|_| MishapReport::plain(Mishap::NotFound))?;
        let own = async {
            let found = self
                .storage
                .read()
                .await?
                .link_of_crm_user(actor.tenant, &actor.associate)
                .await?;
            match found.filter(|found| found.id == link) {
                Some(found) => self.open_activation(&found, None, browser).await.map(Some),
                None => Ok::<_, crate::failure::Fault>(None),
            }
        };
        own.await
            .map_err(|fault| self.internal_mishap(fault))?
            .ok_or_else(|| MishapReport::plain(Mishap::NotFound))
    }
}
