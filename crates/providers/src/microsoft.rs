//! Microsoft 365: sign-in at Entra ID, users and the primary calendar of Microsoft
//! Graph v1.0 (microsoft.md §3, §9, §10, §11).

mod graph;
#[cfg(test)]
mod tests;
mod users;

use secrecy::SecretString;
use serde::Deserialize;
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::ids::CalendarId;
use synchronizer_domain::text::{MAX_NAME, clean, is_email};
use url::Url;

use crate::calendar::RemoteCalendar;
use crate::error::{ErrorKind, ProviderError, System};
use crate::lists::ListPage;
use crate::oidc::{Begun, OidcProvider, Redeemed, TokenSet};

#[cfg(test)]
pub(crate) use graph::graph_error;

const SYSTEM: System = System::Microsoft;
/// What is read of a calendar.
const CALENDAR: &str = "id,name,canEdit";
/// What Graph's scopes begin with in requests; answers may leave it out.
const GRAPH_SCOPE: &str = "https://graph.microsoft.com/";
/// What the directory's sign-in asks for. Reading who is disabled and which aliases
/// exist needs `User.Read.All` (microsoft.md §10).
const DIRECTORY_SCOPES: &[&str] = &[
    "openid",
    "profile",
    "email",
    "offline_access",
    "https://graph.microsoft.com/User.Read",
    "https://graph.microsoft.com/User.Read.All",
];
/// What a linked person's sign-in asks for.
const PERSON_SCOPES: &[&str] = &[
    "openid",
    "profile",
    "email",
    "offline_access",
    "https://graph.microsoft.com/User.Read",
    "https://graph.microsoft.com/Calendars.ReadWrite",
];

/// The Graph scopes without which a person's grant is of no use, in their short form.
#[must_use]
pub fn required_person_scopes() -> &'static [&'static str] {
    &["Calendars.ReadWrite"]
}

/// The client of Entra ID and Graph.
#[derive(Debug)]
pub struct Microsoft {
    oidc: OidcProvider,
    http: reqwest::Client,
    graph_url: Url,
}

/// Who signed in, proven by the id token. (`tid`, `oid`) is the key of a person;
/// everything else is for display (microsoft.md §6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrosoftAccount {
    /// Organisation.
    pub tid: String,
    /// Person; equal to Graph's user id.
    pub oid: String,
    /// Sign-in name, possibly empty.
    pub username: String,
    /// Display name, or the sign-in name; never empty.
    pub name: String,
}

/// Who a token belongs to, as Graph says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrosoftMe {
    /// Graph's user id.
    pub oid: String,
    /// Display name, never empty.
    pub name: String,
    /// E-mail, or the sign-in name where it can be mailed; possibly empty.
    pub email: String,
}

impl Microsoft {
    /// A client; `graph_url` is Graph's root with its version, such as
    /// `https://graph.microsoft.com/v1.0`.
    #[must_use]
    pub fn new(oidc: OidcProvider, http: reqwest::Client, graph_url: Url) -> Self {
        Self {
            oidc,
            http,
            graph_url,
        }
    }

    /// Starts the sign-in of an admin whose token reads the directory.
    ///
    /// # Errors
    /// As [`OidcProvider::begin`].
    pub async fn begin_directory(&self) -> Result<Begun, ProviderError> {
        self.begin(DIRECTORY_SCOPES, None).await
    }

    /// Starts the sign-in of a linked person. `prompt=consent` is not sent: it forces a
    /// page that ordinary people cannot pass (microsoft.md §3).
    ///
    /// # Errors
    /// As [`OidcProvider::begin`].
    pub async fn begin_person(&self, login_hint: Option<&str>) -> Result<Begun, ProviderError> {
        self.begin(PERSON_SCOPES, login_hint).await
    }

