//! Heads of tables.

use leptos::prelude::*;

/// The head of a column.
pub fn column(name: String) -> AnyView {
    view! {
        <th role="columnheader" scope="col">
            {name}
        </th>
    }
    .into_any()
}

/// The head of the column of ticks: a tick for all rows, or for none of them.
#[component]
pub fn TickAll(
    /// What it does.
    label: String,
    /// How many rows are ticked, and how many there are.
    ticked: Memo<(usize, usize)>,
    /// Ticks all rows, or none.
    set: Callback<bool>,
) -> impl IntoView {
    let full = Signal::derive(move || ticked.with(|(ticked, all)| *all > 0 && ticked == all));
    let mixed = Signal::derive(move || ticked.with(|(ticked, all)| *ticked > 0 && ticked < all));
    view! {
        <th role="columnheader" scope="col">
            <input
                class="check"
                class:is-mixed=mixed
                type="checkbox"
                autocomplete="off"
                aria-label=label
                prop:checked=full
                prop:indeterminate=mixed
                on:click=move |_| set.run(!full.get_untracked())
            />
        </th>
    }
}
