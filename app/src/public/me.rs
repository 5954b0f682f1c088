//! A signed-in person's own page.

use leptos::prelude::*;
use synchronizer_domain::activation::Couple;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::{Cause, CauseStatus, LinkState, LinkStatus, Party, Side};
use synchronizer_domain::routes;
use synchronizer_domain::session::Me;

use super::PublicPage;
use super::bar::bar;
use super::dates::date;
use super::document::{Document, footer, render};
use super::parts::{breakable, fill, mail_link};
use crate::i18n::Texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{state_icon, state_key, system_icon, system_key};

/// The person and what is linked for them.
#[derive(Debug, Clone)]
pub struct MePage {
    /// The person.
    pub me: Me,
    /// Their links, in the order in which they are shown.
    pub links: Vec<MyLink>,
}

/// A link of the person.
#[derive(Debug, Clone)]
pub struct MyLink {
    /// Its id.
    pub id: LinkId,
    /// Who is linked with what.
    pub couple: Couple,
    /// State with cause.
    pub status: LinkStatus,
    /// SuperOffice accepts us.
    pub crm_done: bool,
    /// The calendar system accepts us.
    pub calendar_done: bool,
}

impl MyLink {
    /// Whether the person has something to do that the activation pages offer.
    fn can_continue(&self) -> bool {
        let own_part = self.status.state == LinkState::NeedsAttention
            && self
                .status
                .cause
                .is_some_and(|found| found.party != Party::Company);
        !resting(self.status.state) && (!self.crm_done || !self.calendar_done || own_part)
    }

    /// The side that stopped accepting us.
    fn refused_side(&self) -> Option<Side> {
        match self.status.cause?.cause {
            Cause::CrmRefused => Some(Side::Crm),
            Cause::CalendarRefused | Cause::PasswordRefused => Some(Side::Calendar),
            _ => None,
        }
    }
}

/// The page [`routes::ME`].
#[must_use]
pub fn me(page: &PublicPage<'_>, view: &MePage) -> String {
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
        let body = view! {
            <a class="skip" href="#main">
                {texts.t("public.skip")}
            </a>
            {bar(texts, page, &view.me)}
            <main id="main" class="page page--read" tabindex="-1">
                <div class="pagehead">
                    <div class="pagehead__row">
                        <div class="pagehead__title">
                            <h1>{texts.t("public.me.title")}</h1>
                            {badge}
                        </div>
                    </div>
                    <p class="pagehead__sub">{signed_in_as(texts, &view.me)}</p>
                </div>
                {links}
                {empty}
            </main>
            {footer()}
        };
        Document {
            title: texts.t("public.me.title"),
            refresh: None,
            body: body.into_any(),
        }
    })
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

fn my_link(texts: Texts, link: &MyLink, single: bool) -> AnyView {
    let couple = &link.couple;
    let system = texts.t(&system_key(couple.system));
    let named = texts.with("public.me.pair", &[("system", &system)]);
    let badge = (!single).then(|| state_badge(texts, link.status.state));
    view! {
        <section class="stack">
            <div class="row row--apart">
                <h2>{named}</h2>
                {badge}
            </div>
            {message(texts, link)}
            <div class="conns">
                {connection(texts, link, Side::Crm)}
                {connection(texts, link, Side::Calendar)}
            </div>
            {question(texts, couple)}
        </section>
    }
    .into_any()
}

/// The state in a sentence, or the cause with its remedy, and the button where something
/// is missing.
fn message(texts: Texts, link: &MyLink) -> AnyView {
    let state = link.status.state;
    let attention = state == LinkState::NeedsAttention;
    let button = link.can_continue().then(|| {
        let kind = if attention {
            "btn btn--primary"
        } else {
            "btn btn--primary btn--lg"
        };
        view! {
            <form class="alert__do" method="post" action=routes::continue_link(link.id)>
                <button class=kind type="submit">
                    {texts.t("public.me.continue")}
                    <Icon name=IconName::Arrow />
                </button>
            </form>
        }
    });
    let (tone, icon, title, text) = match link.status.cause.filter(|_| !resting(state)) {
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
            texts
                .t(&format!("public.me.state.{}.text", state.word()))
                .into_any(),
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

const fn resting(state: LinkState) -> bool {
    matches!(state, LinkState::Paused | LinkState::Deleted)
}

fn remedy(texts: Texts, found: CauseStatus) -> AnyView {
    let remedy = texts.t(&format!("public.cause.{}.remedy", found.cause.word()));
    let since = fill(
        &texts.t("public.me.since"),
        vec![("date", date(texts, found.since))],
    );
    view! { {format!("{remedy} ")}{since} }.into_any()
}

fn connection(texts: Texts, link: &MyLink, side: Side) -> AnyView {
    let couple = &link.couple;
    let (icon, name, account, done) = match side {
        Side::Crm => (
            IconName::Crm,
            "superoffice",
            [&couple.crm_email, &couple.crm_name],
            link.crm_done,
        ),
        Side::Calendar => (
            system_icon(couple.system),
            couple.system.word(),
            [&couple.calendar_account, &couple.calendar_name],
            link.calendar_done,
        ),
    };
    let account = account
        .into_iter()
        .find(|text| !text.is_empty())
        .cloned()
        .unwrap_or_default();
    let refused = !done && link.refused_side() == Some(side);
    let (state, mark, word) = match (done, refused) {
        (true, _) => ("active", IconName::Ok, "public.me.connected"),
        (false, true) => ("attention", IconName::Alert, "public.me.refused"),
        (false, false) => ("invited", IconName::Clock, "public.me.not_yet"),
    };
    view! {
        <div class=if refused { "conn conn--bad" } else { "conn" }>
            <div class="row row--apart">
                <div class="row">
                    <span class="glyph">
                        <Icon name=icon />
                    </span>
                    <h3>{texts.t(&format!("system.{name}"))}</h3>
                </div>
                <span class="state" data-state=state>
                    <Icon name=mark />
                    {texts.t(word)}
                </span>
            </div>
            <dl class="facts">
                <dt>{texts.t("public.me.account")}</dt>
                <dd>{breakable(&account)}</dd>
            </dl>
        </div>
    }
    .into_any()
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
