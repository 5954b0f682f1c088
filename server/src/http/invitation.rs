//! The address in the mail.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use secrecy::SecretString;
use synchronizer_app::public::{invitation, sign_in_again};
use synchronizer_domain::activation::{InvitationView, Mishap};
use synchronizer_domain::routes;
use synchronizer_services::MishapReport;

use super::browser::ensure_mark;
use super::language::Language;
use super::public;
use crate::state::AppState;

/// Shows who is linked with what. Changes nothing: mail scanners come here too.
pub(super) async fn show(
    State(state): State<AppState>,
    language: Language,
    Path(secret): Path<String>,
) -> Response {
    let path = routes::invitation(&secret);
    let plain = |mishap, couple: Option<synchronizer_domain::activation::Couple>| {
        let system = couple.as_ref().map(|couple| couple.system);
        public::report_at(
            language,
            &path,
            MishapReport {
                couple,
                system,
                ..MishapReport::plain(mishap)
            },
        )
    };
    match state
        .core
        .invitation_view(&SecretString::from(secret))
        .await
    {
        Ok(InvitationView::Open {
            couple,
            again: Some(again),
            ..
        }) => public::send(
            200,
            sign_in_again(&public::page(language, &path), &couple, &again, &path),
        ),
        Ok(InvitationView::Open {
            couple, expires_at, ..
        }) => public::send(
            200,
            invitation(&public::page(language, &path), &couple, expires_at, &path),
        ),
        Ok(InvitationView::Used { couple }) => plain(Mishap::InvitationUsed, Some(couple)),
        Ok(InvitationView::Expired { couple }) => plain(Mishap::InvitationExpired, Some(couple)),
        Ok(InvitationView::Unknown) => plain(Mishap::InvitationUnknown, None),
        Err(report) => public::report_at(language, &path, report),
    }
}

/// *Let's get started.*
pub(super) async fn begin(
    State(state): State<AppState>,
    language: Language,
    jar: CookieJar,
    Path(secret): Path<String>,
) -> Response {
    let (browser, jar) = ensure_mark(jar, &state);
    // The address says the same by GET.
    let path = routes::invitation(&secret);
    match state
        .core
        .begin_activation(&SecretString::from(secret), &browser)
        .await
    {
        Ok(id) => (jar, Redirect::to(&routes::activation(id))).into_response(),
        Err(report) => public::report_at(language, &path, report),
    }
}
