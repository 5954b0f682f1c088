//! An OpenID Connect client for the code flow with PKCE (OpenID Connect Core 1.0 §3.1,
//! RFC 7636, RFC 9700), shared by SuperOffice, Microsoft and Google.
//!
//! Endpoints come from discovery only. Id tokens are checked by our own code against
//! our own clock; the libraries compose requests and verify signatures.

mod discovery;
mod endpoints;
mod id_token;
mod keys;
mod refusal;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RefreshToken, Scope,
};
use secrecy::{ExposeSecret as _, SecretString};
use synchronizer_domain::{Clock, Rng, Timestamp};
use tokio::sync::Mutex;
use url::Url;

use crate::error::{ErrorKind, ProviderError, System};

pub use id_token::IdClaims;
pub use refusal::callback_error;
#[cfg(test)]
pub(crate) use refusal::{assertion_error, token_error};

/// How an identity provider is registered here.
#[derive(Clone)]
pub struct OidcConfig {
    /// Which system errors are about.
    pub system: System,
    /// The discovery document, in full. It need not lie below the issuer
    /// (superoffice.md §1.2).
    pub discovery_url: Url,
    /// What id tokens must name as their issuer.
    pub issuer: IssuerRule,
    /// Our client id.
    pub client_id: String,
    /// Our client secret; none for a public client.
    pub client_secret: Option<SecretString>,
    /// Where the provider sends people back to, exactly as registered.
    pub redirect_uri: Url,
    /// Whether to use PKCE; off only for registrations that refuse it.
    pub pkce: bool,
}

impl fmt::Debug for OidcConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcConfig")
            .field("system", &self.system)
            .field("discovery_url", &self.discovery_url.as_str())
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri.as_str())
            .field("pkce", &self.pkce)
            .finish_non_exhaustive()
    }
}

/// What the issuer of discovery, callbacks and id tokens must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuerRule {
    /// This text, byte for byte.
    Exact(String),
    /// The issuer of the discovery document, in which Entra leaves `{tenantid}` for the
    /// token's `tid` to be put in (microsoft.md §6). The document's issuer must have
    /// the origin of the discovery address.
    EntraTemplate,
}

/// A started sign-in. The caller keeps the three secrets with the attempt and sends
/// the browser to the address.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes. Holds state, nonce and challenge: not for logs.
    pub url: Url,
    /// 256 random bits, base64url; comes back with the callback.
    pub state: SecretString,
    /// 256 random bits, base64url; comes back in the id token.
    pub nonce: SecretString,
    /// 256 random bits, base64url; the PKCE verifier.
    pub verifier: SecretString,
}

/// What a token endpoint gave.
#[derive(Debug, Clone)]
pub struct TokenSet {
    /// Opaque access token.
    pub access_token: SecretString,
    /// New refresh token; none means that the old one goes on (SuperOffice on refresh).
    pub refresh_token: Option<SecretString>,
    /// When the access token ends, by our clock.
    pub expires_at: Timestamp,
    /// Granted scopes as spelled by the provider; the requested ones when it says
    /// nothing (RFC 6749 §5.1).
    pub scopes: Vec<String>,
}

/// A redeemed code: tokens and the claims of a checked id token.
#[derive(Debug)]
pub struct Redeemed {
    /// The tokens.
    pub tokens: TokenSet,
    /// Who signed in.
    pub claims: IdClaims,
}

/// The client of one identity provider. Caches discovery and keys.
pub struct OidcProvider {
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    config: OidcConfig,
    discovery: Mutex<Option<discovery::Cached>>,
    keys: Mutex<Option<keys::Cached>>,
}

