//! How long to wait before the next try.

use std::time::Duration;

/// 5 s doubled with every try, at most an hour, and up to a fifth longer by `spread`
/// (0–255) so that many failures do not come back at once.
#[must_use]
pub fn backoff(attempts: u32, spread: u8) -> Duration {
    let base = Duration::from_secs(5)
        .saturating_mul(1 << attempts.min(10))
        .min(Duration::from_secs(3_600));
    base + base / 5 * u32::from(spread) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour_and_no_further() {
        assert_eq!(backoff(0, 0), Duration::from_secs(5));
        assert_eq!(backoff(3, 0), Duration::from_secs(40));
        assert_eq!(backoff(99, 0), Duration::from_secs(3_600));
        assert_eq!(backoff(0, 255), Duration::from_secs(6));
    }
}
