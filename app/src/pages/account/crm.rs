//! The CRM connection: as whom, since when, test, replace.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::account::{AccountView, CrmConnectionView};
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::routes;

use crate::api::{TestCrm, test_crm};
use crate::error::posted;
use crate::i18n::{Texts, use_texts};
use crate::live::{sent_by, task};
use crate::pages::systems::{Connected, Report};
use crate::ui::icon::IconName;
use crate::ui::{ActionAlert, SendButton, WhenText, dynamic, optional, text};

/// The connection's card.
#[component]
pub fn Crm(view: RwSignal<AccountView>, reload: Action<(), ()>) -> impl IntoView {
    let texts = use_texts();
    let refused = RwSignal::new(posted(TestCrm::PATH));
    let report = RwSignal::new(None::<ConnectionReport>);
    let test = task(move || async move {
        match test_crm().await {
            Ok(found) => {
                report.set(Some(found));
                refused.set(None);
                reload.dispatch(());
            }
            Err(error) => refused.set(Some(error)),
        }
    });
    let ok = Memo::new(move |_| view.with(|view| view.crm.connected || view.crm.system_user));
    view! {
        <section class="panel" aria-labelledby="crm">
            <div class="panel__head">
                <h2 id="crm">{texts.t("portal.account.crm")}</h2>
                {dynamic(move || view! { <Connected ok=ok.get() refused=true /> }.into_any())}
            </div>
            <div class="panel__body stack stack--6">
                <ActionAlert error=refused />
                <dl class="facts">
                    <dt>{texts.t("portal.systems.reads_as")}</dt>
                    <dd>{text(move || view.with(|view| reads_as(texts, &view.crm)))}</dd>
                    <dt>{texts.t("portal.account.since")}</dt>
                    <dd>
                        {optional(move || {
                            view.with(|view| view.crm.since)
                                .map(|at| view! { <WhenText text="{when}".to_owned() at /> }.into_any())
                        })}
                    </dd>
                    <dt>{texts.t("portal.account.read")}</dt>
                    <dd>
                        {dynamic(move || match view.with(|view| view.crm.read_at) {
                            Some(at) => view! { <WhenText text="{when}".to_owned() at /> }.into_any(),
                            None => texts.t("portal.not_yet").into_any(),
                        })}
                    </dd>
                </dl>
                <p class="small muted">{texts.t("portal.account.crm_help")}</p>
                <Report report=Signal::from(report) />
                <div class="row">
                    <form method="post" action=TestCrm::url() on:submit=sent_by(test)>
                        <SendButton
                            class="btn"
                            busy=test.pending()
                            label=texts.t("portal.systems.test_button")
                            doing=texts.t("portal.systems.testing")
                            icon=IconName::Refresh
                        />
                    </form>
                    <form method="post" action=routes::CRM_CONNECTION>
                        <button class="btn" type="submit">
                            {texts.t("portal.account.replace")}
                        </button>
                    </form>
                </div>
            </div>
        </section>
    }
}

/// Who reads the CRM's users.
fn reads_as(texts: Texts, crm: &CrmConnectionView) -> String {
    match (crm.system_user, crm.connected) {
        (false, _) => crm.reads_as.clone(),
        (true, true) => texts.with("portal.account.system_user", &[("name", &crm.reads_as)]),
        (true, false) => texts.t("portal.account.system_user_alone"),
    }
}
