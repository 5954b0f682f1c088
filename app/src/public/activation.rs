//! The two steps of an activation.

use leptos::prelude::*;
use synchronizer_domain::activation::{ActivationView, Again, CredentialsForm};
use synchronizer_domain::link::{Cause, Side};
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::{ErrorCode, FieldError, routes};

use super::PublicPage;
use super::again::broken;
use super::credentials::credentials;
use super::dates::time;
use super::document::{Document, languages, render};
use super::parts::{Answer, Pair, Steps, fill, more, points, post_button, provider};
use crate::i18n::Texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::system_key;

/// What the last try left behind. The default is a page that was not tried yet.
#[derive(Debug, Clone, Default)]
pub struct ActivationForm {
    /// What was typed into the form for credentials. The password is never handed back.
    pub credentials: CredentialsForm,
    /// Wrong fields: `server`, `username`, `password`.
    pub errors: Vec<FieldError>,
    /// Why the try as a whole was refused.
    pub alert: Option<Alert>,
}

/// Why a try was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alert {
    /// A typed value or the server behind it.
    Error(ErrorCode),
    /// What the link now carries as its cause.
    Cause(Cause),
}

impl ActivationForm {
    /// Whether the page answers a try.
    pub(super) const fn tried(&self) -> bool {
        !self.errors.is_empty() || self.alert.is_some()
    }
}

/// The present step: SuperOffice, then Microsoft, Google or the form for credentials. With both
/// done it is
/// the confirmation page.
#[must_use]
pub fn activation(page: &PublicPage<'_>, view: &ActivationView, form: &ActivationForm) -> String {
    let Some(side) = view.next() else {
        return super::done(page, view);
    };
    render(page, |texts| {
        let (title, step) = match (side, view.couple.system) {
            (Side::Crm, _) => (
                heading(
                    texts,
                    view,
                    Side::Crm,
                    "public.button.superoffice",
                    "public.crm.title",
                ),
                crm_step(texts, view),
            ),
            (Side::Calendar, CalendarSystem::Microsoft365) => (
                heading(
                    texts,
                    view,
                    Side::Calendar,
                    "public.button.microsoft",
                    "public.microsoft.title",
                ),
                microsoft_step(texts, view),
            ),
            (Side::Calendar, CalendarSystem::Google) => (
                heading(
                    texts,
                    view,
                    Side::Calendar,
                    "public.button.google",
                    "public.google.title",
                ),
                google_step(texts, view),
            ),
            (Side::Calendar, system @ (CalendarSystem::Exchange | CalendarSystem::Caldav)) => (
                texts.t(&format!("public.{}.title", system.word())),
                credentials(texts, view, form),
            ),
        };
        let until = fill(
            &texts.t("public.activation.until"),
            vec![("time", time(view.expires_at))],
        );
        let main = view! {
            <div class="card">
                {place(texts, view, side)}
                {answer(texts, view.couple.system, form)}
                {step}
            </div>
            <p class="helpline center">{until}</p>
        };
        Document::column(title, languages(page, &[]), main.into_any())
    })
}

/// Where the person stands: the step of two, or what broke when only that is asked for.
fn place(texts: Texts, view: &ActivationView, side: Side) -> AnyView {
    match view.again.filter(Again::single) {
        Some(again) => broken(texts, &again),
        None if view.anew == Some(side) => anew(texts, view, side),
        // There is one sign-in, so there are no steps.
        None if view.couple.by_company => ().into_any(),
        None => view! { <Steps current=side system=view.couple.system /> }.into_any(),
    }
}

/// The half works, and is connected again because the person asked for it.
fn anew(texts: Texts, view: &ActivationView, side: Side) -> AnyView {
    let system = match side {
        Side::Crm => provider(texts, None),
        Side::Calendar => texts.t(&system_key(view.couple.system)),
    };
    view! {
        <div class="alert">
            <Icon name=IconName::Refresh />
            <div>
                <p class="alert__title">{texts.with("public.anew.title", &[("system", &system)])}</p>
                <p>{texts.t("public.anew.text")}</p>
            </div>
        </div>
    }
    .into_any()
}

