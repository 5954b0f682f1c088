//! Every repository, on one transaction. Compiled once per engine: see the crate's
//! documentation.

mod account;
mod activations;
mod alarms;
mod attempts;
mod audit;
mod batches;
mod changes;
mod consents;
mod directory;
mod grants;
mod imports;
mod invitations;
mod jobs;
pub(crate) mod links;
mod list_reads;
mod notices;
mod outbox;
mod profiles;
mod revocations;
mod seals;
mod sessions;
mod status;
mod tenants;
mod tokens;

use async_trait::async_trait;
use sqlx::query::{Query, QueryAs};
use sqlx::{Connection, Database, FromRow, Transaction};
use synchronizer_storage::{StorageError, StorageResult, UnitOfWork};
use tracing::trace;

use super::{Db, dialect};
use crate::COMMITS;

type Arguments = <Db as Database>::Arguments;
type Row = <Db as Database>::Row;

/// An open transaction; dropped without a commit it is rolled back.
pub(crate) struct Unit {
    tx: Transaction<'static, Db>,
}

impl Unit {
    pub(crate) const fn new(tx: Transaction<'static, Db>) -> Self {
        Self { tx }
    }

    /// Runs a statement and says how many rows it touched.
    async fn run(&mut self, statement: Query<'_, Db, Arguments>) -> StorageResult<u64> {
        let done = statement.execute(&mut *self.tx).await.map_err(failed)?;
        Ok(done.rows_affected())
    }

    /// Runs a statement that a unique rule may refuse. PostgreSQL gives up the whole
    /// transaction after an error, so the statement gets a savepoint of its own and a
    /// refusal leaves the unit usable.
    async fn run_or_conflict(&mut self, statement: Query<'_, Db, Arguments>) -> StorageResult<u64> {
        let mut savepoint = Connection::begin(&mut *self.tx).await.map_err(failed)?;
        match statement.execute(&mut *savepoint).await {
            Ok(done) => {
                savepoint.commit().await.map_err(failed)?;
                Ok(done.rows_affected())
            }
            Err(error) => {
                savepoint.rollback().await.map_err(failed)?;
                Err(failed(error))
            }
        }
    }

    /// Reads at most one row.
    async fn one<T>(&mut self, query: QueryAs<'_, Db, T, Arguments>) -> StorageResult<Option<T>>
    where
        T: for<'r> FromRow<'r, Row> + Send + Unpin,
    {
        query.fetch_optional(&mut *self.tx).await.map_err(failed)
    }

    /// Reads all rows.
    async fn all<T>(&mut self, query: QueryAs<'_, Db, T, Arguments>) -> StorageResult<Vec<T>>
    where
        T: for<'r> FromRow<'r, Row> + Send + Unpin,
    {
        query.fetch_all(&mut *self.tx).await.map_err(failed)
    }
}

/// Turns rows into models, or stops at the first that is inconsistent.
fn models<R, T>(rows: Vec<R>) -> StorageResult<Vec<T>>
where
    T: TryFrom<R, Error = StorageError>,
{
    rows.into_iter().map(T::try_from).collect()
}

/// Turns a row that may be missing into a model.
fn model<R, T>(row: Option<R>) -> StorageResult<Option<T>>
where
    T: TryFrom<R, Error = StorageError>,
{
    row.map(T::try_from).transpose()
}

/// Turns the driver's error into ours.
pub(crate) fn failed(error: sqlx::Error) -> StorageError {
    match error.as_database_error() {
        Some(refusal) if refusal.is_unique_violation() => StorageError::Conflict {
            constraint: dialect::broken_rule(refusal).unwrap_or_else(|| "unknown".to_owned()),
        },
        _ => StorageError::Database(Box::new(error)),
    }
}

#[async_trait]
impl UnitOfWork for Unit {
    async fn commit(self: Box<Self>) -> StorageResult<()> {
        // Crash stories stop a process exactly at these two lines (docs/adr).
        trace!(target: COMMITS, "committing");
        let done = self.tx.commit().await.map_err(failed);
        trace!(target: COMMITS, "committed");
        done
    }
}
