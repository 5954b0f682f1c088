//! Where a mailbox's server is (exchange.md §2): what was typed, else Autodiscover in its
//! documented order, ending with the DNS record of the domain.

use reqwest::{Method, StatusCode};
use url::Url;

use super::{Exchange, ExchangeLogin, error_of};
use crate::error::{ErrorKind, ProviderError};
use crate::guard::Outgoing;
use crate::http::{Answer, is_below};
use crate::xml::{self, Element, escape};

const REQUEST: &str =
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006";
const RESPONSE: &str =
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
const PATH: &str = "/autodiscover/autodiscover.xml";
const EWS: &str = "/EWS/Exchange.asmx";
/// Addresses that one search may be sent to.
const MAX_HOPS: usize = 10;

/// A server, and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The address of Exchange Web Services.
    pub ews: Url,
    /// Where it was asked, in order, each with what came back. For administrators.
    pub tried: Vec<String>,
    /// The mail address that the server prefers, when it named one.
    pub email: String,
}

/// What a person typed as a server: a host or an http(s) address without credentials.
/// Empty text is no address.
///
/// # Errors
/// `NotACalendarServer` when it cannot be one.
pub fn typed_server(text: &str) -> Result<Option<Url>, ProviderError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let unusable = || {
        error_of(
            ErrorKind::NotACalendarServer,
            "this is not the address of a server",
        )
    };
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let mut url = Url::parse(&with_scheme).map_err(|_| unusable())?;
    let fine = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.username().is_empty()
        && url.password().is_none();
    if !fine {
        return Err(unusable());
    }
    url.set_fragment(None);
    url.set_query(None);
    Ok(Some(url))
}

/// Microsoft's cloud, where EWS ends.
#[must_use]
pub fn is_exchange_online(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    [
        "outlook.com",
        "office365.com",
        "office.com",
        "microsoftonline.com",
    ]
    .iter()
    .any(|domain| is_below(&host, domain))
}

/// The search was sent to a server that nobody confirmed.
pub(super) fn elsewhere(target: &Url) -> ProviderError {
    if is_exchange_online(target) {
        return error_of(
            ErrorKind::ExchangeOnline,
            format!(
                "Exchange Online ({})",
                target.host_str().unwrap_or_default()
            ),
        );
    }
    error_of(
        ErrorKind::NotACalendarServer,
        format!(
            "the server refers to {}, type this address instead",
            target.origin().ascii_serialization()
        ),
    )
}

/// Where credentials may go: to the typed origin and to https hosts named like the domain.
struct Trust {
    typed: Option<url::Origin>,
    domain: String,
}

impl Trust {
    fn covers(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        self.typed.as_ref() == Some(&url.origin())
            || (url.scheme() == "https" && !self.domain.is_empty() && is_below(&host, &self.domain))
    }
}

/// What one address answered.
enum Step {
    Found(Url),
    OtherAddress(String),
    OtherServer(Url),
    No(ProviderError),
}

struct Search<'a> {
    exchange: &'a Exchange,
    login: &'a ExchangeLogin<'a>,
    trust: Trust,
    email: String,
    asked: Vec<(Url, String)>,
    /// An answer leads to a server that nobody confirmed; nothing else may hide that.
    is_sent_away: bool,
    tried: Vec<String>,
}

pub(super) async fn find(
    exchange: &Exchange,
    typed: &str,
    email: &str,
    login: &ExchangeLogin<'_>,
) -> Result<Found, ProviderError> {
    let typed = typed_server(typed)?;
    let domain = domain_of(email);
    if let Some(url) = typed.as_ref().filter(|url| is_exchange_online(url)) {
        return Err(elsewhere(url));
    }
    let mut search = Search {
        exchange,
        login,
        trust: Trust {
            typed: typed.as_ref().map(Url::origin),
            domain,
        },
        email: email.trim().to_owned(),
        asked: Vec::new(),
        is_sent_away: false,
        tried: Vec::new(),
    };
    let ews = match typed {
        // An address of EWS itself needs no search.
        Some(url) if url.path().to_ascii_lowercase().ends_with(".asmx") => url,
        Some(url) => search.at_server(&url).await?,
        None => search.by_domain().await?,
    };
    Ok(Found {
        ews,
        tried: search.tried,
        email: search.email,
    })
}

fn domain_of(email: &str) -> String {
    email
        .trim()
        .rsplit_once('@')
        .map(|(_, domain)| domain.to_ascii_lowercase())
        .unwrap_or_default()
}

