//! What is done for many links at once, as the web side asks for it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ids::{AssociateId, BatchId, CalendarUserId, ImportId, LinkId, ProfileId};
use crate::import::ImportView;
use crate::link::{LinkAction, words};
use crate::profile::{CalendarSystem, Stop};
use crate::session::Actor;
use crate::several::{LeftOut, OfferedPair};
use crate::status::LinksQuery;
use crate::usecases::UseCaseResult;
use crate::{ErrorCode, Timestamp};

/// Most pairs one batch may hold.
pub const MAX_PAIRS: usize = 20_000;

/// What came of an action on a selection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActReport {
    /// Links for which it was done.
    pub done: Vec<LinkId>,
    /// Links whose state does not allow it, or that are gone; nothing was changed there.
    pub skipped: u32,
    /// Links for which it was refused, and why.
    pub refused: Vec<(LinkId, ErrorCode)>,
}

/// What an action on a selection would touch, asked for before it is begun.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActPreview {
    /// Chosen links that the present filter does not show, on whatever page.
    pub hidden: Vec<LinkId>,
    /// Chosen links for which it cannot be done now, or that are gone.
    pub skipped: Vec<LinkId>,
    /// How fast mails leave.
    pub pace: MailPace,
}

/// How fast the mails of a company leave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailPace {
    /// How many wait for their turn.
    pub waiting: u32,
    /// Seconds until the turn of the last of them.
    pub last_in: u32,
    /// Mails per minute of the company; none is unpaced.
    pub of_company: Option<u32>,
    /// Mails per minute of a process for all companies; none is unpaced.
    pub of_process: Option<u32>,
}

impl MailPace {
    /// Seconds until the last of so many further mails has left, if nothing else waits.
    #[must_use]
    pub fn seconds(&self, mails: u32) -> u32 {
        let need = |mails: u32, rate: Option<u32>| {
            let seconds = |rate: u32| u64::from(mails) * 60 / u64::from(rate.max(1));
            rate.map_or(0, seconds)
        };
        let turns = u64::from(self.last_in) + need(mails, self.of_company);
        let paced = need(self.waiting.saturating_add(mails), self.of_process);
        u32::try_from(turns.max(paced)).unwrap_or(u32::MAX)
    }
}

/// The page *Link several*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeveralView {
    /// The profile.
    pub profile: ProfileId,
    /// Its name.
    pub profile_name: String,
    /// Its calendar system.
    pub system: CalendarSystem,
    /// Who disabled the profile, when it is.
    pub stop: Option<Stop>,
    /// Pairs that can be linked.
    pub pairs: Vec<OfferedPair>,
    /// CRM users who are not offered.
    pub left_out: Vec<LeftOut>,
    /// When the older of the two lists was read; none when one was never read.
    pub read_at: Option<Timestamp>,
    /// The newest batch of the profile.
    pub batch: Option<BatchView>,
}

words! {
    /// What a batch does for each of its rows.
    BatchKind {
        /// Links a pair and invites the person.
        Link = "link",
        /// Sends a further invitation.
        Resend = "resend",
    }
}

words! {
    /// How far a row of a batch is.
    BatchRowState {
        /// Not begun.
        Waiting = "waiting",
        /// Done.
        Done = "done",
        /// The same pair was linked before; nothing was changed.
        Already = "already",
        /// Refused for a reason; nothing was changed.
        Refused = "refused",
        /// Stopped by an administrator before it was begun.
        Cancelled = "cancelled",
    }
}

/// A row of a batch with its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchLine {
    /// Name of the CRM user.
    pub crm: String,
    /// Name of the calendar user.
    pub calendar: String,
    /// How far it is.
    pub state: BatchRowState,
    /// Why it was refused.
    pub reason: Option<ErrorCode>,
}

/// A batch with its progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchView {
    /// Its id.
    pub id: BatchId,
    /// What it does.
    pub kind: BatchKind,
    /// Who began it.
    pub started_by: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When it asks a server again that was busy or did not answer; none while it goes on.
    pub waits_until: Option<Timestamp>,
    /// The profile's calendar system.
    pub system: CalendarSystem,
    /// Rows by state; states without rows are left out.
    pub counts: Vec<(BatchRowState, u32)>,
    /// The refused rows, then the others, at most [`SHOWN_LINES`] of each.
    pub lines: Vec<BatchLine>,
}

