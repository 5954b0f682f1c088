//! Buttons, and what they show while their action runs.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::{dynamic, when};

/// The inside of a button: icon and verb, or a spinner and the verb's present tense.
#[component]
pub fn Busy(
    /// Whether the action runs.
    #[prop(into)]
    busy: Signal<bool>,
    /// The verb.
    label: String,
    /// The verb's present tense.
    doing: String,
    /// The icon before the verb.
    #[prop(optional)]
    icon: Option<IconName>,
) -> impl IntoView {
    inside(busy, label, doing, icon)
}

/// A button that sends its form, and says so while it is on its way.
#[component]
pub fn SendButton(
    /// Its look.
    class: &'static str,
    /// Whether it is on its way.
    #[prop(into)]
    busy: Signal<bool>,
    /// The verb.
    label: String,
    /// The verb's present tense.
    doing: String,
    /// The icon before the verb.
    #[prop(optional)]
    icon: Option<IconName>,
) -> impl IntoView {
    view! {
        <button class=class type="submit" aria-busy=when("true", move || busy.get())>
            {inside(busy, label, doing, icon)}
        </button>
    }
}

fn inside(busy: Signal<bool>, label: String, doing: String, icon: Option<IconName>) -> AnyView {
    dynamic(move || {
        if busy.get() {
            view! {
                <span class="spin" aria-hidden="true"></span>
                <span>{doing.clone()}</span>
            }
            .into_any()
        } else {
            view! {
                {icon.map(|name| view! { <Icon name /> }.into_any())}
                <span>{label.clone()}</span>
            }
            .into_any()
        }
    })
}
