//! The language of a page: `?lang=` (kept in a cookie), the cookie, the browser's wish.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use synchronizer_domain::{Locale, routes};

use crate::state::AppState;

/// The chosen language; in every request's extensions.
#[derive(Clone, Copy)]
pub struct Language(pub Locale);

impl Language {
    pub(super) fn of(extensions: &Extensions) -> Self {
        extensions
            .get::<Self>()
            .copied()
            .unwrap_or(Self(Locale::En))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.extensions))
    }
}

/// Chooses, and remembers an explicit choice for a year.
pub(super) async fn choose(
    State(state): State<AppState>,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let asked = asked(request.uri().query().unwrap_or_default());
    let kept = jar
        .get(routes::LANGUAGE_PARAM)
        .and_then(|cookie| cookie.value().parse().ok());
    let wished = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(Locale::negotiate);
    let locale = asked.or(kept).or(wished).unwrap_or_default();
    request.extensions_mut().insert(Language(locale));
    let mut response = next.run(request).await;
    if let Some(asked) = asked {
        let cookie = format!(
            "{}={asked}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{}",
            routes::LANGUAGE_PARAM,
            if state.is_https() { "; Secure" } else { "" }
        );
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

fn asked(query: &str) -> Option<Locale> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == routes::LANGUAGE_PARAM)
        .and_then(|(_, value)| value.parse().ok())
}
