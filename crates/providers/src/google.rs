//! Google: sign-in, the Directory API's users, and the list of calendars (google.md
//! §2–§9). Endpoints of the sign-in come from discovery, those of the APIs from settings.

mod api;
mod calendars;
mod delegation;
#[cfg(test)]
mod documents;
pub mod scopes;
#[cfg(test)]
mod tests;
mod users;

use secrecy::SecretString;
use synchronizer_domain::text::{MAX_NAME, clean};
use url::Url;

use crate::error::{ErrorKind, ProviderError, System};
use crate::oidc::{Begun, IdClaims, OidcProvider, Redeemed, TokenSet};

pub use calendars::GoogleCalendar;
pub use delegation::{KeyError, ServiceAccount};
use scopes::{DIRECTORY_SCOPES, NEW_CALENDAR, PERSON_SCOPES};

#[cfg(test)]
pub(crate) use api::error as api_error;

const SYSTEM: System = System::Google;

/// The client of Google's sign-in, Directory and Calendar.
#[derive(Debug)]
pub struct Google {
    oidc: OidcProvider,
    http: reqwest::Client,
    directory_url: Url,
    calendar_url: Url,
}

/// Who signed in, proven by the id token. `sub` is the key of an account; everything else
/// may change (google.md §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoogleAccount {
    /// The account's number; equal to the Directory's `id`.
    pub sub: String,
    /// Its address, possibly empty.
    pub email: String,
    /// Whether Google says that the address is the account's.
    pub email_verified: bool,
    /// The Workspace domain; none for a private account.
    pub domain: Option<String>,
    /// Display name, or the address; never empty.
    pub name: String,
}

/// A sign-in with what was granted, and what was not.
#[derive(Debug)]
pub struct GoogleSignIn {
    /// Who.
    pub account: GoogleAccount,
    /// The tokens.
    pub tokens: TokenSet,
    /// Required scopes whose boxes were not ticked.
    pub missing: Vec<&'static str>,
}

impl Google {
    /// A client; the addresses are the roots of the two APIs with their versions, such as
    /// `https://admin.googleapis.com/admin/directory/v1` and
    /// `https://www.googleapis.com/calendar/v3`.
    #[must_use]
    pub fn new(
        oidc: OidcProvider,
        http: reqwest::Client,
        directory_url: Url,
        calendar_url: Url,
    ) -> Self {
        Self {
            oidc,
            http,
            directory_url,
            calendar_url,
        }
    }

    /// Starts the sign-in of an admin whose token reads the directory.
    ///
    /// # Errors
    /// As [`OidcProvider::begin`].
    pub async fn begin_directory(&self, login_hint: Option<&str>) -> Result<Begun, ProviderError> {
        self.begin(DIRECTORY_SCOPES, login_hint).await
    }

    /// Starts the sign-in of a linked person; `new_calendar` also asks for the permission
    /// to make a calendar, which nobody else is asked for.
    ///
    /// # Errors
    /// As [`OidcProvider::begin`].
    pub async fn begin_person(
        &self,
        login_hint: Option<&str>,
        new_calendar: bool,
    ) -> Result<Begun, ProviderError> {
        let extra = new_calendar.then_some(NEW_CALENDAR);
        let scopes: Vec<&str> = PERSON_SCOPES.iter().copied().chain(extra).collect();
        self.begin(&scopes, login_hint).await
    }

    /// Lasting access comes only with `access_type=offline` and a fresh consent; the account
    /// chooser makes another account reachable after a wrong one (google.md §3).
    async fn begin(
        &self,
        scopes: &[&str],
        login_hint: Option<&str>,
    ) -> Result<Begun, ProviderError> {
        let mut extra = vec![
            ("access_type", "offline".to_owned()),
            ("prompt", "consent select_account".to_owned()),
        ];
        if let Some(hint) = login_hint.filter(|hint| !hint.is_empty()) {
            extra.push(("login_hint", hint.to_owned()));
        }
        self.oidc.begin(scopes, &extra).await
    }

    /// Checks the `iss` of a callback; see [`OidcProvider::check_callback_issuer`].
    ///
    /// # Errors
    /// `Protocol` when it is somebody else's.
    pub async fn check_callback_issuer(&self, iss: Option<&str>) -> Result<(), ProviderError> {
        self.oidc.check_callback_issuer(iss).await
    }

