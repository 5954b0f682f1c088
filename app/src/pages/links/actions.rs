//! What can be done with a link or a selection, and what came of it.

use leptos::prelude::*;
use synchronizer_domain::bulk::ActReport;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::{Cause, CauseStatus, LinkAction, LinkState, Party};
use synchronizer_domain::usecases::PersonalLink;
use synchronizer_domain::{ErrorCode, UseCaseError};

use super::selection::Selection;
use crate::AppError;
use crate::api::{act_on_links, copy_personal_link, resend_invitation};
use crate::i18n::{Texts, number, use_texts};
use crate::live::{task, tell_taken_back};
use crate::ui::{Toaster, focus};

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
    /// The last refusal.
    pub error: RwSignal<Option<AppError>>,
    /// Why some of a selection were refused.
    pub refused: RwSignal<Vec<ErrorCode>>,
    /// A personal link that is shown now.
    pub minted: RwSignal<Option<Minted>>,
    /// Links whose permanent deletion waits for its confirmation.
    pub erasing: RwSignal<Option<Vec<(LinkId, String)>>>,
    /// The link that was acted on last; its row may leave the page.
    pub leaving: RwSignal<Option<LinkId>>,
}

impl RowActions {
    /// Actions that load the page's data again.
    pub fn new(reload: Action<(), ()>, selection: Selection) -> Self {
        let error = RwSignal::new(None);
        let refused = RwSignal::new(Vec::new());
        let minted = RwSignal::new(None);
        let erasing = RwSignal::new(None);
        let leaving = RwSignal::new(None);
        let texts = use_texts();
        let toaster = expect_context::<Toaster>();
        let asked = RwSignal::new(None::<Asked>);
        let run = task(move || {
            let asked = asked.get_untracked();
            async move {
                let Some(Asked { wish, links, typed }) = asked else {
                    return;
                };
                let outcome = match wish {
                    Wish::CopyLink => copy(&links, minted).await.map(|()| None),
                    Wish::Do(action) => act(action, &links, typed)
                        .await
                        .map(|report| Some((action, report))),
                };
                match outcome {
                    Ok(None) => {}
                    Ok(Some((action, report))) => {
                        erasing.set(None);
                        if let ([(id, _)], [_]) = (links.as_slice(), report.done.as_slice()) {
                            leaving.set(Some(*id));
                        }
                        selection.did(action, &report.done);
                        if matches!(action, LinkAction::Delete | LinkAction::Erase)
                            && selection.drop_all(&report.done)
                        {
                            focus("linked");
                        }
                        let undo =
                            opposite(action)
                                .filter(|_| !report.done.is_empty())
                                .map(|back| {
                                    let done = report.done.clone();
                                    Callback::new(move |()| {
                                        let done = done.clone();
                                        let told = ((error, reload), (toaster, texts));
                                        leptos::task::spawn_local(take_back(back, done, told));
                                    })
                                });
                        if let Some(sentence) = said(texts, action, &links, &report) {
                            toaster.show(sentence, undo);
                        }
                        if report.done.is_empty() && report.refused.is_empty() {
                            error.set(Some(AppError::UseCase(UseCaseError::refused(
                                ErrorCode::NothingToDo,
                            ))));
                        }
                        refused.set(report.refused.into_iter().map(|(_, why)| why).collect());
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
            refused,
            minted,
            erasing,
            leaving,
        }
    }

    /// Asks for something; a second press while it runs is ignored. A permanent deletion
    /// asks back first.
    pub fn ask(self, wish: Wish, links: Vec<(LinkId, String)>) {
        self.error.set(None);
        self.refused.set(Vec::new());
        if wish == Wish::Do(LinkAction::Erase) {
            self.erasing.set(Some(links));
        } else {
            self.start(wish, links, String::new());
        }
    }

    /// Deletes for ever what was asked back for.
    pub fn erase(self, typed: String) {
        if let Some(links) = self.erasing.get_untracked() {
            self.error.set(None);
            self.start(Wish::Do(LinkAction::Erase), links, typed);
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

    /// Whether something is asked for just now.
    pub fn running(self) -> bool {
        self.run.pending().get()
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

async fn act(
    action: LinkAction,
    links: &[(LinkId, String)],
    typed: String,
) -> Result<ActReport, AppError> {
    match links {
        // One person's refusal is a sentence of its own.
        [(id, _)] if action == LinkAction::Resend => {
            resend_invitation(*id).await.map(|()| ActReport {
                done: vec![*id],
                ..ActReport::default()
            })
        }
        links => {
            let ids = links.iter().map(|(id, _)| *id).collect();
            act_on_links(action, ids, typed).await
        }
    }
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

/// Where what came of it is told.
type Told = (
    (RwSignal<Option<AppError>>, Action<(), ()>),
    (Toaster, Texts),
);

async fn take_back(action: LinkAction, links: Vec<LinkId>, (page, anywhere): Told) {
    let refused = match act_on_links(action, links, String::new()).await {
        Err(refusal) => Some(refusal),
        Ok(report) => {
            let reason = report.refused.into_iter().next();
            reason.map(|(_, reason)| AppError::UseCase(UseCaseError::refused(reason)))
        }
    };
    tell_taken_back(refused, page, anywhere);
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
