//! Batches. All rows are added by one statement, however many there are.

use async_trait::async_trait;
use serde::Serialize;
use synchronizer_domain::Timestamp;
use synchronizer_domain::bulk::{BatchKind, BatchRowState};
use synchronizer_domain::ids::{AssociateId, BatchId, CalendarUserId, LinkId, ProfileId, TenantId};
use synchronizer_storage::{Batch, BatchRepository, BatchRow, StorageError, StorageResult};

use super::{Unit, dialect, model, models};
use crate::values::{column, instant, micros, to_json};

const ADD: &str = "\
    INSERT INTO link_batches (tenant_id, id, profile_id, kind, started_by, created_at, ended_at, \
    waits_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ONE: &str = "\
    SELECT tenant_id, id, profile_id, kind, started_by, created_at, ended_at, waits_until \
    FROM link_batches WHERE tenant_id = $1 AND id = $2";
const NEWEST: &str = "\
    SELECT tenant_id, id, profile_id, kind, started_by, created_at, ended_at, waits_until \
    FROM link_batches WHERE tenant_id = $1 AND profile_id = $2 \
    ORDER BY created_at DESC, id DESC LIMIT 1";
const OPEN: &str = "\
    SELECT id FROM link_batches WHERE tenant_id = $1 AND profile_id = $2 AND ended_at IS NULL \
    ORDER BY created_at, id";
const COUNTS: &str = "\
    SELECT state, count(*) FROM link_batch_rows WHERE tenant_id = $1 AND batch_id = $2 \
    GROUP BY state ORDER BY state";
const ROWS: &str = "\
    SELECT position, crm_user_id, crm_name, calendar_user_id, calendar_name, link_id, state, \
    reason FROM link_batch_rows WHERE tenant_id = $1 AND batch_id = $2 AND state = $3 \
    ORDER BY position LIMIT $4";
const WAIT: &str = "\
    UPDATE link_batches SET waits_until = $3 \
    WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL";
const HOLD: &str = "\
    UPDATE link_batches SET ended_at = NULL \
    WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL";
const SETTLE: &str = "\
    UPDATE link_batch_rows SET state = $4, link_id = $5, reason = $6 \
    WHERE tenant_id = $1 AND batch_id = $2 AND position = $3 AND state = 'waiting'";
const END: &str = "\
    UPDATE link_batches SET ended_at = $3 \
    WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL";
const CANCEL_REST: &str = "\
    UPDATE link_batch_rows SET state = 'cancelled' \
    WHERE tenant_id = $1 AND batch_id = $2 AND state = 'waiting'";
const SWEEP_ROWS: &str = "\
    DELETE FROM link_batch_rows WHERE EXISTS (SELECT 1 FROM link_batches b \
    WHERE b.tenant_id = link_batch_rows.tenant_id AND b.id = link_batch_rows.batch_id \
    AND b.ended_at < $1)";
const SWEEP: &str = "DELETE FROM link_batches WHERE ended_at < $1";

/// A row in the JSON list that the statement of `dialect` reads.
#[derive(Serialize)]
struct Given<'a> {
    position: u32,
    crm: &'a str,
    crm_name: &'a str,
    calendar: &'a str,
    calendar_name: &'a str,
    link: Option<String>,
    state: &'static str,
    reason: Option<&'a str>,
}

#[derive(sqlx::FromRow)]
struct HeadRow {
    tenant_id: String,
    id: String,
    profile_id: String,
    kind: String,
    started_by: String,
    created_at: i64,
    ended_at: Option<i64>,
    waits_until: Option<i64>,
}

impl TryFrom<HeadRow> for Batch {
    type Error = StorageError;

    fn try_from(row: HeadRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("link_batches", "id").parse(&row.id)?,
            tenant: column("link_batches", "tenant_id").parse(&row.tenant_id)?,
            profile: column("link_batches", "profile_id").parse(&row.profile_id)?,
            kind: column("link_batches", "kind").word(&row.kind, BatchKind::from_word)?,
            started_by: row.started_by,
            created_at: Timestamp::from_micros(row.created_at),
            ended_at: instant(row.ended_at),
            waits_until: instant(row.waits_until),
        })
    }
}

#[derive(sqlx::FromRow)]
struct LineRow {
    position: i64,
    crm_user_id: String,
    crm_name: String,
    calendar_user_id: String,
    calendar_name: String,
    link_id: Option<String>,
    state: String,
    reason: Option<String>,
}

impl TryFrom<LineRow> for BatchRow {
    type Error = StorageError;

    fn try_from(row: LineRow) -> StorageResult<Self> {
        let link = row.link_id.as_deref();
        Ok(Self {
            position: column("link_batch_rows", "position").count(row.position)?,
            crm: AssociateId::new(row.crm_user_id),
            crm_name: row.crm_name,
            calendar: CalendarUserId::new(row.calendar_user_id),
            calendar_name: row.calendar_name,
            link: link
                .map(|id| column("link_batch_rows", "link_id").parse(id))
                .transpose()?,
            state: state(&row.state)?,
            reason: row.reason,
        })
    }
}

