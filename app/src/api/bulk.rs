//! What is done for many links at once.

use leptos::prelude::*;
use synchronizer_domain::bulk::ActReport;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::LinkAction;

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
