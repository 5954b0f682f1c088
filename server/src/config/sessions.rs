//! `[sessions]`

use std::time::Duration;

use serde::{Deserialize, Serialize};
use synchronizer_services::SessionRules;

/// How long a sign-in to the portal lasts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionsSection {
    /// Minutes without a request after which it ends.
    pub idle_minutes: u32,
    /// Hours after which it ends in any case.
    pub absolute_hours: u32,
}

impl Default for SessionsSection {
    fn default() -> Self {
        Self {
            idle_minutes: 480,
            absolute_hours: 168,
        }
    }
}

impl SessionsSection {
    /// The rules.
    #[must_use]
    pub fn rules(&self) -> SessionRules {
        SessionRules {
            idle: Duration::from_secs(u64::from(self.idle_minutes) * 60),
            absolute: Duration::from_secs(u64::from(self.absolute_hours) * 3_600),
        }
    }

    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        // A request is noted once a minute: anything shorter would end sign-ins at random.
        if !(5..=43_200).contains(&self.idle_minutes) {
            problems.push("sessions.idle_minutes: must be between 5 and 43200".to_owned());
        }
        if !(1..=720).contains(&self.absolute_hours) {
            problems.push("sessions.absolute_hours: must be between 1 and 720".to_owned());
        }
    }
}
