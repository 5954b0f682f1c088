//! Endpoints that not every provider has: revocation (RFC 7009), userinfo, and tokens for
//! assertions (RFC 7523).

use reqwest::header::ACCEPT;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::token::{LONGEST_LIFE, UNTOLD_LIFE};
use super::{OidcProvider, TokenSet, refusal};
use crate::error::{ErrorKind, ProviderError};
use crate::http;

/// The grant type of assertions.
const ASSERTION: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// No `Debug`: it holds a token.
#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: Option<u64>,
    scope: Option<String>,
}

impl OidcProvider {
    /// Where tokens come from; also the audience of assertions.
    ///
    /// # Errors
    /// Discovery's own errors.
    pub async fn token_endpoint(&self) -> Result<Url, ProviderError> {
        Ok(self.document().await?.token_endpoint.clone())
    }

    /// Where a token tells whose it is.
    ///
    /// # Errors
    /// Discovery's own errors; `Protocol` when the provider names no such endpoint.
    pub async fn userinfo_endpoint(&self) -> Result<Url, ProviderError> {
        let document = self.document().await?;
        self.named(document.userinfo_endpoint.as_ref(), "userinfo")
    }

    fn named(&self, endpoint: Option<&Url>, what: &str) -> Result<Url, ProviderError> {
        let endpoint = endpoint.ok_or_else(|| {
            let detail = format!("discovery names no {what} endpoint");
            ProviderError::new(self.config.system, ErrorKind::Protocol, detail)
        })?;
        http::require_tls(self.config.system, endpoint)?;
        Ok(endpoint.clone())
    }

    /// Ends a token (RFC 7009). One that is dead already counts as ended. Where discovery names
    /// no endpoint, the one of the name `beside` the token endpoint is asked, if one is given.
    ///
    /// # Errors
    /// `Protocol` when the provider names no such endpoint; otherwise by the answer.
    #[tracing::instrument(skip_all, fields(system = self.config.system.word()))]
    pub async fn revoke(
        &self,
        token: &SecretString,
        beside: Option<&str>,
    ) -> Result<(), ProviderError> {
        let document = self.document().await?;
        let beside = beside.and_then(|name| document.token_endpoint.join(name).ok());
        let known = document.revocation_endpoint.as_ref().or(beside.as_ref());
        let url = self.named(known, "revocation")?;
        let mut form = vec![("token", token.expose_secret())];
        if let Some(secret) = &self.config.client_secret {
            form.push(("client_id", &self.config.client_id));
            form.push(("client_secret", secret.expose_secret()));
        }
        let request = self
            .http
            .post(url)
            .header(ACCEPT, "application/json")
            .form(&form);
        let answer = http::exchange(self.config.system, request).await?;
        if answer.status.is_success() {
            return Ok(());
        }
        let secrets: Vec<&SecretString> = std::iter::once(token)
            .chain(self.config.client_secret.as_ref())
            .collect();
        let error = refusal::token_error(self.config.system, &answer, &secrets);
        match error.kind() {
            ErrorKind::NeedsPerson => Ok(()),
            _ => Err(error),
        }
    }

    /// A token for an assertion that the caller signed.
    ///
    /// # Errors
    /// By the answer; see [`refusal::assertion_error`].
    pub(crate) async fn exchange_assertion(
        &self,
        assertion: &SecretString,
        scopes: &[&str],
    ) -> Result<TokenSet, ProviderError> {
        let system = self.config.system;
        let url = self.token_endpoint().await?;
        let form = [
            ("grant_type", ASSERTION),
            ("assertion", assertion.expose_secret()),
        ];
        let request = self
            .http
            .post(url)
            .header(ACCEPT, "application/json")
            .form(&form);
        let answer = http::exchange(system, request).await?;
        if !answer.status.is_success() {
            return Err(refusal::assertion_error(system, &answer, assertion));
        }
        let read: Answer = answer.json(system)?;
        let life = read
            .expires_in
            .map_or(UNTOLD_LIFE, std::time::Duration::from_secs)
            .min(LONGEST_LIFE);
        Ok(TokenSet {
            access_token: read.access_token.into(),
            refresh_token: None,
            expires_at: self.clock.now().plus(life),
            scopes: match read.scope {
                Some(list) => list.split_whitespace().map(str::to_owned).collect(),
                None => scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            },
        })
    }
}
