//! Tables of links.

use leptos::prelude::*;
use synchronizer_domain::status::{LinksQuery, LinksView, Picked};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr;
use crate::wire::Output;

/// A page of a table of links.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "status/links", output = Output)]
pub async fn list_links(#[server(default)] asked: LinksQuery) -> Result<LinksView, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.status.links(&actor, asked).await)
}

/// Everybody who matches, on whatever page.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "status/matching", output = Output)]
pub async fn matching_links(#[server(default)] asked: LinksQuery) -> Result<Vec<Picked>, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.status.matching(&actor, asked).await)
}
