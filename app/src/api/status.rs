//! Tables of links.

use leptos::prelude::*;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::profile::CalendarSystem;
#[cfg(feature = "ssr")]
use synchronizer_domain::status::LinksQuery;
use synchronizer_domain::status::{LinkSort, LinksView, Picked};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr;
use crate::wire::Output;

/// A page of a table of links.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "status/links", output = Output)]
pub async fn list_links(
    #[server(default)] profile: Option<ProfileId>,
    #[server(default)] system: Option<CalendarSystem>,
    #[server(default)] state: Option<LinkState>,
    #[server(default)] deleted: bool,
    #[server(default)] text: String,
    #[server(default)] sort: LinkSort,
    #[server(default)] descending: bool,
    #[server(default)] page: u32,
) -> Result<LinksView, AppError> {
    let (actor, services) = ssr::caller()?;
    let query = LinksQuery {
        profile,
        system,
        state,
        deleted,
        text,
        sort,
        descending,
        page,
    };
    ssr::answer(services.status.links(&actor, query).await)
}

/// Everybody who matches, on whatever page.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "status/matching", output = Output)]
pub async fn matching_links(
    #[server(default)] profile: Option<ProfileId>,
    #[server(default)] system: Option<CalendarSystem>,
    #[server(default)] state: Option<LinkState>,
    #[server(default)] deleted: bool,
    #[server(default)] text: String,
) -> Result<Vec<Picked>, AppError> {
    let (actor, services) = ssr::caller()?;
    let query = LinksQuery {
        profile,
        system,
        state,
        deleted,
        text,
        ..LinksQuery::default()
    };
    ssr::answer(services.status.matching(&actor, query).await)
}
