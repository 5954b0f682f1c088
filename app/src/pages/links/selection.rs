//! Which linked users are chosen. The choice outlives search, filter and paging, so name and
//! state are kept with it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::{LinkAction, LinkState};
use synchronizer_domain::status::{LinkSort, LinksQuery, Picked};

/// The chosen links and where the last range began.
#[derive(Clone, Copy)]
pub struct Selection {
    picked: RwSignal<BTreeMap<LinkId, Picked>>,
    anchor: StoredValue<Option<LinkId>>,
    /// The filter of which everybody was chosen, while nothing else was.
    whole: RwSignal<Option<LinksQuery>>,
}

impl Selection {
    /// Nobody is chosen.
    pub fn new() -> Self {
        Self {
            picked: RwSignal::new(BTreeMap::new()),
            anchor: StoredValue::new(None),
            whole: RwSignal::new(None),
        }
    }

    /// Whether this link is chosen.
    pub fn has(self, id: LinkId) -> bool {
        self.picked.with(|picked| picked.contains_key(&id))
    }

    /// How many of these are chosen.
    pub fn count(self, page: &[Picked]) -> usize {
        self.picked.with(|picked| {
            page.iter()
                .filter(|one| picked.contains_key(&one.id))
                .count()
        })
    }

    /// All who are chosen.
    pub fn chosen(self) -> Vec<Picked> {
        self.picked
            .with(|picked| picked.values().cloned().collect())
    }

    /// Chooses or not, with everything up to the last choice when a range is meant.
    pub fn set(self, id: LinkId, on: bool, range: bool, page: &[Picked]) {
        let from = self.anchor.get_value().filter(|_| range).unwrap_or(id);
        self.anchor.set_value(Some(id));
        self.set_all(between(page, from, id), on);
    }

    /// Chooses all of these or none of them.
    pub fn set_all(self, page: &[Picked], on: bool) {
        self.whole.set(None);
        self.picked.update(|picked| {
            for one in page {
                if on {
                    picked.insert(one.id, one.clone());
                } else {
                    picked.remove(&one.id);
                }
            }
        });
    }

    /// Chooses exactly these, everybody whom this filter shows.
    pub fn only(self, found: Vec<Picked>, filter: &LinksQuery) {
        self.whole.set(Some(everywhere(filter)));
        let found = found.into_iter().map(|one| (one.id, one));
        self.picked.set(found.collect());
    }

    /// Whether everybody whom this filter shows was chosen, and nobody else.
    pub fn is_whole(self, filter: &LinksQuery) -> bool {
        self.whole
            .with(|whole| whole.as_ref() == Some(&everywhere(filter)))
    }

    /// What is known of the chosen ones by now.
    pub fn learn(self, page: &[Picked]) {
        let news = self.picked.with_untracked(|picked| {
            let changed = |one: &&Picked| picked.get(&one.id).is_some_and(|old| old != *one);
            page.iter().filter(changed).cloned().collect::<Vec<_>>()
        });
        if !news.is_empty() {
            let news = news.into_iter().map(|one| (one.id, one));
            self.picked.update(|picked| picked.extend(news));
        }
    }

    /// What follows from an action for those who are not on the page.
    pub fn did(self, action: LinkAction, done: &[LinkId]) {
        let state = match action {
            LinkAction::Pause => LinkState::Paused,
            LinkAction::Resume => LinkState::Active,
            LinkAction::Undelete => LinkState::Invited,
            LinkAction::Resend | LinkAction::Check | LinkAction::Delete | LinkAction::Erase => {
                return;
            }
        };
        self.picked.update(|picked| {
            for id in done {
                if let Some(one) = picked.get_mut(id) {
                    one.state = state;
                }
            }
        });
    }

    /// Nobody is chosen any more.
    pub fn clear(self) {
        self.whole.set(None);
        self.picked.update(BTreeMap::clear);
    }

    /// Gives these up; true when that leaves nobody.
    pub fn drop_all(self, ids: &[LinkId]) -> bool {
        let before = self.picked.with_untracked(BTreeMap::len);
        self.picked.update(|picked| {
            for id in ids {
                picked.remove(id);
            }
        });
        before > 0 && self.picked.with_untracked(BTreeMap::is_empty)
    }
}

