//! Refusals: beside what was refused, or in place of a page.

use leptos::prelude::*;
use synchronizer_domain::{UseCaseError, routes};

use super::icon::{Icon, IconName};
use super::optional;
use crate::AppError;
use crate::error::leave_when_signed_out;
use crate::i18n::use_texts;

/// The answer to an action that was refused; nothing while there is none.
#[component]
pub fn ActionAlert(
    /// The refusal, if any.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let texts = use_texts();
    Effect::new(move |_| {
        if let Some(error) = error.get() {
            leave_when_signed_out(&error);
        }
    });
    optional(move || {
        error.get().map(|error| {
            view! {
                <div class="alert alert--err" role="alert">
                    <Icon name=IconName::Stop />
                    <p>{error.sentence(texts)}</p>
                </div>
            }
            .into_any()
        })
    })
}

/// What stands in place of a page that could not be loaded.
#[component]
pub fn Refusal(
    /// Why.
    error: AppError,
) -> impl IntoView {
    let texts = use_texts();
    leave_when_signed_out(&error);
    #[cfg(feature = "ssr")]
    if !error.is_signed_out() {
        crate::ssr::set_status(error.status());
    }
    let (title, address, way_out, external) = match &error {
        AppError::UseCase(UseCaseError::Unauthenticated) => (
            "portal.refusal.signed_out",
            routes::SIGN_IN,
            "portal.refusal.sign_in",
            true,
        ),
        AppError::UseCase(UseCaseError::Forbidden) => (
            "portal.refusal.forbidden",
            routes::ME,
            "portal.refusal.own_page",
            true,
        ),
        AppError::UseCase(UseCaseError::NotFound) => (
            "portal.refusal.not_found",
            routes::PROFILES,
            "portal.refusal.profiles",
            false,
        ),
        _ => (
            "portal.refusal.failed",
            routes::PROFILES,
            "portal.refusal.profiles",
            false,
        ),
    };
    view! {
        <leptos_meta::Title text=texts.t(title) />
        <div class="pagehead">
            <h1>{texts.t(title)}</h1>
        </div>
        <section class="panel">
            <div class="panel__body stack">
                <p>{error.sentence(texts)}</p>
                <div class="row">
                    <a class="btn" href=address rel=external.then_some("external")>
                        {texts.t(way_out)}
                    </a>
                </div>
            </div>
        </section>
    }
}
