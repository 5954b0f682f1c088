//! What can be done with the selection.

use leptos::prelude::*;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::{LinkAction, LinkState};
use synchronizer_domain::usecases::LinkUsersView;

use super::actions::{RowActions, Wish};
use super::selection::Selection;
use crate::i18n::{group, use_texts};
use crate::ui::{focus, optional, when};

/// The chosen links, as they are now.
type Chosen = Vec<(LinkId, String, LinkState)>;

/// Sticks above the table while somebody is chosen.
#[component]
pub fn BulkBar(
    /// The page's data.
    view: RwSignal<LinkUsersView>,
    /// Who is chosen.
    selection: Selection,
    /// The table's actions.
    actions: RowActions,
) -> impl IntoView {
    let texts = use_texts();
    let chosen = Memo::new(move |_| {
        view.with(|view| {
            view.links
                .iter()
                .filter(|row| selection.has(row.id))
                .map(|row| (row.id, row.crm.name.clone(), row.status.state))
                .collect::<Chosen>()
        })
    });
    let clear = move |_| {
        selection.clear();
        focus("linked");
    };
    optional(move || {
        let all = chosen.get();
        (!all.is_empty()).then(|| {
            let buttons = LinkAction::ALL
                .iter()
                .filter_map(|action| button(*action, &all, actions))
                .collect_view();
            view! {
                <div class="bulk" role="region" aria-label=texts.t("portal.bulk.title")>
                    <span class="bulk__n" role="status">
                        {texts.count("portal.bulk.selected", number(all.len()), &[])}
                    </span>
                    {buttons}
                    <button class="btn btn--quiet btn--sm" type="button" on:click=clear>
                        {texts.t("portal.bulk.clear")}
                    </button>
                </div>
            }
            .into_any()
        })
    })
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The button of an action that is possible for at least one; it says for how many.
fn button(action: LinkAction, all: &Chosen, actions: RowActions) -> Option<AnyView> {
    let texts = use_texts();
    let fit: Vec<(LinkId, String)> = all
        .iter()
        .filter(|(_, _, state)| action.applies_to(*state))
        .map(|(id, name, _)| (*id, name.clone()))
        .collect();
    if fit.is_empty() {
        return None;
    }
    let verb = texts.t(&Wish::Do(action).key());
    let label = if fit.len() == all.len() {
        verb
    } else {
        let of = |count| group(number(count), texts.locale());
        texts.with(
            "portal.bulk.some",
            &[
                ("verb", &verb),
                ("count", &of(fit.len())),
                ("total", &of(all.len())),
            ],
        )
    };
    let class = if matches!(action, LinkAction::Delete | LinkAction::Erase) {
        "btn btn--quiet btn--sm is-dangerous"
    } else {
        "btn btn--sm"
    };
    let press = move |_| actions.ask(Wish::Do(action), fit.clone());
    let busy = when("true", move || actions.running());
    Some(
        view! {
            <button class=class type="button" aria-busy=busy on:click=press>
                {label}
            </button>
        }
        .into_any(),
    )
}