    /// Starts the approval of an organisation by its administrator, for everybody
    /// (microsoft.md §7). The answer comes to the same redirect URI, without a code.
    ///
    /// # Errors
    /// As [`OidcProvider::begin`].
    pub async fn begin_admin_consent(&self, tid: &str) -> Result<Begun, ProviderError> {
        self.oidc
            .begin_beside(|authorize| admin_consent(authorize, tid), PERSON_SCOPES)
            .await
    }

    async fn begin(
        &self,
        scopes: &[&str],
        login_hint: Option<&str>,
    ) -> Result<Begun, ProviderError> {
        let mut extra = vec![("prompt", "select_account".to_owned())];
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
    /// As [`OidcProvider::redeem`]; `ScopeMissing` when no lasting access was given.
    pub async fn redeem_directory(
        &self,
        code: &SecretString,
        verifier: Option<&SecretString>,
        nonce: &SecretString,
    ) -> Result<(MicrosoftAccount, TokenSet), ProviderError> {
        let redeemed = self
            .oidc
            .redeem(code, verifier, nonce, DIRECTORY_SCOPES)
            .await?;
        accept(redeemed, &[])
    }

    /// Redeems the code of [`Self::begin_person`].
    ///
    /// # Errors
    /// As [`OidcProvider::redeem`]; `ScopeMissing` when one of
    /// [`required_person_scopes`] or lasting access was not given.
    pub async fn redeem_person(
        &self,
        code: &SecretString,
        verifier: Option<&SecretString>,
        nonce: &SecretString,
    ) -> Result<(MicrosoftAccount, TokenSet), ProviderError> {
        let redeemed = self
            .oidc
            .redeem(code, verifier, nonce, PERSON_SCOPES)
            .await?;
        accept(redeemed, required_person_scopes())
    }

    /// New tokens for the directory. The refresh token is a new one: store it.
    ///
    /// # Errors
    /// As [`OidcProvider::refresh`].
    pub async fn refresh_directory(
        &self,
        refresh_token: &SecretString,
    ) -> Result<TokenSet, ProviderError> {
        self.oidc.refresh(refresh_token, DIRECTORY_SCOPES).await
    }

    /// New tokens for a linked person. The refresh token is a new one: store it.
    ///
    /// # Errors
    /// As [`OidcProvider::refresh`]; `ScopeMissing` when a required scope was withdrawn.
    pub async fn refresh_person(
        &self,
        refresh_token: &SecretString,
    ) -> Result<TokenSet, ProviderError> {
        let tokens = self.oidc.refresh(refresh_token, PERSON_SCOPES).await?;
        check_scopes(&tokens, required_person_scopes())?;
        Ok(tokens)
    }

    /// A page of the members of the organisation; disabled accounts with `active` false,
    /// guests left out. An empty cursor is the list's start. A directory that changes
    /// meanwhile may repeat a person on a later page.
    ///
    /// # Errors
    /// `NeedsPerson` (401), `ScopeMissing` (403), `Throttled`, `Unavailable`,
    /// `CursorExpired`, `Protocol` also for a next page on another host.
    #[tracing::instrument(skip_all)]
    pub async fn users(
        &self,
        access: &SecretString,
        cursor: &str,
    ) -> Result<ListPage<CalendarUser>, ProviderError> {
        users::page(self, access, cursor).await
    }

    /// Who the token belongs to.
    ///
    /// # Errors
    /// As [`Self::users`].
    #[tracing::instrument(skip_all)]
    pub async fn me(&self, access: &SecretString) -> Result<MicrosoftMe, ProviderError> {
        let url = self.graph("me", users::BASIC)?;
        let user: users::Row = self.get(url, access).await?.json(SYSTEM)?;
        let user = user.user();
        Ok(MicrosoftMe {
            oid: user.id.as_str().to_owned(),
            name: user.name,
            email: user.email,
        })
    }

    /// The person's default calendar (`GET /me/calendar`).
    ///
    /// # Errors
    /// As [`Self::users`]; `NotFound` when the account has no mailbox
    /// (`MailboxNotEnabledForRESTAPI`).
    #[tracing::instrument(skip_all)]
    pub async fn primary_calendar(
        &self,
        access: &SecretString,
    ) -> Result<RemoteCalendar, ProviderError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Calendar {
            id: String,
            name: Option<String>,
            can_edit: Option<bool>,
        }
        let url = self.graph("me/calendar", CALENDAR)?;
        let calendar: Calendar = self.get(url, access).await?.json(SYSTEM)?;
        let name = clean(calendar.name.as_deref().unwrap_or_default(), MAX_NAME);
        Ok(RemoteCalendar {
            id: CalendarId::new(calendar.id),
            name: if name.is_empty() {
                "Calendar".to_owned()
            } else {
                name
            },
            writable: calendar.can_edit.unwrap_or(true),
        })
    }
}

