//! The card of a calendar system whose users are read after a sign-in (Microsoft 365,
//! Google): the sign-in and its test.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::profile::{CalendarSystem, ProfileState};
use synchronizer_domain::routes::{self, directory_sign_in, profile_page};
use synchronizer_domain::usecases::{DirectoryDetail, ProfileDetail};

use super::crm::Connected;
use super::report::Report;
use crate::api::{TestConnection, test_connection};
use crate::error::posted;
use crate::i18n::use_texts;
use crate::live::{sent_by, task};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, Email, SendButton, dynamic, optional, system_icon, system_key};

/// Who reads the directory, and whether it works.
#[component]
pub fn OauthSystem(
    /// The profile.
    id: ProfileId,
    /// Its calendar system.
    system: CalendarSystem,
    /// What else stands on the card.
    more: AnyView,
    /// What stands below it.
    after: AnyView,
    /// Its facts.
    detail: RwSignal<ProfileDetail>,
    /// What the last test said, whoever made it.
    report: RwSignal<Option<ConnectionReport>>,
) -> impl IntoView {
    let texts = use_texts();
    let directory = Memo::new(move |_| detail.with(|detail| signed_in(&detail.directory)));
    let error = RwSignal::new(posted(TestConnection::PATH));
    let test = task(move || async move {
        match test_connection(id).await {
            Ok(tested) => {
                error.set(None);
                report.set(Some(tested));
            }
            Err(refused) => error.set(Some(refused)),
        }
    });
    view! {
        <section class="panel" aria-labelledby="calendar">
            <div class="panel__head">
                <div class="row">
                    <span class="glyph">
                        <Icon name=system_icon(system) />
                    </span>
                    <h2 id="calendar">{texts.t(&system_key(system))}</h2>
                </div>
                {dynamic(move || {
                    let (account, connected) = directory.get();
                    view! { <Connected ok=connected refused=!account.is_empty() /> }.into_any()
                })}
            </div>
            <div class="panel__body stack stack--6">
                <SignIn id system directory />
                {more}
                <div class="stack stack--2">
                    <div class="row row--apart">
                        <h3>{texts.t("portal.systems.test")}</h3>
                        <form method="post" action=TestConnection::url() on:submit=sent_by(test)>
                            <input type="hidden" name="profile" value=id.to_string() />
                            <SendButton
                                class="btn btn--sm"
                                busy=test.pending()
                                icon=IconName::Refresh
                                label=texts.t("portal.systems.test_button")
                                doing=texts.t("portal.systems.testing")
                            />
                        </form>
                    </div>
                    <ActionAlert error />
                    <Report report=report.into() />
                </div>
            </div>
        </section>
        {after}
        <Foot id detail />
    }
}

/// The directory's account and the way to its provider: a plain form, for it leaves the
/// portal.
#[component]
fn SignIn(id: ProfileId, system: CalendarSystem, directory: Memo<(String, bool)>) -> impl IntoView {
    let texts = use_texts();
    let key = move |part: &str| format!("portal.systems.{}.{part}", system.word());
    dynamic(move || {
        let (account, connected) = directory.get();
        let (facts, button, class) = if account.is_empty() {
            let text = view! { <p class="small">{texts.t(&key("intro"))}</p> }.into_any();
            (text, key("sign_in"), "btn btn--primary")
        } else {
            let button = if connected {
                "portal.systems.other_account".to_owned()
            } else {
                key("sign_in")
            };
            let facts = view! {
                <dl class="facts">
                    <dt>{texts.t("portal.systems.signed_in_as")}</dt>
                    <dd>
                        <Email address=account />
                    </dd>
                    <dt>{texts.t("portal.systems.used_for")}</dt>
                    <dd>{texts.t("portal.systems.used_for_text")}</dd>
                </dl>
            }
            .into_any();
            (
                facts,
                button,
                if connected { "btn" } else { "btn btn--primary" },
            )
        };
        view! {
            <div class="setting">
                {facts} <form method="post" action=directory_sign_in(id)>
                    <button class=class type="submit">
                        {texts.t(&button)}
                    </button>
                </form>
            </div>
        }
        .into_any()
    })
}

/// Account and state of the sign-in.
fn signed_in(directory: &DirectoryDetail) -> (String, bool) {
    match directory {
        DirectoryDetail::Microsoft {
            account, connected, ..
        }
        | DirectoryDetail::Google {
            account, connected, ..
        } => (account.clone(), *connected),
        DirectoryDetail::Exchange(_) | DirectoryDetail::Caldav { .. } => (String::new(), false),
    }
}

/// Back and on.
#[component]
fn Foot(id: ProfileId, detail: RwSignal<ProfileDetail>) -> impl IntoView {
    let texts = use_texts();
    let draft = detail.with_untracked(|detail| detail.state == ProfileState::Draft);
    let connected = Signal::derive(move || detail.with(|detail| signed_in(&detail.directory).1));
    draft.then(|| {
        view! {
            <div class="formfoot">
                <a class="btn btn--quiet" href=routes::PROFILES>
                    {texts.t("portal.leave_draft")}
                </a>
                <div class="row">
                    {optional(move || {
                        (!connected.get())
                            .then(|| {
                                view! { <span class="meta">{texts.t("portal.systems.later")}</span> }
                                    .into_any()
                            })
                    })}
                    <a
                        class=Signal::derive(move || if connected.get() { "btn btn--primary" } else { "btn" })
                        href=profile_page(id, "settings")
                    >
                        {texts.t("portal.systems.next")}
                    </a>
                </div>
            </div>
        }
    })
}
