//! The table *Linked users*. State, search and page live in the address, so that it works
//! before script and can be shared; rows keep their place while their content changes.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::routes;
use synchronizer_domain::usecases::LinkUsersView;

use super::actions::RowActions;
use super::bulk_bar::BulkBar;
use super::erase_dialog::EraseDialog;
use super::filter::{Filter, PAGE_SIZE, TablePage, matching, state_counts, table_page};
use super::personal_link::PersonalLinkDialog;
use super::row::Row;
use super::selection::Selection;
use crate::i18n::{group, use_texts};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, dynamic, optional, state_key, text, when};

/// Everybody who is linked in this profile.
#[component]
pub fn LinkTable(
    /// The page's data.
    view: RwSignal<LinkUsersView>,
    /// Loads it again.
    reload: Action<(), ()>,
    /// The link that was made last.
    newest: RwSignal<Option<LinkId>>,
) -> impl IntoView {
    let texts = use_texts();
    let query = use_query_map();
    let filter = Memo::new(move |_| {
        query.with(|query| {
            Filter::from_query(
                query.get_str("state"),
                query.get_str("deleted"),
                query.get_str("q"),
                query.get_str("page"),
            )
        })
    });
    let selection = Selection::new();
    let actions = RowActions::new(reload, selection);
    let known = Memo::new(move |_| {
        view.with(|view| view.links.iter().map(|row| row.id).collect::<Vec<_>>())
    });
    // Rows move with the filter or when links come and go, not when a state changes.
    let page = Memo::new(move |_| {
        known.with(|_| ());
        let filter = filter.get();
        view.with_untracked(|view| table_page(&view.links, &filter))
    });
    let living = text(move || {
        let all = view.with(|view| {
            view.links
                .iter()
                .filter(|row| row.status.state != LinkState::Deleted)
                .count()
        });
        group(u32::try_from(all).unwrap_or(u32::MAX), texts.locale())
    });
    view! {
        <section class="stack stack--3" aria-labelledby="linked">
            <h2 id="linked" tabindex="-1">{texts.t("portal.table.title")} " " <span class="count">{living}</span></h2>
            <ActionAlert error=actions.error />
            <Refusals actions />
            <div class="tablewrap">
                <Toolbar view filter />
                <BulkBar view selection actions />
                {dynamic(move || {
                    if page.with(|page| page.ids.is_empty()) {
                        view! { <Nothing view filter /> }.into_any()
                    } else {
                        view! {
                            <table class="table cards" role="table" aria-labelledby="linked">
                                <thead role="rowgroup">
                                    <tr role="row">
                                        <th role="columnheader" scope="col">
                                            <PickAll view known filter selection />
                                        </th>
                                        {["crm", "calendar_user", "state", "invitation", "checked"]
                                            .map(|column| {
                                                view! {
                                                    <th role="columnheader" scope="col">
                                                        {texts.t(&format!("portal.table.{column}"))}
                                                    </th>
                                                }
                                                    .into_any()
                                            })}
                                        <th role="columnheader" scope="col">
                                            <span class="sr">{texts.t("portal.table.actions")}</span>
                                        </th>
                                    </tr>
                                </thead>
                                <tbody role="rowgroup">
                                    <For
                                        each=move || page.with(|page| page.ids.clone())
                                        key=|id| *id
                                        children=move |id| {
                                            let row = Memo::new(move |_| {
                                                view.with(|view| view.links.iter().find(|row| row.id == id).cloned())
                                            });
                                            view! { <Row id row actions selection page newest /> }.into_any()
                                        }
                                    />
                                </tbody>
                            </table>
                        }
                            .into_any()
                    }
                })}
                <Pages page filter />
            </div>
            <PersonalLinkDialog minted=actions.minted />
            <EraseDialog actions />
        </section>
    }
}

/// Chooses everybody who matches, on every page.
#[component]
fn PickAll(
    view: RwSignal<LinkUsersView>,
    known: Memo<Vec<LinkId>>,
    filter: Memo<Filter>,
    selection: Selection,
) -> impl IntoView {
    let texts = use_texts();
    let all = Memo::new(move |_| {
        known.with(|_| ());
        filter.with(|filter| view.with_untracked(|view| matching(&view.links, filter)))
    });
    let picked = Memo::new(move |_| all.with(|all| (selection.count(all), all.len())));
    let full = Signal::derive(move || picked.with(|(picked, all)| *all > 0 && picked == all));
    let mixed = Signal::derive(move || picked.with(|(picked, all)| *picked > 0 && picked < all));
    let label = text(move || {
        let count = all.with(Vec::len);
        texts.count(
            "portal.bulk.pick_all",
            u32::try_from(count).unwrap_or(u32::MAX),
            &[],
        )
    });
    view! {
        <input
            class="check"
            class:is-mixed=mixed
            type="checkbox"
            autocomplete="off"
            aria-label=label
            prop:checked=full
            prop:indeterminate=mixed
            on:click=move |_| {
                let on = !full.get_untracked();
                all.with_untracked(|all| selection.set_all(all, on));
            }
        />
    }
}

/// Why some of a selection were refused.
#[component]
fn Refusals(actions: RowActions) -> impl IntoView {
    let texts = use_texts();
    optional(move || {
        let refused = actions.refused.get();
        (!refused.is_empty()).then(|| {
            let sentences = refused
                .iter()
                .map(|code| view! { <li>{texts.error(code)}</li> }.into_any())
                .collect_view();
            view! {
                <div class="alert alert--err" role="alert">
                    <Icon name=IconName::Stop />
                    <ul>{sentences}</ul>
                </div>
            }
            .into_any()
        })
    })
}

