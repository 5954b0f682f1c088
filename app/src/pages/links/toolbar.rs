//! Search, filters, and what else is done with a table as a whole.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::routes;
use synchronizer_domain::status::{LinkSort, LinksQuery, LinksView};

use super::address::address;
use super::columns::{ColumnMenu, Hidden};
use crate::i18n::{group, use_texts};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{dynamic, optional, state_key, system_key, text, when};

/// Above the rows. Without script the search's Enter sends everything that is chosen.
#[component]
pub fn Toolbar(
    /// The table's data.
    view: RwSignal<LinksView>,
    /// What the address asks for.
    query: Memo<LinksQuery>,
    /// The profile whose page it is on; none on *Status*.
    profile: Option<ProfileId>,
    /// The columns that are not shown.
    hidden: Hidden,
) -> impl IntoView {
    let texts = use_texts();
    let navigate = use_navigate();
    let go = Callback::new(move |wanted: LinksQuery| {
        if wanted != query.get_untracked() {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&address(&wanted, profile), options);
        }
    });
    let field = NodeRef::<leptos::html::Input>::new();
    let find = move || {
        let typed = field
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default();
        go.run(LinksQuery {
            text: typed.trim().to_owned(),
            page: 0,
            ..query.get_untracked()
        });
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        find();
    };
    let chips = profile.map(|_| view! { <Chips view query profile /> }.into_any());
    let selects = profile
        .is_none()
        .then(|| view! { <Selects view query go /> }.into_any());
    let everything = profile.is_none().then(|| {
        let export = text(move || {
            let parameters = query.with(|query| address(&query.with_page(0), None));
            format!("{}{parameters}", routes::STATUS_EXPORT)
        });
        view! {
            <ColumnMenu hidden />
            <a class="btn btn--quiet btn--sm" href="?">
                {texts.t("portal.status.reset")}
            </a>
            <a class="btn btn--quiet btn--sm" href=export rel="external" download="">
                {texts.t("portal.status.export")}
            </a>
        }
        .into_any()
    });
    view! {
        <div class="toolbar">
            <form class="toolbar__find" method="get" role="search" on:submit=on_submit>
                {dynamic(move || kept(&query.get(), profile))}
                <div class="search">
                    <Icon name=IconName::Search />
                    <input
                        class="input"
                        type="search"
                        name="q"
                        node_ref=field
                        aria-label=texts.t("portal.table.search")
                        placeholder=texts.t("portal.table.search")
                        value=query.get_untracked().text
                        on:input=move |_| find()
                    />
                </div>
                {selects}
            </form>
            {chips}
            {only(query, profile)}
            <div class="toolbar__end">{file(view, query, profile)} {deleted(view, query, profile)} {everything}</div>
        </div>
    }
}

/// What the form without script carries along.
fn kept(query: &LinksQuery, profile: Option<ProfileId>) -> AnyView {
    let typed = ["q", "page"];
    let chosen = ["profile", "system", "sort"];
    query
        .parameters()
        .into_iter()
        .filter(|(name, _)| !typed.contains(name))
        .filter(|(name, _)| *name != "profile" && (profile.is_some() || !chosen.contains(name)))
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> }.into_any())
        .collect_view()
        .into_any()
}

/// The states as chips, with how many there are of each.
#[component]
fn Chips(
    view: RwSignal<LinksView>,
    query: Memo<LinksQuery>,
    profile: Option<ProfileId>,
) -> impl IntoView {
    let texts = use_texts();
    let counts = Memo::new(move |_| view.with(|view| view.counts.clone()));
    let chip = move |state: Option<LinkState>, count: Option<u32>| {
        let key = state.map_or_else(|| "portal.table.all".to_owned(), state_key);
        let count = count.map(|count| {
            view! {
                " "
                <span class="num">{group(count, texts.locale())}</span>
            }
            .into_any()
        });
        view! {
            <a
                class="chip"
                href=text(move || query.with(|query| address(&query.with_state(state), profile)))
                aria-current=when("true", move || query.with(|query| query.state) == state)
            >
                {texts.t(&key)}
                {count}
            </a>
        }
        .into_any()
    };
    view! {
        <nav class="chips" aria-label=texts.t("portal.table.filter")>
            {chip(None, None)}
            {dynamic(move || {
                let counts = counts.get().into_iter();
                counts.map(|(state, count)| chip(Some(state), Some(count))).collect_view().into_any()
            })}
        </nav>
    }
}

