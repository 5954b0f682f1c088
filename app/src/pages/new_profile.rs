//! First step of the wizard: Select Systems.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::routes;

use super::steps::{Step, Steps};
use crate::api::{CreateProfile, create_profile};
use crate::error::posted;
use crate::i18n::use_texts;
use crate::live::task;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, SendButton, system_icon, system_key};

/// One card per calendar system; choosing one creates a draft.
#[component]
pub fn NewProfilePage() -> impl IntoView {
    let texts = use_texts();
    let error = RwSignal::new(posted(CreateProfile::PATH));
    let chosen = RwSignal::new(CalendarSystem::Microsoft365);
    // The answer leads on to the new profile.
    let create =
        task(move || async move { error.set(create_profile(chosen.get_untracked()).await.err()) });
    let cards = CalendarSystem::ALL
        .iter()
        .map(|system| view! { <Choice system=*system chosen create /> }.into_any())
        .collect_view();
    view! {
        <Title text=texts.t("portal.step.select") />
        <div class="pagehead">
            <nav class="crumbs" aria-label=texts.t("portal.breadcrumb")>
                <a href=routes::PROFILES>{texts.t("portal.profiles.title")}</a>
                <Icon name=IconName::Right />
                <span aria-current="page">{texts.t("portal.new_profile")}</span>
            </nav>
            <h1>{texts.t("portal.step.select")}</h1>
            <p class="pagehead__sub">{texts.t("portal.select.intro")}</p>
        </div>
        <Steps current=Step::Select profile=None />
        <ActionAlert error />
        <div class="choices">{cards}</div>
        <div class="formfoot">
            <a class="btn" href=routes::PROFILES>
                <Icon name=IconName::Left />
                {texts.t("common.cancel")}
            </a>
        </div>
    }
}

#[component]
fn Choice(
    system: CalendarSystem,
    chosen: RwSignal<CalendarSystem>,
    create: Action<(), ()>,
) -> impl IntoView {
    let texts = use_texts();
    let word = system.word();
    let busy = Signal::derive(move || create.pending().get() && chosen.get() == system);
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !create.pending().get_untracked() {
            chosen.set(system);
            create.dispatch(());
        }
    };
    let name = texts.t(&system_key(system));
    view! {
        <section class="choice" aria-labelledby=format!("choice-{word}")>
            <div class="row">
                <span class="glyph">
                    <Icon name=system_icon(system) />
                </span>
                <h2 id=format!("choice-{word}")>{name.clone()}</h2>
            </div>
            <p class="small muted">{texts.t(&format!("portal.select.{word}.text"))}</p>
            <p class="small">{texts.t(&format!("portal.select.{word}.needs"))}</p>
            <form method="post" action=CreateProfile::url() on:submit=on_submit>
                <input type="hidden" name="system" value=word />
                <SendButton
                    class="btn"
                    busy
                    label=texts.with("portal.select.choose", &[("system", &name)])
                    doing=texts.t("portal.select.creating")
                />
            </form>
        </section>
    }
}