impl Search<'_> {
    /// A typed host: its own Autodiscover, else the usual address.
    async fn at_server(&mut self, server: &Url) -> Result<Url, ProviderError> {
        let mut usual = server.clone();
        usual.set_path(EWS);
        let mut service = server.clone();
        service.set_path(PATH);
        match self.ask(service).await {
            Ok(found) => Ok(found),
            // The typed server is reachable and the password good as far as known: most
            // servers without Autodiscover serve EWS at the usual address.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotACalendarServer | ErrorKind::NotFound | ErrorKind::Protocol
                ) && !self.is_sent_away =>
            {
                self.tried.push(format!(
                    "{usual}: taken, because Autodiscover did not help ({})",
                    error.detail()
                ));
                Ok(usual)
            }
            Err(error) => Err(error),
        }
    }

    /// A mail address alone: the documented order.
    async fn by_domain(&mut self) -> Result<Url, ProviderError> {
        let domain = self.trust.domain.clone();
        let at = |host: &str| Url::parse(&format!("https://{host}{PATH}")).ok();
        let hosts = [domain.clone(), format!("autodiscover.{domain}")];
        let mut failure: Option<ProviderError> = None;
        let mut refusals = 0;
        for url in hosts.iter().filter_map(|host| at(host)) {
            match self.ask(url).await {
                Ok(found) => return Ok(found),
                Err(error) => {
                    if matches!(error.kind(), ErrorKind::NeedsPerson) {
                        // A web site may ask for passwords of its own: the second counts.
                        refusals += 1;
                    }
                    let decides = refusals > 1
                        || matches!(
                            error.kind(),
                            ErrorKind::ExchangeOnline | ErrorKind::Throttled { .. }
                        )
                        || self.is_sent_away;
                    if decides {
                        return Err(error);
                    }
                    failure = worse(failure, error);
                }
            }
        }
        for url in self.unauthenticated(&domain).await {
            match self.ask(url).await {
                Ok(found) => return Ok(found),
                Err(error) => failure = worse(failure, error),
            }
        }
        Err(failure.unwrap_or_else(|| {
            error_of(
                ErrorKind::NotACalendarServer,
                "Autodiscover found no server",
            )
        }))
    }

    /// Where the plain redirect and the DNS record of the domain lead.
    async fn unauthenticated(&mut self, domain: &str) -> Vec<Url> {
        let mut targets = Vec::new();
        if let Some(url) = self.plain_redirect(domain).await {
            targets.push(url);
        }
        if let Some(host) = self.record(domain).await {
            targets.extend(Url::parse(&format!("https://{host}{PATH}")).ok());
        }
        targets
    }

    async fn plain_redirect(&mut self, domain: &str) -> Option<Url> {
        let url = Url::parse(&format!("http://autodiscover.{domain}{PATH}")).ok()?;
        let request = Outgoing {
            method: Method::GET,
            url: url.clone(),
            headers: Default::default(),
            body: String::new(),
            credentials: None,
        };
        let answer = self.exchange.guard.send_only(request).await;
        let target = match &answer {
            Ok(reply) if reply.status == StatusCode::FOUND => reply
                .headers
                .get("location")
                .and_then(|location| url.join(location.to_str().ok()?).ok())
                .filter(|target| target.scheme() == "https"),
            _ => None,
        };
        let said = match (&answer, &target) {
            (_, Some(target)) => format!("sends to {}", target.origin().ascii_serialization()),
            (Ok(reply), None) => format!("HTTP {}", reply.status.as_u16()),
            (Err(error), None) => error.to_string(),
        };
        self.tried.push(format!("{url}: {said}"));
        target
    }

    async fn record(&mut self, domain: &str) -> Option<String> {
        let name = format!("_autodiscover._tcp.{domain}");
        let found = self.exchange.guard.dns().services(&name).await;
        let first = found.into_iter().find(|service| service.port == 443);
        let said = first
            .as_ref()
            .map_or_else(|| "no record".to_owned(), |service| service.host.clone());
        self.tried.push(format!("DNS {name}: {said}"));
        first.map(|service| service.host)
    }

    /// Asks one address and follows where it sends.
    async fn ask(&mut self, mut url: Url) -> Result<Url, ProviderError> {
        for _ in 0..MAX_HOPS {
            if is_exchange_online(&url) || !self.trust.covers(&url) {
                self.is_sent_away = true;
                return Err(elsewhere(&url));
            }
            let now = (url.clone(), self.email.clone());
            if self.asked.contains(&now) {
                return Err(error_of(
                    ErrorKind::Protocol,
                    "Autodiscover goes in circles",
                ));
            }
            self.asked.push(now);
            let step = self.step(&url).await;
            let said = match &step {
                Step::Found(found) => format!("names {found}"),
                Step::OtherAddress(_) => "names another mail address".to_owned(),
                Step::OtherServer(target) => {
                    format!("sends to {}", target.origin().ascii_serialization())
                }
                Step::No(error) => error.detail().to_owned(),
            };
            self.tried.push(format!("{url}: {said}"));
            match step {
                Step::Found(found) if is_exchange_online(&found) || !self.trust.covers(&found) => {
                    self.is_sent_away = true;
                    return Err(elsewhere(&found));
                }
                Step::Found(found) => return Ok(found),
                Step::OtherServer(target) => url = target,
                Step::OtherAddress(email) => {
                    let same_domain = domain_of(&email) == self.trust.domain;
                    if !same_domain && self.trust.typed.is_none() {
                        return Err(error_of(
                            ErrorKind::NotACalendarServer,
                            format!("the mailbox is known as {email}, type this address instead"),
                        ));
                    }
                    self.email = email;
                }
                Step::No(error) => return Err(error),
            }
        }
        Err(error_of(
            ErrorKind::Protocol,
            "Autodiscover redirects without end",
        ))
    }

    async fn step(&self, url: &Url) -> Step {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><Autodiscover xmlns=\"{REQUEST}\"><Request>\
             <EMailAddress>{}</EMailAddress><AcceptableResponseSchema>{RESPONSE}\
             </AcceptableResponseSchema></Request></Autodiscover>",
            escape(&self.email)
        );
        let answer = match self.exchange.session(url, self.login) {
            Ok(mut session) => session.post(&body, None).await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(answer) => read(url, &answer),
            Err(error) => Step::No(error),
        }
    }
}

