//! What surrounds a table of pairs that can be linked: how many are ticked, and *Link*.

use leptos::prelude::*;

use crate::i18n::{group, number, use_texts};
use crate::ui::icon::IconName;
use crate::ui::{Busy, dynamic, text, when};

/// How many are ticked, and the ways to tick all or none of them.
#[component]
pub fn TickBar(
    /// How many are ticked.
    #[prop(into)]
    ticked: Signal<usize>,
    /// How many there are.
    #[prop(into)]
    all: Signal<usize>,
    /// Ticks all of them, or none.
    set: Callback<bool>,
) -> impl IntoView {
    let texts = use_texts();
    let chosen = text(move || {
        let total = group(number(all.get()), texts.locale());
        texts.count(
            "portal.several.chosen",
            number(ticked.get()),
            &[("total", &total)],
        )
    });
    let button = move |on: bool, key: &str| {
        view! {
            <button class="btn btn--quiet btn--sm" type="button" on:click=move |_| set.run(on)>
                {texts.t(key)}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="bulk bulk--top" role="region" aria-label=texts.t("portal.several.choice")>
            <span class="bulk__n" role="status">
                {chosen}
            </span>
            {button(true, "portal.several.all")}
            {button(false, "portal.several.none")}
        </div>
    }
}

/// What linking does, and the button that links everybody who is ticked.
#[component]
pub fn LinkFoot(
    /// How many are ticked.
    #[prop(into)]
    ticked: Signal<usize>,
    /// What the button says, with their number.
    label: &'static str,
    /// It is on its way.
    #[prop(into)]
    busy: Signal<bool>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="tablefoot">
            <span class="small">{texts.t("portal.several.what")}</span>
            <button
                class="btn btn--primary"
                type="submit"
                aria-disabled=when("true", move || ticked.get() == 0)
                aria-busy=when("true", move || busy.get())
            >
                {dynamic(move || {
                    let label = texts.count(label, number(ticked.get()), &[]);
                    view! { <Busy busy icon=IconName::Link label doing=texts.t("portal.link.doing") /> }
                        .into_any()
                })}
            </button>
        </div>
    }
}
