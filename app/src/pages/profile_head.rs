//! The head of a profile's pages: breadcrumb, title, then the wizard's steps while it is
//! a draft, tabs afterwards.

use leptos::prelude::*;
use leptos_meta::Title;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::profile::{CalendarSystem, ProfileState};
use synchronizer_domain::routes::{self, profile_page};

use super::steps::{Step, Steps};
use crate::i18n::use_texts;
use crate::live::LiveIndicator;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{dynamic, system_icon, system_key, text};

/// Head of a page of one profile.
#[component]
pub fn ProfileHead(
    /// The profile.
    id: ProfileId,
    /// Its name.
    #[prop(into)]
    name: Signal<String>,
    /// Its system.
    system: CalendarSystem,
    /// Draft or ready.
    #[prop(into)]
    state: Signal<ProfileState>,
    /// Which page.
    step: Step,
) -> impl IntoView {
    let texts = use_texts();
    let draft = Signal::derive(move || state.get() == ProfileState::Draft);
    let title = text(move || match (step, draft.get()) {
        (Step::Select | Step::Systems, true) => texts.t("portal.step.systems"),
        (Step::Settings, true) => texts.t("portal.step.settings"),
        (Step::LinkUsers, _) => texts.t("portal.step.link_users"),
        (Step::Select | Step::Systems | Step::Settings, false) => texts.t("portal.manage_profile"),
    });
    let tab = move |page: &'static str, here: bool, key: &'static str| {
        view! {
            <a href=profile_page(id, page) aria-current=here.then_some("page")>
                {texts.t(key)}
            </a>
        }
        .into_any()
    };
    view! {
        <Title text=title.get_untracked() />
        <div class="pagehead">
            <nav class="crumbs" aria-label=texts.t("portal.breadcrumb")>
                <a href=routes::PROFILES>{texts.t("portal.profiles.title")}</a>
                <Icon name=IconName::Right />
                <span aria-current="page">{name}</span>
            </nav>
            <div class="pagehead__row">
                <div class="pagehead__title">
                    <h1>{title}</h1>
                    <span class="tag">
                        <Icon name=system_icon(system) />
                        {texts.t(&system_key(system))}
                    </span>
                    <LiveIndicator />
                </div>
            </div>
        </div>
        {dynamic(move || {
            if draft.get() {
                view! { <Steps current=step profile=Some(id) /> }.into_any()
            } else {
                view! {
                    <nav class="tabs" aria-label=texts.t("portal.profile")>
                        {tab("link-users", step == Step::LinkUsers, "portal.link_users")}
                        {tab("systems", step == Step::Systems, "portal.tab.systems")}
                        {tab("settings", step == Step::Settings, "portal.tab.settings")}
                    </nav>
                }
                    .into_any()
            }
        })}
    }
}
