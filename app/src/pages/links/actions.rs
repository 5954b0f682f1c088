//! What can be done with a link or a selection, and what came of it.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;
use synchronizer_domain::bulk::{ActPreview, ActReport};
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::{Cause, CauseStatus, LinkAction, LinkState, Party};
use synchronizer_domain::usecases::PersonalLink;
use synchronizer_domain::{ErrorCode, UseCaseError};

use super::parts::{Acted, Progress, act};
use super::question::Question;
use super::selection::Selection;
use crate::AppError;
use crate::api::copy_personal_link;
use crate::i18n::{Texts, number, use_texts};
use crate::live::{task, tell_taken_back};
use crate::ui::{Toaster, Undo, focus};

/// Something an admin asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// What can also be asked for a selection.
    Do(LinkAction),
    /// The personal link of one person, to hand over by other means.
    CopyLink,
}

impl Wish {
    /// What can be asked in a state, in the order of the menu.
    pub fn of(state: LinkState) -> Vec<Self> {
        let actions = LinkAction::ALL.iter().copied();
        let mut wishes: Vec<Self> = actions
            .filter(|action| action.applies_to(state))
            .map(Self::Do)
            .collect();
        if LinkAction::Resend.applies_to(state) {
            wishes.insert(1, Self::CopyLink);
        }
        wishes
    }

    /// What helps against a cause, the first best: who mended it in the company wants to see
    /// that it works, people are written to.
    pub fn remedies(found: CauseStatus, state: LinkState) -> Vec<Self> {
        let check = Self::Do(LinkAction::Check);
        let resend = Self::Do(LinkAction::Resend);
        let mut wishes = match found.party {
            Party::Company => vec![check],
            Party::User => vec![resend, Self::CopyLink],
            Party::Both => vec![resend, Self::CopyLink, check],
        };
        // A calendar that was gone or read only may be back without anybody's sign-in.
        if matches!(found.cause, Cause::CalendarReadOnly | Cause::NoCalendar) {
            wishes.push(check);
        }
        wishes.retain(|wish| match wish {
            Self::Do(action) => action.applies_to(state),
            Self::CopyLink => LinkAction::Resend.applies_to(state),
        });
        wishes
    }

    /// The key of its verb.
    pub fn key(self) -> String {
        match self {
            Self::Do(action) => format!("portal.do.{}", action.word()),
            Self::CopyLink => "portal.do.copy_link".to_owned(),
        }
    }
}

