//! A profile in the overview.

use leptos::prelude::*;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::profile::{CalendarSystem, ProfileAction, ProfileState};
use synchronizer_domain::routes::{directory_sign_in, profile_page};
use synchronizer_domain::usecases::ProfileCard;

use super::profile_actions::{ProfileActions, Wish};
use crate::i18n::{group, use_texts};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{WhenText, close_popover, state_icon, state_key, system_icon, system_key, when};

/// Name, system, meter with its legend, health, and where to go.
#[component]
pub fn ProfileRow(
    /// The profile.
    card: ProfileCard,
    /// The overview's actions.
    actions: ProfileActions,
) -> impl IntoView {
    let texts = use_texts();
    let draft = card.state == ProfileState::Draft;
    let gone = card.state == ProfileState::Deleted;
    let people: u32 = card.counts.iter().map(|(_, count)| count).sum();
    let main_page = profile_page(
        card.id,
        if draft {
            card.step.word()
        } else {
            "link-users"
        },
    );
    let health = card.directory_read_at.filter(|_| !gone).map(|at| {
        view! { <WhenText text=texts.t("portal.profiles.directory_read") at /> }.into_any()
    });
    let sign_in = (!card.directory_ok && !draft && !gone).then(|| directory_alert(&card, people));
    let buttons = if gone {
        ().into_any()
    } else if draft {
        view! {
            <a class="btn" href=profile_page(card.id, card.step.word())>
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
    let facts = if gone {
        ().into_any()
    } else if draft {
        view! { <p class="small muted">{texts.t("portal.profiles.draft_text")}</p> }.into_any()
    } else if people == 0 {
        view! { <p class="small muted">{texts.t("portal.profiles.nobody")}</p> }.into_any()
    } else {
        view! { <Meter card=card.clone() people /> }.into_any()
    };
    let tag = match card.state {
        ProfileState::Draft => Some("portal.profiles.draft"),
        ProfileState::Disabled => Some("portal.profiles.disabled"),
        ProfileState::Deleted => Some("state.deleted"),
        ProfileState::Active => None,
    };
    let title = if gone {
        card.name.clone().into_any()
    } else {
        view! { <a href=main_page>{card.name.clone()}</a> }.into_any()
    };
    view! {
        <li class="profile">
            <div class="profile__id">
                <span class="glyph glyph--lg">
                    <Icon name=system_icon(card.system) />
                </span>
                <div class="stack stack--1">
                    <h2>{title}</h2>
                    <p class="small muted row row--tight">
                        <span>{texts.t(&system_key(card.system))}</span>
                        {tag.map(|key| view! { <span class="tag">{texts.t(key)}</span> }.into_any())}
                    </p>
                    <p class="meta">
                        {(!card.place.is_empty()).then(|| view! { {card.place.clone()} <br /> }.into_any())}
                        {(!draft && !gone).then(|| texts.count("portal.profiles.people", people, &[]))}
                    </p>
                </div>
            </div>
            <div class="stack stack--3">
                {stopped(&card, actions)} {facts} {health.map(|health| view! { <p class="small muted">{health}</p> }.into_any())} {sign_in}
            </div>
            <div class="profile__do">{buttons} {menu(&card, actions)}</div>
        </li>
    }
}

/// Who stopped the profile, and the way back beside it.
fn stopped(card: &ProfileCard, actions: ProfileActions) -> Option<AnyView> {
    let texts = use_texts();
    let (key, back) = match card.state {
        ProfileState::Disabled => ("portal.profiles.disabled_by", ProfileAction::Enable),
        ProfileState::Deleted => ("portal.profiles.deleted_by", ProfileAction::Undelete),
        ProfileState::Draft | ProfileState::Active => return None,
    };
    let stop = card.stop.clone()?;
    let (id, name) = (card.id, card.name.clone());
    let press = move |_| {
        actions.ask(Wish {
            profile: id,
            name: name.clone(),
            action: back,
        });
    };
    let name = card.name.clone();
    Some(
        view! {
            <p class="small muted">
                <WhenText text=texts.with(key, &[("name", &stop.by)]) at=stop.at />
            </p>
            <div class="row">
                <button
                    class="btn btn--sm"
                    type="button"
                    aria-busy=when("true", move || actions.busy(id))
                    on:click=press
                >
                    <Icon name=if back == ProfileAction::Enable { IconName::Arrow } else { IconName::Undo } />
                    <span>
                        {texts.t(&format!("portal.profile.do.{}", back.word()))}
                        <span class="sr">{format!(": {name}")}</span>
                    </span>
                </button>
            </div>
        }
        .into_any(),
    )
}

/// The rest of what can be done.
fn menu(card: &ProfileCard, actions: ProfileActions) -> AnyView {
    let texts = use_texts();
    let (id, name) = (card.id, card.name.clone());
    let state = card.state;
    let items = ProfileAction::ALL
        .iter()
        .copied()
        .filter(|action| {
            let beside = matches!(action, ProfileAction::Enable | ProfileAction::Undelete);
            action.applies_to(state) && !beside
        })
        .map(|action| {
            let (icon, class) = match action {
                ProfileAction::Rename => (IconName::Pencil, "btn btn--quiet btn--wide"),
                ProfileAction::Disable => (IconName::Pause, "btn btn--quiet btn--wide"),
                ProfileAction::Enable | ProfileAction::Undelete => {
                    (IconName::Undo, "btn btn--quiet btn--wide")
                }
                ProfileAction::Delete | ProfileAction::Erase => {
                    (IconName::Trash, "btn btn--quiet btn--wide is-dangerous")
                }
            };
            let name = name.clone();
            let press = move |_| {
                close_popover();
                actions.ask(Wish {
                    profile: id,
                    name: name.clone(),
                    action,
                });
            };
            view! {
                <li>
                    <button class=class type="button" on:click=press>
                        <Icon name=icon />
                        {texts.t(&format!("portal.profile.do.{}", action.word()))}
                    </button>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <details class="rowmenu" name="pop">
            <summary
                class="btn btn--quiet btn--icon"
                aria-busy=when("true", move || actions.busy(id))
            >
                <Icon name=IconName::More />
                <span class="sr">{texts.with("portal.table.actions_for", &[("name", &card.name)])}</span>
            </summary>
            <ul class="rowmenu__pop">{items}</ul>
        </details>
    }
    .into_any()
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