    /// Redeems the code of [`Self::begin_directory`].
    ///
    /// # Errors
    /// As [`OidcProvider::redeem`].
    pub async fn redeem_directory(
        &self,
        code: &SecretString,
        verifier: &SecretString,
        nonce: &SecretString,
    ) -> Result<GoogleSignIn, ProviderError> {
        let redeemed = self
            .oidc
            .redeem(code, Some(verifier), nonce, DIRECTORY_SCOPES)
            .await?;
        accept(redeemed, scopes::REQUIRED_DIRECTORY)
    }

    /// Redeems the code of [`Self::begin_person`].
    ///
    /// # Errors
    /// As [`OidcProvider::redeem`].
    pub async fn redeem_person(
        &self,
        code: &SecretString,
        verifier: &SecretString,
        nonce: &SecretString,
    ) -> Result<GoogleSignIn, ProviderError> {
        let redeemed = self
            .oidc
            .redeem(code, Some(verifier), nonce, PERSON_SCOPES)
            .await?;
        accept(redeemed, scopes::REQUIRED_PERSON)
    }

    /// New tokens for the directory. Google normally keeps the refresh token.
    ///
    /// # Errors
    /// As [`OidcProvider::refresh`]; `ScopeMissing` when the scope was withdrawn.
    pub async fn refresh_directory(&self, token: &SecretString) -> Result<TokenSet, ProviderError> {
        self.refresh(token, scopes::REQUIRED_DIRECTORY).await
    }

    /// New tokens for a linked person. Google normally keeps the refresh token.
    ///
    /// # Errors
    /// As [`OidcProvider::refresh`]; `ScopeMissing` when a required scope was withdrawn.
    pub async fn refresh_person(&self, token: &SecretString) -> Result<TokenSet, ProviderError> {
        self.refresh(token, scopes::REQUIRED_PERSON).await
    }

    /// Scopes are not named again: the answer tells what is granted now.
    async fn refresh(
        &self,
        token: &SecretString,
        required: &[&'static str],
    ) -> Result<TokenSet, ProviderError> {
        let tokens = self.oidc.refresh(token, &[]).await?;
        match scopes::missing(&tokens.scopes, required).first() {
            // An answer without scopes means that nothing changed (RFC 6749 §5.1).
            Some(missing) if !tokens.scopes.is_empty() => Err(ProviderError::new(
                SYSTEM,
                ErrorKind::ScopeMissing,
                format!("{missing} is not granted any more"),
            )),
            _ => Ok(tokens),
        }
    }

    /// Ends everything that the token's owner granted to our client; a token that is dead
    /// already counts as ended.
    ///
    /// # Errors
    /// `Unavailable` and `Throttled`; `Protocol` when the provider has no such endpoint.
    pub async fn revoke(&self, token: &SecretString) -> Result<(), ProviderError> {
        self.oidc.revoke(token, None).await
    }

    /// The number of the account that a token belongs to.
    ///
    /// # Errors
    /// `NeedsPerson` (401), `Throttled`, `Unavailable`, `Protocol`.
    #[tracing::instrument(skip_all)]
    pub async fn whose(&self, access: &SecretString) -> Result<String, ProviderError> {
        #[derive(serde::Deserialize)]
        struct Who {
            sub: String,
        }
        let url = self.oidc.userinfo_endpoint().await?;
        let who: Who = self.get(url, access).await?.json(SYSTEM)?;
        Ok(who.sub)
    }
}

fn accept(redeemed: Redeemed, required: &[&'static str]) -> Result<GoogleSignIn, ProviderError> {
    let missing = scopes::missing(&redeemed.tokens.scopes, required);
    Ok(GoogleSignIn {
        account: account(&redeemed.claims)?,
        tokens: redeemed.tokens,
        missing,
    })
}

fn account(claims: &IdClaims) -> Result<GoogleAccount, ProviderError> {
    let text = |name: &str| claims.text(name).filter(|text| !text.is_empty());
    let sub = text("sub").ok_or_else(|| {
        ProviderError::new(SYSTEM, ErrorKind::Protocol, "the id token has no sub")
    })?;
    let email = clean(text("email").unwrap_or_default(), MAX_NAME);
    let name = [text("name"), Some(&email), Some(sub)]
        .into_iter()
        .flatten()
        .map(|name| clean(name, MAX_NAME))
        .find(|name| !name.is_empty())
        .unwrap_or_default();
    Ok(GoogleAccount {
        sub: sub.to_owned(),
        email_verified: claims.spelled("email_verified").as_deref() == Some("true"),
        email,
        domain: text("hd").map(|domain| clean(domain, MAX_NAME)),
        name,
    })
}
