//! A linked user: a row of the table, a card on a phone.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use synchronizer_domain::ids::{LinkId, ProfileId};
use synchronizer_domain::link::{LinkAction, LinkState};
use synchronizer_domain::status::Picked;
use synchronizer_domain::usecases::LinkRow;

use super::actions::{RowActions, Wish};
use super::cells::{StateCell, cell, gone_tag};
use super::columns::Column;
use super::paused::{Pause, PausedCell};
use super::selection::Selection;
use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{Email, close_popover, dynamic, optional, text, when};

/// The row of one link; each cell follows its own part of the data.
#[component]
pub fn Row(
    /// The link.
    id: LinkId,
    /// Its data, as long as it is on the page.
    row: Memo<Option<LinkRow>>,
    /// What is shown of it.
    columns: &'static [Column],
    /// The name of a profile.
    place: Callback<ProfileId, String>,
    /// The table's actions.
    actions: RowActions,
    /// Who is chosen.
    selection: Selection,
    /// The rows beside it.
    page: Memo<Vec<Picked>>,
    /// The link that was made last.
    newest: RwSignal<Option<LinkId>>,
) -> impl IntoView {
    let texts = use_texts();
    let crm = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.crm.clone())));
    let gone = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.gone.first().is_some_and(Option::is_some))
        })
    });
    let name = text(move || {
        crm.with(|crm| crm.as_ref().map(|crm| crm.name.clone()))
            .unwrap_or_default()
    });
    let status = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.status)));
    let pause = Memo::new(move |_| row.with(|row| row.as_ref().and_then(Pause::of)));
    let state = Memo::new(move |_| {
        status
            .get()
            .map_or(LinkState::Invited, |status| status.state)
    });
    let pick = move |event: MouseEvent| {
        let on = !selection.has(id);
        page.with_untracked(|page| selection.set(id, on, event.shift_key(), page));
    };
    let cells = columns
        .iter()
        .map(|column| match column {
            Column::State => view! {
                <td role="cell" data-cell="state" data-col=column.word()>
                    {optional(move || {
                        if let Some(pause) = pause.get() {
                            return Some(view! { <PausedCell id name=name.get() pause actions /> }.into_any());
                        }
                        status.get().map(|status| view! { <StateCell id name=name.get() status actions /> }.into_any())
                    })}
                </td>
            }
            .into_any(),
            column => cell(*column, row, place),
        })
        .collect_view();
    view! {
        <tr
            role="row"
            class:is-gone=Signal::derive(move || state.get() == LinkState::Deleted)
            class:mark=Signal::derive(move || newest.get() == Some(id))
            class:is-picked=Signal::derive(move || selection.has(id))
        >
            <td role="cell" data-cell="pick">
                <input
                    class="check"
                    type="checkbox"
                    autocomplete="off"
                    aria-label=text(move || texts.with("portal.bulk.pick", &[("name", &name.get())]))
                    prop:checked=Signal::derive(move || selection.has(id))
                    on:click=pick
                />
            </td>
            <td role="cell" data-cell="title">
                {optional(move || {
                    crm.get()
                        .map(|crm| {
                            view! {
                                <span class="who">
                                    <b>{crm.name}</b>
                                    <Email address=crm.email none=texts.t("portal.link.no_email.crm") />
                                </span>
                                {gone_tag(texts, gone.get(), "portal.table.gone_crm")}
                            }
                                .into_any()
                        })
                })}
            </td>
            {cells}
            <td role="cell" data-cell="menu" class="end">
                {dynamic(move || menu(id, name.get(), state.get(), actions))}
            </td>
        </tr>
    }
}

/// What can be done: a menu, and for a deleted link its way back beside it.
fn menu(id: LinkId, name: String, state: LinkState, actions: RowActions) -> AnyView {
    let texts = use_texts();
    let ask = move |wish: Wish, name: String| {
        move |_| {
            close_popover();
            actions.ask(wish, vec![(id, name.clone())]);
        }
    };
    let busy = when("true", move || actions.busy(id));
    let undelete = Wish::Do(LinkAction::Undelete);
    let back = (state == LinkState::Deleted).then(|| {
        view! {
            <button class="btn btn--sm" type="button" aria-busy=busy on:click=ask(undelete, name.clone())>
                <Icon name=IconName::Undo />
                <span>{texts.t(&undelete.key())} <span class="sr">{format!(" {name}")}</span></span>
            </button>
        }
        .into_any()
    });
    let label = texts.with("portal.table.actions_for", &[("name", &name)]);
    let items = Wish::of(state)
        .into_iter()
        .filter(|wish| *wish != undelete)
        .map(|wish| {
            let (icon, class) = match wish {
                Wish::CopyLink => (IconName::Copy, "btn btn--quiet btn--wide"),
                Wish::Do(LinkAction::Resend) => (IconName::Mail, "btn btn--quiet btn--wide"),
                Wish::Do(LinkAction::Check) => (IconName::Refresh, "btn btn--quiet btn--wide"),
                Wish::Do(LinkAction::Pause) => (IconName::Pause, "btn btn--quiet btn--wide"),
                Wish::Do(LinkAction::Resume | LinkAction::Undelete) => {
                    (IconName::Arrow, "btn btn--quiet btn--wide")
                }
                Wish::Do(LinkAction::Delete | LinkAction::Erase) => {
                    (IconName::Trash, "btn btn--quiet btn--wide is-dangerous")
                }
            };
            view! {
                <li>
                    <button class=class type="button" on:click=ask(wish, name.clone())>
                        <Icon name=icon />
                        {texts.t(&wish.key())}
                    </button>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        {back}
        <details class="rowmenu" name="pop">
            <summary class="btn btn--quiet btn--icon btn--sm" aria-busy=busy>
                <Icon name=IconName::More />
                <span class="sr">{label}</span>
            </summary>
            <ul class="rowmenu__pop">{items}</ul>
        </details>
    }
    .into_any()
}
