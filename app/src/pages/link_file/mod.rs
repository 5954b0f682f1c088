//! The page *Link from a list*: a file or pasted lines, then each line with its verdict.

mod bring;
mod checked;
mod right;
mod wrong;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use synchronizer_domain::import::ImportView;
use synchronizer_domain::routes::profile_page;

use super::link_several::{BatchPanel, follow_newest};
use super::loaded::{PageData, Wanted, load, loaded, use_profile_id};
use super::profile_head::PageHead;
use super::stopped::StoppedAlert;
use crate::error::leave_when_signed_out;
use crate::i18n::use_texts;
use crate::live::task;
use crate::ui::icon::{Icon, IconName};
use bring::Bring;
use checked::{Checked, List};

/// Link from a list, in one profile.
#[component]
pub fn LinkFilePage() -> impl IntoView {
    let id = use_profile_id();
    let query = use_query_map();
    let list = Signal::derive(move || {
        query.with(|query| query.get_str("list").and_then(|list| list.parse().ok()))
    });
    loaded(
        Signal::derive(move || Wanted::Import(id.get(), list.get())),
        page,
    )
}

fn take(data: PageData) -> Option<ImportView> {
    match data {
        PageData::Import(view) => Some(view),
        _ => None,
    }
}

fn page(data: PageData) -> AnyView {
    let Some(mut view) = take(data) else {
        return ().into_any();
    };
    let texts = use_texts();
    let (id, system, name) = (view.profile, view.system, view.profile_name);
    let profile_name = Signal::stored(name.clone());
    let batch = RwSignal::new(view.batch.take());
    let stop = RwSignal::new(view.stop.take());
    let typed = view.checked.as_mut().and_then(|list| list.text.take());
    let list = view.checked.map(List::new);
    // Lines that were linked are told apart when the batch ended.
    let again = task(move || async move {
        match load(Wanted::Import(Some(id), list.map(|list| list.id))).await {
            Ok(data) => {
                let Some(view) = take(data) else {
                    return;
                };
                stop.set(view.stop);
                if let Some((list, checked)) = list.zip(view.checked) {
                    list.renew(checked);
                }
            }
            Err(error) => leave_when_signed_out(&error),
        }
    });
    let reload_batch = follow_newest(id, batch, again);
    let done = Callback::new(move |()| {
        again.dispatch(());
        reload_batch.dispatch(());
    });
    let note = |show: bool, class: &'static str, icon: IconName, key: &str| {
        show.then(|| {
            view! {
                <div class=class>
                    <Icon name=icon />
                    <p>{texts.t(key)}</p>
                </div>
            }
            .into_any()
        })
    };
    let reading = note(
        !view.lists_read,
        "alert",
        IconName::Clock,
        "portal.several.reading",
    );
    let gone = note(
        view.gone,
        "alert alert--warn",
        IconName::Alert,
        "portal.file.gone",
    );
    view! {
        <Title text=texts.t("portal.file.title") />
        <PageHead
            above=vec![
                (profile_page(id, "link-users"), name),
                (profile_page(id, "link-several"), texts.t("portal.several.title")),
            ]
            here=Signal::stored(texts.t("portal.file.crumb"))
            title=Signal::stored(texts.t("portal.file.title"))
            system
            below=view! { <p class="pagehead__sub">{texts.t("portal.file.rules")}</p> }.into_any()
        />
        <StoppedAlert id name=profile_name stop done />
        {reading}
        {gone}
        <BatchPanel batch reload=reload_batch />
        {list.map(|list| view! { <Checked profile=id list reload=reload_batch /> }.into_any())}
        <Bring profile=id typed />
    }
    .into_any()
}
