//! `[grants]`

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How the connections of linked people are looked after.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GrantsSection {
    /// Seconds between two tries of a link's connections. Tokens are renewed ahead of their
    /// end in any case.
    pub check_seconds: u32,
}

impl Default for GrantsSection {
    fn default() -> Self {
        Self {
            check_seconds: 3_600,
        }
    }
}

impl GrantsSection {
    /// How often both connections of a link are tried.
    #[must_use]
    pub fn check_every(&self) -> Duration {
        Duration::from_secs(u64::from(self.check_seconds))
    }

    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        if !(1..=604_800).contains(&self.check_seconds) {
            problems.push("grants.check_seconds: must be between 1 and 604800, a week".to_owned());
        }
    }
}
