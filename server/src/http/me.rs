//! A signed-in person's own page, and what they decide there.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use synchronizer_app::public::{choose_calendar, me};
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::Side;
use synchronizer_domain::own::{ChoiceProblem, OwnCalendars, OwnDeed};
use synchronizer_domain::session::Actor;
use synchronizer_domain::{Locale, routes};

use super::browser::ensure_mark;
use super::language::Language;
use super::public;
use super::session::SignedIn;
use crate::state::AppState;

/// What the page says was just done.
const DONE: &str = "done";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    done: String,
}

/// State of one's own links, with the way on.
pub(super) async fn show(
    State(state): State<AppState>,
    language: Language,
    SignedIn(actor): SignedIn,
    Query(shown): Query<Shown>,
) -> Response {
    match state.core.own_page(&actor).await {
        Ok(page) => {
            let done = OwnDeed::from_word(&shown.done);
            public::send(200, me(&public::page(language, routes::ME), &page, done))
        }
        Err(report) => public::report(language, report),
    }
}

/// Back to the page, which says what was done.
fn did(deed: OwnDeed, more: &str) -> Response {
    Redirect::to(&format!("{}?{DONE}={}{more}", routes::ME, deed.word())).into_response()
}

fn not_found(language: Language) -> Response {
    public::mishap_page(language, "", Mishap::NotFound)
}

/// Continues an activation without a mail.
pub(super) async fn resume_activation(
    state: State<AppState>,
    language: Language,
    SignedIn(actor): SignedIn,
    jar: CookieJar,
    Path(link): Path<String>,
) -> Response {
    activate(state, language, (actor, jar), (link.parse().ok(), None)).await
}

/// Connects a half anew, though it works.
pub(super) async fn reconnect(
    state: State<AppState>,
    language: Language,
    SignedIn(actor): SignedIn,
    jar: CookieJar,
    Path((link, side)): Path<(String, String)>,
) -> Response {
    let Some(side) = Side::from_word(&side) else {
        return not_found(language);
    };
    activate(
        state,
        language,
        (actor, jar),
        (link.parse().ok(), Some(side)),
    )
    .await
}

async fn activate(
    State(state): State<AppState>,
    language: Language,
    (actor, jar): (Actor, CookieJar),
    (link, anew): (Option<LinkId>, Option<Side>),
) -> Response {
    let Some(link) = link else {
        return not_found(language);
    };
    let (browser, jar) = ensure_mark(jar, &state);
    match state
        .core
        .continue_mine(&actor, (link, anew), &browser)
        .await
    {
        Ok(id) => (jar, Redirect::to(&routes::activation(id))).into_response(),
        Err(report) => public::report(language, report),
    }
}

/// Pauses one's own link.
pub(super) async fn pause(
    state: State<AppState>,
    language: Language,
    SignedIn(actor): SignedIn,
    Path(link): Path<String>,
) -> Response {
    set_paused(state, language, (actor, link), true).await
}

/// Lets it go on.
pub(super) async fn resume(
    state: State<AppState>,
    language: Language,
    SignedIn(actor): SignedIn,
    Path(link): Path<String>,
) -> Response {
    set_paused(state, language, (actor, link), false).await
}

async fn set_paused(
    State(state): State<AppState>,
    language: Language,
    (actor, link): (Actor, String),
    pause: bool,
) -> Response {
    let Ok(link) = link.parse::<LinkId>() else {
        return not_found(language);
    };
    let deed = if pause {
        OwnDeed::Paused
    } else {
        OwnDeed::Resumed
    };
    match state.core.pause_mine(&actor, link, pause).await {
        Ok(()) => did(deed, ""),
        Err(report) => public::report(language, report),
    }
}

/// A form's address opened by GET (a reload after a sign-in, the language menu).
pub(super) async fn back() -> Redirect {
    Redirect::to(routes::ME)
}

/// The calendars of one's account.
pub(super) async fn calendars(
    State(state): State<AppState>,
    language: Language,
    SignedIn(actor): SignedIn,
    Path(link): Path<String>,
) -> Response {
    let Ok(link) = link.parse::<LinkId>() else {
        return not_found(language);
    };
    match state.core.own_calendars(&actor, link).await {
        Ok(view) => calendars_page(language, &view, 200),
        Err(report) => public::report(language, report),
    }
}

fn calendars_page(language: Language, view: &OwnCalendars, status: u16) -> Response {
    let path = routes::own_link(view.link, "calendar");
    let html = choose_calendar(&public::page(language, &path), view);
    public::send(status, html)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    calendar: String,
}

/// Uses another calendar.
pub(super) async fn choose(
    State(state): State<AppState>,
    language: Language,
    SignedIn(actor): SignedIn,
    Path(link): Path<String>,
    Form(choice): Form<Choice>,
) -> Response {
    let Ok(link) = link.parse::<LinkId>() else {
        return not_found(language);
    };
    let asked = state
        .core
        .choose_my_calendar(&actor, link, &choice.calendar)
        .await;
    match asked {
        Ok(None) => did(OwnDeed::Calendar, ""),
        Ok(Some(view)) => {
            let status = match view.problem {
                Some(ChoiceProblem::Error(_)) => 503,
                _ => 422,
            };
            calendars_page(language, &view, status)
        }
        Err(report) => public::report(language, report),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    language: String,
}

/// The language of these pages and of one's mails.
pub(super) async fn set_language(
    State(state): State<AppState>,
    language: Language,
    SignedIn(actor): SignedIn,
    Form(wanted): Form<Wanted>,
) -> Response {
    let Ok(locale) = wanted.language.parse::<Locale>() else {
        return Redirect::to(routes::ME).into_response();
    };
    match state.core.set_my_language(&actor, locale).await {
        Ok(()) => did(
            OwnDeed::Language,
            &format!("&{}={locale}", routes::LANGUAGE_PARAM),
        ),
        Err(report) => public::report(language, report),
    }
}
