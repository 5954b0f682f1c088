//! What can be done with the selection.

use leptos::prelude::*;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::LinkAction;
use synchronizer_domain::status::{LinksView, Picked};

use super::actions::{RowActions, Wish};
use super::selection::Selection;
use crate::api::matching_links;
use crate::error::leave_when_signed_out;
use crate::i18n::{group, number, use_texts};
use crate::live::task;
use crate::ui::{focus, optional, when};

/// Sticks above the table while somebody is chosen.
#[component]
pub fn BulkBar(
    /// The table's data.
    view: RwSignal<LinksView>,
    /// Who is chosen.
    selection: Selection,
    /// The table's actions.
    actions: RowActions,
) -> impl IntoView {
    let texts = use_texts();
    let clear = move |_| {
        selection.clear();
        focus("linked");
    };
    let everybody = task(move || {
        let query = view.with_untracked(|view| view.query.clone());
        async move {
            match matching_links(query).await {
                Ok(found) => selection.set_all(&found, true),
                Err(error) => leave_when_signed_out(&error),
            }
        }
    });
    optional(move || {
        let all = selection.chosen();
        (!all.is_empty()).then(|| {
            let buttons = LinkAction::ALL
                .iter()
                .filter_map(|action| button(*action, &all, actions))
                .collect_view();
            // The whole page is chosen, and there are others.
            let more = view.with(|view| {
                let here = view.rows.iter().all(|row| selection.has(row.id));
                (here && number(all.len()) < view.total).then_some(view.total)
            });
            let more = more.map(|total| {
                view! {
                    <button
                        class="btn btn--quiet btn--sm"
                        type="button"
                        aria-busy=when("true", move || everybody.pending().get())
                        on:click=move |_| {
                            everybody.dispatch(());
                        }
                    >
                        {texts.count("portal.bulk.pick_all", total, &[])}
                    </button>
                }
                .into_any()
            });
            view! {
                <div class="bulk" role="region" aria-label=texts.t("portal.bulk.title")>
                    <span class="bulk__n" role="status">
                        {texts.count("portal.bulk.selected", number(all.len()), &[])}
                    </span>
                    {more}
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

/// The button of an action that is possible for at least one; it says for how many.
fn button(action: LinkAction, all: &[Picked], actions: RowActions) -> Option<AnyView> {
    let texts = use_texts();
    let fit: Vec<(LinkId, String)> = all
        .iter()
        .filter(|one| action.applies_to(one.state))
        .map(|one| (one.id, one.name.clone()))
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
