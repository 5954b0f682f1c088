//! Domain-wide delegation (google.md §7, RFC 7523): a service account that the
//! organisation's administrator listed acts for its people.

use std::fmt;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use synchronizer_domain::text::is_email;

use super::{Google, SYSTEM};
use crate::error::{ErrorKind, ProviderError};
use crate::oidc::TokenSet;

/// Longest life that Google accepts, in seconds.
const LIFE: i64 = 3_600;
/// Larger texts are no key files.
const MAX_FILE: usize = 16 << 10;

/// The key of a service account, from the file that Google hands out once. The address of
/// the token endpoint in it is not used: it comes from discovery.
pub struct ServiceAccount {
    email: String,
    client_id: String,
    key_id: String,
    key: EncodingKey,
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("email", &self.email)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// The text is not the key file of a service account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the key file of a service account")]
pub struct KeyError;

/// No `Debug`: it holds a key.
#[derive(Deserialize)]
struct File {
    #[serde(rename = "type")]
    kind: String,
    client_email: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    private_key_id: String,
    private_key: String,
}

impl ServiceAccount {
    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyError`] for anything else; it says nothing about what stood there.
    pub fn read(file: &SecretString) -> Result<Self, KeyError> {
        let text = file.expose_secret().trim();
        if text.len() > MAX_FILE {
            return Err(KeyError);
        }
        let file: File = serde_json::from_str(text).map_err(|_| KeyError)?;
        if file.kind != "service_account" || !is_email(&file.client_email) {
            return Err(KeyError);
        }
        let key = EncodingKey::from_rsa_pem(
            SecretString::from(file.private_key)
                .expose_secret()
                .as_bytes(),
        )
        .map_err(|_| KeyError)?;
        Ok(Self {
            email: file.client_email,
            client_id: file.client_id,
            key_id: file.private_key_id,
            key,
        })
    }

    /// Its address.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The number that administrators list.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }
}

impl Google {
    /// An access token of a person, an administrator for the directory, by delegation.
    ///
    /// # Errors
    /// `AdminApproval` while the account or a scope is not listed, `NotFound` for a person
    /// that does not exist, `Misconfigured` for a key that Google refuses or a clock that is
    /// off, `Unavailable`, `Throttled`, `Protocol`.
    #[tracing::instrument(skip_all)]
    pub async fn delegated(
        &self,
        account: &ServiceAccount,
        person: &str,
        scopes: &[&str],
    ) -> Result<TokenSet, ProviderError> {
        let endpoint = self.oidc.token_endpoint().await?;
        let now = self.oidc.clock().now().as_secs();
        let claims = json!({
            "iss": account.email,
            "sub": person,
            "scope": scopes.join(" "),
            "aud": endpoint.as_str(),
            "iat": now,
            "exp": now + LIFE,
        });
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(account.key_id.clone()).filter(|id| !id.is_empty());
        let assertion = encode(&header, &claims, &account.key).map_err(|error| {
            ProviderError::new(SYSTEM, ErrorKind::Misconfigured, "the key cannot sign")
                .with_source(error)
        })?;
        self.oidc
            .exchange_assertion(&assertion.into(), scopes)
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_key_files_of_service_accounts_are_read() {
        let pem = include_str!("../../tests/keys/signing-key.pem");
        let file = json!({
            "type": "service_account", "client_email": "s@p.iam.gserviceaccount.com",
            "client_id": "17", "private_key_id": "k", "private_key": pem,
            "token_uri": "http://169.254.169.254/token",
        });
        let read = |file: &serde_json::Value| ServiceAccount::read(&file.to_string().into());
        let account = read(&file).unwrap();
        assert_eq!(
            (account.email(), account.client_id()),
            ("s@p.iam.gserviceaccount.com", "17")
        );
        assert!(!format!("{account:?}").contains("PRIVATE"));
        for (member, value) in [
            ("type", json!("authorized_user")),
            ("client_email", json!("nobody")),
            (
                "private_key",
                json!("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
            ),
            ("private_key", json!(null)),
        ] {
            let mut wrong = file.clone();
            wrong[member] = value;
            assert_eq!(read(&wrong).err(), Some(KeyError), "{member}");
        }
        for text in ["", "{}", "[1]", "{\"web\":{\"client_id\":\"x\"}}"] {
            assert!(
                ServiceAccount::read(&text.to_owned().into()).is_err(),
                "{text}"
            );
        }
    }
}
