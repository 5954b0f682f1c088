//! Files that administrators download.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use synchronizer_app::files;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::csv::Table;
use synchronizer_domain::error::UseCaseError;
use synchronizer_domain::ids::{BatchId, ProfileId};
use synchronizer_domain::status::LinksQuery;

use super::language::Language;
use super::public;
use super::session::AdminOnly;
use crate::state::AppState;

/// The linked users of a profile; what of them, as the page's address says it.
pub(super) async fn linked_users(
    State(state): State<AppState>,
    language: Language,
    AdminOnly(actor): AdminOnly,
    Path(profile): Path<String>,
    Query(parameters): Query<HashMap<String, String>>,
) -> Response {
    let Ok(profile) = profile.parse::<ProfileId>() else {
        return public::mishap_page(language, "", Mishap::NotFound);
    };
    let query = LinksQuery {
        profile: Some(profile),
        ..LinksQuery::read(|name| parameters.get(name).cloned())
    };
    match state.core.export_links(&actor, query).await {
        Ok(links) => {
            let rows = links.iter().map(|(_, row)| row);
            attachment("linked-users.csv", files::linked_users(language.0, rows))
        }
        Err(error) => refused(language, error),
    }
}

/// What became of each row of a batch.
pub(super) async fn batch_results(
    State(state): State<AppState>,
    language: Language,
    AdminOnly(actor): AdminOnly,
    Path(batch): Path<String>,
) -> Response {
    let Ok(batch) = batch.parse::<BatchId>() else {
        return public::mishap_page(language, "", Mishap::NotFound);
    };
    match state.core.batch_results(&actor, batch).await {
        Ok(results) => attachment("results.csv", files::results(language.0, &results)),
        Err(error) => refused(language, error),
    }
}

/// A file that the browser stores under a name.
pub(super) fn attachment(name: &str, table: Table) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    (
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        table.into_text(),
    )
        .into_response()
}

/// The page for a refusal of a plain endpoint.
pub(super) fn refused(language: Language, error: UseCaseError) -> Response {
    public::report(language, error.into())
}
