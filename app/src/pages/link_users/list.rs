//! A list of people with its title, filters, age and problems.

use leptos::prelude::*;
use synchronizer_domain::directory::Reading;
use synchronizer_domain::lists::ListHead;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::usecases::{LinkUsersView, ListSide};

use super::list_box::{ListBox, ListState};
use super::people::{Group, Shown};
use super::source::{Answer, People};
use crate::api::refresh_list;
use crate::i18n::{group, number, use_texts};
use crate::live::task;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, Busy, WhenText, dynamic, optional, system_key, text, when};

/// One side of the composer.
#[component]
pub fn PeopleList(
    /// Which.
    side: ListSide,
    /// The page's data.
    view: RwSignal<LinkUsersView>,
    /// Loads it again.
    reload: Action<(), ()>,
    /// Everybody.
    people: People,
    /// Choice and search.
    state: ListState,
    /// What is shown.
    shown: Memo<Shown>,
    /// Title of the proposals.
    #[prop(into)]
    proposed_for: Signal<String>,
    /// Enter on the chosen option.
    on_confirm: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let word = side_word(side);
    let counted = Memo::new(move |_| people.head(|head| head.counts));
    let total = move || people.head(ListHead::total);
    // Nobody knows how many there are where only searches are answered.
    let searched = people.are_searched_there();
    let summary = text(move || {
        if searched {
            return String::new();
        }
        let (free, all) = (counted.get()[0], group(total(), texts.locale()));
        texts.count("portal.link.not_linked_of", free, &[("total", &all)])
    });
    let new = Memo::new(move |_| people.head(|head| head.new));
    let count = move |one: Group| {
        let [free, linked, retired] = counted.get();
        match one {
            Group::NotLinked => free,
            Group::Linked => linked,
            Group::Retired => retired,
            Group::New => new.get(),
        }
    };
    let chips = Group::ALL
        .into_iter()
        .map(|one| {
            let key = match one {
                Group::New => "portal.link.new".to_owned(),
                Group::NotLinked => "portal.link.not_linked".to_owned(),
                Group::Linked => "portal.link.linked".to_owned(),
                Group::Retired => format!("portal.link.retired.{word}"),
            };
            view! {
                <button
                    class="chip"
                    type="button"
                    hidden=Signal::derive(move || {
                        one == Group::New && new.get() == 0 && state.group.get() != Group::New
                    })
                    aria-pressed=Signal::derive(move || if state.group.get() == one { "true" } else { "false" })
                    on:click=move |_| state.group.set(one)
                >
                    {texts.t(&key)}
                    " "
                    <span class="num" hidden=searched>
                        {text(move || group(count(one), texts.locale()))}
                    </span>
                </button>
            }
            .into_any()
        })
        .collect_view();
    let head = view! {
        <div class="row row--apart">
            <h2 id=format!("{word}-title")>{texts.t(&format!("portal.link.{word}"))}</h2>
            <span class="count">{summary}</span>
        </div>
        <Problem side view />
    }
    .into_any();
    let below = view! {
        <div class="row row--apart">
            <div class="chips" role="group" aria-label=texts.t(&format!("portal.link.filter.{word}"))>
                {chips}
            </div>
            <button
                class="btn btn--quiet btn--sm"
                type="button"
                aria-pressed=Signal::derive(move || if state.by_email.get() { "true" } else { "false" })
                on:click=move |_| state.by_email.update(|by_email| *by_email = !*by_email)
            >
                <Icon name=IconName::Sort />
                {texts.t("portal.link.by_email")}
            </button>
        </div>
        <Nobody people state shown />
    }
    .into_any();
    view! {
        <div class="composer__list">
            <ListBox side=word state shown proposed_for on_confirm head below />
            <Foot side view reload searched />
        </div>
    }
}

const fn side_word(side: ListSide) -> &'static str {
    match side {
        ListSide::Crm => "crm",
        ListSide::Calendar => "calendar",
    }
}

/// Says that nothing was found, and how many were, once the reader stopped typing.
#[component]
fn Nobody(people: People, state: ListState, shown: Memo<Shown>) -> impl IntoView {
    let texts = use_texts();
    let found = RwSignal::new(String::new());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |before: Option<()>| {
        let count = number(shown.with(Shown::len));
        if before.is_none() {
            return;
        }
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let say = move || found.set(texts.count("portal.link.found", count, &[]));
        timer.set_value(set_timeout_with_handle(say, std::time::Duration::from_millis(300)).ok());
    });
    view! {
        <span class="sr" role="status">
            {text(move || found.get())}
        </span>
        {optional(move || {
            (shown.with(Shown::len) == 0)
                .then(|| {
                    let query = state.query.get();
                    let sentence = match people.answer(&query) {
                        Answer::TooShort(least) => texts.count("portal.link.type_letters", least, &[]),
                        Answer::Asked => texts.t("portal.link.searching"),
                        Answer::Failed => texts.t("portal.link.search_failed"),
                        _ if query.trim().is_empty() => texts.t("portal.link.nobody"),
                        _ => texts.with("portal.link.no_match", &[("query", query.trim())]),
                    };
                    view! { <p class="small muted">{sentence}</p> }.into_any()
                })
        })}
    }
}

