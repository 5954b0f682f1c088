//! Pieces that several public pages share.

use leptos::prelude::*;
use synchronizer_domain::activation::Couple;
use synchronizer_domain::link::Side;
use synchronizer_domain::profile::CalendarSystem;

use crate::i18n::{Texts, use_texts};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{system_icon, system_key};

/// The key of SuperOffice in `system.*` and `public.provider.*`.
pub(super) const SUPEROFFICE: &str = "superoffice";

/// An e-mail address or login that may break after its `@`, nowhere else inside a word.
pub(super) fn breakable(text: &str) -> AnyView {
    match text.split_once('@') {
        Some((local, domain)) => {
            let (local, domain) = (format!("{local}@"), domain.to_owned());
            view! { {local}<wbr />{domain} }.into_any()
        }
        None => text.to_owned().into_any(),
    }
}

/// A link that starts a mail to the address.
pub(super) fn mail_link(address: &str) -> AnyView {
    view! { <a href=mailto(address)>{breakable(address)}</a> }.into_any()
}

/// A `mailto:` address (RFC 6068 §2: what could start a query is encoded).
pub(super) fn mailto(address: &str) -> String {
    let safe = address
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('&', "%26")
        .replace('#', "%23");
    format!("mailto:{safe}")
}

/// A text with views in the places of some placeholders; others stay as they are.
pub(super) fn fill(text: &str, slots: Vec<(&str, AnyView)>) -> AnyView {
    let mut slots: Vec<(String, AnyView)> = slots
        .into_iter()
        .map(|(name, view)| (format!("{{{name}}}"), view))
        .collect();
    let mut pieces: Vec<AnyView> = Vec::new();
    let mut rest = text;
    while let Some((at, index)) = slots
        .iter()
        .enumerate()
        .filter_map(|(index, (mark, _))| rest.find(mark.as_str()).map(|at| (at, index)))
        .min()
    {
        let (mark, view) = slots.swap_remove(index);
        let (before, after) = rest.split_at(at);
        pieces.push(before.to_owned().into_any());
        pieces.push(view);
        rest = after.strip_prefix(mark.as_str()).unwrap_or_default();
    }
    pieces.push(rest.to_owned().into_any());
    pieces.collect_view().into_any()
}

/// What a system is called where people sign in to it: *SuperOffice*, *Microsoft*, *CalDAV*.
pub(super) fn provider(texts: Texts, system: Option<CalendarSystem>) -> String {
    texts.t(&format!(
        "public.provider.{}",
        system.map_or(SUPEROFFICE, CalendarSystem::word)
    ))
}

/// One side of a link: glyph, system, name, address, and a mark when it is done.
#[component]
pub(super) fn Account(
    /// What stands in small type above the name.
    label: String,
    /// Name of the person.
    name: String,
    /// Address or login; left out when empty or equal to the name.
    address: String,
    /// The glyph.
    icon: IconName,
    /// Tone of the glyph: empty, `glyph--ok`, `glyph--warn`.
    #[prop(optional)]
    tone: &'static str,
    /// Shows *Done*.
    #[prop(optional)]
    done: bool,
) -> impl IntoView {
    let texts = use_texts();
    let address = (!address.is_empty() && address != name)
        .then(|| view! { <span>{breakable(&address)}</span> });
    let mark = done.then(|| {
        view! {
            <span class="state" data-state="active">
                <Icon name=IconName::Ok />
                {texts.t("public.done_mark")}
            </span>
        }
    });
    view! {
        <div>
            <span class=format!("glyph {tone}").trim_end().to_owned()>
                <Icon name=icon />
            </span>
            <span class="who">
                <span class="sys">{label}</span>
                <b>{breakable(&name)}</b>
                {address}
            </span>
            {mark}
        </div>
    }
}

/// The two accounts of a link.
#[component]
pub(super) fn Pair(
    /// The couple.
    couple: Couple,
    /// Marks the CRM side as done.
    #[prop(optional)]
    crm_done: bool,
    /// Marks the calendar side as done.
    #[prop(optional)]
    calendar_done: bool,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="pair">
            <Account
                label=texts.t("system.superoffice")
                name=couple.crm_name
                address=couple.crm_email
                icon=IconName::Crm
                done=crm_done
            />
            <Account
                label=texts.t(&system_key(couple.system))
                name=couple.calendar_name
                address=couple.calendar_account
                icon=system_icon(couple.system)
                done=calendar_done
            />
        </div>
    }
}

/// Which of the two sign-ins is the present one.
#[component]
pub(super) fn Steps(
    /// The present step.
    current: Side,
    /// The calendar system, for its name.
    system: CalendarSystem,
) -> impl IntoView {
    let texts = use_texts();
    let second = current == Side::Calendar;
    let crm = texts.t("public.provider.superoffice");
    let calendar = format!("2. {}", texts.t(&system_key(system)));
    let first_step = if second {
        view! {
            <li class="is-done">
                <span class="n">
                    <Icon name=IconName::Check />
                    {crm}
                    <span class="sr">{format!(", {}", texts.t("public.steps.done"))}</span>
                </span>
            </li>
        }
        .into_any()
    } else {
        view! {
            <li aria-current="step">
                <span class="n">{format!("1. {crm}")}</span>
            </li>
        }
        .into_any()
    };
    let number = if second { "2" } else { "1" };
    view! {
        <nav class="stack stack--2" aria-label=texts.t("public.steps.label")>
            <p class="meta">{texts.with("public.steps.position", &[("number", number)])}</p>
            <ol class="steps steps--two">
                {first_step} <li aria-current=second.then_some("step")>
                    <span class="n">{calendar}</span>
                </li>
            </ol>
        </nav>
    }
}

/// A message that answers what was just done, read out at once.
#[component]
pub(super) fn Answer(
    /// The bold sentence.
    title: String,
    /// What it means and what to do.
    text: String,
) -> impl IntoView {
    view! {
        <div class="alert alert--err" role="alert" id="answer">
            <Icon name=IconName::Stop />
            <div>
                <p class="alert__title">{title}</p>
                <p>{text}</p>
            </div>
        </div>
    }
}

/// A list of short facts, each with a check before it.
pub(super) fn points(texts: Texts, keys: &[&str]) -> AnyView {
    let items = keys
        .iter()
        .map(|key| point(IconName::Check, texts.t(key)))
        .collect_view();
    view! { <ul class="points">{items}</ul> }.into_any()
}

/// One fact of such a list.
pub(super) fn point(icon: IconName, text: String) -> AnyView {
    view! {
        <li>
            <Icon name=icon />
            <span>{text}</span>
        </li>
    }
    .into_any()
}

/// A fact about what does not happen.
pub(super) fn never(text: String) -> AnyView {
    view! {
        <li class="no">
            <Icon name=IconName::X />
            <span>{text}</span>
        </li>
    }
    .into_any()
}

/// The one button of a page, as a form that posts to `action`.
pub(super) fn post_button(action: String, label: String) -> AnyView {
    view! {
        <form method="post" action=action>
            <button class="btn btn--primary btn--lg btn--wide" type="submit">
                {label}
                <Icon name=IconName::Arrow />
            </button>
        </form>
    }
    .into_any()
}

/// A question that opens its answer.
pub(super) fn more(question: String, answer: AnyView) -> AnyView {
    view! {
        <details class="more">
            <summary>
                {question}
                <Icon name=IconName::Down />
            </summary>
            <p class="helpline">{answer}</p>
        </details>
    }
    .into_any()
}
