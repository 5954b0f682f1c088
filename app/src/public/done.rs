//! The confirmation page.

use leptos::prelude::*;
use synchronizer_domain::activation::ActivationView;
use synchronizer_domain::routes;

use super::PublicPage;
use super::document::{Document, languages, render};
use super::parts::{Pair, points};
use crate::i18n::Texts;
use crate::ui::icon::{Icon, IconName};

/// Both sides are done. Where the account has several writable calendars, a form (POST to
/// the step `calendar`, field `calendar`) changes the chosen one.
#[must_use]
pub fn done(page: &PublicPage<'_>, view: &ActivationView) -> String {
    render(page, |texts| {
        let system = view.couple.system.word();
        let password = format!("public.done.password.{system}");
        let facts: &[&str] = if view.couple.by_company {
            &["public.done.change", "public.done.own_page"]
        } else {
            &["public.done.change", &password, "public.done.own_page"]
        };
        let main = view! {
            <div class="card">
                <span class="glyph glyph--lg glyph--ok">
                    <Icon name=IconName::Check />
                </span>
                <div class="stack stack--2">
                    <h1>{texts.t("public.done.title")}</h1>
                    <p class="muted">{texts.t("public.done.lead")}</p>
                </div>
                <Pair couple=view.couple.clone() crm_done=view.crm_done calendar_done=view.calendar_done />
                {calendars(texts, view)}
                <div class="alert">
                    <Icon name=IconName::Ring />
                    <div>
                        <p class="alert__title">{texts.t("public.done.run_title")}</p>
                        <p>{texts.t("public.done.run_text")}</p>
                    </div>
                </div>
                <div class="stack stack--3">
                    <h2>{texts.t("public.done.from_now")}</h2>
                    {points(texts, facts)}
                </div>
                <a class="btn btn--lg btn--wide" href=routes::ME>
                    {texts.t("public.done.open")}
                </a>
            </div>
        };
        Document::column(
            texts.t("public.done.title"),
            languages(page, &[]),
            main.into_any(),
        )
    })
}

fn calendars(texts: Texts, view: &ActivationView) -> Option<AnyView> {
    let current = |id: &str, name: &str| {
        view.calendar
            .as_deref()
            .is_some_and(|used| used == id || used == name)
    };
    if view.calendars.len() < 2 {
        return None;
    }
    let options = view
        .calendars
        .iter()
        .map(|choice| {
            view! {
                <option value=choice.id.clone() selected=current(&choice.id, &choice.name)>
                    {choice.name.clone()}
                </option>
            }
        })
        .collect_view();
    let form = view! {
        <form class="stack stack--3" method="post" action=routes::activation_step(view.id, "calendar")>
            <div class="stack stack--1">
                <h2 id="which">{texts.t("public.done.calendar_title")}</h2>
                <p class="helpline" id="which-help">
                    {texts.t("public.done.calendar_text")}
                </p>
            </div>
            <span class="select">
                <select name="calendar" aria-labelledby="which" aria-describedby="which-help">
                    {options}
                </select>
                <Icon name=IconName::Down />
            </span>
            <button class="btn btn--lg btn--wide" type="submit">
                {texts.t("public.done.calendar_button")}
            </button>
        </form>
    };
    Some(form.into_any())
}
