//! SuperOffice CRM Online: sign-in, the users of a tenant, and who a token belongs to
//! (superoffice.md §1, §3, §4).

mod book;
mod state;
mod system;
#[cfg(test)]
mod tests;
mod users;
mod zone;

use std::sync::Arc;

use reqwest::header::ACCEPT_LANGUAGE;
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use synchronizer_domain::directory::CrmUser;
use synchronizer_domain::ids::{AssociateId, ContextId};
use synchronizer_domain::tenant::CrmIdentity;
use synchronizer_domain::text::{MAX_NAME, clean, is_email};
use url::Url;

use crate::error::{ErrorKind, ProviderError, System};
use crate::http::{self, Answer};
use crate::lists::ListPage;
use crate::oidc::{Begun, IdClaims, OidcProvider, TokenSet};
#[cfg(test)]
pub(crate) use state::read as tenant_state;
#[cfg(test)]
pub(crate) use system::granted as system_user_token;

pub use book::{HostBook, KnownHost};
pub use system::{SystemKey, SystemKeyError, SystemToken};

const SYSTEM: System = System::SuperOffice;
/// The only scope there is (superoffice.md §1.3).
const SCOPES: &[&str] = &["openid"];
/// Prefix of SuperOffice's own claims (superoffice.md §1.6).
const CLAIM: &str = "http://schemes.superoffice.net/identity/";

/// The client of one SuperOffice environment, for all its tenants.
#[derive(Debug)]
pub struct SuperOffice {
    oidc: OidcProvider,
    http: reqwest::Client,
    environment: String,
    hosts: state::Hosts,
    system: Option<system::SystemUser>,
}

/// Who a token belongs to (`GET v1/User/currentPrincipal`, superoffice.md §4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Key inside the tenant.
    pub associate: AssociateId,
    /// Full name, or the sign-in name; never empty.
    pub name: String,
    /// E-mail, possibly empty.
    pub email: String,
    /// Function rights, such as `admin-all`.
    pub function_rights: Vec<String>,
}

impl SuperOffice {
    /// A client. In `state_url`, `{ctx}` stands for the tenant; without it the tenant is
    /// appended as a path segment (`https://online.superoffice.com/api/state/{ctx}`).
    /// `environment` becomes part of every [`CrmIdentity`].
    #[must_use]
    pub fn new(
        oidc: OidcProvider,
        http: reqwest::Client,
        state_url: String,
        environment: String,
    ) -> Self {
        Self {
            oidc,
            http,
            hosts: state::Hosts::new(state_url, environment.clone()),
            system: None,
            environment,
        }
    }

    /// Keeps where tenants are in a book that other processes read too.
    #[must_use]
    pub fn with_hosts(mut self, book: Arc<dyn HostBook>) -> Self {
        self.hosts.keep_in(book);
        self
    }

    /// Starts a sign-in. A tenant skips the tenant chooser, a hint prefills the form
    /// (superoffice.md §1.3).
    ///
    /// # Errors
    /// As [`OidcProvider::begin`].
    pub async fn begin(
        &self,
        tenant: Option<&ContextId>,
        login_hint: Option<&str>,
    ) -> Result<Begun, ProviderError> {
        let mut extra = Vec::new();
        if let Some(tenant) = tenant {
            extra.push(("acr_values", format!("tenant:{tenant}")));
        }
        if let Some(hint) = login_hint.filter(|hint| !hint.is_empty()) {
            extra.push(("login_hint", hint.to_owned()));
        }
        self.oidc.begin(SCOPES, &extra).await
    }

    /// Checks the `iss` of a callback; see [`OidcProvider::check_callback_issuer`].
    ///
    /// # Errors
    /// `Protocol` when it is somebody else's.
    pub async fn check_callback_issuer(&self, iss: Option<&str>) -> Result<(), ProviderError> {
        self.oidc.check_callback_issuer(iss).await
    }

    /// Redeems a code: who signed in, proven by the id token, and the person's tokens.
    ///
    /// # Errors
    /// As [`OidcProvider::redeem`]; `Protocol` when tenant or associate are missing.
    pub async fn redeem(
        &self,
        code: &SecretString,
        verifier: Option<&SecretString>,
        nonce: &SecretString,
    ) -> Result<(CrmIdentity, TokenSet), ProviderError> {
        let redeemed = self.oidc.redeem(code, verifier, nonce, SCOPES).await?;
        let identity = identity(&redeemed.claims, &self.environment)?;
        Ok((identity, redeemed.tokens))
    }

