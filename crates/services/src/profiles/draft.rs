//! What was typed in the wizard and not saved yet.

use synchronizer_domain::draft::{DraftStep, TypedField};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::profile::{Profile, ProfileState};
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{StorageResult, UnitOfWork};

use crate::Core;

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
