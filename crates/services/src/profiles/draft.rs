//! What was typed in the wizard, or brought as a file, and not saved yet.

use synchronizer_domain::directory::MAX_PASTED;
use synchronizer_domain::draft::{DraftStep, TypedField};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::import::FileProblem;
use synchronizer_domain::policy::Action;
use synchronizer_domain::profile::{CalendarSystem, Profile, ProfileState};
use synchronizer_domain::session::Actor;
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{StorageResult, UnitOfWork};

use crate::Core;
use crate::bulk::import::decode;

/// Longer is nothing that anybody typed: 20,000 pasted people fit.
const MAX_TYPED: usize = 2_000_000;

impl Core {
    pub(super) async fn keep_in_draft(
        &self,
        profile: &Profile,
        field: TypedField,
        value: &str,
    ) -> UseCaseResult<()> {
        if value.len() > MAX_TYPED {
            let max = u32::try_from(MAX_TYPED).unwrap_or(u32::MAX);
            let code = ErrorCode::TooLong { max };
            return Err(UseCaseError::field(field.word(), code));
        }
        let stored = async {
            let mut unit = self.storage.write().await?;
            // A page that stayed open after the last step has nothing to keep.
            let fresh = unit.profile(profile.tenant, profile.id).await?;
            if fresh.is_some_and(|fresh| fresh.state == ProfileState::Draft) {
                unit.keep_typed(profile.tenant, profile.id, field, Some(value))
                    .await?;
                unit.commit().await?;
            }
            StorageResult::Ok(())
        };
        stored.await.map_err(|error| self.internal(error))
    }
}

impl Core {
    /// Takes a file with people: its lines stand in the field of *Configure Systems* as if
    /// somebody had pasted them, and are looked at when that is saved.
    ///
    /// # Errors
    /// Forbidden, not found (also for systems that list their people), internal; inside, why
    /// the file cannot be read.
    pub async fn bring_people(
        &self,
        actor: &Actor,
        profile: ProfileId,
        bytes: &[u8],
    ) -> UseCaseResult<Result<(), FileProblem>> {
        self.may_change(actor, Action::ManageProfiles).await?;
        let profile = self.own_profile(actor, profile).await?;
        let text = match decode(bytes) {
            Ok((text, _)) if text.lines().count() > MAX_PASTED => {
                return Ok(Err(FileProblem::TooManyLines));
            }
            Ok((text, _)) => text,
            Err(problem) => return Ok(Err(problem)),
        };
        if !matches!(
            profile.system,
            CalendarSystem::Exchange | CalendarSystem::Caldav
        ) {
            return Err(UseCaseError::NotFound);
        }
        let stored = async {
            let mut unit = self.storage.write().await?;
            unit.keep_typed(profile.tenant, profile.id, TypedField::People, Some(&text))
                .await?;
            unit.commit().await
        };
        stored.await.map_err(|error| self.internal(error))?;
        Ok(Ok(()))
    }
}

/// What was typed up to a step is stored properly now.
pub(super) async fn forget_typed(
    unit: &mut dyn UnitOfWork,
    profile: &Profile,
    step: DraftStep,
) -> StorageResult<()> {
    for field in TypedField::ALL {
        if step == DraftStep::Settings || field.step() == step {
            unit.keep_typed(profile.tenant, profile.id, *field, None)
                .await?;
        }
    }
    Ok(())
}
