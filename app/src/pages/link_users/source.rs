//! Where a list's people come from: the page's first ones at once, then the whole list,
//! fetched part by part and searched in the browser. Until it is there, and where a system
//! only answers searches, the server searches.

use std::sync::Arc;

use leptos::prelude::*;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::lists::{ListHead, ListSource};
use synchronizer_domain::usecases::{LinkUsersView, ListSide};

use super::list_box::ListState;
use super::people::{Person, arrived, relinked};
use crate::api::{linked_people, list_people, search_people};
use crate::error::leave_when_signed_out;

/// A pause in typing after which the server is asked, in milliseconds.
const PAUSE: u64 = 150;

/// How the people that are shown came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The list itself.
    Here,
    /// Further letters are needed.
    TooShort(u32),
    /// The server is asked.
    Asked,
    /// The server's answer.
    Found,
    /// The server could not be asked.
    Failed,
}

/// One side's people.
#[derive(Clone, Copy)]
pub struct People {
    profile: ProfileId,
    side: ListSide,
    view: RwSignal<LinkUsersView>,
    /// The list, or its first people.
    all: RwSignal<Vec<Arc<Person>>>,
    /// Which list is wholly here, and whose links it shows.
    here: RwSignal<Option<(Option<Timestamp>, u32)>>,
    fetching: StoredValue<bool>,
    /// What the server found for which query.
    found: RwSignal<Option<(String, Vec<Arc<Person>>)>>,
    failed: RwSignal<bool>,
}

impl People {
    /// The people of a side of the page.
    pub fn new(view: RwSignal<LinkUsersView>, side: ListSide, state: ListState) -> Self {
        let first = view.with_untracked(|view| head(view, side).first.clone());
        let people = Self {
            profile: view.with_untracked(|view| view.profile),
            side,
            view,
            all: RwSignal::new(arrived(first)),
            here: RwSignal::new(None),
            fetching: StoredValue::new(false),
            found: RwSignal::new(None),
            failed: RwSignal::new(false),
        };
        let wanted = Memo::new(move |_| people.head(|head| (head.read_at, head.stamp)));
        Effect::new(move |_| {
            if wanted.get().0.is_some() && people.source() == ListSource::Whole {
                leptos::task::spawn_local(people.fetch());
            }
        });
        let timer = StoredValue::new(None::<TimeoutHandle>);
        Effect::new(move |_| {
            let typed = state.query.get();
            if people.here.with(Option::is_some) || people.too_short(&typed).is_some() {
                return;
            }
            if let Some(timer) = timer.try_update_value(Option::take).flatten() {
                timer.clear();
            }
            let ask = move || leptos::task::spawn_local(people.ask(typed.clone(), state));
            let pause = std::time::Duration::from_millis(PAUSE);
            timer.set_value(set_timeout_with_handle(ask, pause).ok());
        });
        people
    }

    /// Something of the list's head.
    pub fn head<T>(self, read: impl FnOnce(&ListHead) -> T) -> T {
        self.view.with(|view| read(head(view, self.side)))
    }

    /// Whether only the system itself has the list, and answers searches.
    pub fn are_searched_there(self) -> bool {
        matches!(self.source(), ListSource::Typed { .. })
    }

    fn source(self) -> ListSource {
        self.view
            .with_untracked(|view| head(view, self.side).source)
    }

    /// Letters that are missing; none when the server can be asked.
    fn too_short(self, typed: &str) -> Option<u32> {
        let letters = u32::try_from(typed.trim().chars().count()).unwrap_or(u32::MAX);
        let least = match self.source() {
            ListSource::Whole => 1,
            ListSource::Typed { at_least } => at_least,
        };
        (letters < least).then_some(least)
    }

