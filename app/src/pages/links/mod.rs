//! Tables of links: *Linked users* of a profile, and *Status* over all of them. The server
//! searches, sorts and pages; what is shown stands in the address, so that it works before
//! script and can be shared. Rows keep their place while their content changes.

mod actions;
mod address;
mod bulk_bar;
mod cells;
mod columns;
mod confirm;
mod parts;
mod paused;
mod personal_link;
mod question;
mod refusals;
mod row;
mod selection;
mod toolbar;

use leptos::prelude::*;
use synchronizer_domain::ids::{LinkId, ProfileId};
use synchronizer_domain::status::{LINKS_PAGE, LinkSort, LinksQuery, LinksView, Picked};

use super::loaded::PageData;
use crate::i18n::{group, number, use_texts};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, TickAll, catch_focus, dynamic, optional, text, when};
use actions::RowActions;
use bulk_bar::BulkBar;
use columns::{EVERY, Hidden, OF_PROFILE};
use confirm::ConfirmDialog;
use personal_link::PersonalLinkDialog;
use refusals::Refusals;
use row::Row;
use selection::Selection;
use toolbar::Toolbar;

pub use address::{address, asked, use_links_query};

/// Takes a table out of a page's data.
pub fn take(data: PageData) -> Option<LinksView> {
    match data {
        PageData::Links(view) => Some(view),
        _ => None,
    }
}

/// A table with everything that can be done in it. Above it stands a heading with the id
/// `linked`.
#[component]
pub fn LinksTable(
    /// The table's data.
    view: RwSignal<LinksView>,
    /// What the address asks for.
    query: Memo<LinksQuery>,
    /// The profile whose page it is on; none on *Status*.
    profile: Option<ProfileId>,
    /// Loads the data again.
    reload: Action<(), ()>,
    /// The link that was made last.
    newest: RwSignal<Option<LinkId>>,
) -> impl IntoView {
    let texts = use_texts();
    let selection = Selection::new();
    let actions = RowActions::new(reload, selection);
    let (columns, hidden) = if profile.is_some() {
        (OF_PROFILE, Hidden::none())
    } else {
        (EVERY, Hidden::remembered())
    };
    let page = Memo::new(move |_| {
        view.with(|view| view.rows.iter().map(Picked::from).collect::<Vec<_>>())
    });
    Effect::new(move |_| page.with(|page| selection.learn(page)));
    let ids =
        Memo::new(move |_| page.with(|page| page.iter().map(|one| one.id).collect::<Vec<_>>()));
    let nobody = Memo::new(move |_| ids.with(Vec::is_empty));
    let ticked = Memo::new(move |_| page.with(|page| (selection.count(page), page.len())));
    let tick_page = Callback::new(move |on| {
        page.with_untracked(|page| selection.set_all(page, on));
    });
    // Whoever stood on a row that left stands on the table then, not nowhere.
    Effect::new(move |_| {
        let left = |id| ids.with(|ids| !ids.contains(&id));
        if actions.leaving.get().is_some_and(left) {
            actions.leaving.set(None);
            catch_focus("linked");
        }
    });
    let class = text(move || format!("table cards{}", hidden.classes()));
    view! {
        <ActionAlert error=actions.error />
        <Refusals actions />
        <div class="tablewrap">
            <Toolbar view query profile hidden />
            <BulkBar view page selection actions />
            {dynamic(move || {
                if nobody.get() {
                    view! { <Nothing view query profile /> }.into_any()
                } else {
                    view! {
                        <table
                            class=class
                            role="table"
                            aria-labelledby="linked"
                            aria-busy=when("true", move || reload.pending().get())
                        >
                            <thead role="rowgroup">
                                <tr role="row">
                                    <TickAll
                                        label=texts.t("portal.bulk.pick_page")
                                        ticked
                                        set=tick_page
                                    />
                                    {head(query, profile, "crm", Some(LinkSort::Crm))}
                                    {columns
                                        .iter()
                                        .map(|column| head(query, profile, column.word(), column.sort()))
                                        .collect_view()}
                                    <ActionsHead />
                                </tr>
                            </thead>
                            <tbody role="rowgroup">
                                <For
                                    each=move || ids.get()
                                    key=|id| *id
                                    children=move |id| {
                                        let row = Memo::new(move |_| {
                                            view.with(|view| view.rows.iter().find(|row| row.id == id).cloned())
                                        });
                                        let place = move |id| view.with(|view| view.profile_name(id).to_owned());
                                        let place = Callback::new(place);
                                        view! { <Row id row columns place actions selection page newest /> }.into_any()
                                    }
                                />
                            </tbody>
                        </table>
                    }
                        .into_any()
                }
            })}
            <Pages view query profile />
        </div>
        <PersonalLinkDialog minted=actions.minted />
        <ConfirmDialog actions view />
    }
}