/// Of two failures, the one that a person can do more with.
fn worse(known: Option<ProviderError>, new: ProviderError) -> Option<ProviderError> {
    let weight = |error: &ProviderError| match error.kind() {
        ErrorKind::NeedsPerson => 4,
        ErrorKind::AddressForbidden | ErrorKind::HttpsRequired => 3,
        ErrorKind::NotFound => 2,
        ErrorKind::NotACalendarServer => 1,
        _ => 0,
    };
    match known {
        Some(known) if weight(&known) >= weight(&new) => Some(known),
        _ => Some(new),
    }
}

fn read(url: &Url, answer: &Answer) -> Step {
    let status = answer.status.as_u16();
    if matches!(status, 301 | 302 | 307 | 308 | 451) {
        let target = ["location", "x-ms-location"]
            .iter()
            .find_map(|name| answer.headers.get(*name)?.to_str().ok())
            .and_then(|target| url.join(target).ok());
        return match target {
            Some(target) if url.scheme() == "http" || target.scheme() == "https" => {
                Step::OtherServer(target)
            }
            _ => Step::No(error_of(
                ErrorKind::HttpsRequired,
                "Autodiscover sends to an address without TLS",
            )),
        };
    }
    if status >= 500 || status == 429 {
        let kind = crate::http::status_kind(answer.status, &answer.headers);
        return Step::No(error_of(kind, format!("HTTP {status}")));
    }
    let none = || {
        Step::No(error_of(
            ErrorKind::NotACalendarServer,
            format!("no Autodiscover: HTTP {status}"),
        ))
    };
    let Ok(root) = xml::parse(&answer.body) else {
        return none();
    };
    let text = |name: &str| root.find(RESPONSE, name).map(Element::text);
    match text("Action") {
        Some("redirectAddr") => match text("RedirectAddr") {
            Some(address) if synchronizer_domain::text::is_email(address) => {
                Step::OtherAddress(address.to_owned())
            }
            _ => none(),
        },
        Some("redirectUrl") => match text("RedirectUrl").and_then(|target| Url::parse(target).ok())
        {
            Some(target) => Step::OtherServer(target),
            None => none(),
        },
        Some("settings") => settings(&root).map_or_else(none, Step::Found),
        _ => match root.find(RESPONSE, "ErrorCode").map(Element::text) {
            Some("500") => Step::No(error_of(
                ErrorKind::NotFound,
                "the server does not know the mail address",
            )),
            Some(code) => Step::No(error_of(
                ErrorKind::Protocol,
                format!("Autodiscover error {code}"),
            )),
            None => none(),
        },
    }
}

