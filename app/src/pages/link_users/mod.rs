//! The page *Link Users*: two lists, the pair between them, and everybody who is linked.

mod actions;
mod bulk_bar;
mod cells;
mod composer;
mod erase_dialog;
mod filter;
mod list;
mod list_box;
mod nav;
mod people;
mod personal_link;
mod row;
mod scroll;
mod selection;
mod source;
mod table;

use leptos::prelude::*;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::profile::ProfileState;
use synchronizer_domain::routes::profile_page;
use synchronizer_domain::usecases::LinkUsersView;

use super::loaded::{PageData, Wanted, loaded, use_profile_id};
use super::profile_head::ProfileHead;
use super::steps::Step;
use super::stopped::StoppedAlert;
use crate::i18n::use_texts;
use crate::live::keep_fresh;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{optional, text};
use composer::Composer;
#[cfg(feature = "ssr")]
pub use filter::Filter as LinkFilter;
use table::LinkTable;

/// Link Users of one profile.
#[component]
pub fn LinkUsersPage() -> impl IntoView {
    let id = use_profile_id();
    loaded(Signal::derive(move || Wanted::LinkUsers(id.get())), page)
}

fn take(data: PageData) -> Option<LinkUsersView> {
    match data {
        PageData::LinkUsers(view) => Some(view),
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
    let Some(view) = take(data) else {
        return ().into_any();
    };
    let texts = use_texts();
    let (id, system) = (view.profile, view.system);
    let view = RwSignal::new(view);
    let reload = keep_fresh(view, Wanted::LinkUsers(Some(id)), take);
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
        <LinkTable view reload newest />
    }
    .into_any()
}
