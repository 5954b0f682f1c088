//! The profile overview.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use synchronizer_domain::profile::ProfileState;
use synchronizer_domain::routes;
use synchronizer_domain::usecases::ProfileCard;

use super::loaded::{PageData, Wanted, loaded};
use super::notices::NoticeBar;
use super::profile_actions::ProfileActions;
use super::profile_dialog::ProfileDialog;
use super::profile_row::ProfileRow;
use crate::i18n::{number, use_texts};
use crate::live::{LiveIndicator, keep_fresh};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, dynamic, optional};

/// All profiles of the company.
#[component]
pub fn ProfilesPage() -> impl IntoView {
    let wanted = Wanted::Told(Box::new(Wanted::Profiles));
    loaded(Signal::stored(wanted), overview)
}

fn take(data: PageData) -> Option<Vec<ProfileCard>> {
    match data {
        PageData::Profiles(cards) => Some(cards),
        _ => None,
    }
}

fn overview(data: PageData) -> AnyView {
    let PageData::Told(data, notices) = data else {
        return ().into_any();
    };
    let texts = use_texts();
    let cards = RwSignal::new(take(*data).unwrap_or_default());
    let reload = keep_fresh(cards, Wanted::Profiles, take);
    let actions = ProfileActions::new(reload);
    let query = use_query_map();
    let show_deleted = Memo::new(move |_| query.with(|query| query.get_str("deleted").is_some()));
    let gone = |card: &ProfileCard| card.state == ProfileState::Deleted;
    let deleted = Memo::new(move |_| {
        let count = cards.with(|cards| cards.iter().filter(|card| gone(card)).count());
        number(count)
    });
    // All of them deleted, and not asked for: there is nothing to see.
    let empty = Memo::new(move |_| {
        cards.with(|cards| cards.iter().all(|card| gone(card) && !show_deleted.get()))
    });
    // A refusal stands in the dialog while that is open.
    let error = Signal::derive(move || {
        actions
            .error
            .get()
            .filter(|_| actions.open.with(Option::is_none))
    });
    let shown = move || {
        let mut cards = cards.get();
        cards.retain(|card| show_deleted.get() || !gone(card));
        cards.sort_by_key(gone);
        cards
    };
    view! {
        <Title text=texts.t("portal.profiles.title") />
        <div class="pagehead">
            <div class="pagehead__row">
                <div class="pagehead__title">
                    <h1 id="title" tabindex="-1">
                        {texts.t("portal.profiles.title")}
                    </h1>
                    <LiveIndicator />
                </div>
                {optional(move || {
                    (!empty.get())
                        .then(|| {
                            view! {
                                <a class="btn btn--primary" href=routes::NEW_PROFILE>
                                    <Icon name=IconName::Plus />
                                    {texts.t("portal.profiles.create")}
                                </a>
                            }
                                .into_any()
                        })
                })}
            </div>
        </div>
        <NoticeBar notices title="title" />
        <ActionAlert error />
        {dynamic(move || {
            if empty.get() {
                view! { <NoProfiles /> }.into_any()
            } else {
                view! {
                    <ul class="panel profiles" aria-label=texts.t("portal.profiles.title")>
                        {dynamic(move || {
                            shown()
                                .into_iter()
                                .map(|card| view! { <ProfileRow card actions /> }.into_any())
                                .collect_view()
                                .into_any()
                        })}
                    </ul>
                }
                    .into_any()
            }
        })}
        {optional(move || {
            let count = deleted.get();
            let shown = show_deleted.get();
            (count > 0)
                .then(|| {
                    let (href, key) = if shown {
                        (routes::PROFILES, "portal.profiles.hide_deleted")
                    } else {
                        ("?deleted=1", "portal.profiles.show_deleted")
                    };
                    view! {
                        <p class="small muted row">
                            <span>
                                {texts.count("portal.profiles.deleted", count, &[])} " " <a href=href>{texts.t(key)}</a>
                            </span>
                        </p>
                    }
                        .into_any()
                })
        })}
        <ProfileDialog actions />
    }
    .into_any()
}

#[component]
fn NoProfiles() -> impl IntoView {
    let texts = use_texts();
    let steps = ["connect", "link", "agree"]
        .into_iter()
        .map(|step| {
            view! {
                <li>
                    <h3>{texts.t(&format!("portal.empty.{step}.title"))}</h3>
                    <p>{texts.t(&format!("portal.empty.{step}.text"))}</p>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="panel">
            <div class="empty">
                <svg class="art" viewBox="0 0 272 124" aria-hidden="true" inner_html=ART></svg>
                <div class="stack stack--2 center">
                    <h2>{texts.t("portal.empty.title")}</h2>
                    <p>{texts.t("portal.empty.text")}</p>
                </div>
                <a class="btn btn--primary btn--lg" href=routes::NEW_PROFILE>
                    {texts.t("portal.profiles.create")}
                </a>
            </div>
            <div class="panel__foot">
                <ol class="three">{steps}</ol>
            </div>
        </section>
    }
}

/// Two lists and the link between them; colours by class.
const ART: &str = r#"<g><rect class="art__ground" x="1" y="9" width="98" height="106" rx="10"/><circle cx="21" cy="33" r="7"/><path d="M36 30h40M36 37h26"/><circle class="art__chosen" cx="21" cy="62" r="7"/><path class="art__accent" d="M36 59h46M36 66h30"/><circle cx="21" cy="91" r="7"/><path d="M36 88h32M36 95h40"/></g><g><rect class="art__ground" x="173" y="9" width="98" height="106" rx="10"/><path d="M173 34h98M196 3v12M248 3v12"/><g class="art__dots"><circle cx="194" cy="52" r="3"/><circle cx="213" cy="52" r="3"/><circle cx="232" cy="52" r="3"/><circle cx="251" cy="52" r="3"/><circle cx="194" cy="74" r="3"/><circle cx="232" cy="74" r="3"/><circle cx="251" cy="74" r="3"/><circle cx="194" cy="96" r="3"/><circle cx="213" cy="96" r="3"/><circle cx="232" cy="96" r="3"/></g><rect class="art__chosen" x="205" y="66" width="16" height="16" rx="5"/></g><path class="art__accent art__way" d="M104 62h28M140 62h28"/><circle class="art__accent art__ground" cx="136" cy="62" r="13"/><path class="art__accent" d="M130 60h10m-3-3 3 3-3 3M142 65h-10"/>"#;
