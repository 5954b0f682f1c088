//! Tables of links: what they ask for, as addresses say it, and what they show.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::ids::{LinkId, ProfileId};
use crate::link::{GrantFact, LinkFacts, LinkState, derive_status, words};
use crate::notice::NoticeKind;
use crate::profile::CalendarSystem;
use crate::session::Actor;
use crate::usecases::{LinkRow, UseCaseResult};

/// Rows on one page of a table.
pub const LINKS_PAGE: u32 = 50;
/// Longest search, in characters.
pub const MAX_QUERY: usize = 100;

words! {
    /// What a table of links is sorted by.
    #[derive(Default)]
    LinkSort {
        /// Those who need attention first, then the states in their order.
        #[default]
        State = "state",
        /// Name of the CRM user.
        Crm = "crm",
        /// Name of the calendar user.
        Calendar = "calendar",
        /// Name of the profile.
        Profile = "profile",
        /// Since when they are in their state.
        Since = "since",
        /// The last check of both connections.
        Checked = "checked",
        /// The next one.
        Next = "next",
    }
}

words! {
    /// How one side of a link stands.
    Connection {
        /// Given and good.
        Connected = "connected",
        /// Refused in a way that a person can mend.
        Refused = "refused",
        /// Never given.
        NotYet = "not_yet",
    }
}

impl From<GrantFact> for Connection {
    fn from(fact: GrantFact) -> Self {
        match fact {
            GrantFact::Missing => Self::NotYet,
            GrantFact::Good => Self::Connected,
            GrantFact::Refused(..) => Self::Refused,
        }
    }
}

/// What a table of links is asked for. The default: everybody who is not deleted, those who
/// need attention first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinksQuery {
    /// Only this profile.
    pub profile: Option<ProfileId>,
    /// Only this calendar system.
    pub system: Option<CalendarSystem>,
    /// Only this state.
    pub state: Option<LinkState>,
    /// Only whom a notice tells of.
    pub only: Option<NoticeKind>,
    /// Deleted links too.
    pub deleted: bool,
    /// Only these names or addresses.
    pub text: String,
    /// The order.
    pub sort: LinkSort,
    /// The other way round.
    pub descending: bool,
    /// From 0.
    pub page: u32,
}

impl LinksQuery {
    /// Reads an address, given the value of each parameter. What it does not know is left out.
    pub fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| value(name).unwrap_or_default();
        Self {
            profile: text("profile").parse().ok(),
            system: CalendarSystem::from_word(&text("system")),
            state: LinkState::from_word(&text("state")),
            only: NoticeKind::from_word(&text("only")).filter(|kind| kind.is_of_links()),
            deleted: !text("deleted").is_empty(),
            text: text("q").chars().take(MAX_QUERY).collect(),
            sort: LinkSort::from_word(&text("sort")).unwrap_or_default(),
            descending: text("dir") == "desc",
            page: text("page").parse::<u32>().unwrap_or(1).max(1) - 1,
        }
    }

    /// The parameters that say the same; what is as by default is left out.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut all = Vec::new();
        let mut add = |name, value: Option<String>| {
            if let Some(value) = value {
                all.push((name, value));
            }
        };
        let word = |word: &str| Some(word.to_owned());
        add("profile", self.profile.map(|id| id.to_string()));
        add("system", self.system.and_then(|one| word(one.word())));
        add("state", self.state.and_then(|one| word(one.word())));
        add("only", self.only.and_then(|one| word(one.word())));
        add("deleted", self.deleted.then(|| "1".to_owned()));
        add("q", Some(self.text.clone()).filter(|text| !text.is_empty()));
        let sorted = self.sort != LinkSort::default();
        add("sort", word(self.sort.word()).filter(|_| sorted));
        add("dir", word("desc").filter(|_| self.descending));
        let page = self.page.saturating_add(1);
        add("page", (self.page > 0).then(|| page.to_string()));
        all
    }

    /// Whether it leaves somebody out who would be shown by default.
    #[must_use]
    pub const fn is_filtered(&self) -> bool {
        self.profile.is_some() || self.system.is_some() || self.narrows()
    }

    /// The same within what the page is about.
    #[must_use]
    pub const fn narrows(&self) -> bool {
        self.state.is_some() || self.only.is_some() || !self.text.is_empty()
    }

    /// Another state from its first page.
    #[must_use]
    pub fn with_state(&self, state: Option<LinkState>) -> Self {
        Self {
            state,
            page: 0,
            ..self.clone()
        }
    }

    /// With deleted links or without, from the first page.
    #[must_use]
    pub fn with_deleted(&self, deleted: bool) -> Self {
        Self {
            deleted,
            page: 0,
            ..self.clone()
        }
    }

    /// Another page.
    #[must_use]
    pub fn with_page(&self, page: u32) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }

    /// Sorted by this; by the same once more turns the order round.
    #[must_use]
    pub fn sorted(&self, sort: LinkSort) -> Self {
        Self {
            sort,
            descending: self.sort == sort && !self.descending,
            page: 0,
            ..self.clone()
        }
    }
}

/// A page of a table of links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinksView {
    /// What it answers; a page beyond the last is the last.
    pub query: LinksQuery,
    /// The rows.
    pub rows: Vec<LinkRow>,
    /// How many match on all pages.
    pub total: u32,
    /// How many there are in each state, whatever state is asked for; states without
    /// links are left out.
    pub counts: Vec<(LinkState, u32)>,
    /// How many links there are that are not deleted, whatever is asked for besides the profile.
    pub living: u32,
    /// Whether there is any link at all, a deleted one included.
    pub any: bool,
    /// The profiles by name.
    pub profiles: Vec<(ProfileId, String)>,
}

