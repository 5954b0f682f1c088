//! Toasts: success that leaves no trace on the page, with a way back.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::optional;
use crate::i18n::use_texts;

/// How long a toast stays.
const STAY: Duration = Duration::from_secs(6);

/// What takes something back. It outlives the page that it was done on.
pub type Undo = Arc<dyn Fn() + Send + Sync>;

/// The place of toasts, in context.
#[derive(Clone, Copy)]
pub struct Toaster(RwSignal<Option<Toast>>);

#[derive(Clone)]
struct Toast {
    icon: IconName,
    text: String,
    undo: Option<Undo>,
}

impl Toaster {
    /// Provides the place to everything below.
    pub fn provide() {
        provide_context(Self(RwSignal::new(None)));
    }

    /// Shows a sentence, with *Undo* where it can be undone.
    pub fn show(self, text: String, undo: Option<Undo>) {
        let icon = IconName::Ok;
        self.0.set(Some(Toast { icon, text, undo }));
    }

    /// Says why something was refused whose page is not shown any more.
    pub fn refuse(self, text: String) {
        let icon = IconName::Stop;
        let undo = None;
        self.0.set(Some(Toast { icon, text, undo }));
    }
}

/// Where toasts appear.
#[component]
pub fn Toasts() -> impl IntoView {
    let toaster = expect_context::<Toaster>().0;
    let texts = use_texts();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let hold = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let start = move || {
        hold();
        timer.set_value(set_timeout_with_handle(move || toaster.set(None), STAY).ok());
    };
    Effect::new(move |_| {
        if toaster.with(Option::is_some) {
            start();
        }
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            toaster.set(None);
        }
    };
    view! {
        <div
            class="toasts"
            role="status"
            on:mouseenter=move |_| hold()
            on:focusin=move |_| hold()
            on:mouseleave=move |_| start()
            on:focusout=move |_| start()
            on:keydown=on_key
        >
            {optional(move || {
                toaster
                    .get()
                    .map(|toast| {
                        let undo = toast
                            .undo
                            .map(|undo| {
                                let press = move |_| {
                                    toaster.set(None);
                                    undo();
                                };
                                view! {
                                    <button class="btn btn--quiet btn--sm" type="button" on:click=press>
                                        {texts.t("common.undo")}
                                    </button>
                                }
                                    .into_any()
                            });
                        view! {
                            <div class="toast">
                                <Icon name=toast.icon />
                                <p>{toast.text}</p>
                                {undo}
                                <button
                                    class="btn btn--quiet btn--icon btn--sm"
                                    type="button"
                                    on:click=move |_| toaster.set(None)
                                >
                                    <Icon name=IconName::X />
                                    <span class="sr">{texts.t("common.close")}</span>
                                </button>
                            </div>
                        }
                            .into_any()
                    })
            })}
        </div>
    }
}
