//! The dialog that shows a personal link, once.

use leptos::prelude::*;

use super::actions::Minted;
use crate::i18n::use_texts;
use crate::ui::{CopyField, WhenText, optional};

/// Opens when a link was minted; forgets it when closed.
#[component]
pub fn PersonalLinkDialog(
    /// The minted link.
    minted: RwSignal<Option<Minted>>,
) -> impl IntoView {
    let texts = use_texts();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        let is_open = minted.with(Option::is_some);
        if let Some(dialog) = dialog.get() {
            if is_open && !dialog.open() {
                _ = dialog.show_modal();
            } else if !is_open && dialog.open() {
                dialog.close();
            }
        }
    });
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="minted" on:close=move |_| minted.set(None)>
            {optional(move || {
                minted
                    .get()
                    .map(|minted_now| {
                        let title = texts.with("portal.personal.title", &[("name", &minted_now.name)]);
                        view! {
                            <div class="stack stack--2">
                                <h2 id="minted">{title}</h2>
                                <p class="small muted">
                                    {texts.t("portal.personal.text")} " "
                                    <WhenText text=texts.t("portal.personal.until") at=minted_now.link.expires_at />
                                </p>
                            </div>
                            <CopyField value=minted_now.link.url label=texts.t("portal.personal.field") />
                            <div class="dialog__do">
                                <button class="btn btn--primary" type="button" on:click=move |_| minted.set(None)>
                                    {texts.t("common.close")}
                                </button>
                            </div>
                        }
                            .into_any()
                    })
            })}
        </dialog>
    }
}
