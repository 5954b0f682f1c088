//! What a button shows while its action runs.

use leptos::prelude::*;

use super::dynamic;
use super::icon::{Icon, IconName};

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
