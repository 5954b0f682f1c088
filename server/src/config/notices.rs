//! `[notices]`

use serde::{Deserialize, Serialize};

/// What administrators are told of.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoticesSection {
    /// Days after which an invitation counts as unanswered.
    pub unanswered_days: u32,
}

impl Default for NoticesSection {
    fn default() -> Self {
        Self { unanswered_days: 7 }
    }
}

impl NoticesSection {
    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        if !(2..=365).contains(&self.unanswered_days) {
            problems.push("notices.unanswered_days: must be between 2 and 365".to_owned());
        }
    }
}
