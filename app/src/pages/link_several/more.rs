//! Long tables begin with their first rows.

use leptos::prelude::*;

use super::choice::SHOWN;
use crate::i18n::{group, number, use_texts};
use crate::ui::optional;

/// How many of all rows are shown, and a button for more; nothing when all are.
#[component]
pub fn MoreRows(
    /// How many rows are shown at most.
    limit: RwSignal<usize>,
    /// How many there are.
    total: Signal<usize>,
) -> impl IntoView {
    let texts = use_texts();
    optional(move || {
        let (rows, total) = (limit.get(), total.get());
        (total > rows).then(|| {
            let of = |count| group(number(count), texts.locale());
            let said = texts.with(
                "portal.several.shown",
                &[("shown", &of(rows)), ("total", &of(total))],
            );
            view! {
                <p class="list__empty row">
                    <span>{said}</span>
                    <button
                        class="btn btn--sm"
                        type="button"
                        on:click=move |_| limit.update(|limit| *limit += SHOWN)
                    >
                        {texts.t("portal.several.more")}
                    </button>
                </p>
            }
            .into_any()
        })
    })
}
