//! The wizard's steps.

use leptos::prelude::*;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::routes::profile_page;

use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};

/// A step of the wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Select Systems.
    Select,
    /// Configure Systems.
    Systems,
    /// Configure Profile.
    Settings,
    /// Link Users.
    LinkUsers,
}

impl Step {
    const ALL: [Self; 4] = [Self::Select, Self::Systems, Self::Settings, Self::LinkUsers];

    const fn key(self) -> &'static str {
        match self {
            Self::Select => "portal.step.select",
            Self::Systems => "portal.step.systems",
            Self::Settings => "portal.step.settings",
            Self::LinkUsers => "portal.step.link_users",
        }
    }

    /// Where a done step can be seen again; the system of a profile never changes.
    fn address(self, profile: Option<ProfileId>) -> Option<String> {
        let profile = profile?;
        match self {
            Self::Select => None,
            Self::Systems => Some(profile_page(profile, "systems")),
            Self::Settings => Some(profile_page(profile, "settings")),
            Self::LinkUsers => Some(profile_page(profile, "link-users")),
        }
    }
}

/// Where the wizard stands.
#[component]
pub fn Steps(
    /// The step of the page.
    current: Step,
    /// The profile, once it exists.
    profile: Option<ProfileId>,
) -> impl IntoView {
    let texts = use_texts();
    let at = Step::ALL
        .iter()
        .position(|step| *step == current)
        .unwrap_or(0);
    let items = Step::ALL
        .into_iter()
        .enumerate()
        .map(|(index, step)| {
            let name = texts.t(step.key());
            if index < at {
                let name = match step.address(profile) {
                    Some(address) => view! { <a href=address>{name}</a> }.into_any(),
                    None => view! { <span>{name}</span> }.into_any(),
                };
                view! {
                    <li class="is-done">
                        <span class="n">
                            <Icon name=IconName::Check />
                            {name}
                            <span class="sr">{texts.t("portal.step.done")}</span>
                        </span>
                    </li>
                }
                .into_any()
            } else {
                let here = (index == at).then_some("step");
                view! {
                    <li aria-current=here>
                        <span class="n">{format!("{}. {name}", index + 1)}</span>
                    </li>
                }
                .into_any()
            }
        })
        .collect_view();
    view! {
        <nav aria-label=texts.t("portal.steps")>
            <ol class="steps">{items}</ol>
        </nav>
    }
}
