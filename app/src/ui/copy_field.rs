//! An address to take along: a field and a button that copies it.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::text;
use crate::i18n::use_texts;

/// A read-only field with a copy button.
#[component]
pub fn CopyField(
    /// What to copy.
    value: String,
    /// The field's name.
    label: String,
) -> impl IntoView {
    let texts = use_texts();
    let copied = RwSignal::new(false);
    let field = NodeRef::<leptos::html::Input>::new();
    let to_copy = value.clone();
    let copy = move |_| {
        if let Some(field) = field.get() {
            field.select();
        }
        write_to_clipboard(&to_copy, copied);
    };
    view! {
        <div class="copyline">
            <input class="input" type="text" readonly node_ref=field aria-label=label value=value />
            <button class="btn" type="button" on:click=copy>
                <Icon name=IconName::Copy />
                {texts.t("common.copy")}
            </button>
        </div>
        <p class="meta" role="status">
            {text(move || if copied.get() { texts.t("common.copied") } else { String::new() })}
        </p>
    }
}

/// Pages without a secure context have no clipboard: the field then stays selected.
fn write_to_clipboard(text: &str, copied: RwSignal<bool>) {
    #[cfg(feature = "hydrate")]
    {
        let clipboard = window().navigator().clipboard();
        if clipboard.is_undefined() {
            return;
        }
        let written = clipboard.write_text(text);
        leptos::task::spawn_local(async move {
            copied.set(wasm_bindgen_futures::JsFuture::from(written).await.is_ok());
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (text, copied);
}
