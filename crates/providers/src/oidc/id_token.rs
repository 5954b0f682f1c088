//! Id tokens: parsing, signature, and every claim check of OpenID Connect Core 1.0
//! §3.1.3.7 against our own clock.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use synchronizer_domain::Timestamp;

use super::discovery::Document;
use super::keys::Jwk;
use super::{IssuerRule, OidcProvider};
use crate::error::{ErrorKind, ProviderError, System};

/// What Entra's discovery leaves open in the issuer (microsoft.md §6).
pub(super) const TENANT_PLACE: &str = "{tenantid}";
/// Larger tokens are not id tokens of any provider that we know.
const MAX_TOKEN: usize = 64 << 10;

/// The claims of a checked id token. `Debug` shows names only.
pub struct IdClaims(Map<String, Value>);

impl IdClaims {
    /// A claim that is a string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A claim as text, whether it came as a string, a number or a truth value.
    pub(crate) fn spelled(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }
}

impl fmt::Debug for IdClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why an id token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("malformed")]
    Malformed,
    #[error("algorithm is not RS256")]
    Algorithm,
    #[error("unknown key")]
    UnknownKey,
    #[error("wrong signature")]
    Signature,
    #[error("the key belongs to another issuer")]
    KeyIssuer,
    #[error("another issuer")]
    Issuer,
    #[error("another audience")]
    Audience,
    #[error("issued to another party")]
    AuthorizedParty,
    #[error("another nonce")]
    Nonce,
    #[error("expired")]
    Expired,
    #[error("not yet valid")]
    NotYetValid,
    #[error("claim {0} is missing or of another type")]
    Claim(&'static str),
}

/// The JOSE header's members that matter.
#[derive(Debug, Deserialize)]
pub(super) struct Header {
    alg: String,
    pub(super) kid: Option<String>,
    pub(super) x5t: Option<String>,
    crit: Option<Value>,
}

/// A token taken apart, nothing checked but its shape and algorithm.
struct Parts<'a> {
    header: Header,
    claims: Map<String, Value>,
    signed: &'a str,
    signature: &'a str,
}

fn take_apart(token: &str) -> Result<Parts<'_>, Refusal> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Refusal::Malformed)?;
    if token.len() > MAX_TOKEN || claims.contains('.') {
        return Err(Refusal::Malformed);
    }
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Refusal::Malformed);
    let header: Header =
        serde_json::from_slice(&decode(header)?).map_err(|_| Refusal::Malformed)?;
    if header.alg != "RS256" {
        return Err(Refusal::Algorithm);
    }
    if header.crit.is_some() {
        return Err(Refusal::Malformed);
    }
    Ok(Parts {
        header,
        claims: serde_json::from_slice(&decode(claims)?).map_err(|_| Refusal::Malformed)?,
        signed,
        signature,
    })
}

/// What the claims must say.
pub(super) struct Expected<'a> {
    /// May contain [`TENANT_PLACE`].
    pub(super) issuer: &'a str,
    /// Google may leave the issuer's scheme out (google.md §5).
    pub(super) scheme_optional: bool,
    pub(super) client_id: &'a str,
    /// None where no sign-in was under way.
    pub(super) nonce: Option<&'a str>,
    pub(super) now: Timestamp,
    pub(super) skew: Duration,
}

/// Checks the claims; returns the issuer with the tenant put in.
pub(super) fn check_claims(
    claims: &Map<String, Value>,
    expected: &Expected<'_>,
) -> Result<String, Refusal> {
    let text = |name: &'static str| {
        claims
            .get(name)
            .and_then(Value::as_str)
            .ok_or(Refusal::Claim(name))
    };
    let issuer = if expected.issuer.contains(TENANT_PLACE) {
        let tenant = text("tid")?;
        if !is_tenant_id(tenant) {
            return Err(Refusal::Claim("tid"));
        }
        expected.issuer.replace(TENANT_PLACE, tenant)
    } else {
        expected.issuer.to_owned()
    };
    let named = text("iss")?;
    let without_scheme = issuer.split_once("://").map(|(_, bare)| bare);
    let fine = named == issuer || (expected.scheme_optional && without_scheme == Some(named));
    if !fine {
        return Err(Refusal::Issuer);
    }
    check_audience(claims, expected.client_id)?;
    if let Some(nonce) = expected.nonce
        && !same(text("nonce").map_err(|_| Refusal::Nonce)?, nonce)
    {
        return Err(Refusal::Nonce);
    }
    check_times(claims, expected.now, expected.skew)?;
    text("sub")?;
    Ok(issuer)
}

fn check_audience(claims: &Map<String, Value>, client_id: &str) -> Result<(), Refusal> {
    let several = match claims.get("aud") {
        Some(Value::String(audience)) if audience == client_id => false,
        Some(Value::Array(all)) if all.iter().any(|one| one.as_str() == Some(client_id)) => {
            all.len() > 1
        }
        _ => return Err(Refusal::Audience),
    };
    match claims.get("azp") {
        None if several => Err(Refusal::AuthorizedParty),
        Some(party) if party.as_str() != Some(client_id) => Err(Refusal::AuthorizedParty),
        _ => Ok(()),
    }
}

