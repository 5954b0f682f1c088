//! The page *Link Users*: two lists, the pair between them, and everybody who is linked.

mod composer;
mod list;
mod list_box;
mod nav;
mod people;
mod scroll;
mod source;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use synchronizer_domain::ids::{LinkId, ProfileId};
use synchronizer_domain::profile::ProfileState;
use synchronizer_domain::routes::profile_page;
use synchronizer_domain::status::{LinksQuery, LinksView};
use synchronizer_domain::usecases::LinkUsersView;

use super::links::{self, LinksTable, asked, use_links_query};
use super::loaded::{PageData, Wanted, loaded, use_profile_id};
use super::profile_head::ProfileHead;
use super::steps::Step;
use super::stopped::StoppedAlert;
use crate::i18n::{group, use_texts};
use crate::live::{keep_following, keep_fresh, task};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{optional, text};
use composer::Composer;

/// Link Users of one profile.
#[component]
pub fn LinkUsersPage() -> impl IntoView {
    let id = use_profile_id();
    let query = use_query_map();
    // Another query is loaded by the table alone.
    let wanted = Signal::derive(move || {
        let id = id.get();
        let query = query.with_untracked(|query| asked(query, id));
        Wanted::LinkUsers(id, query)
    });
    loaded(wanted, page)
}

fn take_lists(data: PageData) -> Option<LinkUsersView> {
    match data {
        PageData::Lists(view) => Some(view),
        _ => None,
    }
}

/// Who is invited now may be stopped at Microsoft.
fn unapproved(id: ProfileId, organisation: &str) -> AnyView {
    let texts = use_texts();
    view! {
        <div class="alert alert--warn">
            <Icon name=IconName::Alert />
            <div class="stack stack--2">
                <p>{texts.with("portal.consent.missing", &[("organisation", organisation)])}</p>
                <p>
                    <a href=profile_page(id, "systems")>{texts.t("portal.consent.to_step")}</a>
                </p>
            </div>
        </div>
    }
    .into_any()
}

fn page(data: PageData) -> AnyView {
    let PageData::LinkUsers(view, linked) = data else {
        return ().into_any();
    };
    let texts = use_texts();
    let (id, system) = (view.profile, view.system);
    let view = RwSignal::new(view);
    let reload_lists = keep_fresh(view, Wanted::Lists(id), take_lists);
    let linked = RwSignal::new(linked);
    let query = use_links_query(Some(id));
    let wanted = Signal::derive(move || Wanted::Links(query.get()));
    let reload_links = keep_following(linked, wanted, links::take);
    let reload = task(move || async move {
        reload_lists.dispatch(());
        reload_links.dispatch(());
    });
    let name = text(move || view.with(|view| view.profile_name.clone()));
    let newest = RwSignal::new(None);
    let stop = Signal::derive(move || view.with(|view| view.stop.clone()));
    let done = Callback::new(move |()| {
        reload.dispatch(());
    });
    view! {
        <ProfileHead id name system state=Signal::stored(ProfileState::Active) step=Step::LinkUsers />
        <StoppedAlert id name stop done />
        {optional(move || view.with(|view| view.unapproved.clone()).map(|organisation| unapproved(id, &organisation)))}
        <div class="row">
            <a class="btn" href=profile_page(id, "link-several")>
                <Icon name=IconName::Users />
                {texts.t("portal.several.open")}
            </a>
        </div>
        <Composer view reload newest />
        <Linked id linked query reload newest />
    }
    .into_any()
}

/// Everybody who is linked in this profile.
#[component]
fn Linked(
    id: ProfileId,
    linked: RwSignal<LinksView>,
    query: Memo<LinksQuery>,
    reload: Action<(), ()>,
    newest: RwSignal<Option<LinkId>>,
) -> impl IntoView {
    let texts = use_texts();
    let living = text(move || group(linked.with(|view| view.living), texts.locale()));
    view! {
        <section class="stack stack--3" aria-labelledby="linked">
            <h2 id="linked" tabindex="-1">{texts.t("portal.table.title")} " " <span class="count">{living}</span></h2>
            <LinksTable view=linked query profile=Some(id) reload newest />
        </section>
    }
}
