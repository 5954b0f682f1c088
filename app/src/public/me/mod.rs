//! A signed-in person's own page.

mod calendars;
mod connection;
mod settings;

use leptos::prelude::*;
use synchronizer_domain::activation::Couple;
use synchronizer_domain::link::{CauseStatus, LinkState, Pauser, Side};
use synchronizer_domain::own::{HalfState, OwnDeed, OwnLink, OwnPage};
use synchronizer_domain::routes;
use synchronizer_domain::session::Me;

pub use calendars::choose_calendar;

use self::connection::connection;
use super::PublicPage;
use super::bar::bar;
use super::dates::date;
use super::document::{Document, footer, render};
use super::parts::{breakable, fill, mail_link, provider};
use crate::i18n::Texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{state_icon, state_key, system_key};

/// The page [`routes::ME`]; after something was done it says so.
#[must_use]
pub fn me(page: &PublicPage<'_>, view: &OwnPage, done: Option<OwnDeed>) -> String {
    render(page, |texts| {
        let single = view.links.len() == 1;
        let badge = view
            .links
            .first()
            .filter(|_| single)
            .map(|link| state_badge(texts, link.status.state));
        let links = view
            .links
            .iter()
            .map(|link| my_link(texts, link, single))
            .collect_view();
        let empty = view.links.is_empty().then(|| {
            view! {
                <section class="panel empty">
                    <p>
                        <b>{texts.t("public.me.empty_title")}</b>
                    </p>
                    <p>{texts.with("public.me.empty_text", &[("company", &view.me.tenant_name)])}</p>
                </section>
            }
        });
        let done = done.map(|deed| {
            let word = deed.word();
            view! {
                <div class="alert alert--ok" role="status">
                    <Icon name=IconName::Ok />
                    <div>
                        <p class="alert__title">{texts.t(&format!("public.me.did.{word}.title"))}</p>
                        <p>{texts.t(&format!("public.me.did.{word}.text"))}</p>
                    </div>
                </div>
            }
        });
        let title = texts.t("public.me.title");
        let content = view! {
            <div class="pagehead">
                <div class="pagehead__row">
                    <div class="pagehead__title">
                        <h1>{title.clone()}</h1>
                        {badge}
                    </div>
                </div>
                <p class="pagehead__sub">{signed_in_as(texts, &view.me)}</p>
            </div>
            {done}
            {links}
            {empty}
            {settings::of_person(texts, page.locale, view)}
        };
        own_document(texts, (page, &view.me), title, content.into_any())
    })
}

