//! Which linked users are chosen. The choice outlives search, filter and paging.

use std::collections::BTreeSet;

use leptos::prelude::*;
use synchronizer_domain::ids::LinkId;

/// The chosen links and where the last range began.
#[derive(Clone, Copy)]
pub struct Selection {
    picked: RwSignal<BTreeSet<LinkId>>,
    anchor: StoredValue<Option<LinkId>>,
}

impl Selection {
    /// Nobody is chosen.
    pub fn new() -> Self {
        Self {
            picked: RwSignal::new(BTreeSet::new()),
            anchor: StoredValue::new(None),
        }
    }

    /// Whether this link is chosen.
    pub fn has(self, id: LinkId) -> bool {
        self.picked.with(|picked| picked.contains(&id))
    }

    /// How many of these are chosen.
    pub fn count(self, ids: &[LinkId]) -> usize {
        self.picked
            .with(|picked| ids.iter().filter(|id| picked.contains(*id)).count())
    }

    /// Chooses or not, with everything up to the last choice when a range is meant.
    pub fn set(self, id: LinkId, on: bool, range: bool, page: &[LinkId]) {
        let from = self.anchor.get_value().filter(|_| range).unwrap_or(id);
        self.anchor.set_value(Some(id));
        self.set_all(between(page, from, id), on);
    }

    /// Chooses all of these or none of them.
    pub fn set_all(self, ids: &[LinkId], on: bool) {
        self.picked.update(|picked| {
            for id in ids {
                if on {
                    picked.insert(*id);
                } else {
                    picked.remove(id);
                }
            }
        });
    }

    /// Nobody is chosen any more.
    pub fn clear(self) {
        self.picked.update(BTreeSet::clear);
    }

    /// Gives these up; true when that leaves nobody.
    pub fn drop_all(self, ids: &[LinkId]) -> bool {
        let before = self.picked.with_untracked(BTreeSet::len);
        self.set_all(ids, false);
        before > 0 && self.picked.with_untracked(BTreeSet::is_empty)
    }
}

/// The links from one to the other, both included, as the page shows them.
fn between(page: &[LinkId], one: LinkId, other: LinkId) -> &[LinkId] {
    let place = |id| page.iter().position(|here| *here == id);
    let to = place(other);
    let (Some(a), Some(b)) = (place(one).or(to), to) else {
        return &[];
    };
    page.get(a.min(b)..=a.max(b)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> LinkId {
        format!("01890000-0000-7000-9000-{n:012}").parse().unwrap()
    }

    #[test]
    fn a_range_goes_both_ways_and_ends_at_the_page() {
        let page = [id(4), id(2), id(9), id(1)];
        assert_eq!(between(&page, id(2), id(1)), &page[1..]);
        assert_eq!(between(&page, id(1), id(2)), &page[1..]);
        assert_eq!(between(&page, id(9), id(9)), &page[2..3]);
        // The first of the range is on another page.
        assert_eq!(between(&page, id(77), id(9)), &page[2..3]);
        assert_eq!(between(&page, id(4), id(77)), &[] as &[LinkId]);
    }

    #[test]
    fn a_choice_is_kept_until_it_is_given_up() {
        let owner = Owner::new();
        owner.with(|| {
            let page = [id(1), id(2), id(3), id(4)];
            let selection = Selection::new();
            selection.set(id(1), true, false, &page);
            selection.set(id(3), true, true, &page);
            assert_eq!(selection.count(&page), 3);
            selection.set(id(2), false, false, &page);
            assert!(!selection.has(id(2)) && selection.has(id(3)));
            assert!(!selection.drop_all(&[id(1)]));
            assert!(selection.drop_all(&page));
            assert!(!selection.drop_all(&page));
        });
    }
}
