//! The system user of a tenant (superoffice.md §2): our key signs the tenant's system token,
//! the authority gives a token with a ticket for it, and data is read with the ticket.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::ContextId;
use url::Url;

use super::{CLAIM, SYSTEM, SuperOffice, protocol};
use crate::error::{ErrorKind, ProviderError};
use crate::http::{self, Answer};
use crate::oidc::IdClaims;

/// How every ticket begins; access tokens begin with `8A:`.
const TICKET: &str = "7T:";
/// Who signs for system users, in every environment (superoffice.md §1.6).
const ISSUER: &str = "SuperOffice AS";
/// A ticket holds six hours after its last use; one that rested longer than this is renewed.
const FRESH: Duration = Duration::from_secs(5 * 3_600);

/// The application's private key. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct SystemKey(EncodingKey);

impl fmt::Debug for SystemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemKey")
    }
}

/// The text is not an RSA private key in PEM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an RSA private key in PEM")]
pub struct SystemKeyError;

impl SystemKey {
    /// Reads a key, PKCS#8 or PKCS#1 in PEM.
    ///
    /// # Errors
    /// [`SystemKeyError`] for anything else; it says nothing about what stood there.
    pub fn read(pem: &SecretString) -> Result<Self, SystemKeyError> {
        let key = EncodingKey::from_rsa_pem(pem.expose_secret().trim().as_bytes())
            .map_err(|_| SystemKeyError)?;
        let read = Self(key);
        // Reading alone accepts keys that cannot sign.
        read.sign("x").map(|_| read).map_err(|_| SystemKeyError)
    }

    fn sign(&self, text: &str) -> Result<String, jsonwebtoken::errors::Error> {
        let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &self.0, Algorithm::RS256)?;
        let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        Ok(STANDARD.encode(bytes))
    }
}

/// What a tenant's system user is signed in with; from an id token of that tenant.
#[derive(Debug, Clone)]
pub struct SystemToken {
    /// Constant for application and tenant. Secret.
    pub token: SecretString,
    /// The tenant's database, for whom tickets are meant.
    pub serial: String,
}

impl SystemToken {
    /// From the claims of an id token; none when the application has no system user there.
    pub(super) fn of(claims: &IdClaims) -> Option<Self> {
        let claim = |name: &str| {
            claims
                .spelled(&format!("{CLAIM}{name}"))
                .filter(|text| !text.is_empty())
        };
        Some(Self {
            token: claim("system_token")?.into(),
            serial: claim("serial")?,
        })
    }
}

/// How system users are signed in, and their tickets.
pub(super) struct SystemUser {
    key: SystemKey,
    url: Url,
    app_secret: SecretString,
    tickets: Mutex<HashMap<ContextId, Ticket>>,
}

struct Ticket {
    text: SecretString,
    used_at: Timestamp,
    from: SystemToken,
}

impl fmt::Debug for SystemUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemUser")
            .field("url", &self.url.as_str())
            .finish_non_exhaustive()
    }
}

