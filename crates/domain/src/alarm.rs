//! What administrators must hear of, because no linked person can mend it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::link::words;

words! {
    /// Which alarm; each has a text in every language.
    AlarmKind {
        /// The remote system no longer accepts this installation's own registration.
        ClientRefused = "client_refused",
        /// Sign-ins die after exactly a week: a client in testing status.
        WeeklyExpiry = "weekly_expiry",
    }
}

/// An alarm of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// The remote system's word.
    pub system: String,
    /// Which alarm.
    pub kind: AlarmKind,
    /// Since when.
    pub since: Timestamp,
}

/// Whether two grants that lived this long each were ended by a weekly expiry (SC-57).
#[must_use]
pub fn is_weekly_expiry(first: Duration, second: Duration) -> bool {
    const WEEK: Duration = Duration::from_secs(7 * 86_400);
    const SLACK: Duration = Duration::from_secs(12 * 3_600);
    [first, second]
        .iter()
        .all(|life| life.abs_diff(WEEK) <= SLACK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_deaths_after_a_week_each_are_a_weekly_expiry_sc_57() {
        let days = |days: f64| Duration::from_secs_f64(days * 86_400.0);
        for (first, second, weekly) in [
            (7.0, 7.0, true),
            (7.2, 6.8, true),
            (7.0, 30.0, false),
            (1.0, 7.0, false),
            (14.0, 14.0, false),
        ] {
            assert_eq!(
                is_weekly_expiry(days(first), days(second)),
                weekly,
                "{first} {second}"
            );
        }
    }
}