/// A page below the person's app bar.
fn own_document(
    texts: Texts,
    (page, me): (&PublicPage<'_>, &Me),
    title: String,
    content: AnyView,
) -> Document {
    let body = view! {
        <a class="skip" href="#main">
            {texts.t("public.skip")}
        </a>
        {bar(texts, page, me)}
        <main id="main" class="page page--read" tabindex="-1">
            {content}
        </main>
        {footer()}
    };
    Document {
        title,
        refresh: None,
        body: body.into_any(),
    }
}

fn signed_in_as(texts: Texts, me: &Me) -> AnyView {
    let address = if me.email.is_empty() {
        ().into_any()
    } else {
        view! { ", "{breakable(&me.email)} }.into_any()
    };
    let name = view! { <b>{me.name.clone()}</b>{address} }.into_any();
    fill(&texts.t("public.me.signed_in"), vec![("name", name)])
}

fn my_link(texts: Texts, link: &OwnLink, single: bool) -> AnyView {
    let system = texts.t(&system_key(link.couple.system));
    let named = texts.with("public.me.pair", &[("system", &system)]);
    let badge = (!single).then(|| state_badge(texts, link.status.state));
    let title = format!("link-{}", link.id);
    let labelled = title.clone();
    view! {
        <section class="stack" aria-labelledby=labelled>
            <div class="row row--apart">
                <h2 id=title>{named}</h2>
                {badge}
            </div>
            {message(texts, link)}
            <div class="conns">
                {connection(texts, link, Side::Crm)}
                {connection(texts, link, Side::Calendar)}
            </div>
            {settings::of_link(texts, link)}
            {question(texts, &link.couple)}
        </section>
    }
    .into_any()
}

/// What a side is called where people sign in to it.
fn side_name(texts: Texts, link: &OwnLink, side: Side) -> String {
    match side {
        Side::Crm => provider(texts, None),
        Side::Calendar => texts.t(&system_key(link.couple.system)),
    }
}

/// The verb of the one button: only the broken half, or whatever is missing.
fn verb(texts: Texts, link: &OwnLink) -> Option<String> {
    match link.waiting().as_slice() {
        [] => None,
        [side] if link.half(*side).state() == HalfState::Broken => {
            let system = side_name(texts, link, *side);
            Some(texts.with("public.me.reconnect", &[("system", &system)]))
        }
        _ => Some(texts.t("public.me.continue")),
    }
}

/// The state in a sentence, or the cause with its remedy, and the button where something
/// is missing.
fn message(texts: Texts, link: &OwnLink) -> AnyView {
    let state = link.status.state;
    let attention = state == LinkState::NeedsAttention;
    let button = verb(texts, link).map(|verb| {
        let kind = if attention {
            "btn btn--primary"
        } else {
            "btn btn--primary btn--lg"
        };
        view! {
            <form class="alert__do" method="post" action=routes::own_link(link.id, "continue")>
                <button class=kind type="submit">
                    {verb}
                    <Icon name=IconName::Arrow />
                </button>
            </form>
        }
    });
    let (tone, icon, title, text) = match link.status.cause.filter(|_| !link.rests()) {
        Some(found) => (
            if attention {
                "alert alert--warn alert--row"
            } else {
                "alert alert--row"
            },
            if attention {
                IconName::Alert
            } else {
                IconName::Info
            },
            texts.t(&format!("public.cause.{}.title", found.cause.word())),
            remedy(texts, found),
        ),
        None => (
            "alert alert--row",
            state_icon(state),
            texts.t(&format!("public.me.state.{}.title", state.word())),
            state_text(texts, link),
        ),
    };
    view! {
        <div class=tone>
            <Icon name=icon />
            <div>
                <p class="alert__title">{title}</p>
                <p>{text}</p>
            </div>
            {button}
        </div>
    }
    .into_any()
}

fn state_text(texts: Texts, link: &OwnLink) -> AnyView {
    let state = link.status.state;
    let text = match (state, link.paused_at) {
        (LinkState::Invited, _) if link.calendar.by_company => {
            texts.t("public.me.state.invited.text_company")
        }
        _ => texts.t(&format!("public.me.state.{}.text", state.word())),
    };
    match link.paused_at.filter(|_| state == LinkState::Paused) {
        Some(at) => {
            let key = link.paused_by.map_or("public.me.since", |by| match by {
                Pauser::Person => "public.me.paused_by.person",
                Pauser::Admin => "public.me.paused_by.admin",
            });
            let since = fill(&texts.t(key), vec![("date", date(texts, at))]);
            view! { {format!("{text} ")}{since} }.into_any()
        }
        None => text.into_any(),
    }
}

fn since(texts: Texts, at: synchronizer_domain::Timestamp) -> AnyView {
    fill(&texts.t("public.me.since"), vec![("date", date(texts, at))])
}

fn remedy(texts: Texts, found: CauseStatus) -> AnyView {
    let remedy = texts.t(&format!("public.cause.{}.remedy", found.cause.word()));
    view! { {format!("{remedy} ")}{since(texts, found.since)} }.into_any()
}

fn question(texts: Texts, couple: &Couple) -> Option<AnyView> {
    if couple.contact_email.is_empty() {
        return None;
    }
    let line = fill(
        &texts.t("public.mishap.question"),
        vec![("contact", mail_link(&couple.contact_email))],
    );
    Some(view! { <p class="helpline">{line}</p> }.into_any())
}

fn state_badge(texts: Texts, state: LinkState) -> AnyView {
    view! {
        <span class="state" data-state=state.word()>
            <Icon name=state_icon(state) />
            {texts.t(&state_key(state))}
        </span>
    }
    .into_any()
}
