//! `[superoffice]`

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use synchronizer_providers::superoffice::SystemKey;
use url::Url;

use super::files::secret_text;
use super::secrets::check_end;

/// The application registered at SuperOffice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SuperOfficeSection {
    /// Below it is `.well-known/openid-configuration`: `https://online.superoffice.com/login`.
    pub authority: Url,
    /// The issuer in id tokens; the authority's origin when empty.
    pub issuer: String,
    /// Application id.
    pub client_id: String,
    /// Application secret. Secret.
    #[serde(skip_serializing, deserialize_with = "secret_text")]
    pub client_secret: SecretString,
    /// The day on which the client secret ends, `2027-01-31`; empty when it does not end, or
    /// when nobody is to be warned.
    pub client_secret_expires: String,
    /// Private key of the application (RSA, PEM) that signs in companies' system users, which
    /// then read the CRM in place of an administrator's sign-in. None without. Secret.
    #[serde(skip_serializing, deserialize_with = "secret_text")]
    pub system_user_key: SecretString,
    /// Where system users are signed in; the authority's origin and
    /// `/Login/api/PartnerSystemUser/Authenticate` when empty.
    pub system_user_url: String,
    /// Send PKCE (RFC 7636). Off only for registrations that refuse it.
    pub pkce: bool,
    /// Tenant state; `{ctx}` is the customer. The authority's origin and `/api/state/{ctx}` when empty.
    pub state_url: String,
}

impl Default for SuperOfficeSection {
    #[expect(
        clippy::expect_used,
        reason = "a constant, checked by every test that loads the defaults"
    )]
    fn default() -> Self {
        Self {
            authority: Url::parse("https://online.superoffice.com/login").expect("an address"),
            issuer: String::new(),
            client_id: String::new(),
            client_secret: SecretString::from(String::new()),
            client_secret_expires: String::new(),
            system_user_key: SecretString::from(String::new()),
            system_user_url: String::new(),
            pkce: true,
            state_url: String::new(),
        }
    }
}

impl SuperOfficeSection {
    /// The issuer that id tokens must have.
    #[must_use]
    pub fn effective_issuer(&self) -> String {
        if self.issuer.is_empty() {
            self.authority.origin().ascii_serialization()
        } else {
            self.issuer.clone()
        }
    }

    /// The key of system users and where they are signed in; none without a key.
    ///
    /// # Errors
    /// What is wrong with either, without the key.
    pub fn system_user(&self) -> Result<Option<(SystemKey, Url)>, String> {
        if self.system_user_key.expose_secret().trim().is_empty() {
            return Ok(None);
        }
        let key = SystemKey::read(&self.system_user_key).map_err(|_| {
            "superoffice.system_user_key: this is not an RSA private key in PEM; SuperOffice hands it out as RSA XML, which must be converted (docs/operations.md)".to_owned()
        })?;
        let url = if self.system_user_url.is_empty() {
            format!(
                "{}/Login/api/PartnerSystemUser/Authenticate",
                self.authority.origin().ascii_serialization()
            )
        } else {
            self.system_user_url.clone()
        };
        let url = Url::parse(&url)
            .map_err(|_| "superoffice.system_user_url: this is not an address".to_owned())?;
        Ok(Some((key, url)))
    }

    /// The template of the state address.
    #[must_use]
    pub fn effective_state_url(&self) -> String {
        if self.state_url.is_empty() {
            format!(
                "{}/api/state/{{ctx}}",
                self.authority.origin().ascii_serialization()
            )
        } else {
            self.state_url.clone()
        }
    }

    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        if self.client_id.is_empty() {
            problems.push("superoffice.client_id: the application id from SuperOffice's developer portal is missing".to_owned());
        }
        if self.client_secret.expose_secret().is_empty() {
            problems
                .push("superoffice.client_secret: the application secret is missing".to_owned());
        }
        if let Err(problem) = self.system_user() {
            problems.push(problem);
        }
        check_end("superoffice", &self.client_secret_expires, problems);
    }
}
