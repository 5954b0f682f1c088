//! What an administrator should look at, told quietly until it is done or dismissed.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::ids::ProfileId;
use crate::link::words;
use crate::session::Actor;
use crate::usecases::UseCaseResult;

words! {
    /// What a notice is about.
    NoticeKind {
        /// CRM users who came after the list was first read, and are not linked.
        NewCrm = "new_crm",
        /// Linked people who are gone from either list, or retired or disabled there.
        Gone = "gone",
        /// Invitations that nobody answered for long.
        Unanswered = "unanswered",
        /// Invitations that are on their way once more, or were a while ago.
        Resent = "resent",
    }
}

impl NoticeKind {
    /// Whether a table of links can show whom it is about.
    #[must_use]
    pub const fn is_of_links(self) -> bool {
        matches!(self, Self::Gone | Self::Unanswered)
    }
}

/// Nobody is mailed again sooner by *Resend all*; as long it tells what became of it.
pub const RESEND_PAUSE: Duration = Duration::from_secs(86_400);

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// How many people.
    pub count: u32,
    /// When the first of them joined.
    pub since: Timestamp,
    /// When the last of them joined: up to there it is dismissed.
    pub newest: Timestamp,
    /// Profiles in which new people can be linked, or whose invitations were sent again.
    pub places: Vec<(ProfileId, String)>,
    /// After how many days an invitation counts as unanswered.
    pub days: u32,
    /// How long the mails to them would take, in seconds; none when nothing paces them.
    pub seconds: Option<u32>,
    /// How many mails are still to be written.
    pub waiting: u32,
    /// How many were refused.
    pub refused: u32,
}

/// Something that a notice may tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// How many people.
    pub count: u32,
    /// When the first of them joined.
    pub oldest: Timestamp,
    /// When the last of them joined.
    pub newest: Timestamp,
}

impl Fact {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            oldest: self.oldest.min(other.oldest),
            newest: self.newest.max(other.newest),
        }
    }

    /// Whether it is told: there is somebody, and somebody joined since those who were
    /// dismissed.
    #[must_use]
    pub fn is_told(&self, dismissed: Option<Timestamp>) -> bool {
        self.count > 0 && dismissed.is_none_or(|seen| self.newest > seen)
    }
}

/// Notices of a company.
#[async_trait]
pub trait Notices: Send + Sync {
    /// What should be looked at.
    async fn told(&self, actor: &Actor) -> UseCaseResult<Vec<Notice>>;
    /// Hides a notice from everybody who administers, until somebody joins after `seen`, the
    /// newest of whom it told.
    async fn dismiss(&self, actor: &Actor, kind: NoticeKind, seen: Timestamp) -> UseCaseResult<()>;
    /// Begins to mail everybody whose invitation is unanswered and who was told of: up to
    /// `seen`, the newest of them. How many there are; whoever is on such a list that is not
    /// done is not put on a second one.
    async fn resend_all(&self, actor: &Actor, seen: Timestamp) -> UseCaseResult<u32>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(count: u32, newest: i64) -> Fact {
        Fact {
            count,
            oldest: Timestamp::from_secs(1),
            newest: Timestamp::from_secs(newest),
        }
    }

    #[test]
    fn a_dismissed_notice_comes_back_with_somebody_new() {
        for (fact, dismissed, told) in [
            (fact(0, 5), None, false),
            (fact(2, 5), None, true),
            (fact(2, 5), Some(5), false),
            (fact(1, 5), Some(9), false),
            (fact(3, 10), Some(9), true),
        ] {
            let seen = dismissed.map(Timestamp::from_secs);
            assert_eq!(fact.is_told(seen), told, "{fact:?} {dismissed:?}");
        }
    }

    #[test]
    fn facts_of_profiles_are_told_as_one() {
        let sum = fact(2, 5).and(Fact {
            oldest: Timestamp::from_secs(0),
            ..fact(3, 4)
        });
        assert_eq!((sum.count, sum.newest), (5, Timestamp::from_secs(5)));
        assert_eq!(sum.oldest, Timestamp::from_secs(0));
    }
}
