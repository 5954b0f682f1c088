//! What is done for many links at once.

use leptos::prelude::*;
use synchronizer_domain::bulk::{ActPreview, ActReport, BatchView, SeveralView};
use synchronizer_domain::ids::{BatchId, ImportId, LinkId, ProfileId};
use synchronizer_domain::import::ImportView;
use synchronizer_domain::link::LinkAction;
use synchronizer_domain::status::LinksQuery;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr;
use crate::wire::Output;

/// Does an action for a selection. `typed` confirms a permanent deletion.
///
/// # Errors
/// Unauthenticated, forbidden, not found, invalid (field `typed`), internal.
#[server(prefix = "/api", endpoint = "linking/act", output = Output)]
pub async fn act_on_links(
    action: LinkAction,
    #[server(default)] links: Vec<LinkId>,
    #[server(default)] typed: String,
) -> Result<ActReport, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.bulk.act(&actor, action, links, typed).await)
}

/// What an action on a selection would touch, beside what a table shows that is asked for
/// the same.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "linking/preview", output = Output)]
pub async fn preview_action(
    action: LinkAction,
    #[server(default)] links: Vec<LinkId>,
    #[server(default)] asked: LinksQuery,
) -> Result<ActPreview, AppError> {
    let (actor, services) = ssr::caller()?;
    let bulk = &services.bulk;
    ssr::answer(bulk.preview(&actor, action, links, asked).await)
}

/// Who can be linked at once, and who cannot.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "linking/several", output = Output)]
pub async fn link_several_view(profile: ProfileId) -> Result<SeveralView, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.bulk.several(&actor, profile).await)
}

/// Begins to link pairs; each is the CRM user's id, a blank, the calendar user's id.
///
/// # Errors
/// Unauthenticated, forbidden, not found, invalid (field `pairs`), refused, internal.
#[server(prefix = "/api", endpoint = "linking/link-several", output = Output)]
pub async fn link_several(
    profile: ProfileId,
    #[server(default)] pairs: Vec<String>,
) -> Result<BatchId, AppError> {
    use synchronizer_domain::ids::{AssociateId, CalendarUserId};
    use synchronizer_domain::{ErrorCode, UseCaseError, routes};

    let (actor, services) = ssr::caller()?;
    let pairs: Option<Vec<_>> = pairs
        .iter()
        .map(|pair| {
            let (crm, calendar) = pair.split_once(' ')?;
            Some((AssociateId::new(crm), CalendarUserId::new(calendar)))
        })
        .collect();
    let pairs = pairs.ok_or_else(|| UseCaseError::field("pairs", ErrorCode::Required));
    let pairs = ssr::answer(pairs)?;
    let batch = ssr::answer(services.bulk.link_several(&actor, profile, pairs).await)?;
    // Without script the page is opened again and shows the batch.
    ssr::redirect(&routes::profile_page(profile, "link-several"));
    Ok(batch)
}

/// A list of pairs that was brought, with a verdict for each line.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "linking/import", output = Output)]
pub async fn import_page(
    profile: ProfileId,
    #[server(default)] import: Option<ImportId>,
) -> Result<ImportView, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.bulk.import(&actor, profile, import).await)
}

/// Begins to link the right lines of a list, but those that were offered to be chosen and
/// are not ticked.
///
/// # Errors
/// Unauthenticated, forbidden, not found, invalid (field `pairs`), refused, internal.
#[server(prefix = "/api", endpoint = "linking/link-import", output = Output)]
pub async fn link_import(
    profile: ProfileId,
    import: ImportId,
    #[server(default)] offered: Vec<u32>,
    #[server(default)] ticked: Vec<u32>,
) -> Result<BatchId, AppError> {
    let (actor, services) = ssr::caller()?;
    let bulk = &services.bulk;
    let begun = bulk.link_import(&actor, profile, import, offered, ticked);
    let batch = ssr::answer(begun.await)?;
    let page = synchronizer_domain::routes::profile_page(profile, "link-file");
    ssr::redirect(&format!("{page}?list={import}"));
    Ok(batch)
}

/// The newest batch of a profile with its progress.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "linking/batch", output = Output)]
pub async fn newest_batch(profile: ProfileId) -> Result<Option<BatchView>, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.bulk.batch(&actor, profile).await)
}

/// Stops a batch; what is done stays.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "linking/cancel-batch", output = Output)]
pub async fn cancel_batch(batch: BatchId) -> Result<(), AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.bulk.cancel_batch(&actor, batch).await)
}