    /// How the people for this query come about.
    pub fn answer(self, typed: &str) -> Answer {
        let whole = self.source() == ListSource::Whole;
        if self.here.with(Option::is_some) {
            return Answer::Here;
        }
        match self.too_short(typed) {
            Some(_) if whole => Answer::Here,
            Some(least) => Answer::TooShort(least),
            None if self.failed.get() => Answer::Failed,
            None if self.found.with(|found| is_for(found.as_ref(), typed)) => Answer::Found,
            None => Answer::Asked,
        }
    }

    /// The people among whom a query looks.
    pub fn with<T>(self, typed: &str, read: impl FnOnce(&[Arc<Person>]) -> T) -> T {
        match self.answer(typed) {
            Answer::TooShort(_) => read(&[]),
            Answer::Found => self
                .found
                .with(|found| read(found.as_ref().map_or(&[], |(_, people)| people))),
            Answer::Here | Answer::Asked | Answer::Failed => self.all.with(|all| read(all)),
        }
    }

    async fn ask(self, typed: String, state: ListState) {
        let answer = search_people(self.profile, self.side, typed.clone()).await;
        if state.query.try_get_untracked().as_ref() != Some(&typed) {
            return;
        }
        match answer {
            Ok(people) => {
                self.failed.try_set(false);
                self.found.try_set(Some((typed, arrived(people))));
            }
            Err(error) => {
                leave_when_signed_out(&error);
                self.failed.try_set(true);
            }
        }
    }

    /// Fetches until the list here is the one that the page speaks of.
    async fn fetch(self) {
        if self.fetching.try_get_value() != Some(false) {
            return;
        }
        self.fetching.try_set_value(true);
        loop {
            let wanted = self.view.try_with_untracked(|view| {
                head(view, self.side)
                    .read_at
                    .zip(Some(head(view, self.side).stamp))
            });
            let here = self.here.try_get_untracked().flatten();
            let Some((read_at, stamp)) = wanted.flatten() else {
                break;
            };
            if here == Some((Some(read_at), stamp)) {
                break;
            }
            let fetched = match here {
                Some((known, _)) if known == Some(read_at) => self.fetch_links(read_at).await,
                _ => self.fetch_list().await,
            };
            if fetched.is_none() {
                break;
            }
            // The server is ahead of the page: the page's next load says so.
            let now = self.here.try_get_untracked().flatten();
            if now.is_some() && now != Some((Some(read_at), stamp)) {
                break;
            }
        }
        self.fetching.try_set_value(false);
    }

    async fn fetch_list(self) -> Option<()> {
        let mut people: Vec<Arc<Person>> = Vec::new();
        let mut version = None;
        loop {
            let from = u32::try_from(people.len()).ok()?;
            let part = match list_people(self.profile, self.side, from).await {
                Ok(part) => part,
                Err(error) => {
                    leave_when_signed_out(&error);
                    return None;
                }
            };
            if *version.get_or_insert(part.read_at) != part.read_at {
                // The list was replaced meanwhile.
                people.clear();
                version = None;
                continue;
            }
            people.extend(arrived(part.people));
            if !part.more {
                self.all.try_set(people);
                self.here.try_set(Some((part.read_at, part.stamp)));
                return Some(());
            }
        }
    }

    async fn fetch_links(self, read_at: Timestamp) -> Option<()> {
        let answer = linked_people(self.profile, self.side).await.ok()?;
        if answer.read_at != Some(read_at) {
            return self.fetch_list().await;
        }
        let all = self
            .all
            .try_with_untracked(|all| relinked(all, &answer.places))?;
        self.all.try_set(all);
        self.here.try_set(Some((answer.read_at, answer.stamp)));
        Some(())
    }
}

fn head(view: &LinkUsersView, side: ListSide) -> &ListHead {
    match side {
        ListSide::Crm => &view.crm,
        ListSide::Calendar => &view.calendar,
    }
}

fn is_for(found: Option<&(String, Vec<Arc<Person>>)>, typed: &str) -> bool {
    found.is_some_and(|(query, _)| query == typed)
}
