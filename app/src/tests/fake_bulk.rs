//! What is done for many people of the faked company at once.

use async_trait::async_trait;
use synchronizer_domain::bulk::{
    ActPreview, ActReport, BatchKind, BatchLine, BatchRowState, BatchView, Bulk, SeveralView,
};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::{AssociateId, BatchId, CalendarUserId, ImportId, LinkId, ProfileId};
use synchronizer_domain::import::{
    CheckedList, Face, ImportView, LineProblem, RightLine, WrongLine,
};
use synchronizer_domain::link::{LinkAction, LinkState};
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::session::Actor;
use synchronizer_domain::several::{Taken, plan};
use synchronizer_domain::status::{LinksQuery, Status};
use synchronizer_domain::usecases::UseCaseResult;

use super::fakes::{Company, NOW, calendar, crm, not_for_users, profile};

#[async_trait]
impl Bulk for Company {
    async fn act(
        &self,
        _: &Actor,
        action: LinkAction,
        ids: Vec<LinkId>,
        _: String,
    ) -> UseCaseResult<ActReport> {
        let state = match action {
            LinkAction::Delete => LinkState::Deleted,
            _ => LinkState::Invited,
        };
        for id in &ids {
            self.set_state(*id, state)?;
        }
        Ok(ActReport {
            done: ids,
            ..ActReport::default()
        })
    }

    async fn preview(
        &self,
        actor: &Actor,
        _: LinkAction,
        ids: Vec<LinkId>,
        filter: LinksQuery,
    ) -> UseCaseResult<ActPreview> {
        let shown = self.matching(actor, filter).await?;
        let hidden = |id: &LinkId| shown.iter().all(|one| one.id != *id);
        Ok(ActPreview {
            hidden: ids.into_iter().filter(hidden).collect(),
            ..ActPreview::default()
        })
    }

    async fn several(&self, actor: &Actor, id: ProfileId) -> UseCaseResult<SeveralView> {
        not_for_users(actor)?;
        if id != profile(1) {
            return Err(UseCaseError::NotFound);
        }
        let crm: Vec<_> = (1..=self.people).map(crm).collect();
        let calendar: Vec<_> = (1..=self.people).map(calendar).collect();
        let plan = plan(&crm, &calendar, &Taken::default());
        Ok(SeveralView {
            profile: id,
            profile_name: "Oslo and Bergen".to_owned(),
            system: CalendarSystem::Microsoft365,
            stop: self.stop.clone(),
            pairs: plan.pairs,
            left_out: plan.left_out,
            read_at: Some(NOW),
            batch: self.batch(actor, id).await?,
        })
    }

    async fn link_several(
        &self,
        _: &Actor,
        _: ProfileId,
        _: Vec<(AssociateId, CalendarUserId)>,
    ) -> UseCaseResult<BatchId> {
        Err(UseCaseError::field("pairs", ErrorCode::Required))
    }

    async fn import(
        &self,
        actor: &Actor,
        id: ProfileId,
        import: Option<ImportId>,
    ) -> UseCaseResult<ImportView> {
        not_for_users(actor)?;
        if id != profile(1) {
            return Err(UseCaseError::NotFound);
        }
        let face = |name: &str, email: &str| Face {
            name: name.to_owned(),
            email: email.to_owned(),
        };
        let checked = import.map(|id| CheckedList {
            id,
            file_name: "<b>pairs.csv".to_owned(),
            guessed: true,
            text: Some("zoe@crm.example;zoe".to_owned()),
            heading: Some("CRM;Calendar".to_owned()),
            right: vec![RightLine {
                line: 2,
                crm: face("Zoë Müller", "zoe@crm.example"),
                calendar: face("zoe@calendar.example", "zoe@calendar.example"),
                asked_later: true,
            }],
            wrong: vec![WrongLine {
                line: 3,
                text: "<i>;zoe".to_owned(),
                why: LineProblem::UnknownCrm {
                    value: "<i>".to_owned(),
                },
            }],
            already: 2,
        });
        Ok(ImportView {
            profile: id,
            profile_name: "Oslo and Bergen".to_owned(),
            system: CalendarSystem::Microsoft365,
            stop: self.stop.clone(),
            lists_read: true,
            gone: false,
            checked,
            batch: None,
        })
    }

    async fn link_import(
        &self,
        _: &Actor,
        _: ProfileId,
        _: ImportId,
        _: Vec<u32>,
        _: Vec<u32>,
    ) -> UseCaseResult<BatchId> {
        Err(UseCaseError::field("pairs", ErrorCode::Required))
    }

    async fn batch(&self, _: &Actor, _: ProfileId) -> UseCaseResult<Option<BatchView>> {
        let line = |state, reason| BatchLine {
            crm: "Zoë Müller".to_owned(),
            calendar: "Zoe Mueller".to_owned(),
            state,
            reason,
        };
        let refused = Some(ErrorCode::CrmUserGone);
        Ok(Some(BatchView {
            id: "01890000-0000-7000-a000-000000000001".parse().unwrap(),
            kind: BatchKind::Link,
            started_by: "Ingvild Sætre-Holm".to_owned(),
            created_at: NOW,
            ended_at: None,
            waits_until: None,
            system: CalendarSystem::Microsoft365,
            counts: vec![
                (BatchRowState::Done, 9),
                (BatchRowState::Refused, 1),
                (BatchRowState::Waiting, 4),
            ],
            lines: vec![
                line(BatchRowState::Refused, refused),
                line(BatchRowState::Done, None),
            ],
        }))
    }

    async fn cancel_batch(&self, _: &Actor, _: BatchId) -> UseCaseResult<()> {
        Ok(())
    }
}
