//! The two lists as the composer shows them: who is in, in which order, found by what.

use std::sync::Arc;

use synchronizer_domain::matching::MatchReason;
use synchronizer_domain::text::fold_name;
use synchronizer_domain::usecases::{CalendarEntry, CrmEntry};

/// Which part of a list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Group {
    /// Can be linked.
    #[default]
    NotLinked,
    /// Is linked.
    Linked,
    /// Retired in the CRM, disabled in the calendar system.
    Retired,
}

impl Group {
    /// In the order of the chips.
    pub const ALL: [Self; 3] = [Self::NotLinked, Self::Linked, Self::Retired];
}

/// A person of either list.
#[derive(Debug, PartialEq, Eq)]
pub struct Person {
    /// The key in its system.
    pub key: String,
    /// Full name.
    pub name: String,
    /// E-mail, possibly empty.
    pub email: String,
    /// Which part of the list.
    pub group: Group,
    /// How many others have the same e-mail.
    pub same_email: u32,
    /// Name and e-mail, folded for the search.
    folded: String,
}

impl Person {
    fn new(
        key: &str,
        name: &str,
        email: &str,
        active: bool,
        linked: bool,
        same_email: u32,
    ) -> Arc<Self> {
        let group = match (linked, active) {
            (true, _) => Group::Linked,
            (false, true) => Group::NotLinked,
            (false, false) => Group::Retired,
        };
        Arc::new(Self {
            key: key.to_owned(),
            name: name.to_owned(),
            email: email.to_owned(),
            group,
            same_email,
            folded: format!("{} {}", fold_name(name), fold_name(email)),
        })
    }
}

/// The CRM's list, by name.
pub fn crm_people(entries: &[CrmEntry]) -> Vec<Arc<Person>> {
    let people = entries.iter().map(|entry| {
        let user = &entry.user;
        Person::new(
            user.id.as_str(),
            &user.name,
            &user.email,
            user.active,
            entry.linked,
            entry.same_email,
        )
    });
    by_name(people.collect())
}

/// The calendar system's list, by name.
pub fn calendar_people(entries: &[CalendarEntry]) -> Vec<Arc<Person>> {
    let people = entries.iter().map(|entry| {
        let user = &entry.user;
        Person::new(
            user.id.as_str(),
            &user.name,
            &user.email,
            user.active,
            entry.linked,
            0,
        )
    });
    by_name(people.collect())
}

fn by_name(mut people: Vec<Arc<Person>>) -> Vec<Arc<Person>> {
    people.sort_by(|a, b| a.folded.cmp(&b.folded).then_with(|| a.key.cmp(&b.key)));
    people
}

/// How many are in each group, in the order of [`Group::ALL`].
pub fn counts(people: &[Arc<Person>]) -> [u32; 3] {
    Group::ALL.map(|group| {
        u32::try_from(people.iter().filter(|one| one.group == group).count()).unwrap_or(u32::MAX)
    })
}

/// What a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Proposals with their reason, best first.
    pub proposed: Vec<(Arc<Person>, MatchReason)>,
    /// Everybody else of the group.
    pub rest: Vec<Arc<Person>>,
}

impl Shown {
    /// Number of options.
    pub const fn len(&self) -> usize {
        self.proposed.len() + self.rest.len()
    }

    /// The option at a position.
    pub fn at(&self, index: usize) -> Option<&Arc<Person>> {
        match self.proposed.get(index) {
            Some((person, _)) => Some(person),
            None => self.rest.get(index.checked_sub(self.proposed.len())?),
        }
    }
}

/// Filters a list. Proposals stand on top while they match and can be linked.
pub fn shown(
    people: &[Arc<Person>],
    group: Group,
    query: &str,
    proposals: &[(String, MatchReason)],
) -> Shown {
    let query = fold_name(query);
    let words: Vec<&str> = query.split(' ').filter(|word| !word.is_empty()).collect();
    let found = |person: &&Arc<Person>| words.iter().all(|word| person.folded.contains(word));
    let mut proposed = Vec::new();
    if group == Group::NotLinked && !proposals.is_empty() {
        for (key, reason) in proposals {
            let person = people
                .iter()
                .find(|person| person.key == *key && person.group == group);
            if let Some(person) = person.filter(found) {
                proposed.push((Arc::clone(person), *reason));
            }
        }
    }
    let rest = people
        .iter()
        .filter(|person| {
            person.group == group && !proposed.iter().any(|(other, _)| other.key == person.key)
        })
        .filter(found)
        .cloned()
        .collect();
    Shown { proposed, rest }
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::directory::{CalendarUser, CrmUser};
    use synchronizer_domain::ids::{AssociateId, CalendarUserId};

    use super::*;

    fn calendar(id: &str, name: &str, email: &str, linked: bool) -> CalendarEntry {
        CalendarEntry {
            user: CalendarUser {
                id: CalendarUserId::new(id),
                name: name.to_owned(),
                email: email.to_owned(),
                aliases: Vec::new(),
                active: true,
            },
            linked,
        }
    }

    fn names(people: &[Arc<Person>]) -> Vec<&str> {
        people.iter().map(|person| person.name.as_str()).collect()
    }

    fn list() -> Vec<Arc<Person>> {
        calendar_people(&[
            calendar("1", "Zoë Müller", "zoe@a.example", false),
            calendar("2", "Åse Bjørnstad", "ase@a.example", false),
            calendar("3", "Noël D’Amico", "noel@a.example", true),
        ])
    }

    #[test]
    fn names_are_ordered_without_their_accents() {
        assert_eq!(
            names(&list()),
            ["Åse Bjørnstad", "Noël D’Amico", "Zoë Müller"]
        );
    }

    #[test]
    fn search_looks_at_words_of_name_and_email() {
        let found = |query| names(&shown(&list(), Group::NotLinked, query, &[]).rest).len();
        assert_eq!(
            (found("mull zoe"), found("ZOE@A"), found("noel"), found("")),
            (1, 1, 0, 2)
        );
    }

    #[test]
    fn proposals_stand_on_top_once() {
        let proposals = [
            ("1".to_owned(), MatchReason::EqualEmail),
            ("3".to_owned(), MatchReason::SimilarName),
        ];
        let shown = shown(&list(), Group::NotLinked, "", &proposals);
        assert_eq!(
            shown
                .proposed
                .iter()
                .map(|(one, _)| one.name.as_str())
                .collect::<Vec<_>>(),
            ["Zoë Müller"]
        );
        assert_eq!(names(&shown.rest), ["Åse Bjørnstad"]);
        assert_eq!(
            (
                shown.at(0).map(|one| one.key.as_str()),
                shown.at(1).map(|one| one.key.as_str())
            ),
            (Some("1"), Some("2"))
        );
        assert_eq!(shown.at(2), None);
    }

    #[test]
    fn a_retired_person_who_is_linked_counts_as_linked() {
        let user = |active| CrmUser {
            id: AssociateId::new("7"),
            name: "Tove".to_owned(),
            email: String::new(),
            active,
        };
        let entry = |active, linked| CrmEntry {
            user: user(active),
            linked,
            proposals: Vec::new(),
            same_email: 0,
        };
        let people = crm_people(&[entry(false, true), entry(false, false), entry(true, false)]);
        assert_eq!(counts(&people), [1, 1, 1]);
    }
}