/// Whether what stands for a token is a system user's ticket.
pub(super) fn is_ticket(access: &SecretString) -> bool {
    access.expose_secret().starts_with(TICKET)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Body {
    is_successful: bool,
    token: Option<String>,
    error_message: Option<String>,
}

impl SystemUser {
    pub(super) fn new(key: SystemKey, url: Url, app_secret: SecretString) -> Self {
        Self {
            key,
            url,
            app_secret,
            tickets: Mutex::default(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ContextId, Ticket>> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ticket that is at hand for this system token.
    fn at_hand(
        &self,
        context: &ContextId,
        from: &SystemToken,
        now: Timestamp,
    ) -> Option<SecretString> {
        let mut tickets = self.lock();
        let ticket = tickets.get_mut(context)?;
        let same = ticket.from.token.expose_secret() == from.token.expose_secret();
        if !same || now.since(ticket.used_at) >= FRESH {
            return None;
        }
        ticket.used_at = now;
        Some(ticket.text.clone())
    }

    /// Adds what a ticket needs to be accepted.
    pub(super) fn authorize(
        &self,
        request: reqwest::RequestBuilder,
        ticket: &SecretString,
    ) -> reqwest::RequestBuilder {
        request
            .header(
                reqwest::header::AUTHORIZATION,
                format!("SOTicket {}", ticket.expose_secret()),
            )
            .header("SO-AppToken", self.app_secret.expose_secret())
    }

    /// The system token with the minute and our signature.
    fn signed(&self, token: &SystemToken, now: Timestamp) -> Result<String, ProviderError> {
        let minute = jiff::Timestamp::from_microsecond(now.as_micros())
            .map_err(|_| protocol("the clock has no date"))?
            .strftime("%Y%m%d%H%M");
        let data = format!("{}.{minute}", token.token.expose_secret());
        let signature = self.key.sign(&data).map_err(|_| {
            let detail = "the system user's key cannot sign";
            ProviderError::new(SYSTEM, ErrorKind::Misconfigured, detail)
        })?;
        Ok(format!("{data}.{signature}"))
    }
}

impl SuperOffice {
    /// Lets system users read, where tenants have one.
    #[must_use]
    pub fn with_system_user(mut self, key: SystemKey, url: Url, app_secret: SecretString) -> Self {
        self.system = Some(SystemUser::new(key, url, app_secret));
        self
    }

    /// Whether system users are configured.
    #[must_use]
    pub const fn has_system_user(&self) -> bool {
        self.system.is_some()
    }

    /// A ticket of a tenant's system user, which serves wherever an access token does. It is
    /// kept in memory as long as it holds.
    ///
    /// # Errors
    /// `Misconfigured` without a key, or for a signature or clock that is refused;
    /// `AdminApproval` when the tenant gives its system user no more; `Unavailable`,
    /// `Throttled`, `Protocol`.
    #[tracing::instrument(skip_all, fields(context = %context))]
    pub async fn system_ticket(
        &self,
        context: &ContextId,
        from: &SystemToken,
    ) -> Result<SecretString, ProviderError> {
        let now = self.oidc.clock().now();
        let at_hand = self
            .system
            .as_ref()
            .and_then(|system| system.at_hand(context, from, now));
        match at_hand {
            Some(ticket) => Ok(ticket),
            None => self.authenticate(context, from.clone()).await,
        }
    }

    /// A new ticket after a refused one, once; none when it was not ours.
    pub(super) async fn renewed_ticket(
        &self,
        context: &ContextId,
        refused: &SecretString,
    ) -> Result<Option<SecretString>, ProviderError> {
        let Some(system) = &self.system else {
            return Ok(None);
        };
        let from = match system.lock().get(context) {
            // Somebody else renewed it meanwhile.
            Some(known) if known.text.expose_secret() != refused.expose_secret() => {
                return Ok(Some(known.text.clone()));
            }
            Some(known) => known.from.clone(),
            None => return Ok(None),
        };
        match self.authenticate(context, from).await {
            Ok(ticket) => Ok(Some(ticket)),
            // Nobody's sign-in is refused by that: the next try goes another way.
            Err(error) if *error.kind() == ErrorKind::AdminApproval => {
                system.lock().remove(context);
                let kind = ErrorKind::Unavailable;
                Err(ProviderError::new(SYSTEM, kind, error.detail()))
            }
            Err(error) => Err(error),
        }
    }

    async fn authenticate(
        &self,
        context: &ContextId,
        from: SystemToken,
    ) -> Result<SecretString, ProviderError> {
        let Some(system) = &self.system else {
            let detail = "no system user is configured";
            return Err(ProviderError::new(SYSTEM, ErrorKind::Misconfigured, detail));
        };
        http::require_tls(SYSTEM, &system.url)?;
        let now = self.oidc.clock().now();
        let body = json!({
            "SignedSystemToken": system.signed(&from, now)?,
            "ApplicationToken": system.app_secret.expose_secret(),
            "ContextIdentifier": context.as_str(),
            "ReturnTokenType": "JWT",
        });
        let request = self
            .http
            .post(system.url.clone())
            .header(reqwest::header::ACCEPT, "application/json")
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body.to_string());
        let answer = http::exchange(SYSTEM, request).await?;
        let token = granted(&answer, &[&from.token, &system.app_secret])?;
        let audience = format!("spn:{}", from.serial);
        let claims = self
            .oidc
            .check_service_token(&token, ISSUER, &audience)
            .await?;
        let ticket = claims
            .text(&format!("{CLAIM}ticket"))
            .filter(|ticket| ticket.starts_with(TICKET))
            .map(|ticket| SecretString::from(ticket.to_owned()))
            .ok_or_else(|| protocol("the system user's token has no ticket"))?;
        system.lock().insert(
            context.clone(),
            Ticket {
                text: ticket.clone(),
                used_at: now,
                from,
            },
        );
        Ok(ticket)
    }
}

/// The token of an answer; refusals come with 200 as well (superoffice.md §2).
pub(crate) fn granted(
    answer: &Answer,
    secrets: &[&SecretString],
) -> Result<SecretString, ProviderError> {
    let by_status = http::status_kind(answer.status, &answer.headers);
    let body: Body = serde_json::from_slice(&answer.body).unwrap_or_default();
    if answer.status.is_success() && body.is_successful {
        return body
            .token
            .filter(|token| !token.is_empty())
            .map(SecretString::from)
            .ok_or_else(|| protocol("the system user's answer has no token"));
    }
    let said = body.error_message.unwrap_or_default();
    let ours = ["timestamp", "signature"]
        .iter()
        .any(|word| said.to_ascii_lowercase().contains(word));
    let kind = match by_status {
        kind @ (ErrorKind::Unavailable | ErrorKind::Throttled { .. })
            if !answer.status.is_success() =>
        {
            kind
        }
        _ if ours => ErrorKind::Misconfigured,
        _ if answer.is_page() => ErrorKind::Protocol,
        _ => ErrorKind::AdminApproval,
    };
    let detail = format!("system user: HTTP {} {said}", answer.status.as_u16());
    // It may quote what we sent.
    let detail = secrets.iter().fold(detail, |text, secret| {
        text.replace(secret.expose_secret(), "***")
    });
    Err(ProviderError::new(SYSTEM, kind, detail))
}
