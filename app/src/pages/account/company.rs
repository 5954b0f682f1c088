//! Facts, contact, language, waiting mails.

use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::Locale;
use synchronizer_domain::account::AccountView;
use synchronizer_domain::tenant::TenantState;

use super::change;
use crate::api::{SaveAccount, save_account};
use crate::error::posted;
use crate::i18n::{group, use_texts};
use crate::live::sent_by;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{
    ActionAlert, SendButton, TextField, WhenText, dynamic, focus_first_error, optional,
};

/// The company's card.
#[component]
pub fn Company(view: RwSignal<AccountView>, reload: Action<(), ()>) -> impl IntoView {
    let texts = use_texts();
    let shown = view.get_untracked();
    let refused = RwSignal::new(posted(SaveAccount::PATH));
    let error = Signal::from(refused);
    focus_first_error(error);
    let contact = NodeRef::<html::Input>::new();
    let locale = NodeRef::<html::Select>::new();
    let save = change(refused, reload, "portal.settings.saved", move || {
        let contact = contact.get_untracked().map(|field| field.value());
        let locale = locale.get_untracked().map(|field| field.value());
        save_account(contact.unwrap_or_default(), locale.unwrap_or_default())
    });
    let (state, icon, key) = match shown.state {
        TenantState::Active => ("active", IconName::Ok, "portal.account.active"),
        TenantState::Suspended => ("paused", IconName::Pause, "portal.account.suspended"),
    };
    let languages = Locale::ALL
        .into_iter()
        .map(|each| {
            view! {
                <option value=each.tag() lang=each.tag() selected=each == shown.settings.mail_locale>
                    {each.name()}
                </option>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="company">
            <div class="panel__head">
                <h2 id="company">{texts.t("portal.account.company")}</h2>
                <span class="state" data-state=state>
                    <Icon name=icon />
                    {texts.t(key)}
                </span>
            </div>
            <div class="panel__body stack stack--6">
                <dl class="facts">
                    <dt>{texts.t("portal.systems.customer")}</dt>
                    <dd>{shown.company} " " <span class="muted">{format!("({})", shown.context)}</span></dd>
                    <dt>{texts.t("portal.account.since")}</dt>
                    <dd>
                        <WhenText text="{when}".to_owned() at=shown.since />
                    </dd>
                    <dt>{texts.t("portal.account.links")}</dt>
                    <dd>
                        {dynamic(move || {
                            let (links, users) = view.with(|view| (view.links, view.crm_users));
                            let links = group(links, texts.locale());
                            match users {
                                Some(users) => {
                                    let users = group(users, texts.locale());
                                    texts.with("portal.account.links_of", &[("links", &links), ("users", &users)])
                                }
                                None => links,
                            }
                                .into_any()
                        })}
                    </dd>
                </dl>
                {optional(move || {
                    let mails = view.with(|view| view.mails);
                    (mails.waiting > 0).then(|| {
                        let minutes = mails.seconds.map(|seconds| seconds.div_ceil(60).max(1));
                        let waiting = texts.count("portal.account.mails", mails.waiting, &[]);
                        let done = minutes.map(|minutes| texts.count("portal.account.mails_done", minutes, &[]));
                        view! {
                            <div class="alert" role="status">
                                <Icon name=IconName::Mail />
                                <p>{waiting} " " {done}</p>
                            </div>
                        }
                            .into_any()
                    })
                })}
                <form class="stack stack--6 stack--read" method="post" action=SaveAccount::url() novalidate on:submit=sent_by(save)>
                    <ActionAlert error />
                    <TextField
                        name="contact_email"
                        label=texts.t("portal.account.contact")
                        kind="email"
                        complete="email"
                        optional=true
                        value=shown.settings.contact_email
                        error
                        field=contact
                        help=texts.t("portal.account.contact_help").into_any()
                    />
                    <div class="field">
                        <label for="field-mail_locale">{texts.t("portal.settings.mail_locale")}</label>
                        <span class="select">
                            <select id="field-mail_locale" name="mail_locale" node_ref=locale aria-describedby="help-mail_locale">
                                {languages}
                            </select>
                            <Icon name=IconName::Down />
                        </span>
                        <p class="field__help" id="help-mail_locale">
                            {texts.t("portal.account.locale_help")}
                        </p>
                    </div>
                    <div class="row">
                        <SendButton
                            class="btn btn--primary"
                            busy=save.pending()
                            label=texts.t("common.save")
                            doing=texts.t("common.saving")
                        />
                    </div>
                </form>
            </div>
        </section>
    }
}
