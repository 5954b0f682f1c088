//! `[smtp]`

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use synchronizer_domain::Locale;
use synchronizer_domain::text::is_email;

use super::files::secret_text;

/// The SMTP server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailSection {
    /// `smtp://user:password@host:port` (STARTTLS) or `smtps://…` (implicit TLS). Secret.
    #[serde(skip_serializing, deserialize_with = "secret_text")]
    pub url: SecretString,
    /// Sender: an address, or `Name <address>`.
    pub from: String,
    /// Who is mailed when only the operator can mend something; empty mails nobody.
    pub operator: String,
    /// Language tag of those mails; nobody chose one in the portal.
    pub operator_locale: String,
    /// Mails per minute of one process; 0 does not limit.
    pub rate_per_minute: u32,
    /// Mails per minute of one company, in all processes; 0 takes `rate_per_minute`.
    pub tenant_rate_per_minute: u32,
}

impl Default for MailSection {
    fn default() -> Self {
        Self {
            url: "smtp://127.0.0.1:25".into(),
            from: "Synchronizer <synchronizer@localhost>".to_owned(),
            operator: String::new(),
            operator_locale: Locale::En.tag().to_owned(),
            rate_per_minute: 60,
            tenant_rate_per_minute: 0,
        }
    }
}

impl MailSection {
    /// Mails per minute of one company; none is unpaced.
    #[must_use]
    pub fn tenant_rate(&self) -> Option<u32> {
        [self.tenant_rate_per_minute, self.rate_per_minute]
            .into_iter()
            .find(|rate| *rate > 0)
    }

    /// Who is mailed about what only the operator can mend.
    #[must_use]
    pub fn operator(&self) -> Option<String> {
        let address = self.operator.trim();
        (!address.is_empty()).then(|| address.to_owned())
    }

    /// The language of mails to the operator.
    #[must_use]
    pub fn operator_locale(&self) -> Locale {
        self.operator_locale.trim().parse().unwrap_or_default()
    }

    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        let address = self
            .from
            .rsplit_once('<')
            .map_or(self.from.as_str(), |(_, rest)| rest.trim_end_matches('>'));
        if !is_email(address.trim()) {
            problems.push("smtp.from: must be an e-mail address, or `Name <address>`".to_owned());
        }
        if self.operator_locale.trim().parse::<Locale>().is_err() {
            let known = Locale::ALL.map(Locale::tag).join(", ");
            problems.push(format!("smtp.operator_locale: must be one of {known}"));
        }
        if self.operator().is_some_and(|address| !is_email(&address)) {
            problems.push("smtp.operator: must be an e-mail address, or empty".to_owned());
        }
    }
}
