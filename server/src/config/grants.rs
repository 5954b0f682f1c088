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
    /// Days for which deleted links keep their grants, so that undeleting needs no sign-in; 0
    /// keeps them until the link is deleted permanently.
    pub keep_deleted_days: u32,
}

impl Default for GrantsSection {
    fn default() -> Self {
        Self {
            check_seconds: 3_600,
            keep_deleted_days: 30,
        }
    }
}

impl GrantsSection {
    /// How often both connections of a link are tried.
    #[must_use]
    pub fn check_every(&self) -> Duration {
        Duration::from_secs(u64::from(self.check_seconds))
    }

    /// Days for which deleted links keep their grants; none keeps them.
    #[must_use]
    pub fn keep_deleted(&self) -> Option<u32> {
        (self.keep_deleted_days > 0).then_some(self.keep_deleted_days)
    }

    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        if !(1..=604_800).contains(&self.check_seconds) {
            problems.push("grants.check_seconds: must be between 1 and 604800, a week".to_owned());
        }
        if self.keep_deleted_days > 3_650 {
            problems.push("grants.keep_deleted_days: must be at most 3650, ten years".to_owned());
        }
    }
}
