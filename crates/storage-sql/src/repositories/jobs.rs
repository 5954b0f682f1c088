//! The job queue. A try is counted when it begins, so that a job that kills its worker
//! is not tried for ever.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{JobId, TenantId};
use synchronizer_storage::{Job, JobRepository, NewJob, StorageError, StorageResult};

use super::{Unit, dialect, models};
use crate::values::{column, instant, to_json};

const ADD: &str = "\
    INSERT INTO jobs (id, tenant_id, kind, payload, dedup_key, state, attempts, run_at, \
    fence, error) VALUES ($1, $2, $3, $4, $5, 'open', 0, $6, 0, '') \
    ON CONFLICT (tenant_id, kind, dedup_key) WHERE state = 'open' DO NOTHING";
const EXTEND: &str = "\
    UPDATE jobs SET lease_until = $3 WHERE id = $1 AND fence = $2 AND lease_until IS NOT NULL";
const END: &str = "\
    UPDATE jobs SET state = $3, ended_at = $4, error = $5, lease_owner = NULL, \
    lease_until = NULL WHERE id = $1 AND fence = $2 AND lease_until IS NOT NULL";
const HASTEN: &str = "\
    UPDATE jobs SET run_at = $4 WHERE tenant_id = $1 AND kind = $2 AND dedup_key = $3 \
    AND state = 'open' AND lease_until IS NULL AND run_at > $4";
const REPEAT: &str = "\
    UPDATE jobs SET run_at = $3, attempts = 0, error = '', lease_owner = NULL, \
    lease_until = NULL WHERE id = $1 AND fence = $2 AND lease_until IS NOT NULL";
const RETRY: &str = "\
    UPDATE jobs SET run_at = $3, error = $4, lease_owner = NULL, lease_until = NULL \
    WHERE id = $1 AND fence = $2 AND lease_until IS NOT NULL";
const WAITING: &str = "\
    SELECT COUNT(*), MAX(run_at) FROM jobs WHERE tenant_id = $1 AND kind = $2 \
    AND state = 'open' AND (attempts = 0 OR (attempts = 1 AND lease_owner IS NOT NULL))";
const LAST_TURN_DONE: &str = "\
    SELECT MAX(run_at) FROM jobs WHERE tenant_id = $1 AND kind = $2 \
    AND state = 'done' AND ended_at > $3";

#[derive(sqlx::FromRow)]
struct JobRow {
    id: String,
    tenant_id: String,
    kind: String,
    payload: String,
    attempts: i64,
    fence: i64,
    run_at: i64,
}

impl TryFrom<JobRow> for Job {
    type Error = StorageError;

    fn try_from(row: JobRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("jobs", "id").parse(&row.id)?,
            tenant: column("jobs", "tenant_id").parse(&row.tenant_id)?,
            kind: row.kind,
            payload: row.payload,
            attempts: column("jobs", "attempts").count(row.attempts)?,
            fence: row.fence,
        })
    }
}

impl Unit {
    async fn end_job(
        &mut self,
        id: JobId,
        fence: i64,
        state: &'static str,
        at: Timestamp,
        error: &str,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(END)
            .bind(id.to_string())
            .bind(fence)
            .bind(state)
            .bind(at.as_micros())
            .bind(error);
        Ok(self.run(statement).await? == 1)
    }
}

#[async_trait]
impl JobRepository for Unit {
    async fn add_job(&mut self, job: &NewJob) -> StorageResult<bool> {
        let statement = sqlx::query(ADD)
            .bind(job.id.to_string())
            .bind(job.tenant.to_string())
            .bind(job.kind)
            .bind(&job.payload)
            .bind(&job.dedup_key)
            .bind(job.run_at.as_micros());
        Ok(self.run(statement).await? == 1)
    }

    async fn claim_jobs(
        &mut self,
        kinds: &[&str],
        worker: &str,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> StorageResult<Vec<Job>> {
        let query = sqlx::query_as::<_, JobRow>(dialect::CLAIM_JOBS)
            .bind(worker)
            .bind(lease_until.as_micros())
            .bind(now.as_micros())
            .bind(to_json(kinds)?)
            .bind(i64::from(limit));
        let mut rows = self.all(query).await?;
        // RETURNING promises no order.
        rows.sort_by(|a, b| (a.run_at, &a.id).cmp(&(b.run_at, &b.id)));
        models(rows)
    }

    async fn extend_job(
        &mut self,
        id: JobId,
        fence: i64,
        lease_until: Timestamp,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(EXTEND)
            .bind(id.to_string())
            .bind(fence)
            .bind(lease_until.as_micros());
        Ok(self.run(statement).await? == 1)
    }

    async fn finish_job(&mut self, id: JobId, fence: i64, at: Timestamp) -> StorageResult<bool> {
        self.end_job(id, fence, "done", at, "").await
    }

    async fn retry_job(
        &mut self,
        id: JobId,
        fence: i64,
        run_at: Timestamp,
        error: &str,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(RETRY)
            .bind(id.to_string())
            .bind(fence)
            .bind(run_at.as_micros())
            .bind(error);
        Ok(self.run(statement).await? == 1)
    }

    async fn hasten_job(
        &mut self,
        tenant: TenantId,
        kind: &str,
        dedup_key: &str,
        run_at: Timestamp,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(HASTEN)
            .bind(tenant.to_string())
            .bind(kind)
            .bind(dedup_key)
            .bind(run_at.as_micros());
        Ok(self.run(statement).await? == 1)
    }

    async fn repeat_job(
        &mut self,
        id: JobId,
        fence: i64,
        run_at: Timestamp,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(REPEAT)
            .bind(id.to_string())
            .bind(fence)
            .bind(run_at.as_micros());
        Ok(self.run(statement).await? == 1)
    }

    async fn fail_job(
        &mut self,
        id: JobId,
        fence: i64,
        at: Timestamp,
        error: &str,
    ) -> StorageResult<bool> {
        self.end_job(id, fence, "failed", at, error).await
    }

    async fn waiting_jobs(
        &mut self,
        tenant: TenantId,
        kind: &str,
    ) -> StorageResult<(u32, Option<Timestamp>)> {
        let query = sqlx::query_as::<_, (i64, Option<i64>)>(WAITING)
            .bind(tenant.to_string())
            .bind(kind);
        let (count, last) = self.one(query).await?.unwrap_or_default();
        Ok((column("jobs", "id").count(count)?, instant(last)))
    }

    async fn last_turn_done(
        &mut self,
        tenant: TenantId,
        kind: &str,
        after: Timestamp,
    ) -> StorageResult<Option<Timestamp>> {
        let query = sqlx::query_as::<_, (Option<i64>,)>(LAST_TURN_DONE)
            .bind(tenant.to_string())
            .bind(kind)
            .bind(after.as_micros());
        Ok(self.one(query).await?.and_then(|(at,)| instant(at)))
    }

    async fn next_job_at(&mut self, kinds: &[&str]) -> StorageResult<Option<Timestamp>> {
        let query = sqlx::query_as::<_, (Option<i64>,)>(dialect::NEXT_JOB_AT).bind(to_json(kinds)?);
        Ok(self
            .one(query)
            .await?
            .and_then(|(at,)| at)
            .map(Timestamp::from_micros))
    }
}