/// `…/{tid}/v2.0/adminconsent` beside `…/{any}/oauth2/v2.0/authorize`; never `common`.
fn admin_consent(authorize: &Url, tid: &str) -> Option<Url> {
    let path: Vec<&str> = authorize.path_segments()?.collect();
    let (.., [_, "oauth2", "v2.0", "authorize"]) = path.split_last_chunk::<4>()? else {
        return None;
    };
    if tid.is_empty() {
        return None;
    }
    let mut url = authorize.clone();
    url.set_query(None);
    url.path_segments_mut()
        .ok()?
        .pop()
        .pop()
        .pop()
        .pop()
        .extend([tid, "v2.0", "adminconsent"]);
    Some(url)
}

/// Reads the account and refuses grants that would not last or not suffice.
fn accept(
    redeemed: Redeemed,
    required: &[&str],
) -> Result<(MicrosoftAccount, TokenSet), ProviderError> {
    let claim = |name: &str| redeemed.claims.text(name).filter(|text| !text.is_empty());
    let key = |name: &str| {
        claim(name).map(str::to_owned).ok_or_else(|| {
            ProviderError::new(
                SYSTEM,
                ErrorKind::Protocol,
                format!("the id token has no {name}"),
            )
        })
    };
    let (tid, oid) = (key("tid")?, key("oid")?);
    let username = clean(
        claim("preferred_username")
            .or(claim("email"))
            .unwrap_or_default(),
        MAX_NAME,
    );
    let name = [claim("name"), Some(&username), Some(&oid)]
        .into_iter()
        .flatten()
        .map(|name| clean(name, MAX_NAME))
        .find(|name| !name.is_empty())
        .unwrap_or_default();
    let account = MicrosoftAccount {
        tid,
        oid,
        username,
        name,
    };
    check_scopes(&redeemed.tokens, required)?;
    if redeemed.tokens.refresh_token.is_none() {
        return Err(scope_missing("offline_access"));
    }
    Ok((account, redeemed.tokens))
}

/// Scopes are a set, compared without case and with or without Graph's prefix
/// (microsoft.md §2).
fn check_scopes(tokens: &TokenSet, required: &[&str]) -> Result<(), ProviderError> {
    let short = |scope: &str| {
        let scope = scope.to_ascii_lowercase();
        scope
            .strip_prefix(GRAPH_SCOPE)
            .map(str::to_owned)
            .unwrap_or(scope)
    };
    let granted: Vec<String> = tokens.scopes.iter().map(|scope| short(scope)).collect();
    match required
        .iter()
        .find(|scope| !granted.contains(&short(scope)))
    {
        Some(missing) => Err(scope_missing(missing)),
        None => Ok(()),
    }
}

fn scope_missing(scope: &str) -> ProviderError {
    ProviderError::new(
        SYSTEM,
        ErrorKind::ScopeMissing,
        format!("{scope} was not granted"),
    )
}

fn email_or_empty(text: Option<&str>) -> Option<String> {
    text.map(str::trim)
        .filter(|text| is_email(text))
        .map(str::to_owned)
}
