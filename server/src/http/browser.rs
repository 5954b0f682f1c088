//! Cookies: the session of a signed-in person, and a mark that binds journeys to a browser.
//!
//! HttpOnly, SameSite=Lax, host-only; `__Host-` and Secure on https (RFC 6265bis §4.1.3).

use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use secrecy::{ExposeSecret, SecretString};
use synchronizer_domain::session::device;
use synchronizer_vault::{hash_secret, mint_secret};

use crate::state::AppState;

/// How long a browser's mark lives: longer than any journey.
const MARK_HOURS: i64 = 24;

/// Names of the session cookie and the browser's mark.
#[must_use]
pub const fn cookie_names(https: bool) -> (&'static str, &'static str) {
    if https {
        ("__Host-session", "__Host-browser")
    } else {
        ("session", "browser")
    }
}

fn cookie(name: &'static str, value: String, state: &AppState) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.is_https())
        .build()
}

/// The session's secret.
pub(super) fn session_secret(jar: &CookieJar, state: &AppState) -> Option<SecretString> {
    let (name, _) = cookie_names(state.is_https());
    jar.get(name)
        .map(|cookie| SecretString::from(cookie.value().to_owned()))
}

/// Sets the session cookie.
pub(super) fn with_session(jar: CookieJar, state: &AppState, secret: &SecretString) -> CookieJar {
    let (name, _) = cookie_names(state.is_https());
    let mut cookie = cookie(name, secret.expose_secret().to_owned(), state);
    if let Ok(age) = state.core.settings.sessions.absolute.try_into() {
        cookie.set_max_age(Some(age));
    }
    jar.add(cookie)
}

/// Takes the session cookie away.
pub(super) fn without_session(jar: CookieJar, state: &AppState) -> CookieJar {
    let (name, _) = cookie_names(state.is_https());
    let mut gone = cookie(name, String::new(), state);
    gone.make_removal();
    jar.add(gone)
}

/// Browser and system, as the browser tells them.
pub(super) fn device_of(headers: &HeaderMap) -> String {
    headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .map(device)
        .unwrap_or_default()
}

/// The hash of this browser's mark, when it has one.
pub(super) fn mark(jar: &CookieJar, state: &AppState) -> Option<[u8; 32]> {
    let (_, name) = cookie_names(state.is_https());
    jar.get(name)
        .map(|cookie| hash_secret(&SecretString::from(cookie.value().to_owned())))
}

/// The hash of this browser's mark; gives it one when it has none.
pub(super) fn ensure_mark(jar: CookieJar, state: &AppState) -> ([u8; 32], CookieJar) {
    if let Some(hash) = mark(&jar, state) {
        return (hash, jar);
    }
    let (_, name) = cookie_names(state.is_https());
    let secret = mint_secret(&*state.core.rng);
    let mut cookie = cookie(name, secret.expose_secret().to_owned(), state);
    if let Ok(age) = std::time::Duration::from_secs(MARK_HOURS.unsigned_abs() * 3_600).try_into() {
        cookie.set_max_age(Some(age));
    }
    (hash_secret(&secret), jar.add(cookie))
}
