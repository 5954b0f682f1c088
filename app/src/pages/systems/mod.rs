//! Second step of the wizard and a tab of *Manage Profile*: Configure Systems.

mod approval;
mod caldav;
mod crm;
mod exchange;
mod foot;
mod google;
mod oauth;
mod people;
mod people_file;
mod report;

pub use report::Report;

use leptos::prelude::*;
use synchronizer_domain::draft::{Typed, TypedField};
use synchronizer_domain::usecases::DirectoryDetail;

use super::loaded::{PageData, Wanted, loaded, use_profile_id};
use super::profile_head::ProfileHead;
use super::settings::{stop_of, take_profile};
use super::steps::Step;
use super::stopped::StoppedAlert;
use crate::live::keep_fresh;
use crate::ui::text;
use approval::Approval;
use caldav::CaldavSystem;
pub use crm::Connected;
use crm::CrmCard;
use exchange::ExchangeSystem;
use google::GoogleMore;
use oauth::OauthSystem;
use people_file::PeopleFile;

/// The CRM's card, the calendar system's card, and the connection test.
#[component]
pub fn SystemsPage() -> impl IntoView {
    let id = use_profile_id();
    loaded(Signal::derive(move || Wanted::Profile(id.get())), page)
}

fn page(data: PageData) -> AnyView {
    let Some(detail) = take_profile(data) else {
        return ().into_any();
    };
    let (id, system) = (detail.id, detail.system);
    let first = typed_over(detail.directory.clone(), &detail.typed);
    let detail = RwSignal::new(detail);
    let reload = keep_fresh(detail, Wanted::Profile(Some(id)), take_profile);
    let name = text(move || detail.with(|detail| detail.name.clone()));
    let state = Signal::derive(move || detail.with(|detail| detail.state));
    let report = RwSignal::new(None);
    let stop = stop_of(detail);
    let done = Callback::new(move |()| {
        reload.dispatch(());
    });
    let has_list = matches!(
        first,
        DirectoryDetail::Exchange(_) | DirectoryDetail::Caldav { .. }
    );
    let file = has_list.then(|| view! { <PeopleFile id /> }.into_any());
    let calendar = match first {
        DirectoryDetail::Microsoft { .. } => {
            let after = view! { <Approval id detail reload /> }.into_any();
            view! { <OauthSystem id system more=().into_any() after detail report /> }.into_any()
        }
        DirectoryDetail::Google { .. } => {
            let more = view! { <GoogleMore id detail reload report /> }.into_any();
            view! { <OauthSystem id system more after=().into_any() detail report /> }.into_any()
        }
        DirectoryDetail::Exchange(stored) => {
            view! { <ExchangeSystem id stored=*stored detail reload /> }.into_any()
        }
        DirectoryDetail::Caldav { server, people, .. } => {
            view! { <CaldavSystem id server people detail reload /> }.into_any()
        }
    };
    view! {
        <ProfileHead id name system state step=Step::Systems />
        <StoppedAlert id name stop done />
        <div class="split">
            <div class="stack">
                <CrmCard detail />
                {calendar}
                {file}
            </div>
            <Help system />
        </div>
    }
    .into_any()
}

/// What was typed and not saved yet stands in the fields.
fn typed_over(stored: DirectoryDetail, typed: &Typed) -> DirectoryDetail {
    match stored {
        DirectoryDetail::Caldav {
            server,
            people,
            count,
        } => DirectoryDetail::Caldav {
            server: typed.or(TypedField::Server, server),
            people: typed.or(TypedField::People, people),
            count,
        },
        DirectoryDetail::Exchange(mut stored) => {
            stored.account = typed.or(TypedField::Account, stored.account);
            stored.username = typed.or(TypedField::Username, stored.username);
            stored.server = typed.or(TypedField::Server, stored.server);
            stored.people = typed.or(TypedField::People, stored.people);
            if let Some(ticked) = typed.of(TypedField::Impersonation) {
                stored.impersonation = !ticked.is_empty();
            }
            DirectoryDetail::Exchange(stored)
        }
        other => other,
    }
}

#[component]
fn Help(system: synchronizer_domain::profile::CalendarSystem) -> impl IntoView {
    let texts = crate::i18n::use_texts();
    let key = |part: &str| texts.t(&format!("portal.systems.help.{}.{part}", system.word()));
    view! {
        <aside class="stack" aria-label=texts.t("portal.help")>
            <div class="stack stack--2">
                <h2 class="small">{key("title")}</h2>
                <p class="small muted">{key("text")}</p>
            </div>
        </aside>
    }
}
