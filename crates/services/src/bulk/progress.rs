//! How far a batch is, and the way to stop it.

use synchronizer_domain::bulk::{BatchLine, BatchResult, BatchRowState, BatchView, SHOWN_LINES};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::BatchId;
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::profile::Profile;
use synchronizer_domain::session::Actor;
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{BatchRow, StorageResult};

use crate::Core;
use crate::failure::FaultResult;

impl Core {
    pub(super) async fn newest_batch_view(
        &self,
        profile: &Profile,
    ) -> FaultResult<Option<BatchView>> {
        let mut unit = self.storage.read().await?;
        let Some(batch) = unit.newest_batch(profile.tenant, profile.id).await? else {
            return Ok(None);
        };
        let counts = unit.batch_counts(batch.tenant, batch.id).await?;
        let mut lines = Vec::new();
        let mut others = SHOWN_LINES;
        for state in [
            BatchRowState::Refused,
            BatchRowState::Waiting,
            BatchRowState::Done,
            BatchRowState::Already,
            BatchRowState::Cancelled,
        ] {
            let refused = state == BatchRowState::Refused;
            let limit = if refused { SHOWN_LINES } else { others };
            let rows = unit
                .batch_rows(batch.tenant, batch.id, state, limit)
                .await?;
            if !refused {
                others = others.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            }
            lines.extend(rows.into_iter().map(line));
        }
        Ok(Some(BatchView {
            id: batch.id,
            kind: batch.kind,
            started_by: batch.started_by,
            created_at: batch.created_at,
            ended_at: batch.ended_at,
            waits_until: batch
                .waits_until
                .filter(|until| batch.ended_at.is_none() && *until > self.now()),
            system: profile.system,
            counts,
            lines,
        }))
    }

    pub(super) async fn stop_batch(&self, actor: &Actor, id: BatchId) -> UseCaseResult<()> {
        let stopped: StorageResult<bool> = async {
            let mut unit = self.storage.write().await?;
            if unit.batch(actor.tenant, id).await?.is_none() {
                return Ok(false);
            }
            // The counter's row first, as everywhere.
            unit.bump_version(actor.tenant).await?;
            // One that ended meanwhile stays as it ended.
            if unit.end_batch(actor.tenant, id, self.now()).await? {
                let detail = serde_json::json!({});
                self.audit(&mut *unit, actor, "bulk.stopped", id.to_string(), detail)
                    .await?;
                unit.commit().await?;
            }
            Ok(true)
        }
        .await;
        match stopped {
            Ok(true) => Ok(()),
            Ok(false) => Err(UseCaseError::NotFound),
            Err(error) => Err(self.internal(error)),
        }
    }
}

impl Core {
    /// What became of every row of a batch, in their order.
    ///
    /// # Errors
    /// Forbidden, not found, internal.
    pub async fn batch_results(
        &self,
        actor: &Actor,
        id: BatchId,
    ) -> UseCaseResult<Vec<BatchResult>> {
        allow(actor, Action::ReadTenant)?;
        let rows: StorageResult<Option<Vec<BatchRow>>> = async {
            let mut unit = self.storage.read().await?;
            if unit.batch(actor.tenant, id).await?.is_none() {
                return Ok(None);
            }
            let mut rows = Vec::new();
            for state in BatchRowState::ALL {
                rows.extend(unit.batch_rows(actor.tenant, id, *state, u32::MAX).await?);
            }
            Ok(Some(rows))
        }
        .await;
        let rows = rows.map_err(|error| self.internal(error))?;
        let mut rows = rows.ok_or(UseCaseError::NotFound)?;
        rows.sort_by_key(|row| row.position);
        Ok(rows.into_iter().map(result).collect())
    }
}

fn result(row: BatchRow) -> BatchResult {
    BatchResult {
        reason: row.reason.as_deref().and_then(read_reason),
        crm: row.crm,
        crm_name: row.crm_name,
        calendar: row.calendar,
        calendar_name: row.calendar_name,
        state: row.state,
    }
}

fn line(row: BatchRow) -> BatchLine {
    BatchLine {
        crm: row.crm_name,
        calendar: row.calendar_name,
        state: row.state,
        reason: row.reason.as_deref().and_then(read_reason),
    }
}

/// A reason of another version that this one does not know is none.
fn read_reason(text: &str) -> Option<ErrorCode> {
    serde_json::from_str(text).ok()
}
