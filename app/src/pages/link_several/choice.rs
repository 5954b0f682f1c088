//! What the page offers, what was ticked, and what was searched.

use std::collections::BTreeSet;

use leptos::prelude::*;
use synchronizer_domain::bulk::SeveralView;
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::ids::AssociateId;
use synchronizer_domain::matching::MatchReason;
use synchronizer_domain::several::{LeftOut, OfferedPair};
use synchronizer_domain::text::{fold_name, matches_query};

/// Rows of either table that are shown at first, and with each *More*.
pub const SHOWN: usize = 100;

/// The state of the page.
#[derive(Clone, Copy)]
pub struct Choice {
    /// Pairs that can be linked, those chosen by hand last.
    pub pairs: RwSignal<Vec<OfferedPair>>,
    /// Everybody else.
    pub left_out: RwSignal<Vec<LeftOut>>,
    /// CRM users whose pairs are ticked.
    ticked: RwSignal<BTreeSet<String>>,
    /// What was typed into the search.
    pub query: RwSignal<String>,
}

impl Choice {
    /// Equal e-mails are ticked beforehand; nothing else is.
    pub fn new(view: SeveralView) -> Self {
        let ticked = view.pairs.iter().filter(|pair| is_sure(pair)).map(key);
        Self {
            ticked: RwSignal::new(ticked.collect()),
            pairs: RwSignal::new(view.pairs),
            left_out: RwSignal::new(view.left_out),
            query: RwSignal::new(String::new()),
        }
    }

    /// Another answer of the server: ticks stay where the pair is still offered.
    pub fn renew(self, view: SeveralView) {
        let before: BTreeSet<String> = self
            .pairs
            .with_untracked(|pairs| pairs.iter().map(key).collect());
        self.ticked.update(|ticked| {
            *ticked = view
                .pairs
                .iter()
                .filter(|pair| {
                    let key = key(pair);
                    ticked.contains(&key) || (is_sure(pair) && !before.contains(&key))
                })
                .map(key)
                .collect();
        });
        self.pairs.set(view.pairs);
        self.left_out.set(view.left_out);
    }

    /// Whether a CRM user's pair is ticked.
    pub fn is_ticked(self, crm: &AssociateId) -> bool {
        self.ticked.with(|ticked| ticked.contains(crm.as_str()))
    }

    /// How many pairs are ticked.
    pub fn count(self) -> usize {
        self.ticked.with(BTreeSet::len)
    }

    /// Ticks a pair or not.
    pub fn tick(self, crm: &AssociateId, on: bool) {
        self.ticked.update(|ticked| {
            if on {
                ticked.insert(crm.to_string());
            } else {
                ticked.remove(crm.as_str());
            }
        });
    }

    /// Ticks every pair that the search shows, or none of them.
    pub fn tick_all(self, on: bool) {
        for pair in self.shown_pairs() {
            self.tick(&pair.crm.id, on);
        }
    }

    /// Moves somebody who was not offered to the pairs, ticked.
    pub fn choose(self, crm: &AssociateId, calendar: &CalendarUser) {
        let person = self.left_out.with_untracked(|people| {
            people
                .iter()
                .find(|left| left.crm.id == *crm)
                .map(|left| left.crm.clone())
        });
        let Some(person) = person else {
            return;
        };
        self.left_out
            .update(|people| people.retain(|left| left.crm.id != *crm));
        self.pairs.update(|pairs| {
            pairs.insert(
                0,
                OfferedPair {
                    crm: person,
                    calendar: calendar.clone(),
                    reason: None,
                    asked_later: false,
                },
            );
        });
        self.tick(crm, true);
    }

    /// The pairs that the search shows.
    pub fn shown_pairs(self) -> Vec<OfferedPair> {
        self.query.with(|query| {
            self.pairs.with(|pairs| {
                pairs
                    .iter()
                    .filter(|pair| {
                        finds(query, &[&pair.crm.name, &pair.crm.email])
                            || finds(query, &[&pair.calendar.name, &pair.calendar.email])
                    })
                    .cloned()
                    .collect()
            })
        })
    }

