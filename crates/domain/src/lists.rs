//! The two lists of people as the page *Link Users* shows them.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::directory::Reading;
use crate::error::ErrorCode;
use crate::matching::MatchReason;
use crate::text::{fold_name, matches_query};

/// People that a search at the server answers with, at most.
pub const SEARCH_LIMIT: usize = 50;
/// People in one answer of a whole list.
pub const PEOPLE_PAGE: usize = 2_000;
/// People of each list that stand in the page itself.
pub const FIRST_PEOPLE: usize = 20;

/// A person of either list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPerson {
    /// The key in its system.
    pub key: String,
    /// Full name, never empty.
    pub name: String,
    /// Primary e-mail, possibly empty.
    pub email: String,
    /// False for retired and disabled ones.
    pub active: bool,
    /// Linked, in any profile that counts.
    pub linked: bool,
    /// How many others who can be linked have the same e-mail (CRM users only).
    pub same_email: u32,
    /// Came after the list was first read, and a notice tells so (CRM users only).
    pub new: bool,
}

impl ListPerson {
    /// Whether every word of the query occurs in name or e-mail.
    #[must_use]
    pub fn matches(&self, query: &str) -> bool {
        matches_query(query, &[&fold_name(&self.name), &fold_name(&self.email)])
    }
}

/// How a list can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ListSource {
    /// We have the whole list: the browser fetches it and searches there.
    #[default]
    Whole,
    /// The system only answers searches.
    Typed {
        /// Letters that a search must have.
        at_least: u32,
    },
}

/// What is said of a list, and its first people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListHead {
    /// How it can be searched.
    pub source: ListSource,
    /// When it was read.
    pub read_at: Option<Timestamp>,
    /// How far the next one is, while it is being read.
    pub reading: Option<Reading>,
    /// Why there is no newer one.
    pub problem: Option<ErrorCode>,
    /// How many can be linked, are linked, are retired or disabled.
    pub counts: [u32; 3],
    /// How many of those who can be linked are new.
    pub new: u32,
    /// Changes whenever other people of this list are linked.
    pub stamp: u32,
    /// The first ones who can be linked, by name.
    pub first: Vec<ListPerson>,
}

impl ListHead {
    /// How many people it has.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.counts
            .iter()
            .fold(0, |sum, count| sum.saturating_add(*count))
    }
}

/// A part of a whole list, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeoplePage {
    /// Which list this is a part of.
    pub read_at: Option<Timestamp>,
    /// The stamp of the links it shows.
    pub stamp: u32,
    /// The people.
    pub people: Vec<ListPerson>,
    /// Whether more follow.
    pub more: bool,
}

/// Who of a list is linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedPlaces {
    /// Which list is meant.
    pub read_at: Option<Timestamp>,
    /// The stamp of the links.
    pub stamp: u32,
    /// Their places in the list, from 0.
    pub places: Vec<u32>,
}

/// A calendar user who probably belongs to a CRM user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The calendar user.
    pub person: ListPerson,
    /// Why.
    pub reason: MatchReason,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_looks_at_words_of_name_and_email_in_any_spelling() {
        let person = ListPerson {
            key: "1".to_owned(),
            name: "Zoë Müller".to_owned(),
            email: "zm@nordlicht.example".to_owned(),
            active: true,
            linked: false,
            same_email: 0,
            new: false,
        };
        for (query, found) in [
            ("mull ZOE", true),
            ("zm@nord", true),
            ("zoe nordlicht", true),
            ("", true),
            ("zoe anna", false),
        ] {
            assert_eq!(person.matches(query), found, "{query}");
        }
    }
}
