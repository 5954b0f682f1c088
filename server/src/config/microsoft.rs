//! `[microsoft]`

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::files::secret_text;
use super::secrets::check_end;

/// The application registered at Microsoft Entra. Without a client id Microsoft 365 is off.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MicrosoftSection {
    /// Below it is `.well-known/openid-configuration`.
    pub authority: Url,
    /// Application (client) id.
    pub client_id: String,
    /// Client secret. Secret.
    #[serde(skip_serializing, deserialize_with = "secret_text")]
    pub client_secret: SecretString,
    /// The day on which the client secret ends, `2027-01-31`; empty when it does not end, or
    /// when nobody is to be warned.
    pub client_secret_expires: String,
    /// Root of Graph.
    pub graph_url: Url,
}

impl Default for MicrosoftSection {
    #[expect(
        clippy::expect_used,
        reason = "constants, checked by every test that loads the defaults"
    )]
    fn default() -> Self {
        Self {
            authority: Url::parse("https://login.microsoftonline.com/organizations/v2.0")
                .expect("an address"),
            client_id: String::new(),
            client_secret: SecretString::from(String::new()),
            client_secret_expires: String::new(),
            graph_url: Url::parse("https://graph.microsoft.com/v1.0").expect("an address"),
        }
    }
}

impl MicrosoftSection {
    /// Whether Microsoft 365 can be used.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.client_id.is_empty()
    }

    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        if self.is_on() && self.client_secret.expose_secret().is_empty() {
            problems.push("microsoft.client_secret: the client secret is missing".to_owned());
        }
        check_end("microsoft", &self.client_secret_expires, problems);
    }
}
