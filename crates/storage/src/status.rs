//! Links as tables show them: searched, sorted and paged by the database.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{LinkId, ProfileId, TenantId};
use synchronizer_domain::link::{Link, LinkFacts, LinkState};
use synchronizer_domain::mail::MailState;
use synchronizer_domain::notice::NoticeKind;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::status::LinkSort;

use crate::StorageResult;

/// Kind of the job that looks after a link; its key is the link's id.
pub const KEEP_LINK: &str = "keep-link";

/// Which states a table shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StateFilter {
    /// All but deleted links.
    #[default]
    Living,
    /// Deleted ones too.
    All,
    /// One state.
    Only(LinkState),
}

/// Which links a table shows. The default: all but deleted ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkFilter {
    /// Of one profile.
    pub profile: Option<ProfileId>,
    /// Of profiles with this calendar system.
    pub system: Option<CalendarSystem>,
    /// In which state.
    pub state: StateFilter,
    /// Folded words that must all occur in names or addresses.
    pub words: Vec<String>,
    /// Whom a notice tells of; an invitation is unanswered when it was minted before the
    /// instant.
    pub only: Option<(NoticeKind, Timestamp)>,
}

/// A part of a sorted table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Slice {
    /// By what.
    pub sort: LinkSort,
    /// The other way round.
    pub descending: bool,
    /// How many rows are left out before the first.
    pub offset: u32,
    /// At most this many.
    pub limit: u32,
}

/// The newest mailed invitation of a link, and the newest mail about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedInvitation {
    /// The mail's state.
    pub mail: MailState,
    /// What the mail server said.
    pub answer: String,
    /// When the mail was sent, else when it was decided.
    pub at: Timestamp,
    /// When the button of its page was first pressed.
    pub opened_at: Option<Timestamp>,
    /// When it was used up.
    pub used_at: Option<Timestamp>,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A link with everything that a table shows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedLink {
    /// The link.
    pub link: Link,
    /// Its profile's calendar system.
    pub system: CalendarSystem,
    /// What its state is derived from.
    pub facts: LinkFacts,
    /// When the newer of its grants was given.
    pub granted_at: Option<Timestamp>,
    /// When both connections were last found good.
    pub checked_at: Option<Timestamp>,
    /// When its open [`KEEP_LINK`] job runs next.
    pub next_at: Option<Timestamp>,
    /// Since when the person is missing in the CRM's list, and in the calendar list.
    pub gone: [Option<Timestamp>; 2],
    /// Its invitation; none when it was only copied.
    pub invitation: Option<MailedInvitation>,
}

/// Tables of links.
#[async_trait]
pub trait StatusRepository {
    /// The ids of a part of a table. Links of one state stand newest first, other equal rows
    /// by the CRM user's name.
    async fn list_links(
        &mut self,
        tenant: TenantId,
        filter: &LinkFilter,
        slice: Slice,
    ) -> StorageResult<Vec<LinkId>>;
    /// How many links there are in each state, whatever state the filter asks for; states
    /// without links are left out.
    async fn count_links(
        &mut self,
        tenant: TenantId,
        filter: &LinkFilter,
    ) -> StorageResult<Vec<(LinkState, u32)>>;
    /// These links, in this order; those that are gone are left out.
    async fn listed_links(
        &mut self,
        tenant: TenantId,
        ids: &[LinkId],
    ) -> StorageResult<Vec<ListedLink>>;
}
