//! The card of CalDAV: server and people, saved before they are tried.

use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::profile::{CalendarSystem, ProfileState};
use synchronizer_domain::usecases::{DirectoryDetail, ProfileDetail};

use super::super::keep::keep;
use super::crm::Connected;
use super::foot::{SaveFoot, TestPart};
use super::people::PeopleField;
use crate::api::{AfterSave, SaveCaldav, save_caldav};
use crate::error::posted;
use crate::i18n::use_texts;
use crate::live::{sent_by, task};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, TextField, dynamic, focus_first_error, text};

/// Server address, pasted people, test.
#[component]
pub fn CaldavSystem(
    /// The profile.
    id: ProfileId,
    /// The stored address.
    server: String,
    /// The stored list.
    people: String,
    /// The profile's facts.
    detail: RwSignal<ProfileDetail>,
    /// Loads them again.
    reload: Action<(), ()>,
) -> impl IntoView {
    let texts = use_texts();
    let draft = detail.with_untracked(|detail| detail.state == ProfileState::Draft);
    let report = RwSignal::new(None);
    let refused = RwSignal::new(posted(SaveCaldav::PATH));
    let error = Signal::from(refused);
    focus_first_error(error);
    let then = RwSignal::new(AfterSave::Test);
    let (server_field, people_field) = (
        NodeRef::<html::Input>::new(),
        NodeRef::<html::Textarea>::new(),
    );
    let save = task(move || async move {
        let server = server_field
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default();
        let people = people_field
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default();
        match save_caldav(id, server, people, then.get_untracked()).await {
            Ok(tested) => {
                refused.set(None);
                report.set(tested);
                reload.dispatch(());
            }
            Err(refusal) => refused.set(Some(refusal)),
        }
    });
    let doing =
        move |what: AfterSave| Signal::derive(move || save.pending().get() && then.get() == what);
    let (testing, saving) = (doing(AfterSave::Test), doing(AfterSave::Next));
    let count = Signal::derive(move || {
        detail.with(|detail| match detail.directory {
            DirectoryDetail::Caldav { count, .. } => count,
            _ => 0,
        })
    });
    view! {
        <form class="stack" method="post" action=SaveCaldav::url() novalidate on:submit=sent_by(save) on:change=keep(id, draft)>
            <input type="hidden" name="profile" value=id.to_string() />
            <section class="panel" aria-labelledby="calendar">
                <div class="panel__head">
                    <div class="row">
                        <span class="glyph">
                            <Icon name=IconName::Caldav />
                        </span>
                        <h2 id="calendar">{texts.t("system.caldav")}</h2>
                    </div>
                    {dynamic(move || view! { <Connected ok={count.get() > 0} refused=false /> }.into_any())}
                </div>
                <div class="panel__body stack stack--6">
                    <ActionAlert error />
                    <TextField
                        name="server"
                        label=texts.t("portal.caldav.server")
                        kind="url"
                        placeholder="https://"
                        value=server
                        error
                        field=server_field
                        help=texts.t("portal.caldav.server_help").into_any()
                    />
                    <PeopleField
                        system=CalendarSystem::Caldav
                        rows=8
                        value=people
                        error
                        field=people_field
                        stored=text(move || texts.count("portal.caldav.stored", count.get(), &[]))
                    />
                    <TestPart then testing report />
                </div>
            </section>
            <SaveFoot draft then saving />
        </form>
    }
}
