//! What administrators must hear of, because no linked person can mend it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::link::words;

const DAY: Duration = Duration::from_secs(86_400);

words! {
    /// Which alarm; each has a text in every language.
    AlarmKind {
        /// The remote system no longer accepts this installation's own registration.
        ClientRefused = "client_refused",
        /// Sign-ins die after exactly a week: a client in testing status.
        WeeklyExpiry = "weekly_expiry",
        /// The CRM no longer accepts the company's system user; an administrator's sign-in
        /// reads in its place.
        SystemUserRefused = "system_user_refused",
        /// The secret of this installation's registration ends soon. Known from the
        /// configuration, never stored.
        SecretEnding = "secret_ending",
        /// It has ended.
        SecretEnded = "secret_ended",
    }
}

/// An alarm of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// The remote system's word.
    pub system: String,
    /// Which alarm.
    pub kind: AlarmKind,
    /// Since when; of a secret, when it ends.
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

/// The secret of this installation's registration at a remote system, as far as the
/// configuration tells when it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// The remote system's word.
    pub system: &'static str,
    /// When it ends.
    pub ends_at: Timestamp,
}

impl ClientSecret {
    /// Days before the end at which whoever runs the installation is told, the last one first.
    const DAYS: [u32; 4] = [0, 1, 7, 30];

    /// The last of these days that has come; none while the end is far.
    fn step(&self, now: Timestamp) -> Option<u32> {
        Self::DAYS
            .into_iter()
            .find(|days| now >= self.ends_at.minus(DAY * *days))
    }

    /// What is to be said of it now (SC-56).
    #[must_use]
    pub fn alarm(&self, now: Timestamp) -> Option<Alarm> {
        let kind = match self.step(now)? {
            0 => AlarmKind::SecretEnded,
            _ => AlarmKind::SecretEnding,
        };
        Some(Alarm {
            system: self.system.to_owned(),
            kind,
            since: self.ends_at,
        })
    }

    /// A name for what is to be told now, another one at each step.
    #[must_use]
    pub fn notice(&self, now: Timestamp) -> Option<String> {
        let step = self.step(now)?;
        Some(format!("{} {} {step}", self.system, self.ends_at.date()))
    }
}

/// What administrators of a company see: alarms that stand, and those of secrets. That a
/// system refuses a secret that is known to have ended needs no second line.
#[must_use]
pub fn seen(mut standing: Vec<Alarm>, secrets: Vec<Alarm>) -> Vec<Alarm> {
    standing.retain(|alarm| {
        alarm.kind != AlarmKind::ClientRefused
            || !secrets.iter().any(|secret| {
                secret.system == alarm.system && secret.kind == AlarmKind::SecretEnded
            })
    });
    standing.extend(secrets);
    standing
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

    const ENDS: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn secret() -> ClientSecret {
        ClientSecret {
            system: "microsoft365",
            ends_at: ENDS,
        }
    }

    #[test]
    fn a_secret_is_spoken_of_30_7_and_1_days_before_its_end_and_then_sc_56() {
        let second = Duration::from_secs(1);
        let before = |days: u32| ENDS.minus(DAY * days);
        for (now, step, kind) in [
            (before(31), None, None),
            (before(30).minus(second), None, None),
            (before(30), Some(30), Some(AlarmKind::SecretEnding)),
            (before(8), Some(30), Some(AlarmKind::SecretEnding)),
            (before(7), Some(7), Some(AlarmKind::SecretEnding)),
            (before(2), Some(7), Some(AlarmKind::SecretEnding)),
            (before(1), Some(1), Some(AlarmKind::SecretEnding)),
            (ENDS.minus(second), Some(1), Some(AlarmKind::SecretEnding)),
            (ENDS, Some(0), Some(AlarmKind::SecretEnded)),
            (ENDS.plus(DAY * 400), Some(0), Some(AlarmKind::SecretEnded)),
        ] {
            let alarm = secret().alarm(now);
            assert_eq!(alarm.as_ref().map(|alarm| alarm.kind), kind, "{step:?}");
            assert!(alarm.is_none_or(|alarm| alarm.since == ENDS));
            let name = step.map(|step| format!("microsoft365 2027-01-15 {step}"));
            assert_eq!(secret().notice(now), name);
        }
    }

    #[test]
    fn a_secret_that_ended_says_why_it_is_refused() {
        let refused = |system: &str| Alarm {
            system: system.to_owned(),
            kind: AlarmKind::ClientRefused,
            since: ENDS,
        };
        let standing = vec![refused("google"), refused("microsoft365")];
        for (now, kinds) in [
            (
                ENDS.minus(DAY),
                vec![
                    AlarmKind::ClientRefused,
                    AlarmKind::ClientRefused,
                    AlarmKind::SecretEnding,
                ],
            ),
            (ENDS, vec![AlarmKind::ClientRefused, AlarmKind::SecretEnded]),
        ] {
            let secrets = secret().alarm(now).into_iter().collect();
            let seen = seen(standing.clone(), secrets);
            let found: Vec<AlarmKind> = seen.iter().map(|alarm| alarm.kind).collect();
            assert_eq!(found, kinds);
        }
    }
}
