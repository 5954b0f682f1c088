//! Work that follows a commit, and batches of it.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::bulk::BatchRowState;
use synchronizer_domain::ids::{BatchId, JobId, LinkId, ProfileId, TenantId};

use crate::StorageResult;
use crate::model::{Batch, BatchRow, Job, NewJob};

/// The job queue.
#[async_trait]
pub trait JobRepository {
    /// Enqueues; false when an open job with the same kind and key exists.
    async fn add_job(&mut self, job: &NewJob) -> StorageResult<bool>;
    /// Claims up to `limit` due jobs of these kinds for a worker until `lease_until`: open
    /// jobs that are due and either unclaimed or whose lease ran out. Oldest first. No two
    /// workers get the same job at once.
    async fn claim_jobs(
        &mut self,
        kinds: &[&str],
        worker: &str,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> StorageResult<Vec<Job>>;
    /// Extends a lease; false when it was lost.
    async fn extend_job(
        &mut self,
        id: JobId,
        fence: i64,
        lease_until: Timestamp,
    ) -> StorageResult<bool>;
    /// Ends a job; false when the lease was lost.
    async fn finish_job(&mut self, id: JobId, fence: i64, at: Timestamp) -> StorageResult<bool>;
    /// Puts a job back for a later try; false when the lease was lost.
    async fn retry_job(
        &mut self,
        id: JobId,
        fence: i64,
        run_at: Timestamp,
        error: &str,
    ) -> StorageResult<bool>;
    /// Brings an open job that nobody holds forward; false when there is none, or when it
    /// is due by then anyway.
    async fn hasten_job(
        &mut self,
        tenant: TenantId,
        kind: &str,
        dedup_key: &str,
        run_at: Timestamp,
    ) -> StorageResult<bool>;
    /// Puts a job that ended well back for its next turn, as if it had never been tried;
    /// false when the lease was lost.
    async fn repeat_job(&mut self, id: JobId, fence: i64, run_at: Timestamp)
    -> StorageResult<bool>;
    /// Gives a job up; false when the lease was lost.
    async fn fail_job(
        &mut self,
        id: JobId,
        fence: i64,
        at: Timestamp,
        error: &str,
    ) -> StorageResult<bool>;
    /// How many open jobs of a tenant wait for their first try or are in it, and when the
    /// last is due.
    async fn waiting_jobs(
        &mut self,
        tenant: TenantId,
        kind: &str,
    ) -> StorageResult<(u32, Option<Timestamp>)>;
    /// The latest date for which a job of a tenant was due that was done after a moment.
    async fn last_turn_done(
        &mut self,
        tenant: TenantId,
        kind: &str,
        after: Timestamp,
    ) -> StorageResult<Option<Timestamp>>;
    /// When the next open job can be claimed, by its date or the end of its lease; none when
    /// there is none.
    async fn next_job_at(&mut self, kinds: &[&str]) -> StorageResult<Option<Timestamp>>;
}

/// Batches: many links in one action.
#[async_trait]
pub trait BatchRepository {
    /// Adds a batch with its rows.
    async fn add_batch(&mut self, batch: &Batch, rows: &[BatchRow]) -> StorageResult<()>;
    /// One batch.
    async fn batch(&mut self, tenant: TenantId, id: BatchId) -> StorageResult<Option<Batch>>;
    /// The newest batch of a profile.
    async fn newest_batch(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Option<Batch>>;
    /// The batches of a profile that did not end.
    async fn open_batches(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Vec<BatchId>>;
    /// How many rows are in each state; states without rows are left out.
    async fn batch_counts(
        &mut self,
        tenant: TenantId,
        id: BatchId,
    ) -> StorageResult<Vec<(BatchRowState, u32)>>;
    /// The first rows in a state, by position.
    async fn batch_rows(
        &mut self,
        tenant: TenantId,
        id: BatchId,
        state: BatchRowState,
        limit: u32,
    ) -> StorageResult<Vec<BatchRow>>;
    /// Notes until when an open batch leaves a server alone.
    async fn set_batch_waiting(
        &mut self,
        tenant: TenantId,
        id: BatchId,
        until: Timestamp,
    ) -> StorageResult<()>;
    /// Keeps a batch that did not end for the rest of the transaction; false when it ended.
    async fn hold_batch(&mut self, tenant: TenantId, id: BatchId) -> StorageResult<bool>;
    /// Settles a waiting row; false when it was settled before.
    async fn settle_batch_row(
        &mut self,
        tenant: TenantId,
        id: BatchId,
        position: u32,
        state: BatchRowState,
        link: Option<LinkId>,
        reason: Option<&str>,
    ) -> StorageResult<bool>;
    /// Ends a batch, with the waiting rows cancelled; false when it ended before.
    async fn end_batch(
        &mut self,
        tenant: TenantId,
        id: BatchId,
        at: Timestamp,
    ) -> StorageResult<bool>;
    /// Removes batches that ended before the instant; returns how many.
    async fn sweep_batches(&mut self, before: Timestamp) -> StorageResult<u64>;
}
