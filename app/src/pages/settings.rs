//! Third step of the wizard and a tab of *Manage Profile*: Configure Profile.

use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::Locale;
use synchronizer_domain::draft::TypedField;
use synchronizer_domain::profile::{ProfileState, Stop};
use synchronizer_domain::routes::{self, profile_page};
use synchronizer_domain::usecases::ProfileDetail;

use super::keep::keep;
use super::loaded::{PageData, Wanted, loaded, use_profile_id};
use super::profile_head::ProfileHead;
use super::steps::Step;
use super::stopped::StoppedAlert;
use crate::api::{SaveSettings, save_settings};
use crate::error::posted;
use crate::i18n::use_texts;
use crate::live::{keep_fresh, sent_by, task};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{
    ActionAlert, FieldErrors, SendButton, TextField, Toaster, field_errors, focus_first_error, text,
};

/// Name, language of the mails, whom to ask.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let id = use_profile_id();
    loaded(Signal::derive(move || Wanted::Profile(id.get())), form)
}

/// The profile in a page's data.
pub fn take_profile(data: PageData) -> Option<ProfileDetail> {
    match data {
        PageData::Profile(detail) => Some(detail),
        _ => None,
    }
}

/// Who disabled the profile, when it is.
pub fn stop_of(detail: RwSignal<ProfileDetail>) -> Signal<Option<Stop>> {
    Signal::derive(move || detail.with(|detail| detail.stop.clone()))
}

fn form(data: PageData) -> AnyView {
    let texts = use_texts();
    let Some(detail) = take_profile(data) else {
        return ().into_any();
    };
    let (id, settings, system) = (detail.id, detail.settings.clone(), detail.system);
    let draft = detail.state == ProfileState::Draft;
    let typed = &detail.typed;
    let typed_name = typed.or(TypedField::Name, detail.name.clone());
    let typed_contact = typed.or(TypedField::ContactEmail, settings.contact_email.clone());
    let typed_locale = typed.or(
        TypedField::MailLocale,
        settings.mail_locale.tag().to_owned(),
    );
    let detail = RwSignal::new(detail);
    let reload = keep_fresh(detail, Wanted::Profile(Some(id)), take_profile);
    let name = text(move || detail.with(|detail| detail.name.clone()));
    let state = Signal::derive(move || detail.with(|detail| detail.state));
    let stop = stop_of(detail);
    let done = Callback::new(move |()| {
        reload.dispatch(());
    });

    let refused = RwSignal::new(posted(SaveSettings::PATH));
    let error = Signal::from(refused);
    focus_first_error(error);
    let toaster = expect_context::<Toaster>();
    let (name_field, contact_field) =
        (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let locale_field = NodeRef::<html::Select>::new();
    // A draft's answer leads on to Link Users.
    let save = task(move || async move {
        let typed = |field: NodeRef<html::Input>| {
            field
                .get_untracked()
                .map(|field| field.value())
                .unwrap_or_default()
        };
        let locale = locale_field
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default();
        let outcome = save_settings(id, typed(name_field), locale, typed(contact_field)).await;
        if outcome.is_ok() {
            reload.dispatch(());
            if !draft {
                toaster.show(texts.t("portal.settings.saved"), None);
            }
        }
        refused.set(outcome.err());
    });
    let languages = Locale::ALL
        .into_iter()
        .map(|locale| {
            view! {
                <option value=locale.tag() lang=locale.tag() selected=locale.tag() == typed_locale>
                    {locale.name()}
                </option>
            }
            .into_any()
        })
        .collect_view();
    let (label, doing) = if draft {
        (
            texts.t("portal.settings.save_and_link"),
            texts.t("common.saving"),
        )
    } else {
        (texts.t("common.save"), texts.t("common.saving"))
    };
    view! {
        <ProfileHead id name system state step=Step::Settings />
        <StoppedAlert id name stop done />
        <form class="stack stack--read" method="post" action=SaveSettings::url() novalidate on:submit=sent_by(save) on:change=keep(id, draft)>
            <ActionAlert error />
            <input type="hidden" name="profile" value=id.to_string() />
            <section class="panel">
                <div class="panel__body stack stack--6">
                    <TextField
                        name="name"
                        label=texts.t("portal.settings.name")
                        help=texts.t("portal.settings.name_help").into_any()
                        words=true
                        value=typed_name
                        error
                        field=name_field
                    />
                    <div class="field">
                        <label for="field-mail_locale">{texts.t("portal.settings.mail_locale")}</label>
                        <span class="select">
                            <select
                                id="field-mail_locale"
                                name="mail_locale"
                                node_ref=locale_field
                                aria-describedby="error-mail_locale help-mail_locale"
                            >
                                {languages}
                            </select>
                            <Icon name=IconName::Down />
                        </span>
                        <FieldErrors id="error-mail_locale" errors=field_errors(error, "mail_locale") />
                        <p class="field__help" id="help-mail_locale">
                            {texts.t("portal.settings.mail_locale_help")}
                        </p>
                    </div>
                    <TextField
                        name="contact_email"
                        label=texts.t("portal.settings.contact")
                        help=texts.t("portal.settings.contact_help").into_any()
                        value=typed_contact
                        kind="email"
                        optional=true
                        error
                        field=contact_field
                    />
                </div>
            </section>
            <div class="formfoot">
                {draft
                    .then(|| {
                        view! {
                            <a class="btn" href=profile_page(id, "systems")>
                                <Icon name=IconName::Left />
                                {texts.t("common.back")}
                            </a>
                        }
                            .into_any()
                    })}
                <div class="row">
                    {draft
                        .then(|| {
                            view! {
                                <a class="btn btn--quiet" href=routes::PROFILES>
                                    {texts.t("portal.leave_draft")}
                                </a>
                            }
                                .into_any()
                        })}
                    <SendButton class="btn btn--primary" busy=save.pending() label doing />
                </div>
            </div>
        </form>
    }
    .into_any()
}
