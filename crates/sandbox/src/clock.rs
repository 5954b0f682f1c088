//! Where the stand-ins take the time from. Tests pass their own clock to expire tokens.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use jiff::Timestamp;

/// Tells the time as whole seconds since 1970-01-01 UTC.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The clock of the machine.
#[expect(
    clippy::disallowed_methods,
    reason = "the stand-ins share nothing with the portal, also not its clock; this is their only reading of the time"
)]
pub(crate) fn system() -> Clock {
    Arc::new(|| {
        std::time::SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| {
                i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
            })
    })
}

/// Seconds as RFC 3339 in UTC, for example `2026-03-02T08:00:00Z`.
pub(crate) fn iso(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| String::new(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::iso;

    #[test]
    fn seconds_are_written_as_utc() {
        assert_eq!(iso(1_772_438_400), "2026-03-02T08:00:00Z");
    }
}
