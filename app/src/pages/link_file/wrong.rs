//! The lines that cannot be linked: number, text, reason.

use leptos::prelude::*;
use synchronizer_domain::import::{LineProblem, WrongLine};
use synchronizer_domain::routes::profile_page;

use super::checked::List;
use crate::i18n::{Texts, use_texts};
use crate::pages::link_several::{MoreRows, SHOWN};
use crate::ui::{column, dynamic};

/// Wrong lines.
#[component]
pub fn WrongTable(
    /// The list.
    list: List,
) -> impl IntoView {
    let texts = use_texts();
    let limit = RwSignal::new(SHOWN);
    view! {
        <section class="stack stack--3" aria-labelledby="wrong">
            <h3 id="wrong">{texts.t("portal.file.wrong")}</h3>
            <div class="tablewrap">
                {dynamic(move || {
                    if list.wrong.with(Vec::is_empty) {
                        return view! { <p class="list__empty">{texts.t("portal.file.none_wrong")}</p> }.into_any();
                    }
                    view! {
                        <table class="table cards cards--nopick" role="table" aria-labelledby="wrong">
                            <thead role="rowgroup">
                                <tr role="row">
                                    {column(texts.t("portal.file.line"))}
                                    {column(texts.t("portal.file.why"))}
                                </tr>
                            </thead>
                            <tbody role="rowgroup">
                                <For
                                    each=move || {
                                        let limit = limit.get();
                                        list.wrong.with(|wrong| wrong.iter().take(limit).cloned().collect::<Vec<_>>())
                                    }
                                    // The same line may be wrong for another reason later.
                                    key=|line| (line.line, line.why.key())
                                    children=move |line| row(texts, line)
                                />
                            </tbody>
                        </table>
                    }
                        .into_any()
                })}
                <MoreRows limit total=Signal::derive(move || list.wrong.with(Vec::len)) />
            </div>
        </section>
    }
}

fn row(texts: Texts, line: WrongLine) -> AnyView {
    let values = line.why.values();
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let sentence = texts.with(line.why.key(), &values);
    let holder = match &line.why {
        LineProblem::CrmLinked { profile, name, .. } => Some((*profile, name.clone())),
        _ => None,
    };
    let way_on = holder.map(|(profile, name)| {
        view! {
            <a class="small" href=profile_page(profile, "link-users")>
                {texts.t("portal.file.show_profile")}
                <span class="sr">{format!(": {name}")}</span>
            </a>
        }
        .into_any()
    });
    view! {
        <tr role="row">
            <td role="cell" class="num top" data-label=texts.t("portal.file.line")>
                {line.line.to_string()}
            </td>
            <td role="cell" data-cell="title" class="top">
                <div class="stack stack--1">
                    <code class="wrap">{line.text}</code>
                    <span class="muted">{sentence}</span>
                    {way_on}
                </div>
            </td>
        </tr>
    }
    .into_any()
}
