//! What can be done with a link, and what came of it.

use leptos::prelude::*;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::usecases::PersonalLink;

use crate::AppError;
use crate::api::{copy_personal_link, delete_link, resend_invitation, undelete_link};
use crate::i18n::use_texts;
use crate::live::task;
use crate::ui::Toaster;

/// Something an admin asks for a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A further mail.
    Resend,
    /// The personal link, to hand over by other means.
    CopyLink,
    /// Soft deletion.
    Delete,
    /// Taking it back.
    Undelete,
}

impl Wish {
    /// What can be asked in a state.
    pub const fn of(state: LinkState) -> &'static [Self] {
        match state {
            LinkState::Invited | LinkState::Partly | LinkState::NeedsAttention => {
                &[Self::Resend, Self::CopyLink, Self::Delete]
            }
            LinkState::Initializing | LinkState::Active | LinkState::Paused => &[Self::Delete],
            LinkState::Deleted => &[Self::Undelete],
        }
    }

    /// The key of its verb.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Resend => "portal.do.resend",
            Self::CopyLink => "portal.do.copy_link",
            Self::Delete => "portal.do.delete",
            Self::Undelete => "portal.do.undelete",
        }
    }
}

/// A minted personal link and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minted {
    /// Name of the CRM user.
    pub name: String,
    /// The link.
    pub link: PersonalLink,
}

/// The table's actions.
#[derive(Clone, Copy)]
pub struct RowActions {
    asked: RwSignal<Option<(Wish, LinkId, String)>>,
    run: Action<(), ()>,
    /// The last refusal.
    pub error: RwSignal<Option<AppError>>,
    /// A personal link that is shown now.
    pub minted: RwSignal<Option<Minted>>,
}

impl RowActions {
    /// Actions that load the page's data again.
    pub fn new(reload: Action<(), ()>) -> Self {
        let error = RwSignal::new(None);
        let minted = RwSignal::new(None);
        let texts = use_texts();
        let toaster = expect_context::<Toaster>();
        let asked = RwSignal::new(None::<(Wish, LinkId, String)>);
        let run = task(move || {
            let asked = asked.get_untracked();
            async move {
                let Some((wish, id, name)) = asked else {
                    return;
                };
                let outcome = match wish {
                    Wish::Resend => resend_invitation(id).await.map(|()| "portal.did.resend"),
                    Wish::Delete => delete_link(id).await.map(|()| "portal.did.delete"),
                    Wish::Undelete => undelete_link(id).await.map(|()| "portal.did.undelete"),
                    Wish::CopyLink => copy_personal_link(id).await.map(|link| {
                        minted.set(Some(Minted {
                            name: name.clone(),
                            link,
                        }));
                        ""
                    }),
                };
                match outcome {
                    Ok("") => {}
                    Ok(said) => {
                        let undo = (wish == Wish::Delete).then(|| {
                            Callback::new(move |()| {
                                leptos::task::spawn_local(take_back(id, error, reload))
                            })
                        });
                        toaster.show(texts.with(said, &[("name", &name)]), undo);
                    }
                    Err(refusal) => error.set(Some(refusal)),
                }
                reload.dispatch(());
            }
        });
        Self {
            asked,
            run,
            error,
            minted,
        }
    }

    /// Asks for something; a second press while it runs is ignored.
    pub fn ask(self, wish: Wish, link: LinkId, name: String) {
        if !self.run.pending().get_untracked() {
            self.error.set(None);
            self.asked.set(Some((wish, link, name)));
            self.run.dispatch(());
        }
    }

    /// Whether something is asked for this link just now.
    pub fn busy(self, link: LinkId) -> bool {
        self.run.pending().get()
            && self
                .asked
                .with(|asked| asked.as_ref().is_some_and(|asked| asked.1 == link))
    }
}

async fn take_back(link: LinkId, error: RwSignal<Option<AppError>>, reload: Action<(), ()>) {
    if let Err(refusal) = undelete_link(link).await {
        error.set(Some(refusal));
    }
    reload.dispatch(());
}
