//! *Status* as a file.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use synchronizer_domain::Timestamp;
use synchronizer_domain::csv::Table;
use synchronizer_domain::mail::MailState;
use synchronizer_domain::status::{Connection, LinksQuery};
use synchronizer_domain::usecases::{InvitationStatus, LinkRow};

use super::files;
use super::language::Language;
use super::session::AdminOnly;
use crate::state::AppState;

/// The columns. Words and not texts: scripts read such files, in any language.
const COLUMNS: [&str; 17] = [
    "crm_id",
    "crm_name",
    "crm_email",
    "calendar_id",
    "calendar_name",
    "calendar_email",
    "profile",
    "system",
    "state",
    "cause",
    "since",
    "superoffice",
    "calendar",
    "invitation",
    "linked",
    "last_check",
    "next_check",
];

/// Everybody whom the page's filter finds, in its order.
pub(super) async fn export(
    State(state): State<AppState>,
    language: Language,
    AdminOnly(actor): AdminOnly,
    Query(parameters): Query<HashMap<String, String>>,
) -> Response {
    let query = LinksQuery::read(|name| parameters.get(name).cloned());
    let rows = match state.core.export_links(&actor, query).await {
        Ok(rows) => rows,
        Err(error) => return files::refused(language, error),
    };
    let mut file = Table::for_scripts(&COLUMNS);
    for (profile, row) in &rows {
        add(&mut file, profile, row);
    }
    files::attachment("status.csv", file)
}

fn add(file: &mut Table, profile: &str, row: &LinkRow) {
    let date = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339).unwrap_or_default();
    let cause = row.status.cause.map(|found| found.cause.word());
    let [crm, calendar] = row.sides.map(Connection::word);
    file.add(&[
        row.crm.id.as_str(),
        &row.crm.name,
        &row.crm.email,
        row.calendar.id.as_str(),
        &row.calendar.name,
        &row.calendar.email,
        profile,
        row.system.word(),
        row.status.state.word(),
        cause.unwrap_or_default(),
        &date(Some(row.since)),
        crm,
        calendar,
        row.invitation.as_ref().map_or("copied", invitation),
        &date(Some(row.created_at)),
        &date(row.checked_at),
        &date(row.next_at),
    ]);
}

/// How far an invitation is, as the page tells it.
const fn invitation(invitation: &InvitationStatus) -> &'static str {
    if invitation.used_at.is_some() {
        return "used";
    }
    if invitation.expired {
        return "expired";
    }
    if invitation.opened_at.is_some() {
        return "opened";
    }
    match invitation.mail {
        MailState::Queued => "queued",
        MailState::Sent => "sent",
        MailState::Failed => "failed",
    }
}
