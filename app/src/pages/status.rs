//! *Status*: everybody who is linked, over all profiles.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::routes;
use synchronizer_domain::status::{LinksQuery, LinksView};

use super::links::{LinksTable, address, asked, take, use_links_query};
use super::loaded::{PageData, Wanted, loaded};
use super::notices::NoticeBar;
use crate::i18n::{group, use_texts};
use crate::live::{LiveIndicator, keep_following};
use crate::ui::icon::Icon;
use crate::ui::{dynamic, state_icon, state_key, text, when};

/// Status over all profiles.
#[component]
pub fn StatusPage() -> impl IntoView {
    let query = use_query_map();
    let wanted = query.with_untracked(|query| Wanted::Links(asked(query, None)));
    loaded(Signal::stored(Wanted::Told(Box::new(wanted))), page)
}

fn page(data: PageData) -> AnyView {
    let PageData::Told(data, notices) = data else {
        return ().into_any();
    };
    let Some(view) = take(*data) else {
        return ().into_any();
    };
    let texts = use_texts();
    let view = RwSignal::new(view);
    let query = use_links_query(None);
    let wanted = Signal::derive(move || Wanted::Links(query.get()));
    let reload = keep_following(view, wanted, take);
    let nobody = Memo::new(move |_| view.with(|view| !view.any && !view.query.is_filtered()));
    let newest = RwSignal::new(None);
    view! {
        <Title text=texts.t("portal.status.title") />
        <div class="pagehead">
            <div class="pagehead__row">
                <div class="pagehead__title">
                    <h1 id="linked" tabindex="-1">
                        {texts.t("portal.status.title")}
                    </h1>
                    <LiveIndicator />
                </div>
            </div>
            <p class="pagehead__sub">{texts.t("portal.status.intro")}</p>
        </div>
        <NoticeBar notices title="linked" />
        {dynamic(move || {
            if nobody.get() {
                view! { <Nobody /> }.into_any()
            } else {
                view! {
                    <Stats view query />
                    <LinksTable view query profile=None reload newest />
                }
                    .into_any()
            }
        })}
    }
    .into_any()
}

/// How many are in each state; each number filters.
#[component]
fn Stats(view: RwSignal<LinksView>, query: Memo<LinksQuery>) -> impl IntoView {
    let texts = use_texts();
    let number = move |state: Option<LinkState>| {
        view.with(|view| match state {
            Some(state) => view.count(state),
            None => {
                let living = view.counts.iter();
                let living = living.filter(|(state, _)| *state != LinkState::Deleted);
                living.map(|(_, count)| count).sum()
            }
        })
    };
    let link = move |state: Option<LinkState>| {
        let word = match state {
            Some(state) => view! {
                <span class="state" data-state=state.word()>
                    <Icon name=state_icon(state) />
                    {texts.t(&state_key(state))}
                </span>
            }
            .into_any(),
            None => view! { <span class="state">{texts.t("portal.table.all")}</span> }.into_any(),
        };
        view! {
            <a
                href=text(move || query.with(|query| address(&query.with_state(state), None)))
                aria-current=when("true", move || query.with(|query| query.state) == state)
            >
                <span class="num">{text(move || group(number(state), texts.locale()))}</span>
                {word}
            </a>
        }
        .into_any()
    };
    view! {
        <nav class="stats" aria-label=texts.t("portal.table.filter")>
            {link(None)} {LinkState::ALL.iter().map(|state| link(Some(*state))).collect_view()}
        </nav>
    }
}

#[component]
fn Nobody() -> impl IntoView {
    let texts = use_texts();
    view! {
        <section class="panel">
            <div class="empty">
                <p>
                    <b>{texts.t("portal.status.nobody")}</b>
                </p>
                <p>{texts.t("portal.status.nobody_text")}</p>
                <a class="btn btn--primary" href=routes::PROFILES>
                    {texts.t("portal.status.to_profiles")}
                </a>
            </div>
        </section>
    }
}
