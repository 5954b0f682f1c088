//! The card of Exchange: service account, server and people, saved before they are tried.

use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::profile::{CalendarSystem, ProfileState};
use synchronizer_domain::usecases::{DirectoryDetail, ExchangeDetail, ProfileDetail};

use super::super::keep::keep;
use super::crm::Connected;
use super::foot::{SaveFoot, TestPart};
use super::people::PeopleField;
use crate::api::{AfterSave, SaveExchange, save_exchange};
use crate::error::posted;
use crate::i18n::use_texts;
use crate::live::{sent_by, task};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, TextField, dynamic, focus_first_error, text};

type Input = NodeRef<html::Input>;

/// Account, server, people, test.
#[component]
pub fn ExchangeSystem(
    /// The profile.
    id: ProfileId,
    /// What is stored.
    stored: ExchangeDetail,
    /// The profile's facts.
    detail: RwSignal<ProfileDetail>,
    /// Loads them again.
    reload: Action<(), ()>,
) -> impl IntoView {
    let texts = use_texts();
    let draft = detail.with_untracked(|detail| detail.state == ProfileState::Draft);
    let report = RwSignal::new(None);
    let refused = RwSignal::new(posted(SaveExchange::PATH));
    let error = Signal::from(refused);
    focus_first_error(error);
    let then = RwSignal::new(AfterSave::Test);
    let (account, username, password, server, impersonation) = (
        Input::new(),
        Input::new(),
        Input::new(),
        Input::new(),
        Input::new(),
    );
    let people = NodeRef::<html::Textarea>::new();
    let value = |field: Input| {
        let field = field.get_untracked();
        field.map(|field| field.value()).unwrap_or_default()
    };
    let save = task(move || async move {
        let ticked = impersonation
            .get_untracked()
            .is_some_and(|box_| box_.checked());
        let listed = people.get_untracked();
        let saved = save_exchange(
            id,
            value(account),
            value(username),
            value(password),
            value(server),
            ticked.then(|| "yes".to_owned()),
            listed.map(|field| field.value()).unwrap_or_default(),
            then.get_untracked(),
        );
        match saved.await {
            Ok(tested) => {
                refused.set(None);
                report.set(tested);
                // It is stored: nobody looks at it again.
                if let Some(field) = password.get_untracked() {
                    field.set_value("");
                }
                reload.dispatch(());
            }
            Err(refusal) => refused.set(Some(refusal)),
        }
    });
    let doing =
        move |what: AfterSave| Signal::derive(move || save.pending().get() && then.get() == what);
    let (testing, saving) = (doing(AfterSave::Test), doing(AfterSave::Next));
    let facts = Memo::new(move |_| {
        detail.with(|detail| match &detail.directory {
            DirectoryDetail::Exchange(facts) => (**facts).clone(),
            _ => ExchangeDetail::default(),
        })
    });
    let ready = move || {
        facts.with(|facts| {
            facts.connected && (facts.has_password || (facts.account.is_empty() && facts.count > 0))
        })
    };
    let is_refused = move || facts.with(|facts| facts.has_password && !facts.connected);
    let password_note = move || {
        let key = facts.with(|facts| match (facts.has_password, facts.connected) {
            (true, false) => "portal.exchange.password_refused",
            (true, true) => "portal.exchange.password_kept",
            (false, _) => "portal.exchange.password_help",
        });
        texts.t(key)
    };
    let found = move || {
        let found = facts.with(|facts| facts.found.clone());
        if found.is_empty() {
            return found;
        }
        texts.with("portal.exchange.found", &[("address", &found)])
    };
    let listed = move || {
        let count = facts.with(|facts| facts.count);
        if count == 0 {
            return String::new();
        }
        texts.count("portal.caldav.stored", count, &[])
    };
    let line = move |name: &'static str, kind, value, field| {
        view! {
            <TextField
                name
                label=texts.t(&format!("portal.exchange.{name}"))
                kind
                value
                error
                field
                help=texts.t(&format!("portal.exchange.{name}_help")).into_any()
            />
        }
        .into_any()
    };
    view! {
        <form class="stack" method="post" action=SaveExchange::url() novalidate on:submit=sent_by(save) on:change=keep(id, draft)>
            <input type="hidden" name="profile" value=id.to_string() />
            <section class="panel" aria-labelledby="calendar">
                <div class="panel__head">
                    <div class="row">
                        <span class="glyph">
                            <Icon name=IconName::Exchange />
                        </span>
                        <h2 id="calendar">{texts.t("system.exchange")}</h2>
                    </div>
                    {dynamic(move || view! { <Connected ok=ready() refused=is_refused() /> }.into_any())}
                </div>
                <div class="panel__body stack stack--6">
                    <ActionAlert error />
                    {line("account", "email", stored.account, account)}
                    {line("username", "text", stored.username, username)}
                    <TextField
                        name="password"
                        label=texts.t("portal.exchange.password")
                        kind="password"
                        complete="new-password"
                        error
                        field=password
                        help=text(password_note).into_any()
                    />
                    <TextField
                        name="server"
                        label=texts.t("portal.exchange.server")
                        value=stored.server
                        error
                        field=server
                        help=view! {
                            {texts.t("portal.exchange.server_help")}
                            <br />
                            {text(found)}
                        }
                            .into_any()
                    />
                    <div class="field">
                        <label class="row row--nowrap">
                            <input
                                class="check"
                                type="checkbox"
                                name="impersonation"
                                value="yes"
                                checked=stored.impersonation
                                node_ref=impersonation
                                aria-describedby="help-impersonation"
                            />
                            <span>{texts.t("portal.exchange.impersonation")}</span>
                        </label>
                        <p class="field__help" id="help-impersonation">
                            {texts.t("portal.exchange.impersonation_help")}
                        </p>
                    </div>
                    <PeopleField
                        system=CalendarSystem::Exchange
                        rows=5
                        value=stored.people
                        error
                        field=people
                        stored=text(listed)
                    />
                    <TestPart then testing report />
                </div>
            </section>
            <SaveFoot draft then saving />
        </form>
    }
}
