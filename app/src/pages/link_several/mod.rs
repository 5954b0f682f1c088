//! The page *Link several*: everybody with the same e-mail on both sides, and beside them
//! the people who are not offered, with the reason and the way on.

mod choice;
mod left_out;
mod more;
mod pairs;
mod progress;

use leptos::prelude::*;
use leptos_meta::Title;
use synchronizer_domain::bulk::{BatchView, SeveralView};
use synchronizer_domain::routes::{self, profile_page};

use super::loaded::{PageData, Wanted, load, loaded, use_profile_id};
use super::stopped::StoppedAlert;
use crate::error::leave_when_signed_out;
use crate::i18n::use_texts;
use crate::live::{LiveIndicator, keep_fresh, task};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{WhenText, system_icon, system_key};
use choice::Choice;
pub use choice::SHOWN;
use left_out::LeftOutTable;
pub use more::MoreRows;
use pairs::PairsTable;
pub use progress::BatchPanel;

/// Link several of one profile.
#[component]
pub fn LinkSeveralPage() -> impl IntoView {
    let id = use_profile_id();
    loaded(Signal::derive(move || Wanted::Several(id.get())), page)
}

fn take(data: PageData) -> Option<SeveralView> {
    match data {
        PageData::Several(view) => Some(view),
        _ => None,
    }
}

fn take_batch(data: PageData) -> Option<Option<BatchView>> {
    match data {
        PageData::Batch(batch) => Some(batch),
        _ => None,
    }
}

fn page(data: PageData) -> AnyView {
    let Some(mut view) = take(data) else {
        return ().into_any();
    };
    let texts = use_texts();
    let (id, system, name) = (view.profile, view.system, view.profile_name.clone());
    let profile_name = Signal::stored(name.clone());
    let read_at = view.read_at;
    let batch = RwSignal::new(view.batch.take());
    let stop = RwSignal::new(view.stop.take());
    let choice = Choice::new(view);
    let reload_batch = keep_fresh(batch, Wanted::Batch(id), take_batch);
    let again = task(move || async move {
        match load(Wanted::Several(Some(id))).await {
            Ok(data) => {
                if let Some(view) = take(data) {
                    stop.set(view.stop.clone());
                    choice.renew(view);
                }
            }
            Err(error) => leave_when_signed_out(&error),
        }
    });
    let done = Callback::new(move |()| {
        again.dispatch(());
        reload_batch.dispatch(());
    });
    // Both tables are decided anew when a batch ended: that is when they differ.
    let ended = Memo::new(move |_| {
        batch.with(|batch| batch.as_ref().map(|batch| (batch.id, batch.ended_at)))
    });
    Effect::new(move |before: Option<()>| {
        if ended.get().is_some_and(|(_, at)| at.is_some()) && before.is_some() {
            again.dispatch(());
        }
    });
    let age =
        read_at.map(|at| view! { <WhenText text=texts.t("portal.several.read") at /> }.into_any());
    let reading = read_at.is_none().then(|| {
        view! {
            <div class="alert">
                <Icon name=IconName::Clock />
                <p>{texts.t("portal.several.reading")}</p>
            </div>
        }
        .into_any()
    });
    view! {
        <Title text=texts.t("portal.several.title") />
        <div class="pagehead">
            <nav class="crumbs" aria-label=texts.t("portal.breadcrumb")>
                <a href=routes::PROFILES>{texts.t("portal.profiles.title")}</a>
                <Icon name=IconName::Right />
                <a href=profile_page(id, "link-users")>{name}</a>
                <Icon name=IconName::Right />
                <span aria-current="page">{texts.t("portal.several.title")}</span>
            </nav>
            <div class="pagehead__row">
                <div class="pagehead__title">
                    <h1>{texts.t("portal.several.title")}</h1>
                    <span class="tag">
                        <Icon name=system_icon(system) />
                        {texts.t(&system_key(system))}
                    </span>
                    <LiveIndicator />
                </div>
                <a class="btn" href=profile_page(id, "link-file")>
                    <Icon name=IconName::Copy />
                    {texts.t("portal.file.open")}
                </a>
            </div>
            <p class="pagehead__sub">{texts.t("portal.several.rules")}</p>
            <p class="meta">{age}</p>
        </div>
        <StoppedAlert id name=profile_name stop done />
        {reading}
        <BatchPanel batch reload=reload_batch />
        <div class="split split--even">
            <PairsTable profile=id choice reload=reload_batch />
            <LeftOutTable profile=id choice />
        </div>
    }
    .into_any()
}
