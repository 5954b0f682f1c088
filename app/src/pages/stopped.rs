//! Says on the pages of a disabled profile that it is, beside the way back.

use leptos::prelude::*;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::profile::{ProfileAction, Stop};

use crate::api::act_on_profile;
use crate::i18n::use_texts;
use crate::live::task;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, Toaster, WhenText, optional, when};

/// Nothing, while the profile is not disabled.
#[component]
pub fn StoppedAlert(
    /// The profile.
    id: ProfileId,
    /// Its name.
    #[prop(into)]
    name: Signal<String>,
    /// Who disabled it, when it is.
    #[prop(into)]
    stop: Signal<Option<Stop>>,
    /// Told when it was enabled.
    done: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let toaster = expect_context::<Toaster>();
    let error = RwSignal::new(None);
    let enable = task(move || async move {
        match act_on_profile(id, ProfileAction::Enable, String::new()).await {
            Ok(_) => {
                error.set(None);
                let name = name.get_untracked();
                toaster.show(
                    texts.with("portal.profile.did.enable", &[("name", &name)]),
                    None,
                );
            }
            Err(refusal) => error.set(Some(refusal)),
        }
        done.run(());
    });
    let stop = Memo::new(move |_| stop.get());
    view! {
        {optional(move || {
            stop.get()
                .map(|stop| {
                    let text = texts.with("portal.profiles.disabled_by", &[("name", &stop.by)]);
                    view! {
                        <div class="alert alert--warn">
                            <Icon name=IconName::Pause />
                            <div class="stack stack--2">
                                <p>
                                    <WhenText text at=stop.at />
                                </p>
                                <div class="row">
                                    <button
                                        class="btn btn--sm"
                                        type="button"
                                        aria-busy=when("true", move || enable.pending().get())
                                        on:click=move |_| {
                                            if !enable.pending().get_untracked() {
                                                enable.dispatch(());
                                            }
                                        }
                                    >
                                        {texts.t("portal.profile.do.enable")}
                                    </button>
                                </div>
                            </div>
                        </div>
                    }
                        .into_any()
                })
        })}
        <ActionAlert error />
    }
}
