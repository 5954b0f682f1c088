//! `[jobs]`

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Background work.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobsSection {
    /// Seconds after which the work of a process that died is taken up by another.
    pub lease_seconds: u32,
}

impl Default for JobsSection {
    fn default() -> Self {
        Self { lease_seconds: 60 }
    }
}

impl JobsSection {
    /// How long a claimed job belongs to its worker without a sign of life.
    #[must_use]
    pub fn lease(&self) -> Duration {
        Duration::from_secs(u64::from(self.lease_seconds))
    }

    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        if !(2..=3_600).contains(&self.lease_seconds) {
            problems.push("jobs.lease_seconds: must be between 2 and 3600".to_owned());
        }
    }
}
