//! Configuration: defaults, then `synchronizer.toml`, then the environment
//! (`SYNCHRONIZER_<SECTION>__<KEY>`), then secret files (`…_FILE`). One file per section.

mod audit;
mod database;
mod environment;
mod example;
mod files;
mod google;
mod grants;
mod jobs;
mod lists;
mod log;
mod mail;
mod microsoft;
mod notices;
mod outbound;
mod reserved;
mod secrets;
mod server;
mod sessions;
mod superoffice;
mod tenants;
mod vault;

use std::path::Path;

use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

pub use audit::AuditSection;
pub use database::DatabaseSection;
pub use example::example;
pub use google::GoogleSection;
pub use grants::GrantsSection;
pub use jobs::JobsSection;
pub use lists::ListsSection;
pub use log::LogSection;
pub use mail::MailSection;
pub use microsoft::MicrosoftSection;
pub use notices::NoticesSection;
pub use outbound::OutboundSection;
pub use reserved::SyncSection;
pub use server::ServerSection;
pub use sessions::SessionsSection;
pub use superoffice::SuperOfficeSection;
pub use tenants::{SignupMode, TenantsSection};
pub use vault::VaultSection;

/// The whole configuration.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `[server]`
    pub server: ServerSection,
    /// `[database]`
    pub database: DatabaseSection,
    /// `[vault]`
    pub vault: VaultSection,
    /// `[tenants]`
    pub tenants: TenantsSection,
    /// `[sessions]`
    pub sessions: SessionsSection,
    /// `[audit]`
    pub audit: AuditSection,
    /// `[jobs]`
    pub jobs: JobsSection,
    /// `[lists]`
    pub lists: ListsSection,
    /// `[notices]`
    pub notices: NoticesSection,
    /// `[grants]`
    pub grants: GrantsSection,
    /// `[smtp]`
    pub smtp: MailSection,
    /// `[superoffice]`
    pub superoffice: SuperOfficeSection,
    /// `[microsoft]`
    pub microsoft: MicrosoftSection,
    /// `[google]`
    pub google: GoogleSection,
    /// `[sync]`, not used yet.
    pub sync: SyncSection,
    /// `[outbound]`
    pub outbound: OutboundSection,
    /// `[log]`
    pub log: LogSection,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file or a value cannot be read.
    #[error("{0}")]
    Read(Box<figment::Error>),
    /// A secret file cannot be read, or collides with its value.
    #[error("{0}")]
    File(String),
    /// Values that do not go together. Each line names the key and what to do.
    #[error("the configuration has {} problem(s):\n{}", .0.len(), .0.join("\n"))]
    Invalid(Vec<String>),
}

impl Config {
    /// Loads the configuration; without a path `synchronizer.toml` in the present folder is
    /// used when it exists.
    ///
    /// # Errors
    /// [`ConfigError::Read`] and [`ConfigError::File`]; validity is checked by [`Self::validate`].
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        figment = match path {
            Some(path) => figment.merge(Toml::file_exact(path)),
            None => figment.merge(Toml::file("synchronizer.toml")),
        };
        figment = environment::merge(figment, std::env::vars());
        figment = files::merge(figment)?;
        figment
            .extract()
            .map_err(|error| ConfigError::Read(Box::new(error)))
    }

    /// Checks what must hold between values.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] with every problem found, never with a secret.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let mut problems = Vec::new();
        self.server.validate(&mut problems);
        self.database.validate(&mut problems);
        self.vault.validate(&mut problems);
        self.sessions.validate(&mut problems);
        self.jobs.validate(&mut problems);
        self.notices.validate(&mut problems);
        self.grants.validate(&mut problems);
        self.smtp.validate(&mut problems);
        self.superoffice.validate(&mut problems);
        self.microsoft.validate(&mut problems);
        self.google.validate(&mut problems);
        if problems.is_empty() {
            Ok(())
        } else {
            Err(ConfigError::Invalid(problems))
        }
    }
}

#[cfg(test)]
mod tests;
