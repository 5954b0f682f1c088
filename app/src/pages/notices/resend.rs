//! *Resend all*.

use leptos::prelude::*;
use synchronizer_domain::notice::Notice;

use crate::api::resend_all;
use crate::i18n::use_texts;
use crate::live::task;
use crate::ui::{ActionAlert, Busy, optional, when};

/// Asks before everybody is mailed again: how many, and how long it takes.
#[component]
pub fn ResendDialog(
    /// The notice whose button was pressed.
    asking: RwSignal<Option<Notice>>,
    /// Loads the notices again.
    reload: Action<(), ()>,
) -> impl IntoView {
    let texts = use_texts();
    let error = RwSignal::new(None);
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        let is_open = asking.with(Option::is_some);
        if let Some(dialog) = dialog.get() {
            if is_open && !dialog.open() {
                error.set(None);
                _ = dialog.show_modal();
            } else if !is_open && dialog.open() {
                dialog.close();
            }
        }
    });
    let send = task(move || async move {
        let Some(seen) = asking.with_untracked(|notice| notice.as_ref().map(|one| one.newest))
        else {
            return;
        };
        match resend_all(seen).await {
            Ok(_) => asking.set(None),
            Err(refusal) => error.set(Some(refusal)),
        }
        reload.dispatch(());
    });
    let press = move |_| {
        if !send.pending().get_untracked() {
            send.dispatch(());
        }
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="resend-title" on:close=move |_| asking.set(None)>
            {optional(move || {
                let notice = asking.get()?;
                let days = notice.days.to_string();
                let minutes = notice.seconds.map_or(0, |seconds| seconds.div_ceil(60));
                let time = (minutes > 1)
                    .then(|| {
                        view! { <p class="small muted">{texts.count("portal.resend_all.minutes", minutes, &[])}</p> }
                            .into_any()
                    });
                Some(
                    view! {
                        <div class="stack stack--2">
                            <h2 id="resend-title">{texts.count("portal.resend_all.title", notice.count, &[])}</h2>
                            <p class="small">{texts.with("portal.resend_all.text", &[("days", &days)])}</p>
                            {time}
                        </div>
                        <ActionAlert error />
                        <div class="dialog__do">
                            <button class="btn" type="button" autofocus on:click=move |_| asking.set(None)>
                                {texts.t("common.cancel")}
                            </button>
                            <button
                                class="btn btn--primary"
                                type="button"
                                aria-busy=when("true", move || send.pending().get())
                                on:click=press
                            >
                                <Busy
                                    busy=send.pending()
                                    label=texts.count("portal.resend_all.do", notice.count, &[])
                                    doing=texts.t("portal.resend_all.doing")
                                />
                            </button>
                        </div>
                    }
                        .into_any(),
                )
            })}
        </dialog>
    }
}
