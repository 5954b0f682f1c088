//! What an action on a selection would touch.

use std::collections::HashSet;

use synchronizer_domain::bulk::ActPreview;
use synchronizer_domain::ids::{LinkId, ProfileId};
use synchronizer_domain::link::{LinkAction, derive_status};
use synchronizer_domain::profile::{Profile, ProfileState};
use synchronizer_domain::session::Actor;
use synchronizer_domain::status::{LinkSort, LinksQuery};
use synchronizer_storage::{ListedLink, Slice, UnitOfWork};

use crate::Core;
use crate::failure::FaultResult;
use crate::linking::recipient;
use crate::status::understood_filter;

/// Links that are read at a time.
const CHUNK: usize = 1_000;

impl Core {
    /// None when none of the links is the tenant's.
    pub(super) async fn preview_of(
        &self,
        actor: &Actor,
        action: LinkAction,
        ids: &[LinkId],
        filter: LinksQuery,
    ) -> FaultResult<Option<ActPreview>> {
        let mut unit = self.storage.read().await?;
        let everybody = Slice {
            sort: LinkSort::Crm,
            limit: u32::MAX,
            ..Slice::default()
        };
        let shown: HashSet<LinkId> = unit
            .list_links(
                actor.tenant,
                &understood_filter(filter, self.unanswered_before()),
                everybody,
            )
            .await?
            .into_iter()
            .collect();
        let profiles = unit.profiles(actor.tenant).await?;
        let found = chosen(&mut *unit, actor, ids).await?;
        if found.is_empty() {
            return Ok(None);
        }
        let fits = |found: &&ListedLink| can_be_done(action, found, &profiles);
        let fit: HashSet<_> = found.iter().filter(fits).map(|one| one.link.id).collect();
        let (fitting, skipped) = ids
            .iter()
            .partition::<Vec<LinkId>, _>(|id| fit.contains(id));
        Ok(Some(ActPreview {
            hidden: fitting
                .into_iter()
                .filter(|id| !shown.contains(id))
                .collect(),
            skipped,
            pace: self.mail_pace(&mut *unit, actor.tenant).await?,
        }))
    }
}

/// Those of the links that there are, in their order.
pub(super) async fn chosen(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    ids: &[LinkId],
) -> FaultResult<Vec<ListedLink>> {
    let mut seen = HashSet::new();
    let ids: Vec<LinkId> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        found.append(&mut unit.listed_links(actor.tenant, chunk).await?);
    }
    Ok(found)
}

fn can_be_done(action: LinkAction, found: &ListedLink, profiles: &[Profile]) -> bool {
    let of = |id: ProfileId| profiles.iter().find(|profile| profile.id == id);
    // Links of a deleted profile come back only with it.
    let Some(profile) =
        of(found.link.profile).filter(|profile| profile.state != ProfileState::Deleted)
    else {
        return false;
    };
    let mailable =
        || !profile.is_stopped() && recipient(&found.link.crm, &found.link.calendar).is_ok();
    action.applies_to(derive_status(&found.facts).state)
        && (action != LinkAction::Resend || mailable())
}