/// Search and states.
#[component]
fn Toolbar(view: RwSignal<LinkUsersView>, filter: Memo<Filter>) -> impl IntoView {
    let texts = use_texts();
    let navigate = use_navigate();
    let field = NodeRef::<leptos::html::Input>::new();
    let find = {
        let navigate = navigate.clone();
        move || {
            let typed = field
                .get_untracked()
                .map(|field| field.value())
                .unwrap_or_default();
            let wanted = Filter {
                query: typed.trim().to_owned(),
                page: 0,
                ..filter.get_untracked()
            };
            if wanted != filter.get_untracked() {
                let options = NavigateOptions {
                    replace: true,
                    scroll: false,
                    ..NavigateOptions::default()
                };
                navigate(&wanted.to_query(), options);
            }
        }
    };
    let on_submit = {
        let find = find.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            find();
        }
    };
    let counts = Memo::new(move |_| view.with(|view| state_counts(&view.links)));
    let chip = move |state: Option<LinkState>, count: Option<u32>| {
        let key = state.map_or_else(|| "portal.table.all".to_owned(), state_key);
        view! {
            <a
                class="chip"
                href=text(move || filter.with(|filter| filter.with_state(state).to_query()))
                aria-current=when("true", move || filter.with(|filter| filter.state) == state)
            >
                {texts.t(&key)}
                {count
                    .map(|count| {
                        view! {
                            " "
                            <span class="num">{group(count, texts.locale())}</span>
                        }
                            .into_any()
                    })}
            </a>
        }
        .into_any()
    };
    view! {
        <div class="toolbar">
            <form class="search" method="get" role="search" on:submit=on_submit>
                {optional(move || {
                    filter
                        .with(|filter| filter.state)
                        .map(|state| view! { <input type="hidden" name="state" value=state.word() /> }.into_any())
                })}
                {optional(move || {
                    filter
                        .with(|filter| filter.deleted)
                        .then(|| view! { <input type="hidden" name="deleted" value="1" /> }.into_any())
                })}
                <Icon name=IconName::Search />
                <input
                    class="input"
                    type="search"
                    name="q"
                    node_ref=field
                    aria-label=texts.t("portal.table.search")
                    placeholder=texts.t("portal.table.search")
                    value=filter.get_untracked().query
                    on:input=move |_| find()
                />
            </form>
            <nav class="chips" aria-label=texts.t("portal.table.filter")>
                {chip(None, None)}
                {dynamic(move || {
                    counts
                        .get()
                        .into_iter()
                        .map(|(state, count)| chip(Some(state), Some(count)))
                        .collect_view()
                        .into_any()
                })}
            </nav>
            <div class="toolbar__end">
                {optional(move || {
                    let any = view.with(|view| !view.links.is_empty());
                    any.then(|| {
                        let profile = view.with_untracked(|view| view.profile);
                        let wanted = filter.with(|filter| filter.with_page(0).to_query());
                        view! {
                            <a
                                class="btn btn--quiet btn--sm"
                                href=routes::linked_users_file(profile, &wanted)
                                rel="external"
                                download=""
                            >
                                {texts.t("portal.table.export")}
                            </a>
                        }
                            .into_any()
                    })
                })}
                {optional(move || {
                    let shown = filter.with(|filter| filter.deleted);
                    let any = counts.with(|counts| counts.iter().any(|(state, _)| *state == LinkState::Deleted));
                    (shown || any)
                        .then(|| {
                            let address = filter.with(|filter| filter.with_deleted(!shown).to_query());
                            let key = if shown { "portal.table.hide_deleted" } else { "portal.table.show_deleted" };
                            view! {
                                <a class="btn btn--quiet btn--sm" href=address>
                                    {texts.t(key)}
                                </a>
                            }
                                .into_any()
                        })
                })}
            </div>
        </div>
    }
}

/// Nobody is linked yet, or nobody matches.
#[component]
fn Nothing(view: RwSignal<LinkUsersView>, filter: Memo<Filter>) -> impl IntoView {
    let texts = use_texts();
    let filtered = move || filter.with(|filter| filter.state.is_some() || !filter.query.is_empty());
    let key = move || match (view.with(|view| view.links.is_empty()), filtered()) {
        (true, _) => "portal.table.nobody",
        (false, true) => "portal.table.no_match",
        (false, false) => "portal.table.only_deleted",
    };
    view! {
        <p class="list__empty">
            {text(move || texts.t(key()))} " "
            {optional(move || filtered().then(|| view! { <a href="?">{texts.t("portal.table.clear")}</a> }.into_any()))}
        </p>
    }
}

/// Which rows these are, and the way to the others.
#[component]
fn Pages(page: Memo<TablePage>, filter: Memo<Filter>) -> impl IntoView {
    let texts = use_texts();
    let number =
        move |number: usize| group(u32::try_from(number).unwrap_or(u32::MAX), texts.locale());
    optional(move || {
        let page = page.get();
        (page.total > 0).then(|| {
            let first = page.page * PAGE_SIZE;
            let range = texts.with(
                "portal.table.range",
                &[
                    ("first", &number(first + 1)),
                    ("last", &number(first + page.ids.len())),
                    ("total", &number(page.total)),
                ],
            );
            let to = move |key: &str, target: usize| {
                let address = filter.with(|filter| filter.with_page(target).to_query());
                view! {
                    <a class="btn btn--sm" href=address>
                        {texts.t(key)}
                    </a>
                }
                .into_any()
            };
            let before = page
                .page
                .checked_sub(1)
                .map(|target| to("common.previous", target));
            let after = (page.page + 1 < page.pages).then(|| to("common.next", page.page + 1));
            view! {
                <div class="tablefoot">
                    <span>{range}</span>
                    <span class="row row--tight">{before} {after}</span>
                </div>
            }
            .into_any()
        })
    })
}
