//! Which calendar user probably belongs to a CRM user.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::directory::{CalendarUser, CrmUser};
use crate::text::{fold_email, fold_name};

/// Why a calendar user is proposed, best reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchReason {
    /// The same primary e-mail, ignoring case.
    EqualEmail,
    /// An alias of the account is the CRM user's e-mail.
    Alias,
    /// The same words in the name, in any order, ignoring accents.
    SimilarName,
}

/// An index over calendar users that answers for one CRM user after the other.
pub struct Matcher<'a> {
    by_email: HashMap<String, Vec<&'a CalendarUser>>,
    by_alias: HashMap<String, Vec<&'a CalendarUser>>,
    by_name: HashMap<Vec<String>, Vec<&'a CalendarUser>>,
}

impl<'a> Matcher<'a> {
    /// Reads the list once; disabled accounts are never proposed.
    #[must_use]
    pub fn new(users: impl IntoIterator<Item = &'a CalendarUser>) -> Self {
        let mut matcher = Self {
            by_email: HashMap::new(),
            by_alias: HashMap::new(),
            by_name: HashMap::new(),
        };
        for user in users.into_iter().filter(|user| user.active) {
            if !user.email.is_empty() {
                matcher
                    .by_email
                    .entry(fold_email(&user.email))
                    .or_default()
                    .push(user);
            }
            for alias in &user.aliases {
                matcher
                    .by_alias
                    .entry(fold_email(alias))
                    .or_default()
                    .push(user);
            }
            let words = name_words(&user.name);
            if words.len() > 1 {
                matcher.by_name.entry(words).or_default().push(user);
            }
        }
        matcher
    }

    /// At most three proposals, best reason first, without repetition.
    #[must_use]
    pub fn proposals(&self, crm: &CrmUser) -> Vec<(&'a CalendarUser, MatchReason)> {
        let email = fold_email(&crm.email);
        let found = |map: &HashMap<String, Vec<&'a CalendarUser>>,
                     reason|
         -> Vec<(&'a CalendarUser, MatchReason)> {
            if email.is_empty() {
                return Vec::new();
            }
            map.get(&email)
                .into_iter()
                .flatten()
                .map(|user| (*user, reason))
                .collect()
        };
        let mut all = found(&self.by_email, MatchReason::EqualEmail);
        all.extend(found(&self.by_alias, MatchReason::Alias));
        let words = name_words(&crm.name);
        if words.len() > 1 {
            all.extend(
                self.by_name
                    .get(&words)
                    .into_iter()
                    .flatten()
                    .map(|user| (*user, MatchReason::SimilarName)),
            );
        }
        let mut seen = HashSet::new();
        all.retain(|(user, _)| seen.insert(user.id.clone()));
        all.truncate(3);
        all
    }
}

fn name_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = fold_name(name)
        .split(' ')
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AssociateId, CalendarUserId};

    fn calendar(id: &str, name: &str, email: &str, aliases: &[&str]) -> CalendarUser {
        CalendarUser {
            id: CalendarUserId::new(id),
            name: name.to_owned(),
            email: email.to_owned(),
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            active: true,
        }
    }

    fn crm(name: &str, email: &str) -> CrmUser {
        CrmUser {
            id: AssociateId::new("1"),
            name: name.to_owned(),
            email: email.to_owned(),
            active: true,
        }
    }

    #[test]
    fn equal_email_beats_alias_beats_name() {
        let users = [
            calendar("a", "Muller, Zoe", "other@a.example", &[]),
            calendar("b", "Z.", "z@a.example", &["ZOE@a.example"]),
            calendar("c", "Zoë Müller", "Zoe@A.example", &[]),
        ];
        let matcher = Matcher::new(&users);
        let got: Vec<_> = matcher
            .proposals(&crm("Zoë Müller", "zoe@a.example"))
            .into_iter()
            .map(|(u, r)| (u.id.as_str(), r))
            .collect();
        assert_eq!(
            got,
            [
                ("c", MatchReason::EqualEmail),
                ("b", MatchReason::Alias),
                ("a", MatchReason::SimilarName)
            ]
        );
    }

    #[test]
    fn nobody_is_proposed_without_a_reason() {
        let users = [calendar("a", "Post", "", &[])];
        assert!(Matcher::new(&users).proposals(&crm("Zoë", "")).is_empty());
        let mut gone = calendar("b", "Zoë Müller", "zoe@a.example", &[]);
        gone.active = false;
        assert!(
            Matcher::new([&gone])
                .proposals(&crm("Zoë Müller", "zoe@a.example"))
                .is_empty()
        );
    }
}
