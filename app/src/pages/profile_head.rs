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

/// Breadcrumb, title, and the profile's calendar system.
#[component]
pub fn PageHead(
    /// Addresses and names of the pages between the overview and this one.
    #[prop(optional)]
    above: Vec<(String, String)>,
    /// What the breadcrumb calls this page.
    here: Signal<String>,
    /// The title.
    title: Signal<String>,
    /// The profile's system.
    system: CalendarSystem,
    /// What stands beside the title.
    #[prop(optional)]
    beside: Option<AnyView>,
    /// What stands below it.
    #[prop(optional)]
    below: Option<AnyView>,
) -> impl IntoView {
    let texts = use_texts();
    let crumb = |(address, name): (String, String)| {
        view! {
            <a href=address>{name}</a>
            <Icon name=IconName::Right />
        }
        .into_any()
    };
    let overview = (
        routes::PROFILES.to_owned(),
        texts.t("portal.profiles.title"),
    );
    view! {
        <div class="pagehead">
            <nav class="crumbs" aria-label=texts.t("portal.breadcrumb")>
                {crumb(overview)} {above.into_iter().map(crumb).collect_view()}
                <span aria-current="page">{here}</span>
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
                {beside}
            </div>
            {below}
        </div>
    }
}

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
        <PageHead here=name title system />
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
