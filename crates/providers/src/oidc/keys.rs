//! The provider's signing keys (RFC 7517), cached for as long as the provider allows, at most
//! a day, so that a withdrawn key is not trusted any longer, or until an unknown key appears:
//! keys may have been changed a moment ago, so they are then fetched at once, and for the
//! next unknown one not before a minute has passed.

use std::time::Duration;

use jsonwebtoken::DecodingKey;
use reqwest::header::{CACHE_CONTROL, HeaderMap};
use serde::Deserialize;
use synchronizer_domain::Timestamp;

use super::OidcProvider;
use super::discovery::{Document, FRESH};
use super::id_token::{Header, Refusal};
use crate::error::{ErrorKind, ProviderError};
use crate::http;

/// Least time between two fetches for an unknown key, so that forged tokens cannot
/// make us hammer the provider.
const REFETCH_PAUSE: Duration = Duration::from_secs(60);

/// Keys of a provider that does not say for how long.
const USUAL: Duration = Duration::from_secs(3_600);
/// No provider is asked more often for keys that are known.
const LEAST: Duration = Duration::from_secs(300);

/// For how long an answer may be used (RFC 9111 §5.2.2), within our bounds.
fn fresh_for(headers: &HeaderMap) -> Duration {
    let told = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase());
    let mut fresh = USUAL;
    for directive in told {
        if directive == "no-store" || directive == "no-cache" {
            return LEAST;
        }
        let seconds = directive.strip_prefix("max-age=");
        if let Some(seconds) = seconds.and_then(|text| text.trim_matches('"').parse().ok()) {
            fresh = Duration::from_secs(seconds).clamp(LEAST, FRESH);
        }
    }
    fresh
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Jwk {
    #[serde(default)]
    kty: String,
    kid: Option<String>,
    x5t: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
    /// Entra binds keys to issuers (microsoft.md §6).
    pub(super) issuer: Option<String>,
}

impl Jwk {
    fn can_verify(&self) -> bool {
        self.kty == "RSA"
            && self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.alg.as_deref().is_none_or(|alg| alg == "RS256")
    }

    pub(super) fn decoding_key(&self) -> Option<DecodingKey> {
        DecodingKey::from_rsa_components(self.n.as_deref()?, self.e.as_deref()?).ok()
    }
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<serde_json::Value>,
}

pub(super) struct Cached {
    keys: Vec<Jwk>,
    fetched_at: Timestamp,
    fresh_for: Duration,
    /// When they were last fetched because of an unknown key.
    asked_anew_at: Option<Timestamp>,
}

impl Cached {
    /// By `kid`, else by `x5t` (superoffice.md §1.6).
    fn find(&self, header: &Header) -> Option<Jwk> {
        let by = |wanted: Option<&str>, of: fn(&Jwk) -> Option<&str>| {
            let wanted = wanted?;
            self.keys.iter().find(|key| of(key) == Some(wanted))
        };
        by(header.kid.as_deref(), |key| key.kid.as_deref())
            .or_else(|| by(header.x5t.as_deref(), |key| key.x5t.as_deref()))
            .cloned()
    }
}

impl OidcProvider {
    /// The key that a token's header names.
    pub(super) async fn key(
        &self,
        document: &Document,
        header: &Header,
    ) -> Result<Jwk, ProviderError> {
        let mut cache = self.keys.lock().await;
        let now = self.clock.now();
        let mut asked_anew_at = None;
        let mut known = None;
        if let Some(cached) = &*cache {
            let paused = cached
                .asked_anew_at
                .is_some_and(|last| now.since(last) < REFETCH_PAUSE);
            match cached.find(header) {
                Some(key) if now.since(cached.fetched_at) < cached.fresh_for => return Ok(key),
                Some(key) => {
                    asked_anew_at = cached.asked_anew_at;
                    known = Some(key).filter(|_| now.since(cached.fetched_at) < FRESH);
                }
                None if paused => return Err(self.refused(Refusal::UnknownKey)),
                None => asked_anew_at = Some(now),
            }
        }
        let (keys, fresh_for) = match (self.fetch_keys(document).await, known) {
            (Ok(fetched), _) => fetched,
            // An outage of the keys' address stops nobody whose key is not a day old.
            (Err(_), Some(key)) => return Ok(key),
            (Err(error), None) => return Err(error),
        };
        let fetched = Cached {
            keys,
            fetched_at: now,
            fresh_for,
            asked_anew_at,
        };
        let found = fetched.find(header);
        *cache = Some(fetched);
        found.ok_or_else(|| self.refused(Refusal::UnknownKey))
    }

    async fn fetch_keys(&self, document: &Document) -> Result<(Vec<Jwk>, Duration), ProviderError> {
        let system = self.config.system;
        let answer = http::exchange(system, self.http.get(document.jwks_uri.clone())).await?;
        if !answer.status.is_success() {
            let kind = match http::status_kind(answer.status, &answer.headers) {
                kind @ (ErrorKind::Unavailable | ErrorKind::Throttled { .. }) => kind,
                _ => ErrorKind::Protocol,
            };
            return Err(ProviderError::new(
                system,
                kind,
                format!("the key set answered HTTP {}", answer.status.as_u16()),
            ));
        }
        let fresh = fresh_for(&answer.headers);
        let set: JwkSet = answer.json(system)?;
        // Kinds of keys that we do not know must not hide the ones that we do.
        let keys = set
            .keys
            .into_iter()
            .filter_map(|key| serde_json::from_value::<Jwk>(key).ok())
            .filter(Jwk::can_verify)
            .collect();
        Ok((keys, fresh))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_used_as_long_as_their_provider_allows_within_bounds() {
        for (values, seconds) in [
            (&[][..], 3_600),
            (&["public, max-age=21600, must-revalidate"], 21_600),
            (&["Max-Age=\"7200\""], 7_200),
            (&["max-age=864000"], 86_400),
            (&["max-age=1"], 300),
            (&["max-age=-1"], 3_600),
            (&["private", "max-age=600"], 600),
            (&["max-age=7200, no-store"], 300),
            (&["no-cache"], 300),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CACHE_CONTROL, value.parse().unwrap());
            }
            assert_eq!(fresh_for(&headers).as_secs(), seconds, "{values:?}");
        }
    }
}
