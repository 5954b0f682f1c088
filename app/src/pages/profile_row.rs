//! A profile in the overview.

use leptos::prelude::*;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::profile::{CalendarSystem, ProfileState};
use synchronizer_domain::routes::{directory_sign_in, profile_page};
use synchronizer_domain::usecases::ProfileCard;

use crate::i18n::{group, use_texts};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{WhenText, state_icon, state_key, system_icon, system_key};

/// Name, system, meter with its legend, health, and where to go.
#[component]
pub fn ProfileRow(
    /// The profile.
    card: ProfileCard,
) -> impl IntoView {
    let texts = use_texts();
    let draft = card.state == ProfileState::Draft;
    let people: u32 = card.counts.iter().map(|(_, count)| count).sum();
    let main_page = profile_page(card.id, if draft { "systems" } else { "link-users" });
    let health = card.directory_read_at.map(|at| {
        view! { <WhenText text=texts.t("portal.profiles.directory_read") at /> }.into_any()
    });
    let sign_in = (!card.directory_ok && !draft).then(|| directory_alert(&card, people));
    let buttons = if draft {
        view! {
            <a class="btn" href=profile_page(card.id, "systems")>
                {texts.t("portal.profiles.continue")}
                <span class="sr">{format!(" {}", card.name)}</span>
            </a>
        }
        .into_any()
    } else {
        view! {
            <a class="btn" href=profile_page(card.id, "link-users")>
                <Icon name=IconName::Link />
                <span>{texts.t("portal.link_users")} <span class="sr">{format!(": {}", card.name)}</span></span>
            </a>
            <a class="btn" href=profile_page(card.id, "systems")>
                <span>{texts.t("portal.manage_profile")} <span class="sr">{format!(": {}", card.name)}</span></span>
            </a>
        }
        .into_any()
    };
    let facts = if draft {
        view! { <p class="small muted">{texts.t("portal.profiles.draft_text")}</p> }.into_any()
    } else if people == 0 {
        view! { <p class="small muted">{texts.t("portal.profiles.nobody")}</p> }.into_any()
    } else {
        view! { <Meter card=card.clone() people /> }.into_any()
    };
    view! {
        <li class="profile">
            <div class="profile__id">
                <span class="glyph glyph--lg">
                    <Icon name=system_icon(card.system) />
                </span>
                <div class="stack stack--1">
                    <h2>
                        <a href=main_page>{card.name.clone()}</a>
                    </h2>
                    <p class="small muted row row--tight">
                        <span>{texts.t(&system_key(card.system))}</span>
                        {draft.then(|| view! { <span class="tag">{texts.t("portal.profiles.draft")}</span> }.into_any())}
                    </p>
                    <p class="meta">
                        {(!card.place.is_empty()).then(|| view! { {card.place.clone()} <br /> }.into_any())}
                        {(!draft).then(|| texts.count("portal.profiles.people", people, &[]))}
                    </p>
                </div>
            </div>
            <div class="stack stack--3">
                {facts} {health.map(|health| view! { <p class="small muted">{health}</p> }.into_any())} {sign_in}
            </div>
            <div class="profile__do">{buttons}</div>
        </li>
    }
}

/// The directory's sign-in expired; linked people go on.
fn directory_alert(card: &ProfileCard, people: u32) -> AnyView {
    let texts = use_texts();
    let mend = match card.system {
        CalendarSystem::Microsoft365 | CalendarSystem::Google => view! {
            <form method="post" action=directory_sign_in(card.id)>
                <button class="btn btn--sm" type="submit">
                    {texts.t(&format!("portal.systems.{}.sign_in", card.system.word()))}
                </button>
            </form>
        }
        .into_any(),
        CalendarSystem::Exchange | CalendarSystem::Caldav => view! {
            <a class="btn btn--sm" href=profile_page(card.id, "systems")>
                {texts.t("portal.manage_profile")}
            </a>
        }
        .into_any(),
    };
    view! {
        <div class="alert alert--warn">
            <Icon name=IconName::Key />
            <p>
                <strong>{texts.t("portal.profiles.directory_broken")}</strong>
                " "
                {texts.count("portal.profiles.go_on", people, &[])}
            </p>
            <div class="alert__do">{mend}</div>
        </div>
    }
    .into_any()
}

/// The meter; the legend carries the numbers and leads to the people.
#[component]
fn Meter(card: ProfileCard, people: u32) -> impl IntoView {
    let texts = use_texts();
    let mut before = 0;
    let parts = card
        .counts
        .iter()
        .filter(|(state, _)| *state != LinkState::Deleted)
        .map(|(state, count)| {
            let (x, width) = (percent(before, people), percent(*count, people));
            before += count;
            view! { <rect x=x width=width height="8" data-state=state.word()></rect> }.into_any()
        })
        .collect_view();
    let legend = card
        .counts
        .iter()
        .map(|(state, count)| {
            let address = format!(
                "{}?state={}",
                profile_page(card.id, "link-users"),
                state.word()
            );
            view! {
                <li>
                    <a href=address>
                        <span class="state" data-state=state.word()>
                            <Icon name=state_icon(*state) />
                            {texts.t(&state_key(*state))}
                            " "
                            <span class="num">{group(*count, texts.locale())}</span>
                        </span>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <svg class="bar" aria-hidden="true" height="8">
            {parts}
        </svg>
        <ul class="legend">{legend}</ul>
    }
}

/// A share as an SVG length.
fn percent(part: u32, whole: u32) -> String {
    let tenths = u64::from(part) * 1_000 / u64::from(whole.max(1));
    format!("{}.{}%", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_lengths_without_rounding_above_the_whole() {
        assert_eq!(percent(1, 3), "33.3%");
        assert_eq!(percent(3, 3), "100.0%");
        assert_eq!(percent(0, 0), "0.0%");
    }
}
