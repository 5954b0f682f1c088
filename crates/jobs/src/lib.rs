//! Work that happens after a commit: claimed, leased, retried.
//!
//! A job is enqueued in the same transaction as the change that needs it (see
//! `storage::JobRepository`). Workers of any number of processes claim jobs with a lease;
//! a worker that dies loses its lease and another takes over, one that is late finds its
//! fence outdated and cannot finish. So a handler may run twice and must be idempotent.

mod backoff;
mod worker;

use std::time::Duration;

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_storage::{Job, StorageError};

pub use backoff::backoff;
pub use worker::{Wake, Worker, WorkerSettings};

/// Does the jobs of one kind.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The kind, a kebab-case word.
    fn kind(&self) -> &'static str;

    /// Does one job. Must bear being run again after a crash at any point.
    ///
    /// # Errors
    /// [`JobError`] decides between another try and giving up.
    async fn run(&self, job: &Job) -> Result<(), JobError>;

    /// When a job that ended well has its next turn. The default ends it for good.
    ///
    /// # Errors
    /// As [`Self::run`]: the whole job is then tried again.
    async fn next_turn(&self, _job: &Job) -> Result<Option<Timestamp>, JobError> {
        Ok(None)
    }
}

/// Why a job did not end.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Try again, after this time or after the usual back-off.
    #[error("{reason}")]
    Retry {
        /// Wait at least this long; a remote system's own wish outranks our curve.
        after: Option<Duration>,
        /// For the log, without secrets.
        reason: String,
    },
    /// Give up.
    #[error("{reason}")]
    Fail {
        /// For the log, without secrets.
        reason: String,
    },
}

impl From<StorageError> for JobError {
    fn from(error: StorageError) -> Self {
        Self::Retry {
            after: None,
            reason: error.to_string(),
        }
    }
}
