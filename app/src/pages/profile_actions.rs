//! What can be done with a profile in the overview, and what came of it.

use std::sync::Arc;

use leptos::prelude::*;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::profile::ProfileAction;

use crate::AppError;
use crate::api::act_on_profile;
use crate::i18n::{Texts, use_texts};
use crate::live::{task, tell_taken_back};
use crate::ui::{Toaster, Undo};

/// What is asked for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The profile.
    pub profile: ProfileId,
    /// Its name, as the page shows it.
    pub name: String,
    /// What is asked.
    pub action: ProfileAction,
}

/// The overview's actions.
#[derive(Clone, Copy)]
pub struct ProfileActions {
    asked: RwSignal<Option<(Wish, String)>>,
    run: Action<(), ()>,
    /// Why the last one was refused.
    pub error: RwSignal<Option<AppError>>,
    /// What waits for a name to be typed.
    pub open: RwSignal<Option<Wish>>,
}

impl ProfileActions {
    /// Makes them; `reload` fetches the overview after each.
    pub fn new(reload: Action<(), ()>) -> Self {
        let texts = use_texts();
        let toaster = expect_context::<Toaster>();
        let asked = RwSignal::new(None::<(Wish, String)>);
        let (error, open) = (RwSignal::new(None), RwSignal::new(None));
        let run = task(move || async move {
            let Some((wish, typed)) = asked.get_untracked() else {
                return;
            };
            match act_on_profile(wish.profile, wish.action, typed.clone()).await {
                Ok(left) => {
                    open.set(None);
                    let name = if wish.action == ProfileAction::Rename {
                        typed.trim()
                    } else {
                        wish.name.as_str()
                    };
                    let key = format!("portal.profile.did.{}", wish.action.word());
                    let mut sentence = texts.with(&key, &[("name", name)]);
                    if left > 0 {
                        let rest = texts.count("portal.profile.left", left, &[]);
                        sentence = format!("{sentence} {rest}");
                    }
                    let undo = opposite(wish.action).map(|action| -> Undo {
                        let back = Wish { action, ..wish };
                        let told = ((error, reload), (toaster, texts));
                        Arc::new(move || {
                            leptos::task::spawn_local(take_back(back.clone(), told));
                        })
                    });
                    toaster.show(sentence, undo);
                }
                Err(refusal) => error.set(Some(refusal)),
            }
            reload.dispatch(());
        });
        Self {
            asked,
            run,
            error,
            open,
        }
    }

    /// Asks for something; where a name is needed, for that first.
    pub fn ask(self, wish: Wish) {
        self.error.set(None);
        if matches!(wish.action, ProfileAction::Rename | ProfileAction::Erase) {
            self.open.set(Some(wish));
        } else {
            self.start(wish, String::new());
        }
    }

    /// Goes on with what was typed.
    pub fn confirm(self, typed: String) {
        if let Some(wish) = self.open.get_untracked() {
            self.error.set(None);
            self.start(wish, typed);
        }
    }

    fn start(self, wish: Wish, typed: String) {
        if !self.run.pending().get_untracked() {
            self.asked.set(Some((wish, typed)));
            self.run.dispatch(());
        }
    }

    /// Whether something is asked for this profile just now.
    pub fn busy(self, profile: ProfileId) -> bool {
        let asked = |asked: &Option<(Wish, String)>| {
            asked
                .as_ref()
                .is_some_and(|(wish, _)| wish.profile == profile)
        };
        self.run.pending().get() && self.asked.with(asked)
    }

    /// Whether anything is asked for just now.
    pub fn running(self) -> Signal<bool> {
        self.run.pending().into()
    }
}

/// What takes an action back.
const fn opposite(action: ProfileAction) -> Option<ProfileAction> {
    match action {
        ProfileAction::Disable => Some(ProfileAction::Enable),
        ProfileAction::Enable => Some(ProfileAction::Disable),
        ProfileAction::Delete => Some(ProfileAction::Undelete),
        ProfileAction::Undelete => Some(ProfileAction::Delete),
        ProfileAction::Rename | ProfileAction::Erase => None,
    }
}

/// Where what came of it is told.
type Told = (
    (RwSignal<Option<AppError>>, Action<(), ()>),
    (Toaster, Texts),
);

async fn take_back(wish: Wish, (page, anywhere): Told) {
    let outcome = act_on_profile(wish.profile, wish.action, String::new()).await;
    tell_taken_back(outcome.err(), page, anywhere);
}
