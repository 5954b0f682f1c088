//! The badge of a paused link: who paused it, since when, and the way on.

use leptos::prelude::*;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::{Cause, LinkAction, LinkState, Pauser};
use synchronizer_domain::usecases::LinkRow;

use super::actions::{RowActions, Wish};
use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{When, close_popover, state_icon, state_key};

/// What is known of a pause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pause {
    by: Option<Pauser>,
    since: Timestamp,
    /// What did not work before.
    cause: Option<Cause>,
}

impl Pause {
    /// The pause of a link that is paused.
    pub fn of(row: &LinkRow) -> Option<Self> {
        (row.status.state == LinkState::Paused).then(|| Self {
            by: row.paused_by,
            since: row.since,
            cause: row.status.cause.map(|found| found.cause),
        })
    }
}

/// Opens who paused it, and *Resume*.
#[component]
pub fn PausedCell(
    /// The link.
    id: LinkId,
    /// Name of the CRM user.
    name: String,
    /// Its pause.
    pause: Pause,
    /// The table's actions.
    actions: RowActions,
) -> impl IntoView {
    let texts = use_texts();
    let state = LinkState::Paused;
    let title = format!("cause-{id}");
    let labelled = title.clone();
    let who = pause.by.map(|by| match by {
        Pauser::Person => name.clone(),
        Pauser::Admin => texts.t("portal.paused.admin"),
    });
    let by = who.map(|who| {
        view! {
            <dt>{texts.t("portal.paused.by")}</dt>
            <dd>{who}</dd>
        }
    });
    let before = pause.cause.map(
        |cause| view! { <p class="muted">{texts.t(&format!("cause.{}.title", cause.word()))}</p> },
    );
    let resume = Wish::Do(LinkAction::Resume);
    let press = move |_| {
        close_popover();
        actions.ask(resume, vec![(id, name.clone())]);
    };
    view! {
        <details class="cause" name="pop">
            <summary class="state" data-state=state.word()>
                <Icon name=state_icon(state) />
                <span>
                    {texts.t(&state_key(state))} <span class="sr">{texts.t("portal.paused.more")}</span>
                </span>
                <Icon name=IconName::Down />
            </summary>
            <div class="pop" role="group" aria-labelledby=labelled>
                <strong id=title>{texts.t(&state_key(state))}</strong>
                <p class="muted">{texts.t("portal.paused.text")}</p>
                {before}
                <dl>
                    {by} <dt>{texts.t("portal.cause.since")}</dt>
                    <dd>
                        <When at=pause.since />
                    </dd>
                </dl>
                <div class="row">
                    <button class="btn btn--primary" type="button" on:click=press>
                        {texts.t(&resume.key())}
                    </button>
                </div>
            </div>
        </details>
    }
}
