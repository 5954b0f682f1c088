//! The loop that claims and runs jobs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use synchronizer_domain::{Clock, Rng, Timestamp};
use synchronizer_storage::{Job, Storage, StorageResult};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tracing::{Instrument, info_span, warn};

use crate::{Handler, JobError, backoff};

/// Wakes the worker of this process before its next look; workers elsewhere look once
/// per [`WorkerSettings::poll`].
#[derive(Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Something was enqueued.
    pub fn notify(&self) {
        self.0.notify_one();
    }
}

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// Its name in the leases; unique per process.
    pub name: String,
    /// Jobs at once.
    pub concurrency: u32,
    /// Longest time between two looks.
    pub poll: Duration,
    /// How long a claimed job belongs to it without a heartbeat.
    pub lease: Duration,
}

impl WorkerSettings {
    /// 32 jobs at once, a look per second, leases of a minute.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            concurrency: 32,
            poll: Duration::from_secs(1),
            lease: Duration::from_secs(60),
        }
    }
}

/// When the job has its next turn, if it has one, or why it did not end.
type Outcome = Result<Option<Timestamp>, JobError>;

async fn turn(handler: &dyn Handler, job: &Job) -> Outcome {
    handler.run(job).await?;
    handler.next_turn(job).await
}

/// Runs jobs of the kinds it has handlers for.
pub struct Worker {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    handlers: HashMap<&'static str, Arc<dyn Handler>>,
    settings: WorkerSettings,
    wake: Wake,
}

impl Worker {
    /// A worker with these handlers.
    #[must_use]
    pub fn new(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
        handlers: Vec<Arc<dyn Handler>>,
        settings: WorkerSettings,
        wake: Wake,
    ) -> Arc<Self> {
        let handlers = handlers
            .into_iter()
            .map(|handler| (handler.kind(), handler))
            .collect();
        Arc::new(Self {
            storage,
            clock,
            rng,
            handlers,
            settings,
            wake,
        })
    }

    /// Claims and runs until `stop` is notified; then lets running jobs end.
    pub async fn run(self: Arc<Self>, stop: Arc<Notify>) {
        let mut running = JoinSet::new();
        loop {
            while running.try_join_next().is_some() {}
            let free = self
                .settings
                .concurrency
                .saturating_sub(u32::try_from(running.len()).unwrap_or(u32::MAX));
            let claimed = match self.claim(free).await {
                Ok(jobs) => jobs,
                Err(error) => {
                    warn!(error = %error, "jobs could not be claimed");
                    Vec::new()
                }
            };
            let all_busy = u32::try_from(claimed.len()).is_ok_and(|claimed| claimed == free);
            for job in claimed {
                running.spawn(Arc::clone(&self).perform(job));
            }
            if all_busy {
                // More may be due: look again as soon as one has ended.
                tokio::select! {
                    () = stop.notified() => break,
                    _ = running.join_next(), if !running.is_empty() => {}
                }
                continue;
            }
            tokio::select! {
                () = stop.notified() => break,
                () = self.wake.0.notified() => {}
                _ = running.join_next(), if !running.is_empty() => {}
                () = self.pause() => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Runs everything that is due now, one after the other; for tests and tools. Returns
    /// how many jobs were run.
    ///
    /// # Errors
    /// A storage failure while claiming.
    pub async fn run_due(self: &Arc<Self>) -> StorageResult<usize> {
        let mut count = 0;
        loop {
            let jobs = self.claim(1).await?;
            if jobs.is_empty() {
                return Ok(count);
            }
            for job in jobs {
                Arc::clone(self).perform(job).await;
                count += 1;
            }
        }
    }

    async fn claim(&self, limit: u32) -> StorageResult<Vec<Job>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        // Most looks find nothing: ask a reader first, so that idle workers never take
        // the one write lock of SQLite.
        let now = self.clock.now();
        let due = self.storage.read().await?.next_job_at(&kinds).await?;
        if due.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let mut unit = self.storage.write().await?;
        let lease_until = now.plus(self.settings.lease);
        let jobs = unit
            .claim_jobs(&kinds, &self.settings.name, now, lease_until, limit)
            .await?;
        unit.commit().await?;
        Ok(jobs)
    }

    async fn perform(self: Arc<Self>, job: Job) {
        let span = info_span!("job.run", kind = %job.kind, id = %job.id, attempt = job.attempts);
        async {
            let Some(handler) = self.handlers.get(job.kind.as_str()) else {
                return;
            };
            let outcome = tokio::select! {
                outcome = turn(&**handler, &job) => outcome,
                () = self.heartbeat(&job) => {
                    warn!("lease lost, the job goes on elsewhere");
                    return;
                }
            };
            if let Err(error) = self.conclude(&job, outcome).await {
                // The lease runs out and the job is tried again.
                warn!(error = %error, "the job's end could not be noted");
            }
        }
        .instrument(span)
        .await;
    }

    async fn conclude(&self, job: &Job, outcome: Outcome) -> StorageResult<()> {
        let now = self.clock.now();
        let mut unit = self.storage.write().await?;
        match outcome {
            Ok(Some(at)) => {
                unit.repeat_job(job.id, job.fence, at).await?;
            }
            Ok(None) => {
                unit.finish_job(job.id, job.fence, now).await?;
            }
            Err(JobError::Retry { after, reason }) => {
                let mut spread = [0u8];
                self.rng.fill(&mut spread);
                let [spread] = spread;
                let wait = after.unwrap_or_default().max(backoff(job.attempts, spread));
                warn!(
                    reason,
                    wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                    "job will be tried again"
                );
                unit.retry_job(job.id, job.fence, now.plus(wait), &reason)
                    .await?;
            }
            Err(JobError::Fail { reason }) => {
                warn!(reason, "job given up");
                unit.fail_job(job.id, job.fence, now, &reason).await?;
            }
        }
        unit.commit().await
    }

    /// Extends the lease until it is lost.
    async fn heartbeat(&self, job: &Job) {
        loop {
            tokio::time::sleep(self.settings.lease / 3).await;
            if matches!(self.extend(job).await, Ok(false)) {
                return;
            }
        }
    }

    async fn extend(&self, job: &Job) -> StorageResult<bool> {
        let mut unit = self.storage.write().await?;
        let held = unit
            .extend_job(
                job.id,
                job.fence,
                self.clock.now().plus(self.settings.lease),
            )
            .await?;
        unit.commit().await?;
        Ok(held)
    }

    async fn pause(&self) {
        tokio::time::sleep(self.settings.poll).await;
    }
}

#[cfg(test)]
mod tests;
