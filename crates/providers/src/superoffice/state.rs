//! Where a tenant's API is: the state endpoint, which needs no token, kept in memory and for
//! all processes until the time it names (superoffice.md §1.8).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::ContextId;
use url::Url;

use super::SYSTEM;
use super::book::{HostBook, KnownHost};
use crate::error::{ErrorKind, ProviderError};
use crate::http::{self, Answer};

/// Used when the answer does not say, or not legibly, how long it holds.
const UNTOLD: Duration = Duration::from_secs(300);
/// No answer is kept for longer.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

#[derive(Debug)]
pub(super) struct Hosts {
    state_url: String,
    environment: String,
    known: Mutex<HashMap<ContextId, KnownHost>>,
    /// What all processes know; none where this process is alone.
    book: Option<Arc<dyn HostBook>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    #[serde(default)]
    state: serde_json::Value,
    is_running: bool,
    valid_until: Option<String>,
    api: Option<Url>,
}

impl Hosts {
    pub(super) fn new(state_url: String, environment: String) -> Self {
        Self {
            state_url,
            environment,
            known: Mutex::new(HashMap::new()),
            book: None,
        }
    }

    pub(super) fn keep_in(&mut self, book: Arc<dyn HostBook>) {
        self.book = Some(book);
    }

    /// The root of the tenant's API, such as `https://online2.superoffice.com/Cust1/api`.
    pub(super) async fn api(
        &self,
        client: &reqwest::Client,
        context: &ContextId,
        now: Timestamp,
    ) -> Result<Url, ProviderError> {
        let known = self.lock().get(context).cloned();
        if let Some(host) = known.filter(|host| now < host.until) {
            return Ok(host.api);
        }
        match self.kept(context, now).await {
            Some(host) => Ok(self.learn(context, host)),
            None => self.ask_anew(client, context, now).await,
        }
    }

    /// Where the tenant is, after a host that answered HTTP 421: another process may know
    /// it already. The truth value tells that the state endpoint was asked.
    pub(super) async fn moved(
        &self,
        client: &reqwest::Client,
        context: &ContextId,
        (from, now): (&Url, Timestamp),
    ) -> Result<(Url, bool), ProviderError> {
        self.lock().remove(context);
        match self.kept(context, now).await {
            Some(host) if host.api != *from => Ok((self.learn(context, host), false)),
            _ => Ok((self.ask_anew(client, context, now).await?, true)),
        }
    }

    /// Asks the state endpoint and lets everybody know.
    pub(super) async fn ask_anew(
        &self,
        client: &reqwest::Client,
        context: &ContextId,
        now: Timestamp,
    ) -> Result<Url, ProviderError> {
        let host = self.ask(client, context, now).await?;
        if host.until <= now {
            self.lock().remove(context);
            return Ok(host.api);
        }
        if let Some(book) = &self.book {
            book.keep(&self.environment, context, &host).await;
        }
        Ok(self.learn(context, host))
    }

    /// What was kept for all processes, while it holds.
    async fn kept(&self, context: &ContextId, now: Timestamp) -> Option<KnownHost> {
        let host = self.book.as_ref()?.host(&self.environment, context).await?;
        (now < host.until && http::require_tls(SYSTEM, &host.api).is_ok()).then_some(host)
    }

    fn learn(&self, context: &ContextId, host: KnownHost) -> Url {
        let api = host.api.clone();
        self.lock().insert(context.clone(), host);
        api
    }

    async fn ask(
        &self,
        client: &reqwest::Client,
        context: &ContextId,
        now: Timestamp,
    ) -> Result<KnownHost, ProviderError> {
        let url = self.address(context)?;
        http::require_tls(SYSTEM, &url)?;
        read(&http::exchange(SYSTEM, client.get(url)).await?, now)
    }

    fn address(&self, context: &ContextId) -> Result<Url, ProviderError> {
        let segment = utf8_percent_encode(context.as_str(), NON_ALPHANUMERIC).to_string();
        let text = if self.state_url.contains("{ctx}") {
            self.state_url.replace("{ctx}", &segment)
        } else {
            format!("{}/{segment}", self.state_url.trim_end_matches('/'))
        };
        Url::parse(&text).map_err(|error| {
            ProviderError::new(
                SYSTEM,
                ErrorKind::Misconfigured,
                "the state address is not an address",
            )
            .with_source(error)
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ContextId, KnownHost>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the state endpoint says. It knows no tokens, so that a 401 or 403 is a proxy's and
/// says nothing about anybody's sign-in.
pub(crate) fn read(answer: &Answer, now: Timestamp) -> Result<KnownHost, ProviderError> {
    let failed = |kind, detail: &str| ProviderError::new(SYSTEM, kind, detail);
    if !answer.status.is_success() {
        let kind = match http::status_kind(answer.status, &answer.headers) {
            ErrorKind::NeedsPerson | ErrorKind::ScopeMissing => ErrorKind::Protocol,
            kind => kind,
        };
        let status = answer.status.as_u16();
        return Err(failed(
            kind,
            &format!("the tenant's state answered HTTP {status}"),
        ));
    }
    let state: State = answer.json(SYSTEM)?;
    if !state.is_running {
        let word = match &state.state {
            serde_json::Value::String(word) => word.clone(),
            other => other.to_string(),
        };
        // Deleted is for ever; everything else may pass.
        let kind = match word.as_str() {
            "Deleted" | "3" => ErrorKind::NotFound,
            _ => ErrorKind::Unavailable,
        };
        return Err(failed(kind, &format!("the tenant is not running: {word}")));
    }
    let api = state
        .api
        .ok_or_else(|| failed(ErrorKind::Protocol, "the tenant's state has no API"))?;
    http::require_tls(SYSTEM, &api)?;
    let until = state
        .valid_until
        .as_deref()
        .and_then(instant)
        .unwrap_or_else(|| now.plus(UNTOLD));
    Ok(KnownHost {
        api,
        until: until.min(now.plus(LONGEST)),
    })
}

/// An instant with any number of fraction digits; one without zone is UTC.
fn instant(text: &str) -> Option<Timestamp> {
    let parsed: jiff::Timestamp = text.parse().or_else(|_| format!("{text}Z").parse()).ok()?;
    Some(Timestamp::from_micros(parsed.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_fraction_digits_are_an_instant() {
        let expected = Some(Timestamp::from_micros(1_785_577_921_934_296));
        assert_eq!(instant("2026-08-01T09:52:01.9342965Z"), expected);
        assert_eq!(instant("2026-08-01T09:52:01.9342965"), expected);
        assert_eq!(instant("soon"), None);
    }

    #[test]
    fn the_tenant_has_its_place_in_the_address() {
        let context = ContextId::new("Cust1/../x");
        for (configured, address) in [
            (
                "https://a.example/api/state/{ctx}",
                "https://a.example/api/state/Cust1%2F%2E%2E%2Fx",
            ),
            (
                "https://a.example/api/state/",
                "https://a.example/api/state/Cust1%2F%2E%2E%2Fx",
            ),
        ] {
            let hosts = Hosts::new(configured.to_owned(), String::new());
            assert_eq!(hosts.address(&context).unwrap().as_str(), address);
        }
    }
}
