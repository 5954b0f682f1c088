//! SQLite: one writer, a few readers, one file.

mod dialect;
#[path = "repositories/mod.rs"]
mod repositories;

use std::time::Duration;

use async_trait::async_trait;
use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use synchronizer_storage::{Storage, StorageResult, UnitOfWork};

use crate::setup;
use repositories::{Unit, failed};

/// The driver that `repositories` is compiled for.
pub(crate) type Db = sqlx::Sqlite;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// How long a statement waits for another process's lock, and a unit for the writer.
const BUSY: Duration = Duration::from_secs(10);
const READERS: u32 = 4;

/// A SQLite file. SQLite lets one connection write at a time, so writers queue for the
/// only connection of a pool instead of failing as busy; readers see the last commit.
pub(crate) struct SqliteStorage {
    writer: SqlitePool,
    readers: SqlitePool,
}

fn options(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(BUSY)
}

fn pool(connections: u32) -> SqlitePoolOptions {
    // Connections to a file do not go stale; closing the last one would end the WAL.
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(BUSY)
        .idle_timeout(None)
        .max_lifetime(None)
}

impl SqliteStorage {
    /// Opens the file, creating it when it is missing.
    pub(crate) async fn connect(given: SqliteConnectOptions) -> StorageResult<Self> {
        let options = options(given);
        let writer = pool(1)
            .connect_with(options.clone())
            .await
            .map_err(failed)?;
        let readers = pool(READERS).connect_lazy_with(options.pragma("query_only", "on"));
        Ok(Self { writer, readers })
    }
}

/// Applies the missing migrations.
pub(crate) async fn migrate(given: SqliteConnectOptions) -> StorageResult<()> {
    let pool = pool(1).connect_with(options(given)).await.map_err(failed)?;
    let done = match MIGRATIONS.run(&pool).await {
        Ok(()) => fold_names(&pool).await,
        Err(error) => Err(failed(error.into())),
    };
    pool.close().await;
    done
}

/// What no SQL can do for rows from before a migration.
async fn fold_names(pool: &SqlitePool) -> StorageResult<()> {
    loop {
        let mut unit = Box::new(Unit::new(pool.begin().await.map_err(failed)?));
        if !unit.fold_names().await? {
            return Ok(());
        }
        unit.commit().await?;
    }
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn write(&self) -> StorageResult<Box<dyn UnitOfWork>> {
        // IMMEDIATE takes the write lock now: a unit never fails half-way as busy.
        let tx = self.writer.begin_with("BEGIN IMMEDIATE").await;
        Ok(Box::new(Unit::new(tx.map_err(failed)?)))
    }

    async fn read(&self) -> StorageResult<Box<dyn UnitOfWork>> {
        let tx = self.readers.begin_with("BEGIN DEFERRED").await;
        Ok(Box::new(Unit::new(tx.map_err(failed)?)))
    }

    async fn check(&self) -> StorageResult<()> {
        let applied: Vec<i64> = sqlx::query_scalar(setup::APPLIED)
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        Ok(setup::verify(&MIGRATIONS, &applied)?)
    }
}
