//! How often something may be asked in a short time, in bounded memory.
//!
//! Each key has one instant: when it would have caught up with the pace (the generic cell
//! rate algorithm). A request is admitted while that instant is not too far ahead.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use synchronizer_domain::Timestamp;

/// Keys that are remembered at once.
const MOST: usize = 10_000;

/// A pace, and how far it may be exceeded at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name, part of the key.
    pub name: &'static str,
    /// Requests that may come at once.
    pub burst: u32,
    /// Time in which one of them is given back.
    pub every: Duration,
}

/// Remembers who asked how often.
#[derive(Debug, Default)]
pub struct Limiter(Mutex<HashMap<(&'static str, String), Timestamp>>);

impl Limiter {
    /// Admits a request, or says how long to wait.
    ///
    /// # Errors
    /// The time until the next request of this key is admitted.
    pub fn admit(&self, rule: Rule, key: &str, now: Timestamp) -> Result<(), Duration> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (rule.name, key.to_owned());
        let caught_up = known.get(&key).copied().unwrap_or(now).max(now);
        let slack = rule.every * rule.burst.saturating_sub(1);
        let ahead = caught_up.since(now);
        if ahead > slack {
            return Err(ahead.saturating_sub(slack));
        }
        if known.len() >= MOST && !known.contains_key(&key) {
            make_room(&mut known, now);
        }
        known.insert(key, caught_up.plus(rule.every));
        Ok(())
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// Forgets who has caught up; if nobody has, whoever is nearest to it.
fn make_room(known: &mut HashMap<(&'static str, String), Timestamp>, now: Timestamp) {
    known.retain(|_, caught_up| *caught_up > now);
    if known.len() >= MOST {
        let nearest = known.iter().min_by_key(|(_, at)| **at);
        if let Some(key) = nearest.map(|(key, _)| key.clone()) {
            known.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        name: "test",
        burst: 3,
        every: Duration::from_secs(10),
    };

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    #[test]
    fn a_burst_is_admitted_and_then_the_pace() {
        let limiter = Limiter::default();
        for _ in 0..3 {
            assert_eq!(limiter.admit(RULE, "a", at(100)), Ok(()));
        }
        assert_eq!(
            limiter.admit(RULE, "a", at(100)),
            Err(Duration::from_secs(10))
        );
        assert_eq!(limiter.admit(RULE, "b", at(100)), Ok(()), "another key");
        assert_eq!(
            limiter.admit(RULE, "a", at(104)),
            Err(Duration::from_secs(6)),
            "a refused request costs nothing"
        );
        assert_eq!(limiter.admit(RULE, "a", at(110)), Ok(()));
        assert!(limiter.admit(RULE, "a", at(110)).is_err());
        for _ in 0..3 {
            assert_eq!(limiter.admit(RULE, "a", at(1_000)), Ok(()));
        }
        assert!(limiter.admit(RULE, "a", at(1_000)).is_err());
    }

    #[test]
    fn memory_is_bounded_and_the_worst_is_remembered() {
        let limiter = Limiter::default();
        for _ in 0..3 {
            limiter.admit(RULE, "bad", at(100)).unwrap();
        }
        for n in 0..2 * MOST {
            limiter.admit(RULE, &n.to_string(), at(100)).unwrap();
        }
        assert!(limiter.len() <= MOST);
        assert!(limiter.admit(RULE, "bad", at(100)).is_err());
        limiter.admit(RULE, "late", at(10_000)).unwrap();
        assert_eq!(limiter.len(), 1, "who caught up is forgotten");
    }
}
