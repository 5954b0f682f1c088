//! The provider's metadata (OpenID Connect Discovery 1.0 §3, RFC 8414 §2).

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use synchronizer_domain::Timestamp;
use url::Url;

use super::{IssuerRule, OidcProvider};
use crate::error::{ErrorKind, ProviderError};
use crate::http;

/// How long metadata and keys are used before they are fetched again.
pub(super) const FRESH: Duration = Duration::from_secs(24 * 3_600);

/// The members that we use.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    pub(super) revocation_endpoint: Option<Url>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

pub(super) struct Cached {
    document: Arc<Document>,
    fetched_at: Timestamp,
}

impl OidcProvider {
    /// The metadata, at most a day old. One fetch at a time.
    pub(super) async fn document(&self) -> Result<Arc<Document>, ProviderError> {
        let mut cache = self.discovery.lock().await;
        if let Some(cached) = &*cache
            && self.clock.now().since(cached.fetched_at) < FRESH
        {
            return Ok(Arc::clone(&cached.document));
        }
        let document = Arc::new(self.fetch_document().await?);
        *cache = Some(Cached {
            document: Arc::clone(&document),
            fetched_at: self.clock.now(),
        });
        Ok(document)
    }

    async fn fetch_document(&self) -> Result<Document, ProviderError> {
        let system = self.config.system;
        let url = &self.config.discovery_url;
        http::require_tls(system, url)?;
        let answer = http::exchange(system, self.http.get(url.clone())).await?;
        if !answer.status.is_success() {
            let kind = match http::status_kind(answer.status, &answer.headers) {
                kind @ (ErrorKind::Unavailable | ErrorKind::Throttled { .. }) => kind,
                _ => ErrorKind::Misconfigured,
            };
            return Err(ProviderError::new(
                system,
                kind,
                format!("discovery answered HTTP {}", answer.status.as_u16()),
            ));
        }
        let document: Document = answer.json(system)?;
        for endpoint in [
            &document.authorization_endpoint,
            &document.token_endpoint,
            &document.jwks_uri,
        ] {
            http::require_tls(system, endpoint)?;
        }
        if !self.is_expected_issuer(&document.issuer) {
            return Err(ProviderError::new(
                system,
                ErrorKind::Misconfigured,
                format!("discovery names the issuer {}", document.issuer),
            ));
        }
        Ok(document)
    }

    fn is_expected_issuer(&self, issuer: &str) -> bool {
        match &self.config.issuer {
            IssuerRule::Exact(expected) => issuer == expected,
            IssuerRule::EntraTemplate => Url::parse(issuer)
                .is_ok_and(|issuer| issuer.origin() == self.config.discovery_url.origin()),
        }
    }
}
