//! What is asked back before something is done: for whom, and who of them nobody sees now.

use std::collections::HashSet;

use synchronizer_domain::bulk::ActPreview;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::LinkAction;

/// Names that stand in the question.
const NAMED: usize = 5;

/// Something that waits for its confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is asked for.
    pub action: LinkAction,
    /// The chosen links with the names of their CRM users.
    pub links: Vec<(LinkId, String)>,
    /// Asked in the row of one person, not for the selection.
    pub row: bool,
}

/// Some people of a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// How many there are.
    pub count: usize,
    /// The first names.
    pub names: Vec<String>,
}

/// What a question is about, once it is known whom it touches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Those whom the present filter shows, on whatever page.
    pub shown: People,
    /// Those whom it hides.
    pub hidden: People,
    /// For how many it cannot be done now.
    pub skipped: usize,
}

impl Touched {
    /// For how many it will be done.
    pub const fn count(&self, with_hidden: bool) -> usize {
        if with_hidden {
            self.shown.count + self.hidden.count
        } else {
            self.shown.count
        }
    }

    /// What is typed to confirm a permanent deletion: the only one's name, or the number.
    pub fn wanted(&self, with_hidden: bool) -> String {
        let hidden = self.hidden.names.iter().filter(|_| with_hidden);
        match (
            self.count(with_hidden),
            self.shown.names.iter().chain(hidden).next(),
        ) {
            (1, Some(name)) => name.trim().to_owned(),
            (count, _) => count.to_string(),
        }
    }
}

impl Question {
    /// The chosen links by what the server says of them.
    pub fn touched(&self, preview: &ActPreview) -> Touched {
        let hidden: HashSet<_> = preview.hidden.iter().collect();
        let skipped: HashSet<_> = preview.skipped.iter().collect();
        let mut touched = Touched::default();
        for (id, name) in &self.links {
            if skipped.contains(id) {
                touched.skipped += 1;
                continue;
            }
            let people = if hidden.contains(id) {
                &mut touched.hidden
            } else {
                &mut touched.shown
            };
            people.count += 1;
            if people.names.len() < NAMED {
                people.names.push(name.clone());
            }
        }
        touched
    }

    /// For whom it is done when it is confirmed like this.
    pub fn confirmed(&self, preview: &ActPreview, with_hidden: bool) -> Vec<(LinkId, String)> {
        let mut left_out: HashSet<_> = preview.skipped.iter().collect();
        if !with_hidden {
            left_out.extend(&preview.hidden);
        }
        let all = self.links.iter();
        all.filter(|(id, _)| !left_out.contains(id))
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: usize) -> LinkId {
        format!("01890000-0000-7000-9000-{n:012}").parse().unwrap()
    }

    fn question(count: usize) -> Question {
        Question {
            action: LinkAction::Pause,
            links: (0..count).map(|n| (id(n), format!("Person {n}"))).collect(),
            row: false,
        }
    }

    #[test]
    fn who_is_hidden_is_counted_apart_and_left_out_until_it_is_confirmed() {
        // SC-90: 20 are chosen, the filter hides 12; one was deleted by somebody else.
        let question = question(21);
        let preview = ActPreview {
            hidden: (8..20).map(id).collect(),
            skipped: vec![id(20)],
            ..ActPreview::default()
        };
        let touched = question.touched(&preview);
        assert_eq!((touched.shown.count, touched.hidden.count), (8, 12));
        assert_eq!((touched.count(false), touched.count(true)), (8, 20));
        assert_eq!(touched.skipped, 1);
        assert_eq!(touched.shown.names.len(), NAMED);
        assert_eq!(touched.hidden.names[0], "Person 8");
        let ids = |with_hidden| {
            let links = question.confirmed(&preview, with_hidden);
            links.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
        };
        assert_eq!(ids(false), (0..8).map(id).collect::<Vec<_>>());
        assert_eq!(ids(true), (0..20).map(id).collect::<Vec<_>>());
    }

    #[test]
    fn a_selection_that_the_filter_hides_wholly_touches_nobody_by_itself() {
        let question = question(2);
        let preview = ActPreview {
            hidden: vec![id(0), id(1)],
            ..ActPreview::default()
        };
        let touched = question.touched(&preview);
        assert_eq!((touched.count(false), touched.count(true)), (0, 2));
        assert_eq!(question.confirmed(&preview, false), []);
    }

    #[test]
    fn the_only_ones_name_is_typed_or_else_the_number() {
        let wanted = |hidden: &[usize], with_hidden| {
            let preview = ActPreview {
                hidden: hidden.iter().map(|n| id(*n)).collect(),
                ..ActPreview::default()
            };
            question(2).touched(&preview).wanted(with_hidden)
        };
        assert_eq!(wanted(&[], false), "2");
        assert_eq!(wanted(&[0], false), "Person 1");
        assert_eq!(wanted(&[0], true), "2");
        let alone = question(1).touched(&ActPreview::default());
        assert_eq!(alone.wanted(false), "Person 0");
    }
}
