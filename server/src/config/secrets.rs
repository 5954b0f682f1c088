//! When client secrets end.

use synchronizer_domain::Timestamp;
use synchronizer_domain::alarm::ClientSecret;
use synchronizer_services::Provider;

use super::Config;

/// Says so when this is neither empty nor a day.
pub(super) fn check_end(section: &str, text: &str, problems: &mut Vec<String>) {
    if !text.trim().is_empty() && Timestamp::from_date(text.trim()).is_none() {
        problems.push(format!(
            "{section}.client_secret_expires: must be a day such as 2027-01-31, or empty"
        ));
    }
}

impl Config {
    /// The client secrets of which the configuration tells the end. Nobody knows the hour: each
    /// counts as ended when that day begins in UTC.
    #[must_use]
    pub fn client_secrets(&self) -> Vec<ClientSecret> {
        let superoffice = (
            Provider::SuperOffice,
            true,
            &self.superoffice.client_secret_expires,
        );
        let microsoft = (
            Provider::Microsoft,
            self.microsoft.is_on(),
            &self.microsoft.client_secret_expires,
        );
        let google = (
            Provider::Google,
            self.google.is_on(),
            &self.google.client_secret_expires,
        );
        [superoffice, microsoft, google]
            .into_iter()
            .filter(|(_, is_on, _)| *is_on)
            .filter_map(|(provider, _, day)| {
                Some(ClientSecret {
                    system: provider.word(),
                    ends_at: Timestamp::from_date(day.trim())?,
                })
            })
            .collect()
    }

    /// What could be better although it works, a line each.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let mut hints = Vec::new();
        if self.microsoft.is_on() && self.microsoft.client_secret_expires.trim().is_empty() {
            hints.push("microsoft.client_secret_expires: without the day on which the client secret ends nobody is warned before".to_owned());
        }
        if !self.client_secrets().is_empty() && self.smtp.operator().is_none() {
            hints.push("smtp.operator: without an address nobody is mailed before a client secret ends; administrators see it, and the log".to_owned());
        }
        hints
    }
}
