//! `[database]`

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::files::secret_text;

/// Where everything is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSection {
    /// `sqlite://path` or `postgres://user:password@host/name`. Secret.
    #[serde(skip_serializing, deserialize_with = "secret_text")]
    pub url: SecretString,
    /// Apply missing migrations at the start of `serve`.
    pub migrate: bool,
}

impl Default for DatabaseSection {
    fn default() -> Self {
        Self {
            url: "sqlite://synchronizer.db".into(),
            migrate: true,
        }
    }
}

impl DatabaseSection {
    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        let url = self.url.expose_secret();
        if !url.starts_with("sqlite://")
            && !url.starts_with("postgres://")
            && !url.starts_with("postgresql://")
        {
            problems.push("database.url: must begin with sqlite:// or postgres://".to_owned());
        }
    }
}