/// A row of a batch as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchResult {
    /// The CRM user.
    pub crm: AssociateId,
    /// His name.
    pub crm_name: String,
    /// The calendar user.
    pub calendar: CalendarUserId,
    /// His name.
    pub calendar_name: String,
    /// How far it is.
    pub state: BatchRowState,
    /// Why it was refused.
    pub reason: Option<ErrorCode>,
}

/// Most refused rows, and most other rows, that a page shows.
pub const SHOWN_LINES: u32 = 50;

impl BatchView {
    /// How many rows are in a state.
    #[must_use]
    pub fn count(&self, state: BatchRowState) -> u32 {
        let found = self.counts.iter().find(|(other, _)| *other == state);
        found.map_or(0, |(_, count)| *count)
    }

    /// How many rows there are.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.counts.iter().map(|(_, count)| count).sum()
    }
}

/// Actions on selections.
#[async_trait]
pub trait Bulk: Send + Sync {
    /// Does what the states of the links allow. [`LinkAction::Erase`] wants what the
    /// administrator typed: the CRM user's name of the only link, or their number.
    async fn act(
        &self,
        actor: &Actor,
        action: LinkAction,
        links: Vec<LinkId>,
        typed: String,
    ) -> UseCaseResult<ActReport>;
    /// What an action on these links would touch, beside what `filter` shows. Changes nothing.
    async fn preview(
        &self,
        actor: &Actor,
        action: LinkAction,
        links: Vec<LinkId>,
        filter: LinksQuery,
    ) -> UseCaseResult<ActPreview>;
    /// Who can be linked by equal e-mail, and who cannot. Has a list read in the background
    /// that was never read.
    async fn several(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<SeveralView>;
    /// Begins to link these pairs, each wholly or not at all; the same pair twice is no harm.
    async fn link_several(
        &self,
        actor: &Actor,
        profile: ProfileId,
        pairs: Vec<(AssociateId, CalendarUserId)>,
    ) -> UseCaseResult<BatchId>;
    /// A list of pairs that was brought, with a verdict for each line; without one the page
    /// that takes it.
    async fn import(
        &self,
        actor: &Actor,
        profile: ProfileId,
        import: Option<ImportId>,
    ) -> UseCaseResult<ImportView>;
    /// Begins to link the lines of a list that are right: all but those that were `offered`
    /// to be chosen and are not `ticked`.
    async fn link_import(
        &self,
        actor: &Actor,
        profile: ProfileId,
        import: ImportId,
        offered: Vec<u32>,
        ticked: Vec<u32>,
    ) -> UseCaseResult<BatchId>;
    /// The newest batch of a profile.
    async fn batch(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<Option<BatchView>>;
    /// Stops a batch; what is done stays.
    async fn cancel_batch(&self, actor: &Actor, batch: BatchId) -> UseCaseResult<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slower_of_both_paces_says_when_the_last_mail_has_left() {
        let pace = |waiting, last_in, of_company, of_process| MailPace {
            waiting,
            last_in,
            of_company,
            of_process,
        };
        for (pace, mails, expected) in [
            (MailPace::default(), 10_000, 0),
            (pace(0, 0, Some(60), Some(60)), 90, 90),
            // What waits already goes first.
            (pace(30, 30, Some(60), Some(60)), 90, 120),
            (pace(30, 300, Some(6), Some(60)), 10, 400),
            // A process that is slower than the company's turns.
            (pace(10, 0, None, Some(30)), 20, 60),
            (pace(0, 0, Some(600), Some(60)), 600, 600),
            (pace(5, 40, Some(60), None), 0, 40),
            (pace(0, 0, Some(1), Some(1)), u32::MAX, u32::MAX),
        ] {
            assert_eq!(pace.seconds(mails), expected, "{pace:?} {mails}");
        }
    }
}
