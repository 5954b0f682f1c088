//! The approval of a Microsoft organisation: from the wizard, and by the link that was
//! handed on.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use secrecy::SecretString;
use synchronizer_app::public::{ConsentStand, consent};
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::consent::ConsentLinkView;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::routes;

use super::browser::ensure_mark;
use super::language::Language;
use super::public;
use super::session::AdminOnly;
use crate::state::AppState;

/// *Approve now* in the wizard.
pub(super) async fn approve(
    State(state): State<AppState>,
    language: Language,
    AdminOnly(actor): AdminOnly,
    jar: CookieJar,
    Path(profile): Path<String>,
) -> Response {
    let Ok(profile) = profile.parse::<ProfileId>() else {
        return public::mishap_page(language, "", Mishap::NotFound);
    };
    let (browser, jar) = ensure_mark(jar, &state);
    match state.core.begin_consent(&actor, profile, &browser).await {
        Ok(attempt) => (jar, Redirect::to(&routes::leave(attempt))).into_response(),
        Err(report) => public::report(language, report),
    }
}

/// Shows who asks for what. Changes nothing.
pub(super) async fn show(
    State(state): State<AppState>,
    language: Language,
    Path(secret): Path<String>,
) -> Response {
    let path = routes::consent(&secret);
    let page = public::page(language, &path);
    let found = state
        .core
        .consent_link_view(&SecretString::from(secret))
        .await;
    match found {
        Ok(ConsentLinkView::Open {
            request,
            expires_at,
        }) => {
            let stand = ConsentStand::Asked {
                expires_at,
                action: &path,
            };
            public::send(200, consent(&page, &request, &stand))
        }
        Ok(ConsentLinkView::Approved(request)) => {
            public::send(200, consent(&page, &request, &ConsentStand::Approved))
        }
        Ok(ConsentLinkView::Expired(request)) => {
            public::send(410, consent(&page, &request, &ConsentStand::Expired))
        }
        Ok(ConsentLinkView::Unknown) => {
            public::mishap_page(language, &path, Mishap::ConsentUnknown)
        }
        Err(report) => public::report(language, report),
    }
}

/// The button on that page.
pub(super) async fn begin(
    State(state): State<AppState>,
    language: Language,
    jar: CookieJar,
    Path(secret): Path<String>,
) -> Response {
    let (browser, jar) = ensure_mark(jar, &state);
    let hidden = SecretString::from(secret.clone());
    match state.core.begin_consent_by_link(&hidden, &browser).await {
        Ok(Some(attempt)) => (jar, Redirect::to(&routes::leave(attempt))).into_response(),
        // Its page says why not.
        Ok(None) => Redirect::to(&routes::consent(&secret)).into_response(),
        Err(report) => public::report(language, report),
    }
}
