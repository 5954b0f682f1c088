//! The end of a form that is saved before it is tried: test, and the way on.

use leptos::prelude::*;
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::routes;

use super::report::Report;
use crate::api::AfterSave;
use crate::i18n::use_texts;
use crate::ui::icon::IconName;
use crate::ui::{Busy, when};

/// *Test connection* and what the test said.
#[component]
pub fn TestPart(
    /// What the form does after saving.
    then: RwSignal<AfterSave>,
    /// The test is on its way.
    testing: Signal<bool>,
    /// The test, once there is one.
    report: RwSignal<Option<ConnectionReport>>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="stack stack--2">
            <div class="row row--apart">
                <h3>{texts.t("portal.systems.test")}</h3>
                <button
                    class="btn btn--sm"
                    type="submit"
                    name="then"
                    value="test"
                    on:click=move |_| then.set(AfterSave::Test)
                    aria-busy=when("true", move || testing.get())
                >
                    <Busy
                        busy=testing
                        icon=IconName::Refresh
                        label=texts.t("portal.systems.test_button")
                        doing=texts.t("portal.systems.testing")
                    />
                </button>
            </div>
            <Report report=report.into() />
        </div>
    }
}

/// The way back to the overview while it is a draft, and the way on.
#[component]
pub fn SaveFoot(
    /// The profile is a draft.
    draft: bool,
    /// What the form does after saving.
    then: RwSignal<AfterSave>,
    /// It is on its way.
    saving: Signal<bool>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="formfoot">
            {draft
                .then(|| {
                    view! {
                        <a class="btn btn--quiet" href=routes::PROFILES>
                            {texts.t("portal.leave_draft")}
                        </a>
                    }
                        .into_any()
                })} <div class="row">
                <button
                    class="btn btn--primary"
                    type="submit"
                    name="then"
                    value="next"
                    on:click=move |_| then.set(AfterSave::Next)
                    aria-busy=when("true", move || saving.get())
                >
                    <Busy
                        busy=saving
                        label=texts.t(if draft { "portal.systems.next" } else { "portal.systems.save_next" })
                        doing=texts.t("common.saving")
                    />
                </button>
            </div>
        </div>
    }
}