    /// A new access token. The refresh token stays as it is (superoffice.md §1.5).
    ///
    /// # Errors
    /// As [`OidcProvider::refresh`].
    pub async fn refresh(&self, refresh_token: &SecretString) -> Result<TokenSet, ProviderError> {
        // Scopes do not exist here beyond `openid`; the form is the documented one.
        let tokens = self.oidc.refresh(refresh_token, &[]).await?;
        Ok(with_scopes(tokens))
    }

    /// The same, with the system token that comes with it where the application has a system
    /// user at the tenant (superoffice.md §1.5, §2).
    ///
    /// # Errors
    /// As [`OidcProvider::refresh`].
    pub async fn refresh_with_system(
        &self,
        refresh_token: &SecretString,
    ) -> Result<(TokenSet, Option<SystemToken>), ProviderError> {
        let (tokens, claims) = self.oidc.refresh_with_claims(refresh_token, &[]).await?;
        let claims = claims.and_then(|claims| {
            claims
                .inspect_err(|error| tracing::warn!(%error, "a renewed id token was refused"))
                .ok()
        });
        let system = claims.as_ref().and_then(SystemToken::of);
        Ok((with_scopes(tokens), system))
    }

    /// Takes a refresh token back. The endpoint is known from samples only and not in the
    /// metadata (superoffice.md §1.7): best effort.
    ///
    /// # Errors
    /// As [`OidcProvider::revoke`].
    pub async fn revoke(&self, refresh_token: &SecretString) -> Result<(), ProviderError> {
        self.oidc.revoke(refresh_token, Some("Revoke")).await
    }

    /// A page of the employees of a tenant, by associate id; retired ones with `active`
    /// false. An empty cursor is the list's start.
    ///
    /// # Errors
    /// `NeedsPerson` (401), `ScopeMissing` (403), `Unavailable` also while the tenant is
    /// not running, `NotFound` for a deleted tenant, `Protocol`.
    #[tracing::instrument(skip_all, fields(context = %context))]
    pub async fn users(
        &self,
        context: &ContextId,
        access: &SecretString,
        cursor: &str,
    ) -> Result<ListPage<CrmUser>, ProviderError> {
        users::page(self, context, access, cursor).await
    }

    /// Whether what stands for a token is a system user's ticket.
    #[must_use]
    pub fn is_ticket(access: &SecretString) -> bool {
        system::is_ticket(access)
    }

    /// Who the token belongs to.
    ///
    /// # Errors
    /// As [`Self::users`]; `Protocol` when the answer is about another tenant.
    #[tracing::instrument(skip_all, fields(context = %context))]
    pub async fn current_principal(
        &self,
        context: &ContextId,
        access: &SecretString,
    ) -> Result<Principal, ProviderError> {
        let answer = self
            .get(context, access, "v1/User/currentPrincipal", &[])
            .await?;
        let body: PrincipalBody = answer.json(SYSTEM)?;
        if let Some(database) = &body.database_context_identifier
            && !database.eq_ignore_ascii_case(context.as_str())
        {
            return Err(protocol("the principal belongs to another tenant"));
        }
        let id = body.associate_id.to_string();
        Ok(Principal {
            name: first_name_of([&body.full_name, &body.user_name, &body.associate], &id),
            email: first_email([&body.e_mail_address, &body.user_name]),
            associate: AssociateId::new(id),
            function_rights: body.function_rights.unwrap_or_default(),
        })
    }

