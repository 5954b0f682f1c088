//! The page on which a person chooses among the calendars of their account.

use leptos::prelude::*;
use synchronizer_domain::own::{ChoiceProblem, OwnCalendar, OwnCalendars};
use synchronizer_domain::routes;

use super::own_document;
use crate::i18n::Texts;
use crate::public::PublicPage;
use crate::public::document::render;
use crate::public::parts::{breakable, fill};
use crate::ui::icon::{Icon, IconName};

/// The calendars that can be written at this moment; or why they cannot be told.
#[must_use]
pub fn choose_calendar(page: &PublicPage<'_>, view: &OwnCalendars) -> String {
    render(page, |texts| {
        let title = texts.t("public.choose.title");
        let account = breakable(&view.couple.calendar_account);
        let lead = fill(&texts.t("public.choose.lead"), vec![("account", account)]);
        let content = view! {
            <div class="pagehead">
                <h1>{title.clone()}</h1>
                <p class="pagehead__sub">{lead}</p>
            </div>
            {problem(texts, view)}
            {choices(texts, view)}
            <p>
                <a class="btn btn--quiet" href=routes::ME>
                    <Icon name=IconName::Left />
                    {texts.t("public.choose.back")}
                </a>
            </p>
        };
        own_document(texts, (page, &view.me), title, content.into_any())
    })
}

fn problem(texts: Texts, view: &OwnCalendars) -> Option<AnyView> {
    let safe = texts.t("public.choose.unchanged");
    let (title, text) = match view.problem.as_ref()? {
        ChoiceProblem::Error(code) => (texts.error(code), safe),
        ChoiceProblem::Cause(cause) => {
            let say = |part: &str| texts.t(&format!("public.cause.{}.{part}", cause.word()));
            (say("title"), format!("{safe} {}", say("remedy")))
        }
        ChoiceProblem::NotChosen => (texts.t("public.choose.not_chosen"), safe),
    };
    let again = matches!(view.problem, Some(ChoiceProblem::Error(_))).then(|| {
        view! {
            <div class="alert__do">
                <a class="btn" href=routes::own_link(view.link, "calendar")>
                    {texts.t("public.mishap.again")}
                </a>
            </div>
        }
    });
    Some(
        view! {
            <div class="alert alert--err alert--row" role="alert" id="answer">
                <Icon name=IconName::Stop />
                <div>
                    <p class="alert__title">{title}</p>
                    <p>{text}</p>
                </div>
                {again}
            </div>
        }
        .into_any(),
    )
}

fn choices(texts: Texts, view: &OwnCalendars) -> Option<AnyView> {
    if view.choices.is_empty() {
        return None;
    }
    let chosen = view.preselected();
    let options = view
        .choices
        .iter()
        .enumerate()
        .map(|(place, one)| {
            let id = one.choice.id.as_str();
            option(
                texts,
                (place, one),
                chosen == Some(id),
                view.current.id == id,
            )
        })
        .collect_view();
    let action = routes::own_link(view.link, "calendar");
    Some(
        view! {
            <form class="stack" method="post" action=action>
                <fieldset class="panel options">
                    <legend class="sr">{texts.t("public.me.calendar")}</legend>
                    {options}
                </fieldset>
                <p class="helpline">{texts.t("public.choose.safe")}</p>
                <div class="row">
                    <button class="btn btn--primary btn--lg" type="submit">
                        {texts.t("public.done.calendar_button")}
                    </button>
                </div>
            </form>
        }
        .into_any(),
    )
}

fn option(
    texts: Texts,
    (place, one): (usize, &OwnCalendar),
    checked: bool,
    in_use: bool,
) -> AnyView {
    let id = format!("calendar-{place}");
    let label_for = id.clone();
    let marks = [
        (one.main, "public.choose.main"),
        (in_use, "public.choose.in_use"),
    ]
    .into_iter()
    .filter(|(is, _)| *is)
    .map(|(_, key)| view! { <span class="tag">{texts.t(key)}</span> })
    .collect_view();
    view! {
        <label class="options__one" for=label_for>
            <input type="radio" name="calendar" id=id value=one.choice.id.clone() checked=checked required=true />
            <span class="options__name">{one.choice.name.clone()}</span>
            {marks}
        </label>
    }
    .into_any()
}