    /// The people who are not offered that the search shows.
    pub fn shown_left_out(self) -> Vec<LeftOut> {
        self.query.with(|query| {
            self.left_out.with(|people| {
                people
                    .iter()
                    .filter(|left| finds(query, &[&left.crm.name, &left.crm.email]))
                    .cloned()
                    .collect()
            })
        })
    }

    /// The ticked pairs, as the server takes them.
    pub fn wanted(self) -> Vec<String> {
        self.pairs.with_untracked(|pairs| {
            self.ticked.with_untracked(|ticked| {
                pairs
                    .iter()
                    .filter(|pair| ticked.contains(pair.crm.id.as_str()))
                    .map(value)
                    .collect()
            })
        })
    }
}

/// A pair as the server takes it.
pub fn value(pair: &OfferedPair) -> String {
    format!("{} {}", pair.crm.id, pair.calendar.id)
}

fn key(pair: &OfferedPair) -> String {
    pair.crm.id.to_string()
}

fn is_sure(pair: &OfferedPair) -> bool {
    pair.reason == Some(MatchReason::EqualEmail)
}

fn finds(query: &str, texts: &[&String]) -> bool {
    if query.trim().is_empty() {
        return true;
    }
    let folded: Vec<String> = texts.iter().map(|text| fold_name(text)).collect();
    let folded: Vec<&str> = folded.iter().map(String::as_str).collect();
    matches_query(query, &folded)
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::clock::FixedClock;
    use synchronizer_domain::directory::CrmUser;
    use synchronizer_domain::ids::{CalendarUserId, ProfileId};
    use synchronizer_domain::profile::CalendarSystem;
    use synchronizer_domain::rng::SeededRng;
    use synchronizer_domain::several::NotOffered;

    use super::*;

    fn crm(id: &str, name: &str) -> CrmUser {
        CrmUser {
            id: AssociateId::new(id),
            name: name.to_owned(),
            email: format!("{id}@a.example"),
            active: true,
        }
    }

    fn calendar(id: &str) -> CalendarUser {
        CalendarUser {
            id: CalendarUserId::new(id),
            name: id.to_owned(),
            email: String::new(),
            aliases: Vec::new(),
            active: true,
        }
    }

    fn pair(id: &str, name: &str, reason: MatchReason) -> OfferedPair {
        OfferedPair {
            crm: crm(id, name),
            calendar: calendar(id),
            reason: Some(reason),
            asked_later: false,
        }
    }

    fn view(pairs: Vec<OfferedPair>) -> SeveralView {
        SeveralView {
            profile: ProfileId::mint(&FixedClock::at_micros(1), &SeededRng::new(1)),
            profile_name: "Oslo".to_owned(),
            system: CalendarSystem::Microsoft365,
            stop: None,
            pairs,
            left_out: vec![LeftOut {
                crm: crm("9", "Bjørn"),
                why: NotOffered::NoEmail,
                candidates: vec![calendar("b")],
            }],
            read_at: None,
            batch: None,
        }
    }

    #[test]
    fn equal_emails_are_ticked_and_everything_else_is_asked_for() {
        Owner::new().with(|| {
            let choice = Choice::new(view(vec![
                pair("1", "Zoë", MatchReason::EqualEmail),
                pair("2", "Åse", MatchReason::Alias),
            ]));
            assert_eq!(choice.wanted(), ["1 1"]);
            choice.tick(&AssociateId::new("2"), true);
            choice.choose(&AssociateId::new("9"), &calendar("b"));
            assert_eq!(choice.wanted(), ["9 b", "1 1", "2 2"]);
            assert_eq!(choice.shown_left_out(), []);
            choice.query.set("zoe".to_owned());
            choice.tick_all(false);
            assert_eq!((choice.wanted().len(), choice.count()), (2, 2));
        });
    }

    #[test]
    fn a_new_answer_keeps_ticks_and_ticks_new_equal_emails() {
        Owner::new().with(|| {
            let first = pair("1", "Zoë", MatchReason::EqualEmail);
            let second = pair("2", "Åse", MatchReason::EqualEmail);
            let third = pair("3", "Per", MatchReason::EqualEmail);
            let choice = Choice::new(view(vec![first.clone(), second.clone()]));
            choice.tick(&AssociateId::new("1"), false);
            choice.renew(view(vec![first, third]));
            assert_eq!(choice.wanted(), ["3 3"]);
        });
    }
}