impl fmt::Debug for OidcProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcProvider")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl OidcProvider {
    /// A provider; nothing is fetched before it is needed. `http` must not follow
    /// redirects ([`crate::http::client`]).
    #[must_use]
    pub fn new(
        http: reqwest::Client,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
        config: OidcConfig,
    ) -> Self {
        Self {
            http,
            clock,
            rng,
            config,
            discovery: Mutex::new(None),
            keys: Mutex::new(None),
        }
    }

    /// Starts a sign-in: code flow, `response_mode=query`, PKCE S256, fresh state and
    /// nonce. `extra` are further parameters such as `login_hint` and `prompt`.
    ///
    /// # Errors
    /// Discovery failed: `Unavailable`, `Misconfigured`, `HttpsRequired`, `Protocol`.
    #[tracing::instrument(skip_all, fields(system = self.config.system.word()))]
    pub async fn begin(
        &self,
        scopes: &[&str],
        extra: &[(&str, String)],
    ) -> Result<Begun, ProviderError> {
        let document = self.document().await?;
        let (state, nonce, verifier) = (self.secret(), self.secret(), self.secret());
        let client = oauth2::basic::BasicClient::new(ClientId::new(self.config.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(document.authorization_endpoint.clone()))
            .set_redirect_uri(RedirectUrl::from_url(self.config.redirect_uri.clone()));
        let mut request = client
            .authorize_url(|| CsrfToken::new(state.expose_secret().to_owned()))
            .add_scopes(scopes.iter().map(|scope| Scope::new((*scope).to_owned())))
            .add_extra_param("response_mode", "query")
            .add_extra_param("nonce", nonce.expose_secret().to_owned());
        if self.config.pkce {
            let verifier = PkceCodeVerifier::new(verifier.expose_secret().to_owned());
            request =
                request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        for (name, value) in extra {
            request = request.add_extra_param((*name).to_owned(), value.clone());
        }
        let (url, _) = request.url();
        Ok(Begun {
            url,
            state,
            nonce,
            verifier,
        })
    }

    /// Starts a round trip to another page of the provider that answers at the same redirect
    /// URI; its address follows from that of the authorization endpoint. `Protocol` when it
    /// does not.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn begin_beside(
        &self,
        beside: impl Fn(&Url) -> Option<Url> + Send,
        scopes: &[&str],
    ) -> Result<Begun, ProviderError> {
        let document = self.document().await?;
        let mut url = beside(&document.authorization_endpoint).ok_or_else(|| {
            let detail = "the authorization endpoint has an unexpected path";
            ProviderError::new(self.config.system, ErrorKind::Protocol, detail)
        })?;
        let (state, nonce, verifier) = (self.secret(), self.secret(), self.secret());
        url.query_pairs_mut()
            .clear()
            .append_pair("client_id", &self.config.client_id)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("redirect_uri", self.config.redirect_uri.as_str())
            .append_pair("state", state.expose_secret());
        Ok(Begun {
            url,
            state,
            nonce,
            verifier,
        })
    }

    /// Redeems a code and checks the id token that comes with it. `scopes` are sent
    /// along to Entra, which wants them (microsoft.md §4), and stand in for an answer
    /// without `scope`.
    ///
    /// # Errors
    /// `NeedsPerson` for a used or expired code; `Protocol` for a refused id token;
    /// otherwise by the provider's answer.
    #[tracing::instrument(skip_all, fields(system = self.config.system.word()))]
    pub async fn redeem(
        &self,
        code: &SecretString,
        verifier: Option<&SecretString>,
        nonce: &SecretString,
        scopes: &[&str],
    ) -> Result<Redeemed, ProviderError> {
        let document = self.document().await?;
        let client = self.token_client(&document);
        let mut request =
            client.exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()));
        if self.config.system == System::Microsoft {
            request = request.add_extra_param("scope", scopes.join(" "));
        }
        let mut secrets = vec![code];
        if let Some(verifier) = verifier.filter(|_| self.config.pkce) {
            secrets.push(verifier);
            request = request
                .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()));
        }
        let send = token::TokenHttp {
            provider: self,
            secrets: &secrets,
        };
        let answer = request
            .request_async(&send)
            .await
            .map_err(|error| self.token_failure(error))?;
        let id_token = token::id_token(&answer).ok_or_else(|| {
            ProviderError::new(
                self.config.system,
                ErrorKind::Protocol,
                "the token answer has no id token",
            )
        })?;
        let claims = self
            .check_id_token(&document, id_token, Some(nonce))
            .await?;
        Ok(Redeemed {
            tokens: token::token_set(&answer, scopes, self.clock.now()),
            claims,
        })
    }

    /// Fetches a new access token. The answer may have a new refresh token, which
    /// must then be stored before use; SuperOffice gives none.
    ///
    /// # Errors
    /// `NeedsPerson` when the refresh token was refused; otherwise by the answer.
    #[tracing::instrument(skip_all, fields(system = self.config.system.word()))]
    pub async fn refresh(
        &self,
        refresh_token: &SecretString,
        scopes: &[&str],
    ) -> Result<TokenSet, ProviderError> {
        let document = self.document().await?;
        let answer = self.refreshed(&document, refresh_token, scopes).await?;
        Ok(token::token_set(&answer, scopes, self.clock.now()))
    }

    /// The same, with the claims of the id token that came with it, if one came. An id token
    /// that is refused takes nothing from the tokens.
    ///
    /// # Errors
    /// As [`Self::refresh`].
    #[tracing::instrument(skip_all, fields(system = self.config.system.word()))]
    pub async fn refresh_with_claims(
        &self,
        refresh_token: &SecretString,
        scopes: &[&str],
    ) -> Result<(TokenSet, Option<Result<IdClaims, ProviderError>>), ProviderError> {
        let document = self.document().await?;
        let answer = self.refreshed(&document, refresh_token, scopes).await?;
        let claims = match token::id_token(&answer) {
            // There was no sign-in that a nonce could bind it to (OpenID Connect Core 1.0 §12.2).
            Some(id_token) => Some(self.check_id_token(&document, id_token, None).await),
            None => None,
        };
        Ok((token::token_set(&answer, scopes, self.clock.now()), claims))
    }

    async fn refreshed(
        &self,
        document: &discovery::Document,
        refresh_token: &SecretString,
        scopes: &[&str],
    ) -> Result<token::TokenAnswer, ProviderError> {
        let client = self.token_client(document);
        let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
        let request = client
            .exchange_refresh_token(&token)
            .add_scopes(scopes.iter().map(|scope| Scope::new((*scope).to_owned())));
        let secrets = [refresh_token];
        let send = token::TokenHttp {
            provider: self,
            secrets: &secrets,
        };
        request
            .request_async(&send)
            .await
            .map_err(|error| self.token_failure(error))
    }

    /// Checks the `iss` parameter of a callback (RFC 9207 §2.4): when present it must be
    /// the expected issuer; when the provider promises to send it, it must be present.
    /// With [`IssuerRule::EntraTemplate`] any single path segment may stand for
    /// `{tenantid}`.
    ///
    /// # Errors
    /// `Protocol` when it is somebody else's; discovery's own errors.
    pub async fn check_callback_issuer(&self, iss: Option<&str>) -> Result<(), ProviderError> {
        let document = self.document().await?;
        let fine = match iss {
            None => !document.authorization_response_iss_parameter_supported,
            Some(iss) => match document.issuer.split_once(id_token::TENANT_PLACE) {
                None => iss == document.issuer,
                Some((before, after)) => iss
                    .strip_prefix(before)
                    .and_then(|rest| rest.strip_suffix(after))
                    .is_some_and(id_token::is_tenant_id),
            },
        };
        if fine {
            return Ok(());
        }
        Err(ProviderError::new(
            self.config.system,
            ErrorKind::Protocol,
            "the callback names another issuer",
        ))
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    fn secret(&self) -> SecretString {
        let mut random = [0u8; 32];
        self.rng.fill(&mut random);
        URL_SAFE_NO_PAD.encode(random).into()
    }
}
