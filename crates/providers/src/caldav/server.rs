//! What a person typed as a server, and the addresses to try for it: DNS for a domain
//! (RFC 6764 §3, §4), the typed address and the well-known one (caldav.md §1).

use url::Url;

use super::dav::moved;
use super::error_of;
use crate::error::{ErrorKind, ProviderError};
use crate::guard::GuardedClient;
use crate::http::is_below;

/// The addresses to try, all of one origin. A domain's own records outrank guesses; a
/// server outside of the domain must be typed by the person (RFC 6764 §8).
pub(super) async fn look_up(guard: &GuardedClient, typed: &str) -> Result<Vec<Url>, ProviderError> {
    let guesses = candidates(typed)?;
    let Some(domain) = bare_domain(typed) else {
        return Ok(guesses);
    };
    let name = format!("_caldavs._tcp.{domain}");
    let Some(offer) = guard.dns().services(&name).await.into_iter().next() else {
        return Ok(guesses);
    };
    let base = Url::parse(&format!("https://{}:{}/", offer.host, offer.port))
        .map_err(|_| unusable("the domain names an unusable server"))?;
    if !is_below(&offer.host.to_ascii_lowercase(), &domain) {
        return Err(moved(&base));
    }
    let path = guard.dns().path(&name).await;
    let paths = path
        .as_deref()
        .into_iter()
        .chain(["/.well-known/caldav", "/"]);
    let mut found = Vec::new();
    for path in paths {
        let mut url = base.clone();
        url.set_path(path);
        if !found.contains(&url) {
            found.push(url);
        }
    }
    Ok(found)
}

/// A domain, or that of an e-mail address: neither an address with its parts nor an IP
/// address.
fn bare_domain(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let domain = typed.rsplit_once('@').map_or(typed, |(_, domain)| domain);
    let is_name = !typed.contains("://")
        && !domain.contains(['/', ':', '[', '?', '#'])
        && matches!(url::Host::parse(domain), Ok(url::Host::Domain(_)))
        && domain.contains('.');
    is_name.then(|| domain.trim_end_matches('.').to_ascii_lowercase())
}

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
    use crate::guard::OutboundPolicy;
    use crate::test_support::NameServer;

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

    #[tokio::test]
    async fn records_of_the_domain_outrank_guesses() {
        let records = [
            ("_caldavs._tcp.a.example", "SRV 0 0 8443 dav.a.example"),
            ("_caldavs._tcp.a.example", "TXT path=/remote/"),
            ("_caldavs._tcp.b.example", "SRV 0 0 443 dav.hoster.example"),
            ("_caldavs._tcp.c.example", "SRV 0 0 443 c.example"),
        ];
        let server = NameServer::start(&records).await;
        let guard = GuardedClient::new(OutboundPolicy {
            dns_server: Some(server.address),
            ..OutboundPolicy::default()
        })
        .unwrap();
        let tried = async |typed: &str| {
            look_up(&guard, typed).await.map_or_else(
                |error| vec![error.detail().to_owned()],
                |urls| urls.iter().map(Url::to_string).collect(),
            )
        };
        let dav = [
            "https://dav.a.example:8443/remote/",
            "https://dav.a.example:8443/.well-known/caldav",
            "https://dav.a.example:8443/",
        ];
        assert_eq!(tried("zoe@A.example").await, dav);
        assert_eq!(tried(" a.example ").await, dav);
        assert_eq!(
            tried("b.example").await,
            ["the server refers to https://dav.hoster.example, type this address instead"]
        );
        assert_eq!(
            tried("c.example").await[0],
            "https://c.example/.well-known/caldav"
        );
        assert_eq!(
            tried("none.example").await[0],
            "https://none.example/.well-known/caldav"
        );
        // What has a scheme, a port or a path is taken as it is.
        assert_eq!(tried("https://a.example/").await[0], "https://a.example/");
        assert_eq!(
            tried("a.example:1").await[0],
            "https://a.example:1/.well-known/caldav"
        );
        assert_eq!(
            tried("192.0.2.7").await[0],
            "https://192.0.2.7/.well-known/caldav"
        );
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