fn state(word: &str) -> StorageResult<BatchRowState> {
    column("link_batch_rows", "state").word(word, BatchRowState::from_word)
}

#[async_trait]
impl BatchRepository for Unit {
    async fn add_batch(&mut self, batch: &Batch, rows: &[BatchRow]) -> StorageResult<()> {
        let (tenant, id) = (batch.tenant.to_string(), batch.id.to_string());
        let statement = sqlx::query(ADD)
            .bind(&tenant)
            .bind(&id)
            .bind(batch.profile.to_string())
            .bind(batch.kind.word())
            .bind(&batch.started_by)
            .bind(batch.created_at.as_micros())
            .bind(micros(batch.ended_at))
            .bind(micros(batch.waits_until));
        self.run(statement).await?;
        let given = rows
            .iter()
            .map(|row| Given {
                position: row.position,
                crm: row.crm.as_str(),
                crm_name: &row.crm_name,
                calendar: row.calendar.as_str(),
                calendar_name: &row.calendar_name,
                link: row.link.map(|link| link.to_string()),
                state: row.state.word(),
                reason: row.reason.as_deref(),
            })
            .collect::<Vec<_>>();
        let statement = sqlx::query(dialect::ADD_BATCH_ROWS)
            .bind(&tenant)
            .bind(&id)
            .bind(to_json(&given)?);
        self.run(statement).await?;
        Ok(())
    }

    async fn batch(&mut self, tenant: TenantId, id: BatchId) -> StorageResult<Option<Batch>> {
        let query = sqlx::query_as::<_, HeadRow>(ONE)
            .bind(tenant.to_string())
            .bind(id.to_string());
        model(self.one(query).await?)
    }

    async fn newest_batch(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Option<Batch>> {
        let query = sqlx::query_as::<_, HeadRow>(NEWEST)
            .bind(tenant.to_string())
            .bind(profile.to_string());
        model(self.one(query).await?)
    }

    async fn open_batches(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Vec<BatchId>> {
        let query = sqlx::query_as::<_, (String,)>(OPEN)
            .bind(tenant.to_string())
            .bind(profile.to_string());
        let rows = self.all(query).await?;
        rows.into_iter()
            .map(|(id,)| column("link_batches", "id").parse(&id))
            .collect()
    }

    async fn batch_counts(
        &mut self,
        tenant: TenantId,
        id: BatchId,
    ) -> StorageResult<Vec<(BatchRowState, u32)>> {
        let query = sqlx::query_as::<_, (String, i64)>(COUNTS)
            .bind(tenant.to_string())
            .bind(id.to_string());
        let place = column("link_batch_rows", "state");
        self.all(query)
            .await?
            .into_iter()
            .map(|(word, count)| Ok((state(&word)?, place.count(count)?)))
            .collect()
    }

    async fn batch_rows(
        &mut self,
        tenant: TenantId,
        id: BatchId,
        state: BatchRowState,
        limit: u32,
    ) -> StorageResult<Vec<BatchRow>> {
        let query = sqlx::query_as::<_, LineRow>(ROWS)
            .bind(tenant.to_string())
            .bind(id.to_string())
            .bind(state.word())
            .bind(i64::from(limit));
        models(self.all(query).await?)
    }

    async fn set_batch_waiting(
        &mut self,
        tenant: TenantId,
        id: BatchId,
        until: Timestamp,
    ) -> StorageResult<()> {
        let statement = sqlx::query(WAIT)
            .bind(tenant.to_string())
            .bind(id.to_string())
            .bind(until.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn hold_batch(&mut self, tenant: TenantId, id: BatchId) -> StorageResult<bool> {
        let statement = sqlx::query(HOLD)
            .bind(tenant.to_string())
            .bind(id.to_string());
        Ok(self.run(statement).await? == 1)
    }

    async fn settle_batch_row(
        &mut self,
        tenant: TenantId,
        id: BatchId,
        position: u32,
        state: BatchRowState,
        link: Option<LinkId>,
        reason: Option<&str>,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(SETTLE)
            .bind(tenant.to_string())
            .bind(id.to_string())
            .bind(i64::from(position))
            .bind(state.word())
            .bind(link.map(|link| link.to_string()))
            .bind(reason);
        Ok(self.run(statement).await? == 1)
    }

    async fn end_batch(
        &mut self,
        tenant: TenantId,
        id: BatchId,
        at: Timestamp,
    ) -> StorageResult<bool> {
        let (tenant, id) = (tenant.to_string(), id.to_string());
        let ended = sqlx::query(END).bind(&tenant).bind(&id);
        if self.run(ended.bind(at.as_micros())).await? == 0 {
            return Ok(false);
        }
        self.run(sqlx::query(CANCEL_REST).bind(&tenant).bind(&id))
            .await?;
        Ok(true)
    }

    async fn sweep_batches(&mut self, before: Timestamp) -> StorageResult<u64> {
        self.run(sqlx::query(SWEEP_ROWS).bind(before.as_micros()))
            .await?;
        self.run(sqlx::query(SWEEP).bind(before.as_micros())).await
    }
}
