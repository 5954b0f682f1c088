//! The machine's time, moved or stopped.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use synchronizer_domain::{Clock, Timestamp};

/// Runs with the machine's clock, ahead of it by what tests add, or stands still.
#[derive(Debug, Default)]
pub struct ShiftedClock(Mutex<Hands>);

#[derive(Debug, Default, Clone, Copy)]
struct Hands {
    ahead: Duration,
    /// The machine's time at which it was stopped.
    stopped: Option<Duration>,
}

impl ShiftedClock {
    /// Moves the clock forward, also while it stands still.
    pub fn advance(&self, by: Duration) {
        self.change(|hands| hands.ahead += by);
    }

    /// How far it is ahead of the machine's clock.
    #[must_use]
    pub fn ahead(&self) -> Duration {
        self.hands().ahead
    }

    /// Lets time stand still: what happens from here on waits for nothing.
    pub fn stop(&self) {
        self.change(|hands| hands.stopped = hands.stopped.or(Some(machine())));
    }

    /// Lets time run on, from where it stood.
    pub fn go_on(&self) {
        self.change(|hands| {
            if let Some(stopped) = hands.stopped.take() {
                let lost = machine().saturating_sub(stopped);
                hands.ahead = hands.ahead.saturating_sub(lost);
            }
        });
    }

    fn hands(&self) -> Hands {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Hands)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests against real peers need real time"
)]
fn machine() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let hands = self.hands();
        let at = hands.stopped.unwrap_or_else(machine) + hands.ahead;
        Timestamp::from_micros(i64::try_from(at.as_micros()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_clock_moves_only_when_it_is_moved() {
        let clock = ShiftedClock::default();
        clock.stop();
        let stood = clock.now();
        assert_eq!(clock.now(), stood);
        clock.advance(Duration::from_secs(7));
        assert_eq!(clock.now(), stood.plus(Duration::from_secs(7)));
        clock.go_on();
        assert!(clock.now() >= stood);
    }
}
