//! What else a Google profile needs to know: what administrators of Google have to do, and
//! domain-wide delegation in place of everybody's consent.

use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::usecases::{DirectoryDetail, ProfileDetail};

use crate::api::{SaveDelegation, save_delegation};
use crate::error::posted;
use crate::i18n::use_texts;
use crate::live::{sent_by, task};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{
    ActionAlert, CopyField, FieldErrors, SendButton, TextField, dynamic, field_errors,
    focus_first_error, invalid,
};

/// What the service account asks for; administrators list it beside its number.
const DELEGATED_SCOPES: &str = "https://www.googleapis.com/auth/admin.directory.user.readonly,https://www.googleapis.com/auth/calendar.events,https://www.googleapis.com/auth/calendar.calendarlist.readonly";

/// Hints, and the form of the service account.
#[component]
pub fn GoogleMore(
    /// The profile.
    id: ProfileId,
    /// Its facts.
    detail: RwSignal<ProfileDetail>,
    /// Loads them again.
    reload: Action<(), ()>,
    /// The page's one connection test.
    report: RwSignal<Option<ConnectionReport>>,
) -> impl IntoView {
    let texts = use_texts();
    let (client_id, redirect_uri) = detail.with_untracked(|detail| match &detail.directory {
        DirectoryDetail::Google {
            client_id,
            redirect_uri,
            ..
        } => (client_id.clone(), redirect_uri.clone()),
        _ => (String::new(), String::new()),
    });
    view! {
        <details class="more">
            <summary>
                {texts.t("portal.google.trusted_title")}
                <Icon name=IconName::Down />
            </summary>
            <div class="stack stack--2">
                <p class="small">{texts.t("portal.google.trusted_text")}</p>
                <CopyField value=client_id label=texts.t("portal.google.client_id") />
                <p class="small">{texts.t("portal.google.role_text")}</p>
                <p class="small">{texts.t("portal.google.redirect_text")}</p>
                <CopyField value=redirect_uri label=texts.t("portal.google.redirect") />
                <p class="small">{texts.t("portal.google.weekly_text")}</p>
            </div>
        </details>
        <details class="more">
            <summary>
                {texts.t("portal.google.delegation_title")}
                <Icon name=IconName::Down />
            </summary>
            <Delegation id detail reload report />
        </details>
    }
}

/// Key file and administrator. The key is never shown again.
#[component]
fn Delegation(
    id: ProfileId,
    detail: RwSignal<ProfileDetail>,
    reload: Action<(), ()>,
    report: RwSignal<Option<ConnectionReport>>,
) -> impl IntoView {
    let texts = use_texts();
    let refused = RwSignal::new(posted(SaveDelegation::PATH));
    let error = Signal::from(refused);
    focus_first_error(error);
    let (key_field, admin_field) = (
        NodeRef::<html::Textarea>::new(),
        NodeRef::<html::Input>::new(),
    );
    let save = task(move || async move {
        let key = key_field
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default();
        let admin = admin_field
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default();
        match save_delegation(id, key, admin).await {
            Ok(tested) => {
                refused.set(None);
                report.set(Some(tested));
                if let Some(field) = key_field.get_untracked() {
                    field.set_value("");
                }
                reload.dispatch(());
            }
            Err(refusal) => refused.set(Some(refusal)),
        }
    });
    let key_errors = field_errors(error, "key");
    view! {
        <div class="stack stack--3">
            <p class="small">{texts.t("portal.google.delegation_text")}</p>
            {dynamic(move || {
                let account = detail
                    .with(|detail| match &detail.directory {
                        DirectoryDetail::Google { service_account, .. } => service_account.clone(),
                        _ => None,
                    });
                match account {
                    Some(account) => {
                        view! {
                            <p class="small">
                                {texts.with("portal.google.listed", &[("account", &account.email)])}
                            </p>
                            <CopyField
                                value=account.client_id
                                label=texts.t("portal.google.number")
                            />
                            <CopyField
                                value=DELEGATED_SCOPES.to_owned()
                                label=texts.t("portal.google.scopes")
                            />
                        }
                            .into_any()
                    }
                    None => ().into_any(),
                }
            })}
            <form
                class="stack"
                method="post"
                action=SaveDelegation::url()
                novalidate
                on:submit=sent_by(save)
            >
                <input type="hidden" name="profile" value=id.to_string() />
                <ActionAlert error />
                <div class="field">
                    <label for="field-key">{texts.t("portal.google.key")}</label>
                    <textarea
                        class="input"
                        id="field-key"
                        name="key"
                        rows="4"
                        spellcheck="false"
                        autocomplete="off"
                        node_ref=key_field
                        aria-invalid=invalid(key_errors)
                        aria-describedby="error-key help-key"
                    ></textarea>
                    <FieldErrors id="error-key" errors=key_errors />
                    <p class="field__help" id="help-key">
                        {texts.t("portal.google.key_help")}
                    </p>
                </div>
                <TextField
                    name="admin"
                    label=texts.t("portal.google.admin")
                    kind="email"
                    error
                    field=admin_field
                    help=texts.t("portal.google.admin_help").into_any()
                />
                <div>
                    <SendButton
                        class="btn"
                        busy=save.pending()
                        label=texts.t("portal.google.delegation_button")
                        doing=texts.t("portal.systems.testing")
                    />
                </div>
            </form>
        </div>
    }
}
