//! What a table says of a link, cell by cell.

use leptos::prelude::*;
use synchronizer_domain::Timestamp;
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::ids::{LinkId, ProfileId};
use synchronizer_domain::link::{LinkAction, LinkState, LinkStatus, Party};
use synchronizer_domain::mail::MailState;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::routes::profile_page;
use synchronizer_domain::status::Connection;
use synchronizer_domain::usecases::{InvitationStatus, LinkRow};

use super::actions::{RowActions, Wish};
use super::columns::Column;
use crate::i18n::{Texts, use_texts};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{
    Email, When, WhenText, close_popover, optional, state_icon, state_key, system_key,
};

/// Longest answer of a mail server that is shown, in characters.
const MAX_ANSWER: usize = 200;

/// A cell of any column but the state's. It is drawn again when its own part of the row changes.
pub fn cell(
    column: Column,
    row: Memo<Option<LinkRow>>,
    place: Callback<ProfileId, String>,
) -> AnyView {
    let texts = use_texts();
    let part = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| Part::of(column, row))));
    let label = match column {
        Column::Calendar => texts.t("portal.table.calendar"),
        column => texts.t(&column.key()),
    };
    let class = match column {
        Column::Calendar | Column::Profile => "",
        _ => "muted",
    };
    view! {
        <td role="cell" data-label=label data-col=column.word() class=class>
            {optional(move || part.get().map(|part| shown(part, column, place)))}
        </td>
    }
    .into_any()
}

/// Says that a linked person is in the list no more.
pub fn gone_tag(texts: Texts, gone: bool, key: &str) -> Option<AnyView> {
    gone.then(|| view! { <span class="tag">{texts.t(key)}</span> }.into_any())
}

/// What a column shows of a row.
#[derive(Clone, PartialEq)]
enum Part {
    Person(CalendarUser, bool),
    Profile(ProfileId, CalendarSystem),
    Side(Connection),
    Invitation(Option<InvitationStatus>),
    At(Option<Timestamp>),
}

impl Part {
    fn of(column: Column, row: &LinkRow) -> Self {
        let [crm, calendar] = row.sides;
        match column {
            Column::Profile => Self::Profile(row.profile, row.system),
            Column::SuperOffice => Self::Side(crm),
            Column::Connection => Self::Side(calendar),
            Column::Invitation => Self::Invitation(row.invitation.clone()),
            Column::Since => Self::At(Some(row.since)),
            Column::Checked => Self::At(row.checked_at),
            Column::Next => Self::At(row.next_at),
            Column::Calendar | Column::State => Self::Person(
                row.calendar.clone(),
                row.gone.last().is_some_and(Option::is_some),
            ),
        }
    }
}

fn shown(part: Part, column: Column, place: Callback<ProfileId, String>) -> AnyView {
    let texts = use_texts();
    match part {
        Part::Person(calendar, gone) => {
            let account = if calendar.email.is_empty() {
                calendar.id.to_string()
            } else {
                calendar.email
            };
            view! {
                <span class="who">
                    <b class="only-wide">{calendar.name}</b>
                    <Email address=account />
                </span>
                {gone_tag(texts, gone, "portal.table.gone_calendar")}
            }
            .into_any()
        }
        Part::Profile(id, system) => view! {
            <span class="who">
                <a class="plain" href=profile_page(id, "link-users")>
                    {place.run(id)}
                </a>
                <span>{texts.t(&system_key(system))}</span>
            </span>
        }
        .into_any(),
        Part::Side(side) => {
            let (icon, state) = match side {
                Connection::Connected => (IconName::Check, "active"),
                Connection::Refused => (IconName::Alert, "attention"),
                Connection::NotYet => (IconName::Clock, ""),
            };
            view! {
                <span class="state state--calm" data-state=state>
                    <Icon name=icon />
                    {texts.t(&format!("portal.connection.{}", side.word()))}
                </span>
            }
            .into_any()
        }
        Part::Invitation(invitation) => view! { <InvitationCell invitation /> }.into_any(),
        Part::At(Some(at)) => view! { <When at /> }.into_any(),
        Part::At(None) => {
            let key = match column {
                Column::Next => "portal.table.waits",
                _ => "portal.table.never",
            };
            view! { <span>{texts.t(key)}</span> }.into_any()
        }
    }
}

