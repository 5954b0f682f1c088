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
use crate::ui::{dynamic, focus, optional, text, when};

/// Sticks above the table while somebody is chosen. Its parts change by themselves, so that
/// the focus stays where it is when the table's data do.
#[component]
pub fn BulkBar(
    /// The table's data.
    view: RwSignal<LinksView>,
    /// The rows of the page.
    page: Memo<Vec<Picked>>,
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
            match matching_links(query.clone()).await {
                Ok(found) => {
                    selection.only(found, &query);
                    focus("picked");
                }
                Err(error) => leave_when_signed_out(&error),
            }
        }
    });
    let chosen = Memo::new(move |_| selection.chosen());
    let count = Memo::new(move |_| chosen.with(Vec::len));
    let selected = text(move || {
        let (all, here) = (count.get(), page.with(|page| selection.count(page)));
        let selected = texts.count("portal.bulk.selected", number(all), &[]);
        match all.saturating_sub(here) {
            0 => selected,
            elsewhere => {
                let elsewhere = texts.count("portal.bulk.elsewhere", number(elsewhere), &[]);
                format!("{selected}, {elsewhere}")
            }
        }
    });
    // The whole page is chosen, and there are others.
    let more = Memo::new(move |_| {
        view.with(|view| {
            let rows = page.with(|page| (page.len(), selection.count(page)));
            let whole = selection.is_whole(&view.query) && number(count.get()) == view.total;
            (rows.0 == rows.1 && number(rows.0) < view.total && !whole).then_some(view.total)
        })
    });
    let more = move || {
        optional(move || {
            more.get().map(|total| {
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
            })
        })
    };
    // For how many each action is possible.
    let possible = Memo::new(move |_| {
        chosen.with(|chosen| {
            let fits = |action: &LinkAction| {
                let fit = chosen.iter().filter(|one| action.applies_to(one.state));
                (*action, fit.count())
            };
            LinkAction::ALL.iter().map(fits).collect::<Vec<_>>()
        })
    });
    let buttons = move || {
        dynamic(move || {
            let all = count.get();
            let possible = possible.get().into_iter();
            possible
                .filter(|(_, fit)| *fit > 0)
                .map(|(action, fit)| button(action, (fit, all), chosen, actions))
                .collect_view()
                .into_any()
        })
    };
    let any = Memo::new(move |_| count.get() > 0);
    optional(move || {
        any.get().then(|| {
            view! {
                <div class="bulk" role="region" aria-label=texts.t("portal.bulk.title")>
                    <span class="bulk__n" role="status" id="picked" tabindex="-1">
                        {selected}
                    </span>
                    {more()}
                    {buttons()}
                    <button class="btn btn--quiet btn--sm" type="button" on:click=clear>
                        {texts.t("portal.bulk.clear")}
                    </button>
                </div>
            }
            .into_any()
        })
    })
}

/// The button of an action; it says for how many of all it is possible.
fn button(
    action: LinkAction,
    (fit, all): (usize, usize),
    chosen: Memo<Vec<Picked>>,
    actions: RowActions,
) -> AnyView {
    let texts = use_texts();
    let verb = texts.t(&Wish::Do(action).key());
    let label = if fit == all {
        verb
    } else {
        let of = |count| group(number(count), texts.locale());
        texts.with(
            "portal.bulk.some",
            &[("verb", &verb), ("count", &of(fit)), ("total", &of(all))],
        )
    };
    let class = if matches!(action, LinkAction::Delete | LinkAction::Erase) {
        "btn btn--quiet btn--sm is-dangerous"
    } else {
        "btn btn--sm"
    };
    let press = move |_| {
        let fit: Vec<(LinkId, String)> = chosen.with_untracked(|chosen| {
            let fit = chosen.iter().filter(|one| action.applies_to(one.state));
            fit.map(|one| (one.id, one.name.clone())).collect()
        });
        actions.ask_for_all(action, fit);
    };
    let busy = when("true", move || actions.running());
    view! {
        <button class=class type="button" aria-busy=busy on:click=press>
            {label}
        </button>
    }
    .into_any()
}
