//! One account at one address: the handshakes, on one connection (exchange.md §4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE,
};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::binding::channel_binding;
use super::ntlm::{Challenge, Proof, authenticate, negotiate};
use super::{Exchange, ExchangeLogin, SYSTEM, error_of};
use crate::error::{ErrorKind, ProviderError};
use crate::guard::{Connection, GuardError, Parcel};
use crate::http::Answer;

/// Seconds between 1601 and 1970.
const SINCE_1601: i64 = 11_644_473_600;
const XML: &str = "text/xml; charset=utf-8";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Ntlm,
    Basic,
}

/// What a server takes, by its 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Offers {
    ntlm: bool,
    basic: bool,
}

pub(super) struct Session<'a> {
    exchange: &'a Exchange,
    pub(super) url: Url,
    pub(super) login: &'a ExchangeLogin<'a>,
    connection: Option<Connection>,
    scheme: Option<Scheme>,
    /// The present connection is signed in (NTLM).
    is_known: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        exchange: &'a Exchange,
        url: Url,
        login: &'a ExchangeLogin<'a>,
    ) -> Result<Self, ProviderError> {
        let bad = |c: char| c.is_control();
        // RFC 7617 §2: a user name cannot hold a colon, it would end there.
        if login.username.contains(':') || login.username.chars().any(bad) {
            return Err(error_of(
                ErrorKind::NeedsPerson,
                "the user name has a character that cannot be sent",
            ));
        }
        Ok(Self {
            exchange,
            url,
            login,
            connection: None,
            scheme: None,
            is_known: false,
        })
    }

    /// Posts a document as the account; answers whatever the server says then, except 401,
    /// which is a refused password. Where the server asks for no account, none is shown.
    pub(super) async fn post(
        &mut self,
        body: &str,
        anchor: Option<&str>,
    ) -> Result<Answer, ProviderError> {
        if self.scheme.is_none() {
            let first = self.send("", None, anchor).await?;
            if first.status != StatusCode::UNAUTHORIZED {
                return Ok(first);
            }
            self.exchange
                .guard
                .check_password_way(&self.url)
                .map_err(|error| error.about(SYSTEM))?;
            let offers = offers(&first.headers);
            if !offers.ntlm {
                return self.with_basic(body, anchor, offers).await;
            }
        }
        match self.scheme {
            Some(Scheme::Basic) => {
                self.with_basic(
                    body,
                    anchor,
                    Offers {
                        ntlm: false,
                        basic: true,
                    },
                )
                .await
            }
            _ => self.with_ntlm(body, anchor).await,
        }
    }

    async fn with_basic(
        &mut self,
        body: &str,
        anchor: Option<&str>,
        offers: Offers,
    ) -> Result<Answer, ProviderError> {
        if !offers.basic {
            return Err(error_of(
                ErrorKind::Misconfigured,
                "the server takes neither NTLM nor Basic",
            ));
        }
        let answer = self.send(body, Some(self.basic()?), anchor).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            return Err(refused("HTTP 401 (Basic)"));
        }
        self.scheme = Some(Scheme::Basic);
        Ok(answer)
    }

    async fn with_ntlm(
        &mut self,
        body: &str,
        anchor: Option<&str>,
    ) -> Result<Answer, ProviderError> {
        if self.is_known
            && self
                .connection
                .as_ref()
                .is_some_and(|open| !open.is_closed())
        {
            let answer = self.send(body, None, anchor).await?;
            if answer.status != StatusCode::UNAUTHORIZED {
                return Ok(answer);
            }
        }
        self.is_known = false;
        let opening = negotiate();
        let drawn = self.send("", Some(token(&opening)?), anchor).await?;
        let Some(challenge) = challenge(&drawn) else {
            return Err(error_of(
                ErrorKind::Protocol,
                format!(
                    "the server did not go on with NTLM: HTTP {}",
                    drawn.status.as_u16()
                ),
            ));
        };
        let challenge = Challenge::read(&challenge)
            .map_err(|error| error_of(ErrorKind::Protocol, error.to_string()))?;
        // The challenge is good on its connection only.
        let Some(connection) = self.connection.as_ref().filter(|open| !open.is_closed()) else {
            return Err(error_of(
                ErrorKind::Unavailable,
                "the server closed the connection amid the NTLM sign-in",
            ));
        };
        let channel = connection.certificate.as_deref().map(channel_binding);
        let proof = self.proof(&opening, &challenge, channel);
        let answer = self.send(body, Some(token(&proof)?), anchor).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            self.scheme = Some(Scheme::Ntlm);
            self.is_known = true;
            return Ok(answer);
        }
        if !offers(&answer.headers).basic {
            return Err(refused("HTTP 401 (NTLM)"));
        }
        // One try tells a wrong password from a TLS proxy that breaks Extended Protection.
        self.with_basic(
            body,
            anchor,
            Offers {
                ntlm: false,
                basic: true,
            },
        )
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::NeedsPerson => refused("HTTP 401 (NTLM and Basic)"),
            _ => error,
        })
    }

    fn proof(&self, opening: &[u8], challenge: &Challenge, channel: Option<[u8; 16]>) -> Vec<u8> {
        let (domain, user) = match self.login.username.split_once('\\') {
            Some((domain, user)) => (domain, user),
            None => ("", self.login.username),
        };
        let mut nonce = [0; 8];
        self.exchange.rng.fill(&mut nonce);
        let seconds = self
            .exchange
            .clock
            .now()
            .as_secs()
            .saturating_add(SINCE_1601);
        let service = format!("HTTP/{}", self.url.host_str().unwrap_or_default());
        authenticate(
            opening,
            challenge,
            &Proof {
                domain,
                user,
                password: self.login.password.expose_secret(),
                nonce,
                filetime: u64::try_from(seconds)
                    .unwrap_or(0)
                    .saturating_mul(10_000_000),
                service: &service,
                channel,
            },
        )
    }

    fn basic(&self) -> Result<HeaderValue, ProviderError> {
        let plain = SecretString::from(format!(
            "{}:{}",
            self.login.username,
            self.login.password.expose_secret()
        ));
        let text = SecretString::from(format!("Basic {}", STANDARD.encode(plain.expose_secret())));
        header(text.expose_secret())
    }

    async fn send(
        &mut self,
        body: &str,
        authorization: Option<HeaderValue>,
        anchor: Option<&str>,
    ) -> Result<Answer, ProviderError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(XML));
        if let Some(anchor) = anchor.and_then(|anchor| HeaderValue::from_str(anchor).ok()) {
            headers.insert(HeaderName::from_static("x-anchormailbox"), anchor);
        }
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization);
        }
        let parcel = Parcel {
            method: Method::POST,
            url: self.url.clone(),
            headers,
            body: body.to_owned(),
        };
        let about = |error: GuardError| error.about(SYSTEM);
        let mut connection = match self.connection.take().filter(|open| !open.is_closed()) {
            Some(open) => open,
            None => {
                self.is_known = false;
                self.exchange
                    .guard
                    .connect(&self.url)
                    .await
                    .map_err(about)?
            }
        };
        let answer = connection.send(&parcel).await.map_err(about)?;
        self.connection = Some(connection);
        Ok(answer)
    }
}

fn refused(detail: &str) -> ProviderError {
    error_of(ErrorKind::NeedsPerson, detail)
}

fn token(message: &[u8]) -> Result<HeaderValue, ProviderError> {
    header(&format!("NTLM {}", STANDARD.encode(message)))
}

fn header(text: &str) -> Result<HeaderValue, ProviderError> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| error_of(ErrorKind::Protocol, "the sign-in cannot be sent"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn schemes(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|offer| offer.to_str().ok())
        .map(str::trim)
}

fn offers(headers: &HeaderMap) -> Offers {
    let has = |scheme: &str| {
        schemes(headers).any(|offer| {
            let name = offer.split(' ').next().unwrap_or_default();
            name.eq_ignore_ascii_case(scheme)
        })
    };
    Offers {
        ntlm: has("NTLM"),
        basic: has("Basic"),
    }
}

/// The challenge in a 401.
fn challenge(answer: &Answer) -> Option<Vec<u8>> {
    if answer.status != StatusCode::UNAUTHORIZED {
        return None;
    }
    schemes(&answer.headers)
        .filter_map(|offer| offer.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("NTLM"))
        .find_map(|(_, token)| STANDARD.decode(token.trim()).ok())
}
