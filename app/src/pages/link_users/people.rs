//! The two lists as the composer shows them: who is in, in which order, found by what.

use std::sync::Arc;

use synchronizer_domain::lists::ListPerson;
use synchronizer_domain::matching::MatchReason;
use synchronizer_domain::text::fold_name;

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
    /// Of those who can be linked, the new ones.
    New,
}

impl Group {
    /// In the order of the chips.
    pub const ALL: [Self; 4] = [Self::NotLinked, Self::Linked, Self::Retired, Self::New];
}

/// A person of either list.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    active: bool,
    /// Came lately, and waits to be linked.
    pub new: bool,
    /// Name and e-mail, folded for the search.
    folded: String,
}

impl From<ListPerson> for Person {
    fn from(one: ListPerson) -> Self {
        Self {
            folded: format!("{} {}", fold_name(&one.name), fold_name(&one.email)),
            group: group(one.linked, one.active),
            key: one.key,
            name: one.name,
            email: one.email,
            same_email: one.same_email,
            active: one.active,
            new: one.new,
        }
    }
}

const fn group(linked: bool, active: bool) -> Group {
    match (linked, active) {
        (true, _) => Group::Linked,
        (false, true) => Group::NotLinked,
        (false, false) => Group::Retired,
    }
}

/// People who travelled, in their order.
pub fn arrived(people: Vec<ListPerson>) -> Vec<Arc<Person>> {
    people.into_iter().map(|one| Arc::new(one.into())).collect()
}

/// The same list with others linked, by their places.
pub fn relinked(people: &[Arc<Person>], places: &[u32]) -> Vec<Arc<Person>> {
    let mut linked = places.iter().copied().peekable();
    people
        .iter()
        .zip(0..)
        .map(|(one, place)| {
            let group = group(linked.next_if_eq(&place).is_some(), one.active);
            if group == one.group {
                Arc::clone(one)
            } else {
                Arc::new(Person {
                    group,
                    ..(**one).clone()
                })
            }
        })
        .collect()
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
    by_email: bool,
    proposals: &[(Arc<Person>, MatchReason)],
) -> Shown {
    let query = fold_name(query);
    let words: Vec<&str> = query.split(' ').filter(|word| !word.is_empty()).collect();
    let found = |person: &Arc<Person>| words.iter().all(|word| person.folded.contains(word));
    let proposed: Vec<_> = proposals
        .iter()
        .filter(|(person, _)| group == Group::NotLinked && found(person))
        .cloned()
        .collect();
    let in_group = |person: &Person| match group {
        Group::New => person.new && person.group == Group::NotLinked,
        group => person.group == group,
    };
    let mut rest: Vec<_> = people
        .iter()
        .filter(|person| {
            in_group(person)
                && !proposed.iter().any(|(other, _)| other.key == person.key)
                && found(person)
        })
        .cloned()
        .collect();
    if by_email {
        // Those without an address come last.
        rest.sort_by(|a, b| (a.email.is_empty(), &a.email).cmp(&(b.email.is_empty(), &b.email)));
    }
    Shown { proposed, rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(key: &str, name: &str, email: &str, linked: bool) -> ListPerson {
        ListPerson {
            key: key.to_owned(),
            name: name.to_owned(),
            email: email.to_owned(),
            active: key != "9",
            linked,
            same_email: 0,
            new: key == "1",
        }
    }

    fn names(people: &[Arc<Person>]) -> Vec<&str> {
        people.iter().map(|person| person.name.as_str()).collect()
    }

    fn list() -> Vec<Arc<Person>> {
        arrived(vec![
            one("2", "Åse Bjørnstad", "zz@a.example", false),
            one("3", "Noël D’Amico", "noel@a.example", true),
            one("1", "Zoë Müller", "aa@a.example", false),
        ])
    }

    #[test]
    fn search_looks_at_words_of_name_and_email() {
        let found = |query| {
            shown(&list(), Group::NotLinked, query, false, &[])
                .rest
                .len()
        };
        assert_eq!(
            (found("mull zoe"), found("AA@A"), found("noel"), found("")),
            (1, 1, 0, 2)
        );
    }

    #[test]
    fn a_list_can_be_sorted_by_email_and_those_without_come_last() {
        let mut people = list();
        people.extend(arrived(vec![one("4", "Åge", "", false)]));
        let shown = shown(&people, Group::NotLinked, "", true, &[]);
        assert_eq!(names(&shown.rest), ["Zoë Müller", "Åse Bjørnstad", "Åge"]);
    }

    #[test]
    fn new_people_are_shown_until_they_are_linked() {
        let new = |people: &[Arc<Person>]| shown(people, Group::New, "", false, &[]).rest.len();
        assert_eq!(new(&list()), 1);
        assert_eq!(new(&relinked(&list(), &[1, 2])), 0);
    }

    #[test]
    fn proposals_stand_on_top_once() {
        let people = list();
        let proposals = [(Arc::clone(&people[2]), MatchReason::EqualEmail)];
        let both = shown(&people, Group::NotLinked, "", false, &proposals);
        assert_eq!(both.proposed.len(), 1);
        assert_eq!(names(&both.rest), ["Åse Bjørnstad"]);
        assert_eq!(
            [0, 1].map(|at| both.at(at).map(|one| one.key.as_str())),
            [Some("1"), Some("2")]
        );
        assert_eq!(both.at(2), None);
        let linked = shown(&people, Group::Linked, "", false, &proposals);
        assert!(linked.proposed.is_empty());
    }

    #[test]
    fn people_change_their_group_with_their_link() {
        let people = arrived(vec![
            one("9", "Tove", "", true),
            one("1", "Zoë", "", false),
            one("2", "Åse", "", true),
        ]);
        let groups = |people: &[Arc<Person>]| people.iter().map(|p| p.group).collect::<Vec<_>>();
        assert_eq!(
            groups(&people),
            [Group::Linked, Group::NotLinked, Group::Linked]
        );
        let later = relinked(&people, &[1]);
        assert_eq!(
            groups(&later),
            [Group::Retired, Group::Linked, Group::NotLinked]
        );
        assert!(Arc::ptr_eq(&relinked(&people, &[0, 2])[2], &people[2]));
    }
}
