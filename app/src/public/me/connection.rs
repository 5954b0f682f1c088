//! One of the two connections of a link.

use leptos::prelude::*;
use synchronizer_domain::link::{Cause, LinkState, Side};
use synchronizer_domain::own::{HalfState, OwnLink};
use synchronizer_domain::routes;

use super::side_name;
use crate::i18n::Texts;
use crate::public::dates::date;
use crate::public::parts::breakable;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{state_key, system_icon};

/// Account, state, since when, and what is wrong. One that works can be made anew.
pub(super) fn connection(texts: Texts, link: &OwnLink, side: Side) -> AnyView {
    let couple = &link.couple;
    let half = link.half(side);
    let (icon, name, account) = match side {
        Side::Crm => (
            IconName::Crm,
            "superoffice",
            [&couple.crm_email, &couple.crm_name],
        ),
        Side::Calendar => (
            system_icon(couple.system),
            couple.system.word(),
            [&couple.calendar_account, &couple.calendar_name],
        ),
    };
    let account = account
        .into_iter()
        .find(|text| !text.is_empty())
        .cloned()
        .unwrap_or_default();
    let (state, mark, word) = match (half.state(), half.broken) {
        (HalfState::Good, _) => ("active", IconName::Ok, texts.t("public.me.connected")),
        (HalfState::Broken, Some((cause, _))) if is_refusal(cause) => {
            ("attention", IconName::Alert, texts.t("public.me.refused"))
        }
        (HalfState::Broken, _) => (
            "attention",
            IconName::Alert,
            texts.t(&state_key(LinkState::NeedsAttention)),
        ),
        (HalfState::Missing, _) => ("invited", IconName::Clock, texts.t("public.me.not_yet")),
    };
    let class = if half.state() == HalfState::Broken {
        "conn conn--bad"
    } else {
        "conn"
    };
    let since = half
        .broken
        .map(|(_, since)| since)
        .or(half.granted_at)
        .map(|at| fact(texts, "public.me.since_label", date(texts, at)));
    let calendar = link
        .calendar_name
        .clone()
        .filter(|_| side == Side::Calendar)
        .map(|name| fact(texts, "public.me.calendar", name.into_any()));
    let why = half.broken.map(|(cause, _)| {
        let say = |part: &str| texts.t(&format!("public.cause.{}.{part}", cause.word()));
        view! {
            {fact(texts, "public.me.why", say("title").into_any())}
            {fact(texts, "public.me.what_to_do", say("remedy").into_any())}
        }
    });
    let company = half
        .by_company
        .then(|| view! { <p class="small muted">{texts.t("public.me.by_company")}</p> });
    // The broken half has its button in the message above.
    let again = (half.state() == HalfState::Good && link.may_reconnect(side)).then(|| {
        let system = side_name(texts, link, side);
        view! {
            <form method="post" action=routes::reconnect_link(link.id, side)>
                <button class="btn btn--sm" type="submit">
                    <Icon name=IconName::Refresh />
                    {texts.with("public.me.reconnect", &[("system", &system)])}
                </button>
            </form>
        }
    });
    view! {
        <div class=class>
            <div class="row row--apart">
                <div class="row">
                    <span class="glyph">
                        <Icon name=icon />
                    </span>
                    <h3>{texts.t(&format!("system.{name}"))}</h3>
                </div>
                <span class="state" data-state=state>
                    <Icon name=mark />
                    {word}
                </span>
            </div>
            <dl class="facts">
                {fact(texts, "public.me.account", breakable(&account))} {calendar} {since} {why}
            </dl>
            {company}
            {again}
        </div>
    }
    .into_any()
}

const fn is_refusal(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::CrmRefused | Cause::CalendarRefused | Cause::PasswordRefused | Cause::CrmApproval
    )
}

fn fact(texts: Texts, key: &str, value: AnyView) -> AnyView {
    view! {
        <dt>{texts.t(key)}</dt>
        <dd>{value}</dd>
    }
    .into_any()
}
