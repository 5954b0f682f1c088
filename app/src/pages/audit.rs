//! *Audit log*: who did what, when, on what. Filters and pages are in the address.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use synchronizer_domain::account::{AuditGroup, AuditLine, AuditQuery, AuditView};
use synchronizer_domain::routes;

use super::loaded::{PageData, Wanted, loaded};
use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{When, column};

/// The log's page.
#[component]
pub fn AuditPage() -> impl IntoView {
    let query = use_query_map();
    loaded(
        Signal::derive(move || Wanted::Audit(query.with(asked))),
        page,
    )
}

/// What the address asks for.
fn asked(query: &ParamsMap) -> AuditQuery {
    let text = |name: &str| query.get(name).unwrap_or_default();
    AuditQuery {
        who: text("who"),
        group: AuditGroup::from_word(&text("group")),
        from: text("from"),
        until: text("until"),
        text: text("q"),
        before: text("before").parse().ok(),
    }
}

/// The address that asks for this, at a path.
fn address(path: &str, query: &AuditQuery) -> String {
    let group = query.group.map(AuditGroup::word).unwrap_or_default();
    let before = query.before.map(|id| id.to_string()).unwrap_or_default();
    let mut map = ParamsMap::new();
    for (name, value) in [
        ("who", query.who.as_str()),
        ("group", group),
        ("from", &query.from),
        ("until", &query.until),
        ("q", &query.text),
        ("before", &before),
    ] {
        if !value.is_empty() {
            map.insert(name, value.to_owned());
        }
    }
    format!("{path}{}", map.to_query_string())
}

fn page(data: PageData) -> AnyView {
    let texts = use_texts();
    let PageData::Audit(view) = data else {
        return ().into_any();
    };
    let AuditView {
        query,
        lines,
        next,
        people,
        kept_days,
    } = view;
    let all = AuditQuery {
        before: None,
        ..query.clone()
    };
    let export = address(routes::AUDIT_EXPORT, &all);
    let newest = query
        .before
        .map(|_| link(address(routes::AUDIT, &all), texts.t("portal.audit.newest")));
    let older = next.map(|next| {
        let query = AuditQuery {
            before: Some(next),
            ..query.clone()
        };
        link(
            address(routes::AUDIT, &query),
            texts.t("portal.audit.older"),
        )
    });
    let foot = (newest.is_some() || older.is_some()).then(|| {
        view! {
            <div class="tablefoot">
                <span>{newest}</span>
                <span>{older}</span>
            </div>
        }
        .into_any()
    });
    let kept = kept_days.map(|days| texts.count("portal.audit.kept", days, &[]));
    let shown = if lines.is_empty() {
        view! {
            <div class="empty">
                <p>
                    <b>{texts.t("portal.audit.nothing")}</b>
                </p>
                <p>
                    <a href=routes::AUDIT>{texts.t("portal.audit.all")}</a>
                </p>
            </div>
        }
        .into_any()
    } else {
        table(lines)
    };
    view! {
        <Title text=texts.t("portal.audit.title") />
        <div class="pagehead">
            <nav class="crumbs" aria-label=texts.t("portal.breadcrumb")>
                <a href=routes::ACCOUNT>{texts.t("portal.account.title")}</a>
                <Icon name=IconName::Right />
                <span aria-current="page">{texts.t("portal.audit.title")}</span>
            </nav>
            <div class="pagehead__row">
                <h1 id="log">{texts.t("portal.audit.title")}</h1>
                <a class="btn" href=export rel="external" download="">
                    {texts.t("portal.audit.export")}
                </a>
            </div>
            <p class="pagehead__sub">{texts.t("portal.audit.intro")} " " {kept}</p>
        </div>
        <div class="tablewrap">
            <Filters query people />
            {shown}
            {foot}
        </div>
    }
    .into_any()
}

fn link(href: String, text: String) -> AnyView {
    view! {
        <a class="btn btn--sm" href=href>
            {text}
        </a>
    }
    .into_any()
}

#[component]
fn Filters(query: AuditQuery, people: Vec<String>) -> impl IntoView {
    let texts = use_texts();
    let option = |value: String, label: String, chosen: bool| {
        view! {
            <option value=value selected=chosen>
                {label}
            </option>
        }
        .into_any()
    };
    let persons = people
        .into_iter()
        .map(|name| option(name.clone(), name.clone(), name == query.who))
        .collect_view();
    let groups = AuditGroup::ALL
        .iter()
        .map(|group| {
            let word = group.word();
            option(
                word.to_owned(),
                texts.t(&format!("portal.audit.group.{word}")),
                query.group == Some(*group),
            )
        })
        .collect_view();
    view! {
        <form class="toolbar" method="get" action=routes::AUDIT role="search" aria-labelledby="log">
            <div class="search">
                <label class="sr" for="audit-q">
                    {texts.t("portal.audit.text")}
                </label>
                <Icon name=IconName::Search />
                <input class="input" id="audit-q" name="q" type="search" value=query.text placeholder=texts.t("portal.audit.text") />
            </div>
            <label class="sr" for="audit-who">
                {texts.t("portal.audit.who")}
            </label>
            <span class="select">
                <select id="audit-who" name="who">
                    {option(String::new(), texts.t("portal.audit.everybody"), query.who.is_empty())}
                    {persons}
                </select>
                <Icon name=IconName::Down />
            </span>
            <label class="sr" for="audit-group">
                {texts.t("portal.audit.what")}
            </label>
            <span class="select">
                <select id="audit-group" name="group">
                    {option(String::new(), texts.t("portal.audit.everything"), query.group.is_none())}
                    {groups}
                </select>
                <Icon name=IconName::Down />
            </span>
            <div class="audit__day">
                <label class="small" for="audit-from">
                    {texts.t("portal.audit.from")}
                </label>
                <input class="input" id="audit-from" name="from" type="date" value=query.from />
            </div>
            <div class="audit__day">
                <label class="small" for="audit-until">
                    {texts.t("portal.audit.until")}
                </label>
                <input class="input" id="audit-until" name="until" type="date" value=query.until />
            </div>
            <button class="btn" type="submit">
                {texts.t("portal.audit.show")}
            </button>
        </form>
    }
}

fn table(lines: Vec<AuditLine>) -> AnyView {
    let texts = use_texts();
    let label = |column: &str| texts.t(&format!("portal.audit.{column}"));
    let rows = lines
        .into_iter()
        .map(|line| {
            let who = if line.who.is_empty() {
                texts.t("portal.audit.system")
            } else {
                line.who
            };
            // On phones a cell is a line with its label: nothing is no line.
            let on = (!line.subject.is_empty()).then(|| label("on"));
            view! {
                <tr role="row">
                    <td role="cell" data-cell="title">
                        {line.action}
                    </td>
                    <td role="cell" data-label=on>
                        {line.subject}
                    </td>
                    <td role="cell" data-label=label("who")>
                        {who}
                    </td>
                    <td role="cell" data-label=label("when") class="nowrap num">
                        <When at=line.at />
                    </td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <table class="table cards cards--nopick" role="table" aria-labelledby="log">
            <thead role="rowgroup">
                <tr role="row">
                    {["what", "on", "who", "when"]
                        .map(|name| column(label(name)))
                        .collect_view()}
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
    .into_any()
}
