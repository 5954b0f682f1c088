//! The token endpoint (RFC 6749 §4.1.3, §6). The `oauth2` crate composes the forms and
//! reads good answers; refusals are read here, leniently, because providers differ.

use std::pin::Pin;
use std::time::Duration;

use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    ExtraTokenFields, HttpRequest, HttpResponse, RedirectUrl, RequestTokenError,
    StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use synchronizer_domain::Timestamp;

use super::discovery::Document;
use super::{OidcProvider, TokenSet, refusal};
use crate::error::{ErrorKind, ProviderError};
use crate::http;

/// Life of an access token whose answer does not tell it: short, so that it is
/// renewed rather than refused.
pub(super) const UNTOLD_LIFE: Duration = Duration::from_secs(600);
/// No access token is trusted for longer.
pub(super) const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3_600);

/// The member that OpenID Connect adds to a token answer.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct IdTokenField {
    id_token: Option<String>,
}

impl std::fmt::Debug for IdTokenField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdTokenField")
    }
}

impl ExtraTokenFields for IdTokenField {}

pub(super) type TokenAnswer = StandardTokenResponse<IdTokenField, BasicTokenType>;

type TokenClient = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

pub(super) fn id_token(answer: &TokenAnswer) -> Option<&str> {
    answer.extra_fields().id_token.as_deref()
}

pub(super) fn token_set(answer: &TokenAnswer, requested: &[&str], now: Timestamp) -> TokenSet {
    let life = answer.expires_in().unwrap_or(UNTOLD_LIFE).min(LONGEST_LIFE);
    let scopes = answer.scopes().map_or_else(
        || requested.iter().map(|scope| (*scope).to_owned()).collect(),
        |scopes| {
            scopes
                .iter()
                .map(|scope| scope.as_str().to_owned())
                .collect()
        },
    );
    TokenSet {
        access_token: answer.access_token().secret().clone().into(),
        refresh_token: answer
            .refresh_token()
            .filter(|token| !token.secret().is_empty())
            .map(|token| token.secret().clone().into()),
        expires_at: now.plus(life),
        scopes,
    }
}

/// Sends the token requests of one exchange. A named type with a boxed future, because
/// a closure's future cannot be proven `Send` for callers that spawn it.
pub(super) struct TokenHttp<'a> {
    pub(super) provider: &'a OidcProvider,
    /// Taken out of whatever a refusal quotes.
    pub(super) secrets: &'a [&'a SecretString],
}

impl<'c> AsyncHttpClient<'c> for TokenHttp<'_> {
    type Error = ProviderError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, ProviderError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.provider.post_token(request, self.secrets))
    }
}

impl OidcProvider {
    /// `client_secret_post`: both providers name it, and neither needs the header's
    /// double encoding.
    pub(super) fn token_client(&self, document: &Document) -> TokenClient {
        let mut client = oauth2::Client::new(ClientId::new(self.config.client_id.clone()))
            .set_token_uri(TokenUrl::from_url(document.token_endpoint.clone()))
            .set_redirect_uri(RedirectUrl::from_url(self.config.redirect_uri.clone()))
            .set_auth_type(AuthType::RequestBody);
        if let Some(secret) = &self.config.client_secret {
            client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        }
        client
    }

    /// Sends a token request. A refusal becomes our error here, where status and
    /// headers are still known; `secrets` are taken out of whatever it quotes.
    pub(super) async fn post_token(
        &self,
        request: HttpRequest,
        secrets: &[&SecretString],
    ) -> Result<HttpResponse, ProviderError> {
        let system = self.config.system;
        let request = reqwest::Request::try_from(request).map_err(|error| {
            ProviderError::new(
                system,
                ErrorKind::Protocol,
                "the token request is malformed",
            )
            .with_source(error.without_url())
        })?;
        let builder = reqwest::RequestBuilder::from_parts(self.http.clone(), request);
        let answer = http::exchange(system, builder).await?;
        if answer.status.is_success() {
            return Ok(HttpResponse::new(answer.body));
        }
        let secrets: Vec<&SecretString> = secrets
            .iter()
            .copied()
            .chain(self.config.client_secret.as_ref())
            .collect();
        Err(refusal::token_error(system, &answer, &secrets))
    }

    /// What is left when no refusal was read: the answer's body is never quoted, it may
    /// hold tokens.
    pub(super) fn token_failure(
        &self,
        error: RequestTokenError<ProviderError, BasicErrorResponse>,
    ) -> ProviderError {
        let detail = match error {
            RequestTokenError::Request(error) => return error,
            RequestTokenError::Parse(error, _) => {
                format!("the token answer is not as documented at {}", error.path())
            }
            RequestTokenError::ServerResponse(_) | RequestTokenError::Other(_) => {
                "the token answer is not as documented".to_owned()
            }
        };
        ProviderError::new(self.config.system, ErrorKind::Protocol, detail)
    }
}