/// The head of a column; one that can be sorted is a link to that order.
fn head(
    query: Memo<LinksQuery>,
    profile: Option<ProfileId>,
    word: &'static str,
    sort: Option<LinkSort>,
) -> AnyView {
    let texts = use_texts();
    let name = texts.t(&format!("portal.table.{word}"));
    let Some(sort) = sort else {
        return view! {
            <th role="columnheader" scope="col" data-col=word>
                {name}
            </th>
        }
        .into_any();
    };
    let order = Signal::derive(move || {
        Some(
            query.with(|query| match (query.sort == sort, query.descending) {
                (false, _) => "none",
                (true, false) => "ascending",
                (true, true) => "descending",
            }),
        )
    });
    let href = text(move || query.with(|query| address(&query.sorted(sort), profile)));
    view! {
        <th role="columnheader" scope="col" data-col=word aria-sort=order>
            <a class="sort" href=href>
                {name}
                <Icon name=IconName::Down />
            </a>
        </th>
    }
    .into_any()
}

#[component]
fn ActionsHead() -> impl IntoView {
    let texts = use_texts();
    view! {
        <th role="columnheader" scope="col">
            <span class="sr">{texts.t("portal.table.actions")}</span>
        </th>
    }
}

/// Nobody is linked yet, or nobody matches.
#[component]
fn Nothing(
    view: RwSignal<LinksView>,
    query: Memo<LinksQuery>,
    profile: Option<ProfileId>,
) -> impl IntoView {
    let texts = use_texts();
    let filtered = move || {
        query.with(|query| match profile {
            Some(_) => query.narrows(),
            None => query.is_filtered(),
        })
    };
    let key = move || {
        let any = view.with(|view| view.any);
        match (any, filtered(), profile.is_some()) {
            (false, _, true) => "portal.table.nobody",
            (false, false, false) => "portal.status.nobody",
            (_, true, _) => "portal.table.no_match",
            (true, false, true) => "portal.table.only_deleted",
            (true, false, false) => "portal.status.only_deleted",
        }
    };
    let clear = move || {
        filtered().then(|| view! { <a href="?">{texts.t("portal.table.clear")}</a> }.into_any())
    };
    view! {
        <p class="list__empty" role="status">
            {text(move || texts.t(key()))} " " {optional(clear)}
        </p>
    }
}

/// Which rows these are, and the way to the others.
#[component]
fn Pages(
    view: RwSignal<LinksView>,
    query: Memo<LinksQuery>,
    profile: Option<ProfileId>,
) -> impl IntoView {
    let texts = use_texts();
    let shown = Memo::new(move |_| {
        view.with(|view| {
            let rows = number(view.rows.len());
            (view.query.page, view.pages(), rows, view.total)
        })
    });
    let of = move |number: u32| group(number, texts.locale());
    optional(move || {
        let (page, pages, rows, total) = shown.get();
        (total > 0).then(|| {
            let first = page.saturating_mul(LINKS_PAGE);
            let range = texts.with(
                "portal.table.range",
                &[
                    ("first", &of(first + 1)),
                    ("last", &of(first + rows)),
                    ("total", &of(total)),
                ],
            );
            let to = move |key: &str, target: u32| {
                let href = query.with(|query| address(&query.with_page(target), profile));
                view! {
                    <a class="btn btn--sm" href=href>
                        {texts.t(key)}
                    </a>
                }
                .into_any()
            };
            let before = page
                .checked_sub(1)
                .map(|target| to("common.previous", target));
            let after = (page + 1 < pages).then(|| to("common.next", page + 1));
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