    /// `GET {Api}/{path}`. A system user's ticket that is refused is renewed once.
    async fn get(
        &self,
        context: &ContextId,
        access: &SecretString,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Answer, ProviderError> {
        let mut answer = self.get_where_it_is(context, access, path, query).await?;
        if answer.status == StatusCode::UNAUTHORIZED
            && system::is_ticket(access)
            && let Some(ticket) = self.renewed_ticket(context, access).await?
        {
            answer = self.get_where_it_is(context, &ticket, path, query).await?;
        }
        if answer.status.is_success() {
            return Ok(answer);
        }
        Err(rest_error(&answer))
    }

    /// When the tenant has moved (HTTP 421) its host is looked up and the call repeated, with
    /// the state endpoint's own word at last (superoffice.md §1.8).
    async fn get_where_it_is(
        &self,
        context: &ContextId,
        access: &SecretString,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Answer, ProviderError> {
        let now = self.oidc.clock().now();
        let api = self.hosts.api(&self.http, context, now).await?;
        let mut answer = self.get_once(&api, access, path, query).await?;
        if answer.status == StatusCode::MISDIRECTED_REQUEST {
            let (found, asked) = self.hosts.moved(&self.http, context, (&api, now)).await?;
            answer = self.get_once(&found, access, path, query).await?;
            if answer.status == StatusCode::MISDIRECTED_REQUEST && !asked {
                let told = self.hosts.ask_anew(&self.http, context, now).await?;
                answer = self.get_once(&told, access, path, query).await?;
            }
        }
        Ok(answer)
    }

    async fn get_once(
        &self,
        api: &Url,
        access: &SecretString,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Answer, ProviderError> {
        let mut url = api.clone();
        url.set_path(&format!("{}/{path}", url.path().trim_end_matches('/')));
        let request = self
            .http
            .request(Method::GET, url)
            .query(query)
            .header(reqwest::header::ACCEPT, "application/json")
            // Without it, texts come in all languages at once (superoffice.md §3.2).
            .header(ACCEPT_LANGUAGE, "en");
        let request = match &self.system {
            Some(system) if system::is_ticket(access) => system.authorize(request, access),
            _ => request.bearer_auth(access.expose_secret()),
        };
        http::exchange(SYSTEM, request).await
    }
}

fn with_scopes(mut tokens: TokenSet) -> TokenSet {
    if tokens.scopes.is_empty() {
        tokens.scopes = SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
    }
    tokens
}

/// What an answer of the REST side that is no success means.
pub(crate) fn rest_error(answer: &Answer) -> ProviderError {
    let kind = match http::status_kind(answer.status, &answer.headers) {
        _ if answer.status == StatusCode::MISDIRECTED_REQUEST => ErrorKind::Unavailable,
        ErrorKind::NeedsPerson | ErrorKind::ScopeMissing if answer.is_page() => ErrorKind::Protocol,
        kind => kind,
    };
    let body: RestError = serde_json::from_slice(&answer.body).unwrap_or_default();
    let detail = format!("HTTP {} {}", answer.status.as_u16(), body.error_type);
    ProviderError::new(SYSTEM, kind, detail)
}

fn protocol(detail: &str) -> ProviderError {
    ProviderError::new(SYSTEM, ErrorKind::Protocol, detail)
}

/// The identity of an id token (superoffice.md §1.6). The token has no full name: the
/// sign-in name stands in until [`SuperOffice::current_principal`] tells it.
fn identity(claims: &IdClaims, environment: &str) -> Result<CrmIdentity, ProviderError> {
    let claim = |name: &str| claims.spelled(&format!("{CLAIM}{name}"));
    let context = claim("ctx")
        .filter(|ctx| is_context(ctx))
        .ok_or_else(|| protocol("the id token has no tenant (claim ctx)"))?;
    let associate = claim("associateid")
        .filter(|id| is_number(id))
        .ok_or_else(|| protocol("the id token has no associate id"))?;
    let (upn, email) = (claim("upn"), claim("email"));
    let sub = claims.text("sub").map(str::to_owned);
    Ok(CrmIdentity {
        environment: environment.to_owned(),
        context: ContextId::new(context),
        name: first_name_of([&claims.spelled("name"), &upn, &sub], &associate),
        associate: AssociateId::new(associate),
        email: first_email([&claim("so_primary_email_address"), &email, &upn]),
        company: clean(&claim("company_name").unwrap_or_default(), MAX_NAME),
        is_admin: claim("is_administrator").is_some_and(|is| is.eq_ignore_ascii_case("true")),
    })
}

/// A tenant key is put into addresses: `Cust` and digits, never anything else.
fn is_context(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_number(text: &str) -> bool {
    (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn first_name_of<const N: usize>(candidates: [&Option<String>; N], otherwise: &str) -> String {
    candidates
        .into_iter()
        .flatten()
        .map(|name| clean(name, MAX_NAME))
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| otherwise.to_owned())
}

fn first_email<const N: usize>(candidates: [&Option<String>; N]) -> String {
    candidates
        .into_iter()
        .flatten()
        .map(|email| email.trim())
        .find(|email| is_email(email))
        .unwrap_or_default()
        .to_owned()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrincipalBody {
    associate_id: u64,
    associate: Option<String>,
    full_name: Option<String>,
    #[serde(rename = "EMailAddress")]
    e_mail_address: Option<String>,
    user_name: Option<String>,
    function_rights: Option<Vec<String>>,
    database_context_identifier: Option<String>,
}

/// Only the type of a REST error is used: messages may quote what was sent
/// (superoffice.md §10).
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RestError {
    error_type: String,
}
