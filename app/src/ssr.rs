//! What the server hands to pages and server functions, and what they tell it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use synchronizer_domain::account::Account;
use synchronizer_domain::bulk::Bulk;
use synchronizer_domain::notice::Notices;
use synchronizer_domain::session::Actor;
use synchronizer_domain::status::Status;
use synchronizer_domain::usecases::{Linking, Profiles, UseCaseResult};
use synchronizer_domain::{Locale, UseCaseError, routes};

use crate::AppError;

/// The use cases, provided in every request's context.
#[derive(Clone)]
pub struct PortalServices {
    /// Profiles and their wizard.
    pub profiles: Arc<dyn Profiles>,
    /// The page *Link Users*.
    pub linking: Arc<dyn Linking>,
    /// What is done for many links at once.
    pub bulk: Arc<dyn Bulk>,
    /// The pages *Account* and *Audit log*.
    pub account: Arc<dyn Account>,
    /// Tables of links.
    pub status: Arc<dyn Status>,
    /// What should be looked at.
    pub notices: Arc<dyn Notices>,
}

/// Where the built script and module are, provided in every request's context. Without it
/// they are looked for where a development build puts them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// The folder in `/pkg` that is named after its content.
    pub folder: Option<String>,
    /// The files, without ending, that each lazy page needs besides the main module.
    pub parts: Arc<BTreeMap<String, Vec<String>>>,
}

/// Who makes the request, provided in every request's context by the server's session
/// middleware.
#[derive(Clone)]
pub struct Caller {
    /// The signed-in person, if any.
    pub actor: Option<Actor>,
    /// The language of the page.
    pub locale: Locale,
}

/// The signed-in person and the use cases.
///
/// # Errors
/// [`UseCaseError::Unauthenticated`] when nobody is signed in, with the answer's status set.
pub fn caller() -> Result<(Actor, PortalServices), UseCaseError> {
    let actor = use_context::<Caller>().and_then(|caller| caller.actor);
    match (actor, use_context::<PortalServices>()) {
        (Some(actor), Some(services)) => Ok((actor, services)),
        _ => {
            set_status(UseCaseError::Unauthenticated.status());
            Err(UseCaseError::Unauthenticated)
        }
    }
}

/// The language of the page that is rendered.
#[must_use]
pub fn locale() -> Locale {
    use_context::<Caller>()
        .map(|caller| caller.locale)
        .unwrap_or_default()
}

/// Passes a use case's outcome on, with the HTTP status that belongs to it.
///
/// # Errors
/// The use case's own.
pub fn answer<T>(outcome: UseCaseResult<T>) -> Result<T, AppError> {
    outcome.map_err(|error| {
        set_status(error.status());
        AppError::UseCase(error)
    })
}

/// What a server function that was called too often answers, in the form of its errors.
#[must_use]
pub fn too_many() -> String {
    let reason = UseCaseError::refused(synchronizer_domain::ErrorCode::TooMany);
    crate::wire::write(&AppError::UseCase(reason)).unwrap_or_default()
}

/// Sets the status of the answer. A form that was posted without script keeps its
/// redirect back to the page, which then says the error.
pub fn set_status(status: u16) {
    if is_plain_form_post() {
        return;
    }
    if let (Some(response), Ok(status)) = (
        use_context::<ResponseOptions>(),
        StatusCode::from_u16(status),
    ) {
        response.set_status(status);
    }
}

fn is_plain_form_post() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        parts.uri.path().starts_with(routes::API)
            && parts
                .headers
                .get(header::ACCEPT)
                .and_then(|accept| accept.to_str().ok())
                .is_some_and(|accept| accept.contains("text/html"))
    })
}

/// Sends the page's reader to the sign-in, and back here afterwards.
pub fn redirect_to_sign_in() {
    let path = use_context::<Parts>()
        .and_then(|parts| {
            parts
                .uri
                .path_and_query()
                .map(|path| path.as_str().to_owned())
        })
        .unwrap_or_else(|| routes::HOME.to_owned());
    if !path.starts_with(routes::API) {
        leptos_axum::redirect(&crate::error::sign_in_address(&path));
    }
}

/// Sends the caller of a server function to another page of ours.
pub fn redirect(path: &str) {
    if use_context::<Parts>().is_some() {
        leptos_axum::redirect(path);
    }
}

/// The `Content-Security-Policy` of a page of the portal.
#[must_use]
pub fn content_security_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Puts the policy for this answer's nonce into its headers.
pub(crate) fn send_content_security_policy() {
    let (Some(response), Some(nonce)) =
        (use_context::<ResponseOptions>(), leptos::nonce::use_nonce())
    else {
        return;
    };
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy(&nonce)) {
        response.insert_header(HeaderName::from_static("content-security-policy"), policy);
    }
}
