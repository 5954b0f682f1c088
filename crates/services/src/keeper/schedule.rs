//! When a link is looked at next. Pure.

use std::time::Duration;

use synchronizer_domain::Timestamp;

/// A token is renewed at least this long before its end, and by chance up to twice as long.
const AHEAD: Duration = Duration::from_secs(300);
/// A link that rests still uses its refresh tokens this often: providers end those that are
/// not used for 90 days (Microsoft) or half a year (Google).
const RESTING: Duration = Duration::from_secs(7 * 86_400);
/// Never sooner than this.
const LEAST: Duration = Duration::from_secs(1);

/// An access token's life.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    pub from: Timestamp,
    pub until: Timestamp,
}

impl Life {
    /// How long before its end it is renewed: a third of a short life.
    pub(super) fn ahead(self) -> Duration {
        AHEAD.min(self.until.since(self.from) / 3)
    }
}

/// What the next look depends on.
#[derive(Debug, Clone)]
pub(super) struct Outlook {
    /// When the link was last tried as a whole.
    pub tried_at: Timestamp,
    /// How often it is to be tried.
    pub every: Duration,
    /// The tokens in use.
    pub lives: Vec<Life>,
    /// The link is paused.
    pub resting: bool,
    /// Chance, so that a thousand links linked at once do not come back at once.
    pub spread: u8,
}

/// A share of a duration between none and all of it.
fn share(of: Duration, spread: u8) -> Duration {
    of * u32::from(spread) / 255
}

/// When a link is looked at next.
pub(super) fn next_look(outlook: &Outlook, now: Timestamp) -> Timestamp {
    let Outlook { every, spread, .. } = *outlook;
    let soonest = now.plus(LEAST);
    if outlook.resting {
        return now.plus(RESTING).minus(share(RESTING / 5, spread));
    }
    let check = outlook
        .tried_at
        .plus(every)
        .minus(share(every / 10, spread));
    outlook
        .lives
        .iter()
        .map(|life| {
            let ahead = life.ahead();
            life.until.minus(ahead).minus(share(ahead, spread))
        })
        .fold(check.min(now.plus(RESTING)), Timestamp::min)
        .max(soonest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);
    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn outlook(lives: &[u64], every: Duration, spread: u8) -> Outlook {
        Outlook {
            tried_at: NOW,
            every,
            lives: lives
                .iter()
                .map(|minutes| Life {
                    from: NOW,
                    until: NOW.plus(Duration::from_secs(minutes * 60)),
                })
                .collect(),
            resting: false,
            spread,
        }
    }

    fn minutes_until(outlook: &Outlook) -> u64 {
        next_look(outlook, NOW).since(NOW).as_secs() / 60
    }

    #[test]
    fn tokens_are_renewed_before_they_end_and_links_are_tried_in_time() {
        for (lives, every, spread, minutes) in [
            (&[60_u64, 75][..], HOUR * 6, 0, 55),
            (&[60, 75], HOUR * 6, 255, 50),
            (&[75], HOUR / 2, 0, 30),
            (&[75], HOUR / 2, 255, 27),
            (&[], HOUR * 6, 0, 360),
            // A token that lives for six minutes is renewed two before its end.
            (&[6], HOUR, 0, 4),
            (&[6], HOUR, 255, 2),
            // However rarely links are to be tried.
            (&[], HOUR * 24 * 365, 0, 7 * 24 * 60),
        ] {
            let outlook = outlook(lives, every, spread);
            assert_eq!(minutes_until(&outlook), minutes, "{outlook:?}");
        }
    }

    #[test]
    fn what_is_overdue_is_due_soon_and_not_in_a_loop() {
        let mut late = outlook(&[], HOUR, 0);
        late.tried_at = NOW.minus(HOUR * 5);
        assert_eq!(next_look(&late, NOW), NOW.plus(LEAST));
    }

    #[test]
    fn a_resting_link_still_uses_its_tokens_long_before_they_die_unused() {
        let mut resting = outlook(&[60], HOUR, 0);
        resting.resting = true;
        assert_eq!(minutes_until(&resting), 7 * 24 * 60);
        resting.spread = 255;
        let least = minutes_until(&resting);
        assert!((5 * 24 * 60..7 * 24 * 60).contains(&least), "{least}");
    }

    #[test]
    fn chance_spreads_links_over_the_interval() {
        let looks: std::collections::HashSet<u64> = (0..=255)
            .map(|spread| {
                next_look(&outlook(&[], HOUR * 6, spread), NOW)
                    .since(NOW)
                    .as_secs()
            })
            .collect();
        assert!(looks.len() > 200);
    }
}