/// Why the list is not fresh; the old one is shown.
#[component]
fn Problem(side: ListSide, view: RwSignal<LinkUsersView>) -> impl IntoView {
    let texts = use_texts();
    let problem = Memo::new(move |_| {
        view.with(|view| match side {
            ListSide::Crm => view.crm.problem.clone(),
            ListSide::Calendar => view.calendar.problem.clone(),
        })
    });
    optional(move || {
        problem.get().map(|code| {
            view! {
                <div class="alert alert--warn">
                    <Icon name=IconName::Alert />
                    <p>{texts.error(&code)} " " {texts.t("portal.link.old_list")}</p>
                </div>
            }
            .into_any()
        })
    })
}

/// The list's age, and reading it anew.
#[component]
fn Foot(
    side: ListSide,
    view: RwSignal<LinkUsersView>,
    reload: Action<(), ()>,
    searched: bool,
) -> impl IntoView {
    let texts = use_texts();
    let (profile, system) = view.with_untracked(|view| (view.profile, view.system));
    let error = RwSignal::new(None);
    let refresh = task(move || async move {
        error.set(refresh_list(profile, side).await.err());
        reload.dispatch(());
    });
    let source = match (side, system) {
        (ListSide::Crm, _) => texts.t("system.superoffice"),
        (ListSide::Calendar, system) => texts.t(&system_key(system)),
    };
    let name = source.clone();
    let read_at = Memo::new(move |_| {
        view.with(|view| match side {
            ListSide::Crm => view.crm.read_at,
            ListSide::Calendar => view.calendar.read_at,
        })
    });
    let age = dynamic(move || {
        match read_at.get() {
        _ if searched => {
            let sentence = texts.with("portal.link.searched_there", &[("system", &source)]);
            view! { <span>{sentence}</span> }.into_any()
        }
        Some(at) => {
            view! { <WhenText text=texts.with("portal.link.read_from", &[("system", &source)]) at /> }.into_any()
        }
        None => view! { <span>{texts.t("portal.link.never_read")}</span> }.into_any(),
    }
    });
    let pasted = side == ListSide::Calendar
        && matches!(system, CalendarSystem::Exchange | CalendarSystem::Caldav);
    let reading = Memo::new(move |_| {
        view.with(|view| match side {
            ListSide::Crm => view.crm.reading,
            ListSide::Calendar => view.calendar.reading,
        })
    });
    let busy = Signal::derive(move || refresh.pending().get() || reading.with(Option::is_some));
    let button = (!pasted).then(|| {
        let press = move |_| {
            if !busy.get_untracked() {
                refresh.dispatch(());
            }
        };
        view! {
            <button
                class="btn btn--quiet btn--sm"
                type="button"
                aria-busy=when("true", move || busy.get())
                on:click=press
            >
                <Busy
                    busy
                    icon=IconName::Refresh
                    label=texts.t("common.refresh")
                    doing=texts.t("common.refreshing")
                />
            </button>
        }
        .into_any()
    });
    view! {
        <Progress reading source=name />
        <div class="list__foot meta">{age} {button} <ActionAlert error /></div>
    }
}

/// How far the list is, while it is being read; the old one can be used meanwhile.
#[component]
fn Progress(reading: Memo<Option<Reading>>, source: String) -> impl IntoView {
    let texts = use_texts();
    let grouped = move |count: u32| group(count, texts.locale());
    let sentence = move |reading: Reading| {
        let count = grouped(reading.people);
        match reading.total {
            _ if reading.waits => texts.with("portal.link.reading.waits", &[("system", &source)]),
            Some(total) => texts.with(
                "portal.link.reading.of",
                &[("count", &count), ("total", &grouped(total))],
            ),
            None => texts.with("portal.link.reading.so_far", &[("count", &count)]),
        }
    };
    // The bar stays while its value moves.
    let there = Memo::new(move |_| reading.with(Option::is_some));
    let value = Signal::derive(move || reading.get().map(|reading| reading.people));
    let max = Signal::derive(move || reading.get().and_then(|reading| reading.total));
    let words = text(move || reading.get().map(&sentence).unwrap_or_default());
    optional(move || {
        there.get().then(|| {
            view! {
                <div class="list__progress meta">
                    <progress
                        value=move || max.get().and_then(|max| value.get().map(|value| value.min(max).to_string()))
                        max=move || max.get().map(|max| max.to_string())
                        aria-label=texts.t("portal.link.reading")
                    ></progress>
                    <span>{words}</span>
                </div>
            }
            .into_any()
        })
    })
}
