//! Files that administrators download.

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use synchronizer_app::files::{self, LinkFilter};
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::csv::Table;
use synchronizer_domain::error::UseCaseError;
use synchronizer_domain::ids::{BatchId, ProfileId};
use synchronizer_services::MishapReport;

use super::language::Language;
use super::public;
use super::session::AdminOnly;
use crate::state::AppState;

/// What of *Linked users* is wanted, as the page's address says it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    state: Option<String>,
    deleted: Option<String>,
    q: Option<String>,
}

/// The linked users of a profile.
pub(super) async fn linked_users(
    State(state): State<AppState>,
    language: Language,
    AdminOnly(actor): AdminOnly,
    Path(profile): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let Ok(profile) = profile.parse::<ProfileId>() else {
        return public::mishap_page(language, "", Mishap::NotFound);
    };
    let Wanted {
        state: in_state,
        deleted,
        q,
    } = wanted;
    let filter =
        LinkFilter::from_query(in_state.as_deref(), deleted.as_deref(), q.as_deref(), None);
    match state.core.linked_users(&actor, profile).await {
        Ok(links) => {
            let table = files::linked_users(language.0, &links, &filter);
            attachment("linked-users.csv", table)
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
    match error {
        UseCaseError::Internal { reference } => {
            let report = MishapReport {
                reference: Some(reference),
                ..MishapReport::plain(Mishap::Internal)
            };
            public::report(language, report)
        }
        // Administrators may do all that they can ask for, until their company is suspended.
        UseCaseError::Forbidden => public::mishap_page(language, "", Mishap::TenantSuspended),
        _ => public::mishap_page(language, "", Mishap::NotFound),
    }
}
