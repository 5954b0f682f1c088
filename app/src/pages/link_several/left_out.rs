//! Who is not offered, why, and the way on.

use leptos::prelude::*;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::routes::{escaped, profile_page};
use synchronizer_domain::several::{LeftOut, NotOffered};

use super::choice::{Choice, SHOWN};
use super::more::MoreRows;
use crate::i18n::{Texts, group, number, use_texts};
use crate::ui::{Email, column, dynamic, text};

/// CRM users who are not offered.
#[component]
pub fn LeftOutTable(
    /// The profile.
    profile: ProfileId,
    /// The state of the page.
    choice: Choice,
) -> impl IntoView {
    let texts = use_texts();
    let limit = RwSignal::new(SHOWN);
    let shown = Memo::new(move |_| choice.shown_left_out());
    let all = text(move || group(number(choice.left_out.with(Vec::len)), texts.locale()));
    view! {
        <section class="stack stack--3" aria-labelledby="left-out">
            <h2 id="left-out">
                {texts.t("portal.several.left_out")} " " <span class="count">{all}</span>
            </h2>
            <div class="tablewrap">
                {dynamic(move || {
                    if shown.with(Vec::is_empty) {
                        let key = if choice.left_out.with(Vec::is_empty) {
                            "portal.several.all_offered"
                        } else {
                            "portal.several.no_match"
                        };
                        return view! { <p class="list__empty">{texts.t(key)}</p> }.into_any();
                    }
                    view! {
                        <table class="table cards cards--nopick" role="table" aria-labelledby="left-out">
                            <thead role="rowgroup">
                                <tr role="row">
                                    {column(texts.t("portal.table.crm"))}
                                    {column(texts.t("portal.several.why"))}
                                </tr>
                            </thead>
                            <tbody role="rowgroup">
                                <For
                                    each=move || {
                                        let mut rows = shown.get();
                                        rows.truncate(limit.get());
                                        rows
                                    }
                                    key=|left| left.crm.id.to_string()
                                    children=move |left| row(profile, choice, left)
                                />
                            </tbody>
                        </table>
                    }
                        .into_any()
                })}
                <MoreRows limit total=Signal::derive(move || shown.with(Vec::len)) />
            </div>
        </section>
    }
}

fn row(profile: ProfileId, choice: Choice, left: LeftOut) -> AnyView {
    let texts = use_texts();
    let sentence = sentence(texts, &left.why);
    let name = left.crm.name.clone();
    let candidates = left
        .candidates
        .into_iter()
        .map(|user| {
            let (id, person) = (left.crm.id.clone(), name.clone());
            let account = if user.email.is_empty() {
                user.name.clone()
            } else {
                user.email.clone()
            };
            let label = texts.with("portal.several.choose", &[("account", &account)]);
            view! {
                <button class="btn btn--sm" type="button" on:click=move |_| choice.choose(&id, &user)>
                    <span>{label} <span class="sr">{format!(": {person}")}</span></span>
                </button>
            }
            .into_any()
        })
        .collect_view();
    let way_on = match &left.why {
        NotOffered::Linked { profile, .. } => Some((
            format!(
                "{}?q={}",
                profile_page(*profile, "link-users"),
                escaped(&left.crm.name)
            ),
            "portal.several.show_link",
        )),
        NotOffered::Retired => None,
        _ => Some((
            format!(
                "{}?find={}&crm={}",
                profile_page(profile, "link-users"),
                escaped(&left.crm.name),
                escaped(left.crm.id.as_str())
            ),
            "portal.several.choose_by_hand",
        )),
    };
    let way_on = way_on.map(|(address, key)| {
        view! {
            <a class="small" href=address>
                {texts.t(key)}
                <span class="sr">{format!(": {name}")}</span>
            </a>
        }
        .into_any()
    });
    view! {
        <tr role="row">
            <td role="cell" data-cell="title" class="top">
                <span class="who">
                    <b>{name}</b>
                    <Email address=left.crm.email none=texts.t("portal.link.no_email.crm") />
                </span>
            </td>
            <td role="cell" class="top">
                <div class="stack stack--1">
                    <span class="muted">{sentence}</span>
                    <span class="row row--tight">{candidates} {way_on}</span>
                </div>
            </td>
        </tr>
    }
    .into_any()
}

fn sentence(texts: Texts, why: &NotOffered) -> String {
    let key = why.key();
    match why {
        NotOffered::Linked { name, .. } | NotOffered::CalendarTaken { name } => {
            texts.with(key, &[("name", name)])
        }
        NotOffered::SameEmail { others } => texts.with(key, &[("names", &others.join(", "))]),
        _ => texts.t(key),
    }
}