/// The heading of a sign-in: its place among two, or the sign-in alone.
fn heading(texts: Texts, view: &ActivationView, side: Side, button: &str, step: &str) -> String {
    let alone = view.couple.by_company
        || view.anew == Some(side)
        || view.again.is_some_and(|again| again.single());
    texts.t(if alone { button } else { step })
}

/// The message above a form that was refused.
fn answer(texts: Texts, system: CalendarSystem, form: &ActivationForm) -> Option<AnyView> {
    let word = match system {
        CalendarSystem::Exchange => "exchange",
        _ => "caldav",
    };
    let safe = texts.t("public.nothing_stored");
    let (title, text) = match &form.alert {
        Some(Alert::Cause(Cause::PasswordRefused)) => (
            texts.t(&format!("public.{word}.refused_title")),
            texts.t(&format!("public.{word}.refused_text")),
        ),
        Some(Alert::Cause(Cause::NoCalendar)) if system == CalendarSystem::Caldav => (
            texts.t("public.cause.no_calendar.title"),
            texts.t("public.caldav.none_text"),
        ),
        Some(Alert::Cause(cause)) => {
            let remedy = texts.t(&format!("public.cause.{}.remedy", cause.word()));
            (
                texts.t(&format!("public.cause.{}.title", cause.word())),
                format!("{safe} {remedy}"),
            )
        }
        Some(Alert::Error(code)) => (texts.error(code), safe),
        None if !form.errors.is_empty() => (
            texts.t("public.form.wrong_title"),
            texts.t("public.form.wrong_text"),
        ),
        None => return None,
    };
    Some(view! { <Answer title=title text=text /> }.into_any())
}

fn crm_step(texts: Texts, view: &ActivationView) -> AnyView {
    view! {
        <div class="stack stack--2">
            <h1>{heading(texts, view, Side::Crm, "public.button.superoffice", "public.crm.title")}</h1>
            <p class="muted">{texts.t("public.activation.account")}</p>
        </div>
        <Pair couple=view.couple.clone() calendar_done=view.calendar_done />
        {post_button(routes::activation_step(view.id, "superoffice"), texts.t("public.button.superoffice"))}
        <div class="stack stack--3">
            <h2>{texts.t("public.crm.asks")}</h2>
            {points(texts, &["public.crm.diary", "public.activation.identity", "public.activation.keep"])}
        </div>
        <p class="helpline">{texts.t("public.password_there")}</p>
    }
    .into_any()
}

fn google_step(texts: Texts, view: &ActivationView) -> AnyView {
    let inviter = [("inviter", view.couple.invited_by.as_str())];
    let admin = texts.with("public.google.admin_text", &inviter).into_any();
    view! {
        <div class="stack stack--2">
            <h1>{heading(texts, view, Side::Calendar, "public.button.google", "public.google.title")}</h1>
            <p class="muted">{texts.t("public.activation.account")}</p>
        </div>
        <Pair couple=view.couple.clone() crm_done=view.crm_done />
        {post_button(routes::activation_step(view.id, "google"), texts.t("public.button.google"))}
        <div class="stack stack--3">
            <h2>{texts.t("public.google.asks")}</h2>
            <p class="helpline">{texts.t("public.google.boxes")}</p>
            {points(
                texts,
                &["public.google.box.calendar_events", "public.google.box.calendar_list"],
            )}
        </div>
        {more(texts.t("public.google.admin_title"), admin)}
    }
    .into_any()
}

fn microsoft_step(texts: Texts, view: &ActivationView) -> AnyView {
    let inviter = [("inviter", view.couple.invited_by.as_str())];
    let admin = texts
        .with("public.microsoft.admin_text", &inviter)
        .into_any();
    view! {
        <div class="stack stack--2">
            <h1>{heading(texts, view, Side::Calendar, "public.button.microsoft", "public.microsoft.title")}</h1>
            <p class="muted">{texts.t("public.activation.account")}</p>
        </div>
        <Pair couple=view.couple.clone() crm_done=view.crm_done />
        {post_button(routes::activation_step(view.id, "microsoft"), texts.t("public.button.microsoft"))}
        <div class="stack stack--3">
            <h2>{texts.t("public.microsoft.asks")}</h2>
            {points(
                texts,
                &["public.microsoft.calendar", "public.activation.identity", "public.activation.keep"],
            )}
        </div>
        {more(texts.t("public.microsoft.admin_title"), admin)}
    }
    .into_any()
}
