//! Time as an argument.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since the epoch, as OAuth and JWT carry them.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// The beginning of a day `2026-11-23` in UTC; none when there is no such day.
    #[must_use]
    pub fn from_date(day: &str) -> Option<Self> {
        let mut parts = day.splitn(3, '-');
        let year: i64 = parts.next().filter(|part| part.len() == 4)?.parse().ok()?;
        let month: i64 = parts.next().filter(|part| part.len() == 2)?.parse().ok()?;
        let date: i64 = parts.next().filter(|part| part.len() == 2)?.parse().ok()?;
        // Days since 1970 of a proleptic Gregorian date, counted from March.
        let (y, m) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let era = y.div_euclid(400);
        let of_era = y.rem_euclid(400);
        let days =
            era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + date
                - 719_469;
        let found = Self::from_secs(days * 86_400);
        // A date that does not exist turns into another one.
        (found.date() == day).then_some(found)
    }

    /// The day in UTC, `2026-11-23`.
    #[must_use]
    pub fn date(self) -> String {
        let mut text = self.to_rfc3339();
        text.truncate(10);
        text
    }

    /// Microseconds since the epoch, the form of the database.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This instant moved forward; stops at the end of time.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// This instant moved back; stops at the beginning of time.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// Time from `earlier` to this instant, zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// RFC 3339 in UTC with whole seconds, for `<time datetime>` and exports.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let (year, month, day) = civil_from_days(self.as_secs().div_euclid(86_400));
        let second = self.as_secs().rem_euclid(86_400);
        format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
            second / 3_600,
            second / 60 % 60,
            second % 60
        )
    }

    /// Year, month 1–12 and day 1–31 in UTC.
    #[must_use]
    pub fn civil_date(self) -> (i64, u32, u32) {
        civil_from_days(self.as_secs().div_euclid(86_400))
    }
}

/// Days since 1970-01-01 to a proleptic Gregorian date; counts from 0000-03-01 so
/// that the leap day is the last of its year.
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (
        year,
        u32::try_from(month).unwrap_or(1),
        u32::try_from(day).unwrap_or(1),
    )
}

/// Tells the time. The server passes the system's, tests a [`FixedClock`].
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is moved; for tests.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows this many microseconds since the epoch.
    #[must_use]
    pub const fn at_micros(micros: i64) -> Self {
        Self(AtomicI64::new(micros))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0
            .fetch_add(i64::try_from(by.as_micros()).unwrap_or(0), Ordering::SeqCst);
    }

    /// Moves the clock forward by milliseconds.
    pub fn advance_millis(&self, millis: u64) {
        self.advance(Duration::from_millis(millis));
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_follow_the_gregorian_calendar() {
        for (secs, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_453_129, "2026-11-23T16:58:49Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(Timestamp::from_secs(secs).to_rfc3339(), text);
        }
    }

    #[test]
    fn a_day_begins_at_midnight_and_no_other_text_is_a_day() {
        for day in ["1970-01-01", "2000-02-29", "2026-11-23", "2024-12-31"] {
            let found = Timestamp::from_date(day).unwrap();
            assert_eq!(found.to_rfc3339(), format!("{day}T00:00:00Z"));
            assert_eq!(found.date(), day);
        }
        for wrong in [
            "",
            "2026-02-29",
            "2026-13-01",
            "26-01-01",
            "2026-1-1",
            "yesterday",
            "2026-11-23T00",
            "-026-01-01",
        ] {
            assert_eq!(Timestamp::from_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn time_since_a_later_instant_is_zero() {
        assert_eq!(
            Timestamp::from_secs(1).since(Timestamp::from_secs(2)),
            Duration::ZERO
        );
    }
}