/// The badge; with a cause it opens what is wrong, since when, and who can mend it.
#[component]
pub fn StateCell(
    /// The link.
    id: LinkId,
    /// Name of the CRM user.
    name: String,
    /// State and cause.
    status: LinkStatus,
    /// The table's actions.
    actions: RowActions,
) -> impl IntoView {
    let texts = use_texts();
    let state = status.state;
    let word = texts.t(&state_key(state));
    let Some(cause) = status.cause.filter(|_| state != LinkState::Deleted) else {
        return view! {
            <span class="state" data-state=state.word()>
                <Icon name=state_icon(state) />
                {word}
            </span>
        }
        .into_any();
    };
    let class = if state == LinkState::NeedsAttention {
        "state state--loud"
    } else {
        "state"
    };
    let key = cause.cause.word();
    let title_id = format!("cause-{id}");
    let labelled_by = title_id.clone();
    let who = match cause.party {
        Party::User => name.clone(),
        Party::Company => texts.t("party.company"),
        Party::Both => texts.with("party.both", &[("name", &name)]),
    };
    let button = |wish: Wish, class: &'static str| {
        let name = name.clone();
        let press = move |_| {
            close_popover();
            actions.ask(wish, vec![(id, name.clone())]);
        };
        let key = if wish == Wish::Do(LinkAction::Resend) && state == LinkState::NeedsAttention {
            "portal.do.reactivate".to_owned()
        } else {
            wish.key()
        };
        view! {
            <button class=class type="button" on:click=press>
                {texts.t(&key)}
            </button>
        }
        .into_any()
    };
    let buttons = Wish::remedies(cause, state)
        .into_iter()
        .enumerate()
        .map(|(place, wish)| {
            button(
                wish,
                if place == 0 {
                    "btn btn--primary"
                } else {
                    "btn"
                },
            )
        })
        .collect_view();
    let remedies = view! { <div class="row">{buttons}</div> }.into_any();
    view! {
        <details class="cause" name="pop">
            <summary class=class data-state=state.word()>
                <Icon name=state_icon(state) />
                <span>
                    {word} <span class="sr">{texts.t("portal.cause.more")}</span>
                </span>
                <Icon name=IconName::Down />
            </summary>
            <div class="pop" role="group" aria-labelledby=labelled_by>
                <strong id=title_id>{texts.t(&format!("cause.{key}.title"))}</strong>
                <p class="muted">{texts.t(&format!("cause.{key}.remedy"))}</p>
                <dl>
                    <dt>{texts.t("portal.cause.who")}</dt>
                    <dd>{who}</dd>
                    <dt>{texts.t("portal.cause.since")}</dt>
                    <dd>
                        <When at=cause.since />
                    </dd>
                </dl>
                {remedies}
            </div>
        </details>
    }
    .into_any()
}

/// How far the invitation is, with the mail server's answer when it refused.
#[component]
pub fn InvitationCell(
    /// The newest one.
    invitation: Option<InvitationStatus>,
) -> impl IntoView {
    let texts = use_texts();
    let Some(invitation) = invitation else {
        return view! { <span>{texts.t("portal.invitation.copied")}</span> }.into_any();
    };
    let answer: String = invitation.answer.chars().take(MAX_ANSWER).collect();
    let answer = (!answer.is_empty() && invitation.mail != MailState::Sent)
        .then(|| view! { <br /><span class="meta">{answer}</span> }.into_any());
    let moment = |key: &str, at| view! { <WhenText text=texts.t(key) at /> }.into_any();
    if let Some(at) = invitation.used_at {
        return moment("portal.invitation.used", at);
    }
    if invitation.expired {
        return moment("portal.invitation.expired", invitation.expires_at);
    }
    if let Some(at) = invitation.opened_at {
        return moment("portal.invitation.opened", at);
    }
    match invitation.mail {
        MailState::Sent => moment("portal.invitation.sent", invitation.at),
        MailState::Queued => view! {
            <span>{texts.t("portal.invitation.queued")} {answer}</span>
        }
        .into_any(),
        MailState::Failed => view! {
            <span>
                <span class="state" data-state="failed">
                    <Icon name=IconName::Stop />
                    {texts.t("portal.invitation.failed")}
                </span>
                {answer}
            </span>
        }
        .into_any(),
    }
}
