//! `[google]`

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::files::secret_text;
use super::secrets::check_end;

/// The application registered at Google Cloud. Without a client id Google is off.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GoogleSection {
    /// Issuer of id tokens; below it is `.well-known/openid-configuration`.
    pub issuer: Url,
    /// Client id.
    pub client_id: String,
    /// Client secret. Secret.
    #[serde(skip_serializing, deserialize_with = "secret_text")]
    pub client_secret: SecretString,
    /// The day on which the client secret ends, `2027-01-31`; empty when it does not end, or
    /// when nobody is to be warned.
    pub client_secret_expires: String,
    /// Root of the Calendar API.
    pub calendar_url: Url,
    /// Root of the Directory API.
    pub directory_url: Url,
    /// Tasks API. Kept for the sync engine; not used yet.
    pub tasks_url: String,
    /// People API. Kept for the sync engine; not used yet.
    pub people_url: String,
}

impl Default for GoogleSection {
    #[expect(
        clippy::expect_used,
        reason = "constants, checked by every test that loads the defaults"
    )]
    fn default() -> Self {
        let url = |text| Url::parse(text).expect("an address");
        Self {
            issuer: url("https://accounts.google.com"),
            client_id: String::new(),
            client_secret: SecretString::from(String::new()),
            client_secret_expires: String::new(),
            calendar_url: url("https://www.googleapis.com/calendar/v3"),
            directory_url: url("https://admin.googleapis.com/admin/directory/v1"),
            tasks_url: String::new(),
            people_url: String::new(),
        }
    }
}

impl GoogleSection {
    /// Whether Google can be used.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.client_id.is_empty()
    }

    /// The issuer as id tokens spell it: without a slash at the end.
    #[must_use]
    pub fn issuer_text(&self) -> String {
        self.issuer.as_str().trim_end_matches('/').to_owned()
    }

    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        if self.is_on() && self.client_secret.expose_secret().is_empty() {
            problems.push("google.client_secret: the client secret is missing".to_owned());
        }
        check_end("google", &self.client_secret_expires, problems);
    }
}
