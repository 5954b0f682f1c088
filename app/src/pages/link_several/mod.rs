//! The page *Link several*: everybody with the same e-mail on both sides, and beside them
//! the people who are not offered, with the reason and the way on.

mod choice;
mod left_out;
mod more;
mod newest;
mod pairs;
mod progress;
mod ticks;

use leptos::prelude::*;
use leptos_meta::Title;
use synchronizer_domain::bulk::SeveralView;
use synchronizer_domain::routes::profile_page;

use super::loaded::{PageData, Wanted, load, loaded, use_profile_id};
use super::profile_head::PageHead;
use super::stopped::StoppedAlert;
use crate::error::leave_when_signed_out;
use crate::i18n::use_texts;
use crate::live::task;
use crate::ui::WhenText;
use crate::ui::icon::{Icon, IconName};
use choice::Choice;
pub use choice::SHOWN;
use left_out::LeftOutTable;
pub use more::MoreRows;
pub use newest::follow_newest;
use pairs::PairsTable;
pub use progress::BatchPanel;
pub use ticks::{LinkFoot, TickBar};

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
    // Both tables are decided anew when a batch ended.
    let reload_batch = follow_newest(id, batch, again);
    let done = Callback::new(move |()| {
        again.dispatch(());
        reload_batch.dispatch(());
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
        <PageHead
            above=vec![(profile_page(id, "link-users"), name)]
            here=Signal::stored(texts.t("portal.several.title"))
            title=Signal::stored(texts.t("portal.several.title"))
            system
            beside=view! {
                <a class="btn" href=profile_page(id, "link-file")>
                    <Icon name=IconName::Copy />
                    {texts.t("portal.file.open")}
                </a>
            }
                .into_any()
            below=view! {
                <p class="pagehead__sub">{texts.t("portal.several.rules")}</p>
                <p class="meta">{age}</p>
            }
                .into_any()
        />
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
