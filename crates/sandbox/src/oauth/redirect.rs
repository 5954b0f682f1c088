//! Redirect URIs: which are allowed, and how answers travel back through them.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use url::{Host, Url};

/// Whether a redirect URI belongs to the portal. `allowed` holds exact URIs or whole
/// origins (`http://localhost:8080`); empty means any plain-http address of this machine.
pub(crate) fn is_redirect_allowed(allowed: &[String], uri: &str) -> bool {
    let Ok(parsed) = Url::parse(uri) else {
        return false;
    };
    if !is_web_uri(&parsed) || parsed.fragment().is_some() {
        return false;
    }
    if allowed.is_empty() {
        return parsed.scheme() == "http" && is_local(&parsed);
    }
    allowed
        .iter()
        .any(|entry| entry == uri || is_origin_of(entry, &parsed))
}

/// http(s) without user name and password.
fn is_web_uri(uri: &Url) -> bool {
    matches!(uri.scheme(), "http" | "https")
        && uri.username().is_empty()
        && uri.password().is_none()
        && uri.has_host()
}

fn is_local(uri: &Url) -> bool {
    match uri.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn is_origin_of(entry: &str, uri: &Url) -> bool {
    Url::parse(entry).is_ok_and(|origin| {
        origin.path() == "/"
            && origin.query().is_none()
            && origin.fragment().is_none()
            && origin.origin() == uri.origin()
    })
}

/// Sends the browser back to the portal with parameters added to the query. The portal
/// is another site, so no page of ours may restrict `form-action`.
pub(crate) fn redirect_back(uri: &str, answer: &[(&str, &str)]) -> Response {
    match Url::parse(uri) {
        Ok(mut target) => {
            target.query_pairs_mut().extend_pairs(answer);
            found(target.as_str())
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// 303 to a path of this server.
pub(crate) fn see_other(path: &str) -> Response {
    located(StatusCode::SEE_OTHER, path)
}

/// 302, the status both providers use.
fn found(target: &str) -> Response {
    located(StatusCode::FOUND, target)
}

fn located(status: StatusCode, target: &str) -> Response {
    match HeaderValue::from_str(target) {
        Ok(location) => (
            status,
            [
                (header::LOCATION, location),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ],
        )
            .into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_redirect_allowed;

    #[test]
    fn without_a_list_only_this_machine_is_allowed() {
        for good in [
            "http://localhost:8080/auth/callback",
            "http://127.0.0.1:9/x?y=z",
            "http://[::1]:3000/",
        ] {
            assert!(is_redirect_allowed(&[], good), "{good}");
        }
        for bad in [
            "https://portal.example/cb",
            "http://localhost.evil.example/",
            "http://user@localhost/",
            "http://localhost/#part",
            "ftp://localhost/",
            "nonsense",
        ] {
            assert!(!is_redirect_allowed(&[], bad), "{bad}");
        }
    }

    #[test]
    fn exact_uris_and_origins_are_told_apart() {
        let exact = ["http://localhost:8080/auth/callback".to_owned()];
        assert!(is_redirect_allowed(
            &exact,
            "http://localhost:8080/auth/callback"
        ));
        assert!(!is_redirect_allowed(
            &exact,
            "http://localhost:8080/auth/callback/"
        ));
        let origin = ["http://localhost:8080".to_owned()];
        assert!(is_redirect_allowed(
            &origin,
            "http://localhost:8080/anything"
        ));
        assert!(!is_redirect_allowed(
            &origin,
            "http://localhost:8081/anything"
        ));
    }
}