/// What takes an action back.
const fn opposite(action: LinkAction) -> Option<LinkAction> {
    match action {
        LinkAction::Pause => Some(LinkAction::Resume),
        LinkAction::Resume => Some(LinkAction::Pause),
        LinkAction::Delete => Some(LinkAction::Undelete),
        LinkAction::Undelete => Some(LinkAction::Delete),
        LinkAction::Resend | LinkAction::Check | LinkAction::Erase => None,
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

/// What was asked for, for whom.
#[derive(Clone)]
struct Asked {
    wish: Wish,
    links: Vec<(LinkId, String)>,
    typed: String,
}

/// The table's actions.
#[derive(Clone, Copy)]
pub struct RowActions {
    asked: RwSignal<Option<Asked>>,
    run: Action<(), ()>,
    /// How far a large action is.
    pub progress: Progress,
    /// The last refusal.
    pub error: RwSignal<Option<AppError>>,
    /// Why some of a selection were refused.
    pub refused: RwSignal<Vec<ErrorCode>>,
    /// A personal link that is shown now.
    pub minted: RwSignal<Option<Minted>>,
    /// What waits for its confirmation.
    pub question: RwSignal<Option<Question>>,
    /// The link that was acted on last; its row may leave the page.
    pub leaving: RwSignal<Option<LinkId>>,
}

/// What the outcome of an action changes on the page.
#[derive(Clone, Copy)]
struct Outcome {
    texts: Texts,
    toaster: Toaster,
    selection: Selection,
    reload: Action<(), ()>,
    error: RwSignal<Option<AppError>>,
    refused: RwSignal<Vec<ErrorCode>>,
    question: RwSignal<Option<Question>>,
    leaving: RwSignal<Option<LinkId>>,
    progress: Progress,
}

impl RowActions {
    /// Actions that load the page's data again.
    pub fn new(reload: Action<(), ()>, selection: Selection) -> Self {
        let minted = RwSignal::new(None);
        let outcome = Outcome {
            texts: use_texts(),
            toaster: expect_context::<Toaster>(),
            selection,
            reload,
            error: RwSignal::new(None),
            refused: RwSignal::new(Vec::new()),
            question: RwSignal::new(None),
            leaving: RwSignal::new(None),
            progress: Progress::new(),
        };
        let asked = RwSignal::new(None::<Asked>);
        let run = task(move || {
            let asked = asked.get_untracked();
            async move {
                let Some(Asked { wish, links, typed }) = asked else {
                    return;
                };
                match wish {
                    Wish::CopyLink => outcome.error.set(copy(&links, minted).await.err()),
                    Wish::Do(action) => {
                        let acted = act(action, links.clone(), typed, outcome.progress).await;
                        outcome.settle(action, &links, acted);
                    }
                }
                reload.dispatch(());
            }
        });
        Self {
            asked,
            run,
            progress: outcome.progress,
            error: outcome.error,
            refused: outcome.refused,
            minted,
            question: outcome.question,
            leaving: outcome.leaving,
        }
    }

    /// Asks for something in a row; a second press while it runs is ignored. A permanent
    /// deletion asks back first.
    pub fn ask(self, wish: Wish, links: Vec<(LinkId, String)>) {
        self.error.set(None);
        self.refused.set(Vec::new());
        match wish {
            Wish::Do(action @ LinkAction::Erase) => self.question.set(Some(Question {
                action,
                links,
                row: true,
            })),
            wish => self.start(wish, links, String::new()),
        }
    }

    /// Asks for something for a selection, which always asks back: it may be larger than it
    /// looks.
    pub fn ask_for_all(self, action: LinkAction, links: Vec<(LinkId, String)>) {
        if self.run.pending().get_untracked() {
            return;
        }
        self.error.set(None);
        self.refused.set(Vec::new());
        self.question.set(Some(Question {
            action,
            links,
            row: false,
        }));
    }

    /// Does what was asked back for.
    pub fn confirm(self, preview: &ActPreview, with_hidden: bool, typed: String) {
        let confirmed = self.question.with_untracked(|question| {
            let question = question.as_ref()?;
            Some((question.action, question.confirmed(preview, with_hidden)))
        });
        if let Some((action, links)) = confirmed {
            self.error.set(None);
            self.start(Wish::Do(action), links, typed);
        }
    }

    fn start(self, wish: Wish, links: Vec<(LinkId, String)>, typed: String) {
        if !self.run.pending().get_untracked() {
            self.asked.set(Some(Asked { wish, links, typed }));
            self.run.dispatch(());
        }
    }

    /// Whether something is asked for this link just now.
    pub fn busy(self, link: LinkId) -> bool {
        self.running()
            && self.asked.with(|asked| {
                asked
                    .as_ref()
                    .is_some_and(|asked| asked.links.iter().any(|(id, _)| *id == link))
            })
    }

    /// For how many something was asked for last.
    pub fn asked_for(self) -> usize {
        self.asked
            .with(|asked| asked.as_ref().map_or(0, |asked| asked.links.len()))
    }

    /// Whether something is asked for just now.
    pub fn running(self) -> bool {
        self.run.pending().get()
    }
}

impl Outcome {
    fn settle(self, action: LinkAction, links: &[(LinkId, String)], acted: Acted) {
        let Acted {
            report,
            rest,
            error,
        } = acted;
        if let ([(id, _)], [_]) = (links, report.done.as_slice()) {
            self.leaving.set(Some(*id));
        }
        self.selection.did(action, &report.done);
        let gone = matches!(action, LinkAction::Delete | LinkAction::Erase)
            && self.selection.drop_all(&report.done);
        let selection_asked = self
            .question
            .with_untracked(|question| question.as_ref().is_some_and(|one| !one.row));
        match error {
            // The question stays, without those who are settled.
            Some(error) => {
                let rest: HashSet<_> = rest.into_iter().map(|(id, _)| id).collect();
                let asked = links.iter().map(|(id, _)| *id);
                let settled: HashSet<_> = asked.filter(|id| !rest.contains(id)).collect();
                self.question.update(|question| {
                    if let Some(question) = question {
                        question.links.retain(|(id, _)| !settled.contains(id));
                    }
                });
                self.error.set(Some(error));
            }
            None => {
                self.question.set(None);
                if gone {
                    focus("linked");
                } else if selection_asked {
                    focus("picked");
                }
            }
        }
        let back = opposite(action).filter(|_| !report.done.is_empty());
        let undo = back.map(|back| -> Undo {
            let done: Vec<_> = report.done.iter().map(|id| (*id, String::new())).collect();
            Arc::new(move || {
                leptos::task::spawn_local(self.take_back(back, done.clone()));
            })
        });
        if let Some(sentence) = said(self.texts, action, links, &report) {
            self.toaster.show(sentence, undo);
        }
        let nothing = report.done.is_empty() && report.refused.is_empty();
        if nothing && self.error.with_untracked(Option::is_none) {
            self.error.set(Some(AppError::UseCase(UseCaseError::refused(
                ErrorCode::NothingToDo,
            ))));
        }
        let reasons = report.refused.into_iter().map(|(_, why)| why);
        self.refused.set(reasons.collect());
    }

    async fn take_back(self, action: LinkAction, links: Vec<(LinkId, String)>) {
        let acted = act(action, links, String::new(), self.progress).await;
        let refused = acted.error.or_else(|| {
            let reason = acted.report.refused.into_iter().next();
            reason.map(|(_, reason)| AppError::UseCase(UseCaseError::refused(reason)))
        });
        let anywhere = (self.toaster, self.texts);
        tell_taken_back(refused, (self.error, self.reload), anywhere);
    }
}

async fn copy(
    links: &[(LinkId, String)],
    minted: RwSignal<Option<Minted>>,
) -> Result<(), AppError> {
    if let Some((id, name)) = links.first() {
        let link = copy_personal_link(*id).await?;
        let name = name.clone();
        minted.set(Some(Minted { name, link }));
    }
    Ok(())
}

/// What was done, and for how many it was not.
fn said(
    texts: Texts,
    action: LinkAction,
    links: &[(LinkId, String)],
    report: &ActReport,
) -> Option<String> {
    let word = action.word();
    let sentence = match (report.done.as_slice(), links) {
        ([], _) => return None,
        ([_], [(_, name)]) => texts.with(&format!("portal.did.{word}"), &[("name", name)]),
        (done, _) => {
            let count = number(done.len());
            texts.count(&format!("portal.did_all.{word}"), count, &[])
        }
    };
    if report.skipped == 0 {
        return Some(sentence);
    }
    let skipped = texts.count("portal.did_all.skipped", report.skipped, &[]);
    Some(format!("{sentence} {skipped}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personal_link_can_be_copied_where_a_mail_can_be_sent() {
        let wishes = Wish::of(LinkState::Invited);
        assert_eq!(
            wishes[..2],
            [Wish::Do(LinkAction::Resend), Wish::CopyLink],
            "{wishes:?}"
        );
        assert!(!Wish::of(LinkState::Active).contains(&Wish::CopyLink));
        assert_eq!(
            Wish::of(LinkState::Deleted),
            [Wish::Do(LinkAction::Undelete), Wish::Do(LinkAction::Erase)]
        );
    }

    #[test]
    fn each_cause_has_its_remedy() {
        use synchronizer_domain::Timestamp;
        let (check, resend) = (Wish::Do(LinkAction::Check), Wish::Do(LinkAction::Resend));
        for cause in Cause::ALL {
            let found = CauseStatus {
                cause: *cause,
                since: Timestamp::from_secs(1),
                party: cause.party(),
            };
            let wishes = Wish::remedies(found, LinkState::NeedsAttention);
            let expected: &[Wish] = match (cause, cause.party()) {
                (_, Party::Company) => &[check],
                (Cause::CalendarReadOnly | Cause::NoCalendar, _) => {
                    &[resend, Wish::CopyLink, check]
                }
                _ => &[resend, Wish::CopyLink],
            };
            assert_eq!(wishes, expected, "{cause:?}");
            assert_eq!(Wish::remedies(found, LinkState::Paused), []);
        }
    }
}