/// The address for clients outside before the one for inside.
fn settings(root: &Element) -> Option<Url> {
    let account = root.find(RESPONSE, "Account")?;
    ["EXPR", "EXCH", "WEB"].iter().find_map(|kind| {
        let protocol = account
            .all(RESPONSE, "Protocol")
            .find(|protocol| protocol.first(RESPONSE, "Type").map(Element::text) == Some(*kind))?;
        let url = protocol
            .first(RESPONSE, "EwsUrl")
            .or_else(|| protocol.first(RESPONSE, "ASUrl"))?;
        Url::parse(url.text()).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn credentials_go_to_the_domain_and_to_what_was_typed() {
        let trust = Trust {
            typed: Some(url("http://127.0.0.1:81/").origin()),
            domain: "a.example".to_owned(),
        };
        for (address, fine) in [
            ("https://a.example/x", true),
            ("https://mail.a.example/x", true),
            ("https://MAIL.A.example/x", true),
            ("http://127.0.0.1:81/EWS", true),
            ("http://127.0.0.1:82/EWS", false),
            ("http://mail.a.example/x", false),
            ("https://evil-a.example/x", false),
            ("https://a.example.evil.example/x", false),
        ] {
            assert_eq!(trust.covers(&url(address)), fine, "{address}");
        }
    }

    #[test]
    fn the_cloud_is_recognised_by_its_hosts() {
        for host in [
            "outlook.office365.com",
            "autodiscover-s.outlook.com",
            "outlook.com",
        ] {
            assert!(is_exchange_online(&url(&format!(
                "https://{host}/EWS/Exchange.asmx"
            ))));
        }
        assert!(!is_exchange_online(&url("https://myoutlook.com/")));
        assert_eq!(
            elsewhere(&url("https://outlook.office365.com/EWS/Exchange.asmx")).kind(),
            &ErrorKind::ExchangeOnline
        );
    }

    #[test]
    fn what_is_typed_becomes_a_server_or_a_refusal() {
        let read = |text| typed_server(text).map(|url| url.map(String::from));
        assert_eq!(read(" ").unwrap(), None);
        for (typed, expected) in [
            ("mail.a.example", "https://mail.a.example/"),
            (" mail.a.example:8443 ", "https://mail.a.example:8443/"),
            (
                "https://mail.a.example/EWS/Exchange.asmx#x",
                "https://mail.a.example/EWS/Exchange.asmx",
            ),
        ] {
            assert_eq!(read(typed).unwrap().as_deref(), Some(expected));
        }
        for typed in [
            "ftp://a.example",
            "https://u:p@a.example",
            "a b",
            "file:///etc",
        ] {
            assert!(read(typed).is_err(), "{typed}");
        }
    }

    fn step(body: &str) -> Step {
        let answer = Answer {
            status: StatusCode::OK,
            headers: Default::default(),
            body: body.as_bytes().to_vec(),
        };
        read(
            &url("https://a.example/autodiscover/autodiscover.xml"),
            &answer,
        )
    }

    fn account(inner: &str) -> String {
        format!(
            "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">\
             <Response xmlns=\"{RESPONSE}\"><Account>{inner}</Account></Response></Autodiscover>"
        )
    }

    #[test]
    fn answers_name_a_server_another_address_or_a_failure() {
        let both = account(
            "<Action>settings</Action>\
             <Protocol><Type>EXCH</Type><EwsUrl>https://in.a.example/e</EwsUrl></Protocol>\
             <Protocol><Type>EXPR</Type><EwsUrl>https://out.a.example/e</EwsUrl></Protocol>",
        );
        assert!(
            matches!(step(&both), Step::Found(found) if found.as_str() == "https://out.a.example/e")
        );
        let inside = account(
            "<Action>settings</Action><Protocol><Type>EXCH</Type><ASUrl>https://in.a.example/e</ASUrl></Protocol>",
        );
        assert!(
            matches!(step(&inside), Step::Found(found) if found.host_str() == Some("in.a.example"))
        );
        let address =
            account("<Action>redirectAddr</Action><RedirectAddr>b@a.example</RedirectAddr>");
        assert!(matches!(step(&address), Step::OtherAddress(email) if email == "b@a.example"));
        let server =
            account("<Action>redirectUrl</Action><RedirectUrl>https://b.example/x</RedirectUrl>");
        assert!(matches!(step(&server), Step::OtherServer(_)));
        for (body, kind) in [
            (
                account("<Action>settings</Action>"),
                ErrorKind::NotACalendarServer,
            ),
            ("<html>".to_owned(), ErrorKind::NotACalendarServer),
            (
                format!(
                    "<A><Response xmlns=\"{RESPONSE}\"><Error><ErrorCode>500</ErrorCode></Error></Response></A>"
                ),
                ErrorKind::NotFound,
            ),
        ] {
            assert!(
                matches!(step(&body), Step::No(error) if *error.kind() == kind),
                "{body}"
            );
        }
    }
}
