//! What of *Account* and *Audit log* is no page: leaving for SuperOffice, and the file.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use synchronizer_app::i18n;
use synchronizer_domain::account::{AuditGroup, AuditQuery};
use synchronizer_domain::csv::Table;
use synchronizer_domain::routes;

use super::browser::ensure_mark;
use super::files;
use super::language::Language;
use super::public;
use super::session::AdminOnly;
use crate::state::AppState;

/// Leaves for SuperOffice, to replace the CRM connection.
pub(super) async fn replace_crm(
    State(state): State<AppState>,
    language: Language,
    AdminOnly(actor): AdminOnly,
    jar: CookieJar,
) -> Response {
    let (browser, jar) = ensure_mark(jar, &state);
    match state.core.begin_crm_connection(&actor, &browser).await {
        Ok(attempt) => (jar, Redirect::to(&routes::leave(attempt))).into_response(),
        Err(report) => public::report(language, report),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    who: String,
    group: String,
    from: String,
    until: String,
    q: String,
}

/// The log as a file, in the words of the page's language.
pub(super) async fn export_audit(
    State(state): State<AppState>,
    language: Language,
    AdminOnly(actor): AdminOnly,
    Query(wanted): Query<Wanted>,
) -> Response {
    let query = AuditQuery {
        who: wanted.who,
        group: AuditGroup::from_word(&wanted.group),
        from: wanted.from,
        until: wanted.until,
        text: wanted.q,
        before: None,
    };
    let lines = match state.core.export_audit(&actor, query).await {
        Ok(lines) => lines,
        Err(error) => return files::refused(language, error),
    };
    let words = i18n::public(language.0);
    let mut file = Table::for_scripts(&["when", "who", "action", "what", "on"]);
    for line in lines {
        let what = words.action(&line.action);
        let when = line.at.to_rfc3339();
        file.add(&[&when, &line.who, &line.action, &what, &line.subject]);
    }
    files::attachment("audit-log.csv", file)
}