impl LinksView {
    /// How many links are in a state.
    #[must_use]
    pub fn count(&self, state: LinkState) -> u32 {
        let found = self.counts.iter().find(|(other, _)| *other == state);
        found.map_or(0, |(_, count)| *count)
    }

    /// How many pages there are, at least 1.
    #[must_use]
    pub fn pages(&self) -> u32 {
        self.total.div_ceil(LINKS_PAGE).max(1)
    }

    /// The name of a profile.
    #[must_use]
    pub fn profile_name(&self, id: ProfileId) -> &str {
        let found = self.profiles.iter().find(|(other, _)| *other == id);
        found.map_or("", |(_, name)| name)
    }
}

/// Somebody who can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picked {
    /// The link.
    pub id: LinkId,
    /// Name of the CRM user.
    pub name: String,
    /// The state.
    pub state: LinkState,
}

impl From<&LinkRow> for Picked {
    fn from(row: &LinkRow) -> Self {
        Self {
            id: row.id,
            name: row.crm.name.clone(),
            state: row.status.state,
        }
    }
}

/// Since when a link is in its state. `granted_at` is the date of its newer grant.
#[must_use]
pub fn state_since(
    facts: &LinkFacts,
    granted_at: Option<Timestamp>,
    created_at: Timestamp,
) -> Timestamp {
    let status = derive_status(facts);
    let since = match status.state {
        LinkState::Deleted => facts.flags.deleted_at,
        LinkState::Paused => facts.flags.paused_at,
        LinkState::NeedsAttention => status.cause.map(|cause| cause.since),
        LinkState::Invited => None,
        LinkState::Partly | LinkState::Initializing => granted_at,
        LinkState::Active => facts.flags.first_run_at.max(granted_at),
    };
    since.unwrap_or(created_at)
}

/// Tables of links over all profiles, or one.
#[async_trait]
pub trait Status: Send + Sync {
    /// A page.
    async fn links(&self, actor: &Actor, query: LinksQuery) -> UseCaseResult<LinksView>;
    /// Everybody who matches, on whatever page, for a selection.
    async fn matching(&self, actor: &Actor, query: LinksQuery) -> UseCaseResult<Vec<Picked>>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{Cause, LinkFlags};

    #[test]
    fn the_address_and_the_query_say_the_same() {
        let profile: ProfileId = "01890000-0000-7000-8000-000000000001".parse().unwrap();
        let query = LinksQuery {
            profile: Some(profile),
            system: Some(CalendarSystem::Caldav),
            state: Some(LinkState::Invited),
            only: Some(NoticeKind::Unanswered),
            deleted: true,
            text: "zoë & m".to_owned(),
            sort: LinkSort::Checked,
            descending: true,
            page: 2,
        };
        let parameters = query.parameters();
        let value = |name: &str| {
            let found = parameters.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| value.clone())
        };
        assert_eq!(value("page").as_deref(), Some("3"));
        assert_eq!(LinksQuery::read(value), query);
        assert_eq!(LinksQuery::default().parameters(), []);
        assert_eq!(LinksQuery::read(|_| None), LinksQuery::default());
        let nonsense = |name: &str| match name {
            "page" => Some("-1".to_owned()),
            "q" | "deleted" => None,
            _ => Some("nonsense".to_owned()),
        };
        assert_eq!(LinksQuery::read(nonsense), LinksQuery::default());
    }

    #[test]
    fn the_same_column_once_more_turns_the_order_round() {
        let first = LinksQuery::default().with_page(3).sorted(LinkSort::Crm);
        assert_eq!(
            (first.sort, first.descending, first.page),
            (LinkSort::Crm, false, 0)
        );
        assert!(first.sorted(LinkSort::Crm).descending);
        assert!(!first.sorted(LinkSort::Crm).sorted(LinkSort::Crm).descending);
        assert!(LinksQuery::default().sorted(LinkSort::State).descending);
    }

    #[test]
    fn each_state_has_its_date() {
        use GrantFact::{Good, Missing, Refused};
        let at = Timestamp::from_secs;
        let flags = |first: Option<i64>, paused: Option<i64>, deleted: Option<i64>| LinkFlags {
            first_run_at: first.map(at),
            paused_at: paused.map(at),
            paused_by: None,
            deleted_at: deleted.map(at),
            cause: None,
        };
        let none = flags(None, None, None);
        let refused = Refused(Cause::CrmRefused, at(40));
        for (flags, crm, calendar, granted, expected) in [
            (none, Missing, Missing, None, 10),
            (none, Good, Missing, Some(20), 20),
            (none, Good, Good, Some(20), 20),
            (flags(Some(30), None, None), Good, Good, Some(20), 30),
            (flags(Some(30), None, None), Good, Good, Some(50), 50),
            (flags(Some(30), None, None), refused, Good, Some(20), 40),
            (flags(None, Some(60), None), refused, Good, Some(20), 60),
            (flags(None, Some(60), Some(70)), Good, Good, Some(20), 70),
        ] {
            let facts = LinkFacts {
                flags,
                crm,
                calendar,
            };
            assert_eq!(
                state_since(&facts, granted.map(at), at(10)),
                at(expected),
                "{facts:?}"
            );
        }
    }
}
