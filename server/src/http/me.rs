//! A signed-in person's own page.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use synchronizer_app::public::{MePage, MyLink, me};
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::error::UseCaseError;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::routes;
use synchronizer_domain::usecases::Profiles;
use synchronizer_services::MishapReport;

use super::browser::ensure_mark;
use super::language::Language;
use super::public;
use super::session::SignedIn;
use crate::state::AppState;

/// State of one's own links, with the way on.
pub(super) async fn show(
    State(state): State<AppState>,
    language: Language,
    SignedIn(actor): SignedIn,
) -> Response {
    let found = async {
        let me = state.core.me(&actor).await.map_err(|error| match error {
            UseCaseError::Internal { reference } => MishapReport {
                reference: Some(reference),
                ..MishapReport::plain(Mishap::Internal)
            },
            _ => MishapReport::plain(Mishap::NotFound),
        })?;
        Ok::<_, MishapReport>((me, state.core.my_links(&actor).await?))
    };
    match found.await {
        Ok((person, links)) => {
            let links = links
                .into_iter()
                .map(|link| MyLink {
                    id: link.id,
                    couple: link.couple,
                    status: link.status,
                    crm_done: link.crm_done,
                    calendar_done: link.calendar_done,
                })
                .collect();
            public::send(
                200,
                me(
                    &public::page(language, routes::ME),
                    &MePage { me: person, links },
                ),
            )
        }
        Err(report) => public::report(language, report),
    }
}

/// Continues an activation without a mail.
pub(super) async fn resume(
    State(state): State<AppState>,
    language: Language,
    SignedIn(actor): SignedIn,
    jar: CookieJar,
    Path(link): Path<String>,
) -> Response {
    let Ok(link) = link.parse::<LinkId>() else {
        return public::mishap_page(language, "", Mishap::NotFound);
    };
    let (browser, jar) = ensure_mark(jar, &state);
    match state.core.continue_mine(&actor, link, &browser).await {
        Ok(id) => (jar, Redirect::to(&routes::activation(id))).into_response(),
        Err(report) => public::report(language, report),
    }
}
