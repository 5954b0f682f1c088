//! What a person typed as a server, and the addresses to try for it (caldav.md §1).

use url::Url;

use super::error_of;
use crate::error::{ErrorKind, ProviderError};

/// The addresses to try, all of one origin. An address is tried as it is first, a host
/// or the domain of an e-mail address at the well-known place (RFC 6764 §6), by https.
pub(super) fn candidates(typed: &str) -> Result<Vec<Url>, ProviderError> {
    let typed = typed.trim();
    let is_address = typed.contains("://");
    let text = if is_address {
        typed.to_owned()
    } else {
        let host = typed.rsplit_once('@').map_or(typed, |(_, domain)| domain);
        format!("https://{host}")
    };
    let mut url = Url::parse(&text).map_err(|_| unusable("this is not the address of a server"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(unusable("a server has an http or https address"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(unusable(
            "the address must not hold a user name or password",
        ));
    }
    url.set_fragment(None);
    url.set_query(None);
    let mut candidates = Vec::new();
    if is_address || url.path() != "/" {
        candidates.push(url.clone());
    }
    for path in ["/.well-known/caldav", "/"] {
        let mut further = url.clone();
        further.set_path(path);
        if !candidates.contains(&further) {
            candidates.push(further);
        }
    }
    Ok(candidates)
}

/// The origin that credentials are for.
pub(super) fn origin(candidates: &[Url]) -> Result<url::Origin, ProviderError> {
    candidates
        .first()
        .map(Url::origin)
        .ok_or_else(|| unusable("no address was typed"))
}

fn unusable(detail: &str) -> ProviderError {
    error_of(ErrorKind::NotACalendarServer, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(typed: &str) -> Vec<String> {
        candidates(typed).map_or_else(
            |error| vec![error.detail().to_owned()],
            |urls| urls.iter().map(Url::to_string).collect(),
        )
    }

    #[test]
    fn a_typed_server_becomes_addresses_to_try() {
        let well_known = "https://dav.example/.well-known/caldav";
        for (typed, expected) in [
            ("dav.example", vec![well_known, "https://dav.example/"]),
            (
                " zoe@dav.example ",
                vec![well_known, "https://dav.example/"],
            ),
            (
                "dav.example/remote.php/dav",
                vec![
                    "https://dav.example/remote.php/dav",
                    well_known,
                    "https://dav.example/",
                ],
            ),
            (
                "https://dav.example",
                vec!["https://dav.example/", well_known],
            ),
            (
                "http://127.0.0.1:5232/zoe/#top",
                vec![
                    "http://127.0.0.1:5232/zoe/",
                    "http://127.0.0.1:5232/.well-known/caldav",
                    "http://127.0.0.1:5232/",
                ],
            ),
            (
                "dav.example:8443",
                vec![
                    "https://dav.example:8443/.well-known/caldav",
                    "https://dav.example:8443/",
                ],
            ),
        ] {
            assert_eq!(tried(typed), expected, "{typed}");
        }
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for typed in [
            "",
            "ftp://dav.example/",
            "file:///etc/passwd",
            "https://",
            "a b",
            "zoe@",
        ] {
            assert!(candidates(typed).is_err(), "{typed}");
        }
        let error = candidates("https://zoe:secret@dav.example/").unwrap_err();
        assert!(!error.detail().contains("secret"));
    }
}