/// Profile, calendar system, and on narrow screens the order.
#[component]
fn Selects(
    view: RwSignal<LinksView>,
    query: Memo<LinksQuery>,
    go: Callback<LinksQuery>,
) -> impl IntoView {
    let texts = use_texts();
    let profiles = Memo::new(move |_| view.with(|view| view.profiles.clone()));
    let option = |value: String, label: String, chosen: bool| {
        view! {
            <option value=value selected=chosen>
                {label}
            </option>
        }
        .into_any()
    };
    let places = dynamic(move || {
        let chosen = query.with(|query| query.profile);
        let all = option(
            String::new(),
            texts.t("portal.status.all_profiles"),
            chosen.is_none(),
        );
        let others = profiles
            .get()
            .into_iter()
            .map(|(id, name)| option(id.to_string(), name, chosen == Some(id)))
            .collect_view();
        view! {
            {all}
            {others}
        }
        .into_any()
    });
    let systems = dynamic(move || {
        let chosen = query.with(|query| query.system);
        let all = option(
            String::new(),
            texts.t("portal.status.all_systems"),
            chosen.is_none(),
        );
        let others = CalendarSystem::ALL
            .iter()
            .map(|one| {
                let name = texts.t(&system_key(*one));
                option(one.word().to_owned(), name, chosen == Some(*one))
            })
            .collect_view();
        view! {
            {all}
            {others}
        }
        .into_any()
    });
    let orders = dynamic(move || {
        let chosen = query.with(|query| query.sort);
        LinkSort::ALL
            .iter()
            .map(|sort| {
                let word = sort.word();
                let name = texts.t(&format!("portal.status.sort.{word}"));
                option(word.to_owned(), name, chosen == *sort)
            })
            .collect_view()
            .into_any()
    });
    let changed = move |change: fn(&mut LinksQuery, &str)| {
        move |value: String| {
            let mut wanted = query.get_untracked().with_page(0);
            change(&mut wanted, &value);
            go.run(wanted);
        }
    };
    let to_profile = changed(|query, value| query.profile = value.parse().ok());
    let to_system = changed(|query, value| query.system = CalendarSystem::from_word(value));
    let to_order = changed(|query, value| {
        query.sort = LinkSort::from_word(value).unwrap_or_default();
        query.descending = false;
    });
    view! {
        {select("profile", "portal.status.profile", places, Callback::new(to_profile))}
        {select("system", "portal.status.system", systems, Callback::new(to_system))}
        <span class="only-cards">
            {select("sort", "portal.status.sort", orders, Callback::new(to_order))}
        </span>
    }
}

fn select(name: &'static str, key: &str, options: AnyView, chosen: Callback<String>) -> AnyView {
    let texts = use_texts();
    view! {
        <span class="select">
            <select
                name=name
                autocomplete="off"
                aria-label=texts.t(key)
                on:change:target=move |event| chosen.run(event.target().value())
            >
                {options}
            </select>
            <Icon name=IconName::Down />
        </span>
    }
    .into_any()
}

/// The notice whose people are shown, and the way back to everybody.
fn only(query: Memo<LinksQuery>, profile: Option<ProfileId>) -> AnyView {
    let texts = use_texts();
    optional(move || {
        let kind = query.with(|query| query.only)?;
        let everybody = query.with(|query| LinksQuery {
            only: None,
            page: 0,
            ..query.clone()
        });
        Some(
            view! {
                <a class="chip" aria-current="true" href=address(&everybody, profile)>
                    {texts.t(&format!("portal.only.{}", kind.word()))}
                    <Icon name=IconName::X />
                    <span class="sr">{texts.t("portal.table.clear")}</span>
                </a>
            }
            .into_any(),
        )
    })
}

/// The linked users of a profile as a file; nothing where there are none.
fn file(view: RwSignal<LinksView>, query: Memo<LinksQuery>, profile: Option<ProfileId>) -> AnyView {
    let texts = use_texts();
    let any = Memo::new(move |_| view.with(|view| view.any));
    optional(move || {
        let id = profile.filter(|_| any.get())?;
        let wanted = query.with(|query| address(&query.with_page(0), profile));
        Some(
            view! {
                <a class="btn btn--quiet btn--sm" href=routes::linked_users_file(id, &wanted) rel="external" download="">
                    {texts.t("portal.table.export")}
                </a>
            }
            .into_any(),
        )
    })
}

/// Shows deleted links, or hides them again; nothing where there are none.
fn deleted(
    view: RwSignal<LinksView>,
    query: Memo<LinksQuery>,
    profile: Option<ProfileId>,
) -> AnyView {
    let texts = use_texts();
    let any = Memo::new(move |_| view.with(|view| view.count(LinkState::Deleted) > 0));
    optional(move || {
        let shown = query.with(|query| query.deleted);
        (shown || any.get()).then(|| {
            let href = query.with(|query| address(&query.with_deleted(!shown), profile));
            let key = if shown {
                "portal.table.hide_deleted"
            } else {
                "portal.table.show_deleted"
            };
            view! {
                <a class="btn btn--quiet btn--sm" href=href>
                    {texts.t(key)}
                </a>
            }
            .into_any()
        })
    })
}