fn check_times(claims: &Map<String, Value>, now: Timestamp, skew: Duration) -> Result<(), Refusal> {
    check_life(claims, now, skew)?;
    if instant(claims, "iat")? > now.plus(skew) {
        return Err(Refusal::NotYetValid);
    }
    Ok(())
}

fn check_life(claims: &Map<String, Value>, now: Timestamp, skew: Duration) -> Result<(), Refusal> {
    if instant(claims, "exp")? <= now.minus(skew) {
        return Err(Refusal::Expired);
    }
    if claims.contains_key("nbf") && instant(claims, "nbf")? > now.plus(skew) {
        return Err(Refusal::NotYetValid);
    }
    Ok(())
}

/// A time claim: seconds as a number, or as a string of digits, which SuperOffice
/// sends (superoffice.md §1.6).
fn instant(claims: &Map<String, Value>, name: &'static str) -> Result<Timestamp, Refusal> {
    let seconds = match claims.get(name) {
        Some(Value::Number(number)) => number
            .as_i64()
            .or_else(|| number.to_string().split('.').next()?.parse().ok()),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    seconds
        .map(Timestamp::from_secs)
        .ok_or(Refusal::Claim(name))
}

/// Equality whose duration says nothing about where two texts differ.
fn same(left: &str, right: &str) -> bool {
    Sha256::digest(left.as_bytes()) == Sha256::digest(right.as_bytes())
}

/// Whether the text can stand for a tenant inside an issuer: one path segment of the
/// characters that GUIDs and domain names have.
pub(super) fn is_tenant_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl OidcProvider {
    /// Verifies an id token and returns its claims.
    pub(super) async fn check_id_token(
        &self,
        document: &Document,
        token: &str,
        nonce: Option<&SecretString>,
    ) -> Result<IdClaims, ProviderError> {
        let (parts, key) = self.verified(document, token).await?;
        let expected = Expected {
            issuer: &document.issuer,
            scheme_optional: self.config.system == System::Google,
            client_id: &self.config.client_id,
            nonce: nonce.map(secrecy::ExposeSecret::expose_secret),
            now: self.clock.now(),
            skew: self.skew(),
        };
        let issuer =
            check_claims(&parts.claims, &expected).map_err(|refusal| self.refused(refusal))?;
        if self.config.issuer == IssuerRule::EntraTemplate {
            self.check_entra(&parts.claims, &issuer, key.issuer.as_deref())
                .map_err(|refusal| self.refused(refusal))?;
        }
        Ok(IdClaims(parts.claims))
    }

    /// Verifies a token that the provider signed for a service: issuer and audience are named
    /// by the service, and there is no nonce.
    pub(crate) async fn check_service_token(
        &self,
        token: &SecretString,
        issuer: &str,
        audience: &str,
    ) -> Result<IdClaims, ProviderError> {
        let document = self.document().await?;
        let (parts, _) = self.verified(&document, token.expose_secret()).await?;
        let claim = |name: &str| parts.claims.get(name).and_then(Value::as_str);
        let refusal = if claim("iss") != Some(issuer) {
            Err(Refusal::Issuer)
        } else if claim("aud") != Some(audience) {
            Err(Refusal::Audience)
        } else {
            check_life(&parts.claims, self.clock.now(), self.skew())
        };
        refusal.map_err(|refusal| self.refused(refusal))?;
        Ok(IdClaims(parts.claims))
    }

    /// A token taken apart, with the key that signed it.
    async fn verified<'a>(
        &self,
        document: &Document,
        token: &'a str,
    ) -> Result<(Parts<'a>, Jwk), ProviderError> {
        let parts = take_apart(token).map_err(|refusal| self.refused(refusal))?;
        let key = self.key(document, &parts.header).await?;
        let verified = key.decoding_key().is_some_and(|key| {
            jsonwebtoken::crypto::verify(
                parts.signature,
                parts.signed.as_bytes(),
                &key,
                Algorithm::RS256,
            )
            .unwrap_or(false)
        });
        if !verified {
            return Err(self.refused(Refusal::Signature));
        }
        Ok((parts, key))
    }

    /// Entra's own rules: version 2.0, and a key that may sign for this issuer.
    fn check_entra(
        &self,
        claims: &Map<String, Value>,
        issuer: &str,
        key_issuer: Option<&str>,
    ) -> Result<(), Refusal> {
        let tenant = claims.get("tid").and_then(Value::as_str);
        let tenant = tenant.ok_or(Refusal::Claim("tid"))?;
        if claims.get("ver").and_then(Value::as_str) != Some("2.0") {
            return Err(Refusal::Claim("ver"));
        }
        match key_issuer {
            Some(of_key) if of_key.replace(TENANT_PLACE, tenant) != issuer => {
                Err(Refusal::KeyIssuer)
            }
            _ => Ok(()),
        }
    }

    /// Clocks may differ: 60 s, for Microsoft 5 minutes (microsoft.md §6).
    fn skew(&self) -> Duration {
        Duration::from_secs(match self.config.system {
            System::Microsoft => 300,
            System::SuperOffice | System::Google | System::Exchange | System::Caldav => 60,
        })
    }

    pub(super) fn refused(&self, refusal: Refusal) -> ProviderError {
        ProviderError::new(
            self.config.system,
            ErrorKind::Protocol,
            format!("id token refused: {refusal}"),
        )
    }
}