/// The same filter on any page and in any order.
fn everywhere(filter: &LinksQuery) -> LinksQuery {
    LinksQuery {
        sort: LinkSort::default(),
        descending: false,
        page: 0,
        ..filter.clone()
    }
}

/// The links from one to the other, both included, as the page shows them.
fn between(page: &[Picked], one: LinkId, other: LinkId) -> &[Picked] {
    let place = |id| page.iter().position(|here| here.id == id);
    let to = place(other);
    let (Some(a), Some(b)) = (place(one).or(to), to) else {
        return &[];
    };
    page.get(a.min(b)..=a.max(b)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(n: u32) -> Picked {
        Picked {
            id: format!("01890000-0000-7000-9000-{n:012}").parse().unwrap(),
            name: format!("Person {n}"),
            state: LinkState::Invited,
        }
    }

    fn id(n: u32) -> LinkId {
        one(n).id
    }

    #[test]
    fn a_range_goes_both_ways_and_ends_at_the_page() {
        let page = [one(4), one(2), one(9), one(1)];
        assert_eq!(between(&page, id(2), id(1)), &page[1..]);
        assert_eq!(between(&page, id(1), id(2)), &page[1..]);
        assert_eq!(between(&page, id(9), id(9)), &page[2..3]);
        // The first of the range is on another page.
        assert_eq!(between(&page, id(77), id(9)), &page[2..3]);
        assert_eq!(between(&page, id(4), id(77)), &[] as &[Picked]);
    }

    #[test]
    fn a_choice_is_kept_until_it_is_given_up() {
        let owner = Owner::new();
        owner.with(|| {
            let page = [one(1), one(2), one(3), one(4)];
            let selection = Selection::new();
            selection.set(id(1), true, false, &page);
            selection.set(id(3), true, true, &page);
            assert_eq!(selection.count(&page), 3);
            selection.set(id(2), false, false, &page);
            assert!(!selection.has(id(2)) && selection.has(id(3)));
            assert!(!selection.drop_all(&[id(1)]));
            assert!(selection.drop_all(&[id(2), id(3)]));
            assert!(!selection.drop_all(&[id(3)]));
        });
    }

    #[test]
    fn what_is_chosen_on_another_page_learns_what_was_done() {
        let owner = Owner::new();
        owner.with(|| {
            let selection = Selection::new();
            selection.set_all(&[one(1), one(2)], true);
            selection.did(LinkAction::Pause, &[id(1), id(7)]);
            let states = |selection: Selection| {
                let chosen = selection.chosen();
                chosen.iter().map(|one| one.state).collect::<Vec<_>>()
            };
            assert_eq!(states(selection), [LinkState::Paused, LinkState::Invited]);
            let here = Picked {
                state: LinkState::Active,
                ..one(2)
            };
            selection.learn(&[here, one(3)]);
            assert_eq!(states(selection), [LinkState::Paused, LinkState::Active]);
        });
    }

    #[test]
    fn everybody_whom_a_filter_shows_takes_the_place_of_an_older_choice() {
        let owner = Owner::new();
        owner.with(|| {
            let selection = Selection::new();
            let filter = LinksQuery {
                text: "zo".to_owned(),
                ..LinksQuery::default()
            };
            selection.set_all(&[one(1), one(2)], true);
            assert!(!selection.is_whole(&filter));
            selection.only(vec![one(2), one(3)], &filter.with_page(4));
            assert!(!selection.has(id(1)) && selection.has(id(2)) && selection.has(id(3)));
            assert!(selection.is_whole(&filter.sorted(LinkSort::Crm)));
            assert!(!selection.is_whole(&LinksQuery::default()));
            let paused = Picked {
                state: LinkState::Paused,
                ..one(3)
            };
            selection.learn(&[paused]);
            assert!(selection.is_whole(&filter));
            selection.set(id(1), true, false, &[one(1)]);
            assert!(!selection.is_whole(&filter));
        });
    }
}
