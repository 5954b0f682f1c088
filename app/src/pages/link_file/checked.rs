//! A list with its verdicts, and what of it was taken away.

use std::collections::BTreeSet;

use leptos::prelude::*;
use synchronizer_domain::ids::{ImportId, ProfileId};
use synchronizer_domain::import::{CheckedList, RightLine, WrongLine};

use super::right::RightTable;
use super::wrong::WrongTable;
use crate::i18n::{number, use_texts};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{dynamic, text};

/// The state of the page.
#[derive(Clone, Copy)]
pub struct List {
    /// Which list.
    pub id: ImportId,
    /// Lines that can be linked.
    pub right: RwSignal<Vec<RightLine>>,
    /// Lines that cannot.
    pub wrong: RwSignal<Vec<WrongLine>>,
    already: RwSignal<u32>,
    /// Right lines whose tick was taken away.
    unticked: RwSignal<BTreeSet<u32>>,
    about: StoredValue<About>,
}

/// What never changes of a list.
#[derive(Clone)]
struct About {
    file_name: String,
    heading: Option<String>,
    guessed: bool,
}

impl List {
    /// Every right line is ticked.
    pub fn new(list: CheckedList) -> Self {
        Self {
            id: list.id,
            right: RwSignal::new(list.right),
            wrong: RwSignal::new(list.wrong),
            already: RwSignal::new(list.already),
            unticked: RwSignal::new(BTreeSet::new()),
            about: StoredValue::new(About {
                file_name: list.file_name,
                heading: list.heading,
                guessed: list.guessed,
            }),
        }
    }

    /// The verdicts are new; ticks stay as they are.
    pub fn renew(self, list: CheckedList) {
        let right: BTreeSet<u32> = list.right.iter().map(|line| line.line).collect();
        self.unticked
            .update(|unticked| unticked.retain(|line| right.contains(line)));
        self.right.set(list.right);
        self.wrong.set(list.wrong);
        self.already.set(list.already);
    }

    /// Whether a line is ticked.
    pub fn is_ticked(self, line: u32) -> bool {
        self.unticked.with(|unticked| !unticked.contains(&line))
    }

    /// How many are.
    pub fn count(self) -> usize {
        let right = self.right.with(Vec::len);
        right.saturating_sub(self.unticked.with(BTreeSet::len))
    }

    /// Ticks a line or takes its tick away.
    pub fn tick(self, line: u32, on: bool) {
        self.unticked.update(|unticked| {
            if on {
                unticked.remove(&line);
            } else {
                unticked.insert(line);
            }
        });
    }

    /// Ticks all lines, or none.
    pub fn tick_all(self, on: bool) {
        let lines = |right: &Vec<RightLine>| right.iter().map(|line| line.line).collect();
        self.unticked.set(if on {
            BTreeSet::new()
        } else {
            self.right.with_untracked(lines)
        });
    }

    /// The lines whose tick was taken away.
    pub fn unticked(self) -> Vec<u32> {
        self.unticked
            .with_untracked(|unticked| unticked.iter().copied().collect())
    }
}

/// What the list is worth.
#[component]
pub fn Checked(
    /// The profile.
    profile: ProfileId,
    /// The list.
    list: List,
    /// Loads the batch again.
    reload: Action<(), ()>,
) -> impl IntoView {
    let texts = use_texts();
    let title = text(move || {
        let right = texts.count(
            "portal.file.right_n",
            number(list.right.with(Vec::len)),
            &[],
        );
        let wrong = number(list.wrong.with(Vec::len));
        if wrong == 0 {
            right
        } else {
            format!(
                "{right}, {}",
                texts.count("portal.file.wrong_n", wrong, &[])
            )
        }
    });
    let notes = dynamic(move || {
        let about = list.about.get_value();
        let already = list.already.get();
        let named = !about.file_name.is_empty();
        [
            named.then(|| texts.with("portal.file.name", &[("name", &about.file_name)])),
            about
                .heading
                .map(|line| texts.with("portal.file.heading", &[("line", &line)])),
            about.guessed.then(|| texts.t("portal.file.guessed")),
            (already > 0).then(|| texts.count("portal.file.already", already, &[])),
        ]
        .into_iter()
        .flatten()
        .map(|note| view! { <li>{note}</li> }.into_any())
        .collect_view()
        .into_any()
    });
    let icon = dynamic(move || {
        let name = if list.wrong.with(Vec::is_empty) {
            IconName::Ok
        } else {
            IconName::Alert
        };
        view! { <Icon name /> }.into_any()
    });
    view! {
        <section class="stack stack--4" aria-labelledby="checked">
            <div class="stack stack--1">
                <h2 id="checked" class="row row--tight" tabindex="-1">
                    {icon}
                    <span role="status">{title}</span>
                </h2>
                <ul class="small muted">{notes}</ul>
            </div>
            <div class="split split--even">
                <RightTable profile list reload />
                <WrongTable list />
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::import::Face;

    use super::*;

    fn checked(lines: &[u32]) -> CheckedList {
        let face = || Face {
            name: "Zoë".to_owned(),
            email: String::new(),
        };
        CheckedList {
            id: "01890000-0000-7000-8000-000000000001".parse().unwrap(),
            file_name: String::new(),
            guessed: false,
            text: None,
            heading: None,
            right: lines
                .iter()
                .map(|line| RightLine {
                    line: *line,
                    crm: face(),
                    calendar: face(),
                    asked_later: false,
                })
                .collect(),
            wrong: Vec::new(),
            already: 0,
        }
    }

    #[test]
    fn every_right_line_is_ticked_and_ticks_survive_a_new_verdict() {
        Owner::new().with(|| {
            let list = List::new(checked(&[1, 2, 4]));
            assert_eq!((list.count(), list.unticked()), (3, vec![]));
            list.tick(2, false);
            list.tick(4, false);
            list.renew(checked(&[1, 2]));
            assert_eq!((list.count(), list.unticked()), (1, vec![2]));
            list.tick_all(false);
            assert_eq!((list.count(), list.unticked()), (0, vec![1, 2]));
            list.tick_all(true);
            assert!(list.is_ticked(2) && list.count() == 2);
        });
    }
}
