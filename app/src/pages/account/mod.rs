//! *Account*: the company, its CRM connection, who administers, one's own sign-ins.

mod administrators;
mod company;
mod crm;
mod sign_ins;

use std::future::Future;

use leptos::prelude::*;
use leptos_meta::Title;
use synchronizer_domain::account::AccountView;
use synchronizer_domain::routes;

use super::loaded::{PageData, Wanted, loaded};
use crate::AppError;
use crate::i18n::use_texts;
use crate::live::{LiveIndicator, keep_fresh, task};
use crate::ui::Toaster;

use administrators::Administrators;
use company::Company;
use crm::Crm;
use sign_ins::SignIns;

/// The company's page.
#[component]
pub fn AccountPage() -> impl IntoView {
    loaded(Signal::stored(Wanted::Account), page)
}

fn take(data: PageData) -> Option<AccountView> {
    match data {
        PageData::Account(view) => Some(view),
        _ => None,
    }
}

fn page(data: PageData) -> AnyView {
    let texts = use_texts();
    let Some(view) = take(data) else {
        return ().into_any();
    };
    let view = RwSignal::new(view);
    let reload = keep_fresh(view, Wanted::Account, take);
    view! {
        <Title text=texts.t("portal.account.title") />
        <div class="pagehead">
            <div class="pagehead__row">
                <div class="pagehead__title">
                    <h1>{texts.t("portal.account.title")}</h1>
                    <LiveIndicator />
                </div>
                <a class="btn" href=routes::AUDIT>
                    {texts.t("portal.audit.title")}
                </a>
            </div>
        </div>
        <div class="stack stack--6">
            <Company view reload />
            <Crm view reload />
            <Administrators view reload />
            <SignIns view reload />
        </div>
    }
    .into_any()
}

/// A change: what was refused is kept, what was done is said and shown.
fn change<F>(
    refused: RwSignal<Option<AppError>>,
    reload: Action<(), ()>,
    said: &'static str,
    run: impl Fn() -> F + Send + Sync + 'static,
) -> Action<(), ()>
where
    F: Future<Output = Result<(), AppError>> + Send + 'static,
{
    let texts = use_texts();
    let toaster = expect_context::<Toaster>();
    task(move || {
        let outcome = run();
        async move {
            let outcome = outcome.await;
            if outcome.is_ok() {
                reload.dispatch(());
                toaster.show(texts.t(said), None);
            }
            refused.set(outcome.err());
        }
    })
}
