//! Asks for a profile's name: a new one, or its own before a permanent deletion.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use synchronizer_domain::profile::ProfileAction;

use super::profile_actions::ProfileActions;
use crate::i18n::use_texts;
use crate::ui::{ActionAlert, Busy, FieldErrors, field_errors, invalid, optional, when};

/// Opens while an action waits for a name.
#[component]
pub fn ProfileDialog(
    /// The overview's actions.
    actions: ProfileActions,
) -> impl IntoView {
    let texts = use_texts();
    let typed = RwSignal::new(String::new());
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let open = actions.open;
    Effect::new(move |_| {
        let wish = open.get();
        if let Some(dialog) = dialog.get() {
            match wish {
                Some(wish) if !dialog.open() => {
                    let renames = wish.action == ProfileAction::Rename;
                    typed.set(if renames { wish.name } else { String::new() });
                    _ = dialog.show_modal();
                }
                None if dialog.open() => dialog.close(),
                _ => {}
            }
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        actions.confirm(typed.get_untracked());
    };
    let error = Signal::from(actions.error);
    let errors = field_errors(error, "typed");
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="profile-dialog-title" on:close=move |_| open.set(None)>
            {optional(move || {
                open.get()
                    .map(|wish| {
                        let erases = wish.action == ProfileAction::Erase;
                        let word = wish.action.word();
                        let part = |part: &str| {
                            texts.with(&format!("portal.profile.{word}.{part}"), &[("name", &wish.name)])
                        };
                        let button = if erases { "btn btn--danger" } else { "btn btn--primary" };
                        let remote = erases
                            .then(|| view! { <p class="small muted">{texts.t("portal.profile.erase.remote")}</p> }.into_any());
                        view! {
                            <div class="stack stack--2">
                                <h2 id="profile-dialog-title">{part("title")}</h2>
                                <p class="small">{part("text")}</p>
                                {remote}
                            </div>
                            <ActionAlert error />
                            <form class="stack stack--3" on:submit=submit>
                                <div class="field">
                                    <label for="profile-typed">{part("label")}</label>
                                    <input
                                        class="input"
                                        type="text"
                                        id="profile-typed"
                                        autocomplete="off"
                                        spellcheck="false"
                                        autofocus
                                        aria-invalid=invalid(errors)
                                        aria-describedby="profile-typed-error"
                                        prop:value=typed
                                        on:input:target=move |event| typed.set(event.target().value())
                                    />
                                    <FieldErrors id="profile-typed-error" errors />
                                </div>
                                <div class="dialog__do">
                                    <button class="btn" type="button" on:click=move |_| open.set(None)>
                                        {texts.t("common.cancel")}
                                    </button>
                                    <button
                                        class=button
                                        type="submit"
                                        aria-busy=when("true", move || actions.running().get())
                                    >
                                        <Busy
                                            busy=actions.running()
                                            label=texts.t(&format!("portal.profile.do.{word}"))
                                            doing=texts.t(if erases { "portal.erase.doing" } else { "common.saving" })
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
