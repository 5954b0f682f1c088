//! The card of an organisation's approval at Microsoft: a step before anybody is invited.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::consent::{ConsentAnswer, ConsentRefusal, ConsentView};
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::routes::consent_approval;
use synchronizer_domain::usecases::{DirectoryDetail, ProfileDetail};

use crate::api::{CheckConsent, check_consent, consent_link};
use crate::error::posted;
use crate::i18n::use_texts;
use crate::live::{sent_by, task};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, CopyField, SendButton, Toaster, WhenText, dynamic, optional, when};

/// What is approved, the way to approve, and a link for whoever may.
#[component]
pub fn Approval(
    /// The profile.
    id: ProfileId,
    /// Its facts.
    detail: RwSignal<ProfileDetail>,
    /// Loads them again.
    reload: Action<(), ()>,
) -> impl IntoView {
    let texts = use_texts();
    let consent = Memo::new(move |_| detail.with(|detail| of(&detail.directory)));
    let organisation = Memo::new(move |_| consent.with(|consent| consent.organisation.clone()));
    let toaster = expect_context::<Toaster>();
    let error = RwSignal::new(posted(CheckConsent::PATH));
    let link = RwSignal::new(None);
    let copy = task(move || async move {
        match consent_link(id).await {
            Ok(made) => {
                error.set(None);
                link.set(Some(made));
            }
            Err(refused) => error.set(Some(refused)),
        }
    });
    let check = task(move || async move {
        let refused = check_consent(id).await.err();
        if refused.is_none() {
            toaster.show(texts.t("portal.consent.checked_now"), None);
        }
        error.set(refused);
        reload.dispatch(());
    });
    let ask = move |_| {
        if !copy.pending().get_untracked() {
            copy.dispatch(());
        }
    };
    view! {
        <section class="panel" aria-labelledby="approval">
            <div class="panel__head">
                <h2 id="approval">{texts.t("portal.consent.title")}</h2>
                {dynamic(move || state(consent.get()))}
            </div>
            <div class="panel__body stack">
                <p class="small">{texts.t("portal.consent.text")}</p>
                {dynamic(move || told(consent.get()))}
                <ActionAlert error />
                {dynamic(move || {
                    if organisation.with(Option::is_none) {
                        return view! { <p class="small muted">{texts.t("portal.consent.first")}</p> }
                            .into_any();
                    }
                    let class = Signal::derive(move || {
                        if consent.with(ConsentView::is_approved) { "btn" } else { "btn btn--primary" }
                    });
                    let label = move || {
                        let approved = consent.with(ConsentView::is_approved);
                        texts.t(if approved { "portal.consent.again" } else { "portal.consent.now" })
                    };
                    view! {
                        <div class="row">
                            <form method="post" action=consent_approval(id)>
                                <button class=class type="submit">
                                    {dynamic(move || label().into_any())}
                                </button>
                            </form>
                            <button
                                class="btn"
                                type="button"
                                aria-busy=when("true", move || copy.pending().get())
                                on:click=ask
                            >
                                <Icon name=IconName::Copy />
                                {texts.t("portal.consent.copy")}
                            </button>
                            <form method="post" action=CheckConsent::url() on:submit=sent_by(check)>
                                <input type="hidden" name="profile" value=id.to_string() />
                                <SendButton
                                    class="btn btn--quiet"
                                    busy=check.pending()
                                    icon=IconName::Refresh
                                    label=texts.t("portal.consent.check")
                                    doing=texts.t("portal.consent.checking")
                                />
                            </form>
                        </div>
                        <p class="small muted">{texts.t("portal.consent.who")}</p>
                    }
                        .into_any()
                })}
                {optional(move || {
                    link.get()
                        .map(|link| {
                            view! {
                                <div class="stack stack--2">
                                    <CopyField value=link.url label=texts.t("portal.consent.field") />
                                    <p class="small muted">
                                        <WhenText text=texts.t("portal.consent.until") at=link.expires_at />
                                    </p>
                                </div>
                            }
                                .into_any()
                        })
                })}
            </div>
        </section>
    }
}

/// The approval of a Microsoft directory.
fn of(directory: &DirectoryDetail) -> ConsentView {
    match directory {
        DirectoryDetail::Microsoft { consent, .. } => consent.clone(),
        _ => ConsentView::default(),
    }
}

fn state(consent: ConsentView) -> AnyView {
    let texts = use_texts();
    let (state, icon, key) = match &consent.answer {
        Some(answer) if answer.refused.is_none() => {
            ("active", IconName::Ok, "portal.consent.state.approved")
        }
        Some(_) => ("attention", IconName::Alert, "portal.consent.state.refused"),
        None => ("paused", IconName::Clock, "portal.consent.state.open"),
    };
    view! {
        <span class="state" data-state=state>
            <Icon name=icon />
            {texts.t(key)}
        </span>
    }
    .into_any()
}

/// The last answer: who approved, or why it was not.
fn told(consent: ConsentView) -> AnyView {
    let texts = use_texts();
    let organisation = consent.organisation.unwrap_or_default();
    let Some(ConsentAnswer {
        at,
        by,
        refused,
        checked_at,
    }) = consent.answer
    else {
        return ().into_any();
    };
    let names = [
        ("organisation", organisation.as_str()),
        ("name", by.as_str()),
    ];
    let why = |refusal: ConsentRefusal| {
        texts.with(&format!("consent.refused.{}", refusal.word()), &names)
    };
    match refused {
        None => {
            let text = texts.with("portal.consent.approved", &names);
            let checked = checked_at.map(|at| {
                view! {
                    " "
                    <WhenText text=texts.t("portal.consent.checked") at />
                }
            });
            view! {
                <p class="small">
                    <WhenText text at />
                    {checked}
                </p>
            }
            .into_any()
        }
        Some(refusal) => {
            let asked = texts.with("portal.consent.asked", &names);
            view! {
                <div class="alert alert--warn">
                    <Icon name=IconName::Alert />
                    <div class="stack stack--1">
                        <p>{why(refusal)}</p>
                        <p class="small muted">
                            <WhenText text=asked at />
                        </p>
                    </div>
                </div>
            }
            .into_any()
        }
    }
}
