//! `[lists]`

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The lists of people.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListsSection {
    /// Minutes after which a list of people is read again by itself; 0 is never.
    pub refresh_minutes: u32,
}

impl Default for ListsSection {
    fn default() -> Self {
        Self {
            refresh_minutes: 720,
        }
    }
}

impl ListsSection {
    /// How old a list may become.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        let seconds = u64::from(self.refresh_minutes) * 60;
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }
}
