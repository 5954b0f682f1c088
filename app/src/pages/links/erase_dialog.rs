//! Asks before a permanent deletion: the name, or the number, has to be typed.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::actions::RowActions;
use crate::i18n::{number, use_texts};
use crate::ui::{ActionAlert, Busy, optional, text, when};

/// Opens while a permanent deletion waits for its confirmation.
#[component]
pub fn EraseDialog(
    /// The table's actions.
    actions: RowActions,
) -> impl IntoView {
    let texts = use_texts();
    let typed = RwSignal::new(String::new());
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let erasing = actions.erasing;
    Effect::new(move |_| {
        let is_open = erasing.with(Option::is_some);
        if let Some(dialog) = dialog.get() {
            if is_open && !dialog.open() {
                typed.set(String::new());
                _ = dialog.show_modal();
            } else if !is_open && dialog.open() {
                dialog.close();
            }
        }
    });
    let wanted = Memo::new(move |_| {
        erasing.with(|links| match links.as_deref() {
            Some([(_, name)]) => name.trim().to_owned(),
            Some(links) => links.len().to_string(),
            None => String::new(),
        })
    });
    let matches = Signal::derive(move || {
        typed.with(|typed| wanted.with(|wanted| normal(typed) == normal(wanted)))
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if matches.get_untracked() {
            actions.erase(typed.get_untracked());
        }
    };
    let cancel = move |_| erasing.set(None);
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="erase-title" on:close=move |_| erasing.set(None)>
            {optional(move || {
                erasing
                    .get()
                    .map(|links| {
                        let title = match links.as_slice() {
                            [(_, name)] => texts.with("portal.erase.title", &[("name", name)]),
                            links => {
                                let count = number(links.len());
                                texts.count("portal.erase.title_all", count, &[])
                            }
                        };
                        view! {
                            <div class="stack stack--2">
                                <h2 id="erase-title">{title}</h2>
                                <p class="small">{texts.t("portal.erase.text")}</p>
                                <p class="small muted">{texts.t("portal.erase.remote")}</p>
                            </div>
                            <ActionAlert error=actions.error />
                            <form class="stack stack--3" on:submit=submit>
                                <div class="field">
                                    <label for="erase-typed">
                                        {text(move || texts.with("portal.erase.type", &[("wanted", &wanted.get())]))}
                                    </label>
                                    <input
                                        class="input"
                                        type="text"
                                        id="erase-typed"
                                        autocomplete="off"
                                        autocapitalize="off"
                                        spellcheck="false"
                                        prop:value=typed
                                        on:input:target=move |event| typed.set(event.target().value())
                                    />
                                </div>
                                <div class="dialog__do">
                                    <button class="btn" type="button" autofocus on:click=cancel>
                                        {texts.t("common.cancel")}
                                    </button>
                                    <button
                                        class="btn btn--danger"
                                        type="submit"
                                        aria-disabled=when("true", move || !matches.get())
                                        aria-busy=when("true", move || actions.running())
                                    >
                                        <Busy
                                            busy=Signal::derive(move || actions.running())
                                            label=texts.t("portal.do.erase")
                                            doing=texts.t("portal.erase.doing")
                                        />
                                    </button>
                                </div>
                            </form>
                        }
                            .into_any()
                    })
            })}
        </dialog>
    }
}

/// Trimmed, in the Unicode form that names are compared in.
fn normal(typed: &str) -> String {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsValue;
        let text = js_sys::JsString::from(JsValue::from_str(typed.trim()));
        String::from(text.normalize("NFC"))
    }
    #[cfg(not(feature = "hydrate"))]
    typed.trim().to_owned()
}
