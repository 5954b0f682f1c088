//! The pairs that can be linked, with their ticks and the button that links them.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::matching::MatchReason;
use synchronizer_domain::several::OfferedPair;

use super::choice::{Choice, SHOWN, value};
use super::more::MoreRows;
use super::ticks::{LinkFoot, TickBar};
use crate::api::{LinkSeveral, link_several};
use crate::error::posted;
use crate::i18n::{group, number, use_texts};
use crate::live::task;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, Email, TickAll, column, dynamic, focus, text};

/// Search, ticks, and *Link*.
#[component]
pub fn PairsTable(
    /// The profile.
    profile: ProfileId,
    /// The state of the page.
    choice: Choice,
    /// Loads the batch again.
    reload: Action<(), ()>,
) -> impl IntoView {
    let texts = use_texts();
    let error = RwSignal::new(posted(LinkSeveral::PATH));
    let link = task(move || async move {
        match link_several(profile, choice.wanted()).await {
            Ok(_) => focus("job"),
            Err(refusal) => error.set(Some(refusal)),
        }
        reload.dispatch(());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if choice.count() > 0 && !link.pending().get_untracked() {
            error.set(None);
            link.dispatch(());
        }
    };
    let limit = RwSignal::new(SHOWN);
    let shown = Memo::new(move |_| choice.shown_pairs());
    let all = Signal::derive(move || choice.pairs.with(Vec::len));
    let ticked = Signal::derive(move || choice.count());
    let set = Callback::new(move |on| choice.tick_all(on));
    let ticked_here = Memo::new(move |_| {
        shown.with(|shown| {
            let ticked = shown
                .iter()
                .filter(|pair| choice.is_ticked(&pair.crm.id))
                .count();
            (ticked, shown.len())
        })
    });
    view! {
        <section class="stack stack--3" aria-labelledby="offered">
            <h2 id="offered">
                {texts.t("portal.several.offered")} " " <span class="count">{text(move || group(number(all.get()), texts.locale()))}</span>
            </h2>
            <ActionAlert error />
            <form class="tablewrap" method="post" action=LinkSeveral::url() on:submit=submit>
                <input type="hidden" name="profile" value=profile.to_string() />
                <div class="toolbar">
                    <div class="search">
                        <Icon name=IconName::Search />
                        <input
                            class="input"
                            type="search"
                            id="several-search"
                            autocomplete="off"
                            aria-label=texts.t("portal.several.search")
                            placeholder=texts.t("portal.several.search")
                            prop:value=choice.query
                            on:input:target=move |event| {
                                choice.query.set(event.target().value());
                                limit.set(SHOWN);
                            }
                            on:keydown=move |event| {
                                if event.key() == "Enter" {
                                    event.prevent_default();
                                }
                            }
                        />
                    </div>
                </div>
                <TickBar ticked all set />
                {dynamic(move || {
                    if shown.with(Vec::is_empty) {
                        let key = if choice.pairs.with(Vec::is_empty) {
                            "portal.several.nobody"
                        } else {
                            "portal.several.no_match"
                        };
                        return view! { <p class="list__empty">{texts.t(key)}</p> }.into_any();
                    }
                    view! {
                        <table class="table cards" role="table" aria-labelledby="offered">
                            <thead role="rowgroup">
                                <tr role="row">
                                    <TickAll
                                        label=texts.t("portal.several.pick_all")
                                        ticked=ticked_here
                                        set
                                    />
                                    {column(texts.t("portal.table.crm"))}
                                    {column(texts.t("portal.table.calendar_user"))}
                                    {column(texts.t("portal.several.reason"))}
                                </tr>
                            </thead>
                            <tbody role="rowgroup">
                                <For
                                    each=move || {
                                        let mut rows = shown.get();
                                        rows.truncate(limit.get());
                                        rows
                                    }
                                    key=value
                                    children=move |pair| view! { <Pair pair choice /> }.into_any()
                                />
                            </tbody>
                        </table>
                    }
                        .into_any()
                })}
                <MoreRows limit total=Signal::derive(move || shown.with(Vec::len)) />
                <LinkFoot ticked label="portal.several.do" busy=link.pending() />
            </form>
        </section>
    }
}

#[component]
fn Pair(pair: OfferedPair, choice: Choice) -> impl IntoView {
    let texts = use_texts();
    let id = pair.crm.id.clone();
    let asked = id.clone();
    let on = Signal::derive(move || choice.is_ticked(&asked));
    let reason = match pair.reason {
        _ if pair.asked_later => "match.asked_later",
        Some(MatchReason::EqualEmail) => "match.equal_email",
        Some(MatchReason::Alias) => "match.alias",
        Some(MatchReason::SimilarName) => "match.similar_name",
        None => "portal.several.by_hand",
    };
    let class = if pair.reason == Some(MatchReason::EqualEmail) {
        "tag tag--accent"
    } else {
        "tag"
    };
    let label = texts.with("portal.several.pick", &[("name", &pair.crm.name)]);
    let chosen_at_first = on.get_untracked();
    view! {
        <tr role="row">
            <td role="cell" data-cell="pick">
                <input
                    class="check"
                    type="checkbox"
                    name="pairs[]"
                    value=value(&pair)
                    autocomplete="off"
                    aria-label=label
                    checked=chosen_at_first
                    prop:checked=on
                    on:click=move |_| choice.tick(&id, !on.get_untracked())
                />
            </td>
            <td role="cell" data-cell="title">
                <span class="who">
                    <b>{pair.crm.name}</b>
                    <Email address=pair.crm.email none=texts.t("portal.link.no_email.crm") />
                </span>
            </td>
            <td role="cell" data-label=texts.t("portal.table.calendar")>
                <span class="who">
                    <b>{pair.calendar.name}</b>
                    <Email address=pair.calendar.email none=texts.t("portal.link.no_email.calendar") />
                </span>
            </td>
            <td role="cell" data-label=texts.t("portal.several.reason")>
                <span class=class>{texts.t(reason)}</span>
            </td>
        </tr>
    }
}
