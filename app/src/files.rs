//! Files that administrators download, in the words of the page's language.

use synchronizer_domain::bulk::BatchResult;
use synchronizer_domain::csv::Table;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::mail::MailState;
use synchronizer_domain::usecases::{InvitationStatus, LinkRow};
use synchronizer_domain::{Locale, Timestamp};

use crate::i18n::{self, Catalogue};
use crate::ui::state_key;

/// A list of pairs that is to be filled in.
#[must_use]
pub fn template(locale: Locale, lines: &[[String; 3]]) -> Table {
    let mut table = begin(locale, &["fill_crm", "fill_calendar", "fill_name"]);
    for line in lines {
        table.add(line);
    }
    table
}

/// Linked users, in their order.
#[must_use]
pub fn linked_users<'a>(locale: Locale, links: impl Iterator<Item = &'a LinkRow>) -> Table {
    let mut table = begin(
        locale,
        &[
            "crm_name",
            "crm_email",
            "crm_id",
            "calendar_name",
            "calendar_email",
            "calendar_id",
            "state",
            "cause",
            "since",
            "invitation",
            "checked",
            "linked",
            "link",
        ],
    );
    let words = i18n::portal(locale);
    let date = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339).unwrap_or_default();
    for row in links {
        let cause = row.status.cause;
        // What is wrong with a deleted link is of no concern any more.
        let cause = cause.filter(|_| row.status.state != LinkState::Deleted);
        let what = cause.map(|cause| words.text(&format!("cause.{}.title", cause.cause.word())));
        table.add(&[
            row.crm.name.as_str(),
            &row.crm.email,
            row.crm.id.as_str(),
            &row.calendar.name,
            &row.calendar.email,
            row.calendar.id.as_str(),
            &words.text(&state_key(row.status.state)),
            &what.unwrap_or_default(),
            &date(cause.map(|cause| cause.since)),
            &invitation(&words, row.invitation.as_ref()),
            &date(row.checked_at),
            &date(Some(row.created_at)),
            &row.id.to_string(),
        ]);
    }
    table
}

/// What became of each row of a batch.
#[must_use]
pub fn results(locale: Locale, lines: &[BatchResult]) -> Table {
    let columns = [
        "crm_name",
        "crm_id",
        "calendar_name",
        "calendar_id",
        "result",
        "reason",
    ];
    let mut table = begin(locale, &columns);
    let words = i18n::portal(locale);
    for line in lines {
        let reason = line.reason.as_ref().map(|reason| words.error(reason));
        table.add(&[
            line.crm_name.as_str(),
            line.crm.as_str(),
            &line.calendar_name,
            line.calendar.as_str(),
            &words.text(&format!("portal.batch.row.{}", line.state.word())),
            &reason.unwrap_or_default(),
        ]);
    }
    table
}

fn begin(locale: Locale, columns: &[&str]) -> Table {
    let words = i18n::public(locale);
    let heading: Vec<String> = columns
        .iter()
        .map(|column| words.text(&format!("file.{column}")))
        .collect();
    Table::new(locale, &heading)
}

/// The same words as on the page, with the date in full.
fn invitation(words: &Catalogue, invitation: Option<&InvitationStatus>) -> String {
    let Some(invitation) = invitation else {
        return words.text("portal.invitation.copied");
    };
    let moment = |key: &str, at: Timestamp| {
        let text = words.text(&format!("portal.invitation.{key}"));
        text.replace("{when}", &at.to_rfc3339())
    };
    let answered = |key: &str| {
        let text = words.text(&format!("portal.invitation.{key}"));
        if invitation.answer.is_empty() {
            text
        } else {
            format!("{text}: {}", invitation.answer)
        }
    };
    if let Some(at) = invitation.used_at {
        return moment("used", at);
    }
    if invitation.expired {
        return moment("expired", invitation.expires_at);
    }
    if let Some(at) = invitation.opened_at {
        return moment("opened", at);
    }
    match invitation.mail {
        MailState::Sent => moment("sent", invitation.at),
        MailState::Queued => answered("queued"),
        MailState::Failed => answered("failed"),
    }
}
