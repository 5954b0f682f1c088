//! PostgreSQL: for several replicas.

mod dialect;
#[expect(
    clippy::duplicate_mod,
    reason = "the same repositories for the other engine, see the crate's documentation"
)]
#[path = "repositories/mod.rs"]
mod repositories;

use std::time::Duration;

use async_trait::async_trait;
use sqlx::PgPool;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use synchronizer_storage::{Storage, StorageResult, UnitOfWork};

use crate::setup;
use repositories::{Unit, failed};

/// The driver that `repositories` is compiled for.
pub(crate) type Db = sqlx::Postgres;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

const CONNECTIONS: u32 = 10;
const ACQUIRE: Duration = Duration::from_secs(10);

/// A PostgreSQL database.
pub(crate) struct PostgresStorage {
    pool: PgPool,
}

impl PostgresStorage {
    /// Connects once, to learn early whether the database answers.
    pub(crate) async fn connect(options: PgConnectOptions) -> StorageResult<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            .connect_with(options)
            .await
            .map_err(failed)?;
        Ok(Self { pool })
    }
}

/// Applies the missing migrations; sqlx holds an advisory lock meanwhile.
pub(crate) async fn migrate(options: PgConnectOptions) -> StorageResult<()> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE)
        .connect_with(options)
        .await
        .map_err(failed)?;
    let done = match MIGRATIONS.run(&pool).await {
        Ok(()) => fold_names(&pool).await,
        Err(error) => Err(failed(error.into())),
    };
    pool.close().await;
    done
}

/// What no SQL can do for rows from before a migration.
async fn fold_names(pool: &PgPool) -> StorageResult<()> {
    loop {
        let mut unit = Box::new(Unit::new(pool.begin().await.map_err(failed)?));
        if !unit.fold_names().await? {
            return Ok(());
        }
        unit.commit().await?;
    }
}

#[async_trait]
impl Storage for PostgresStorage {
    async fn write(&self) -> StorageResult<Box<dyn UnitOfWork>> {
        // Two writers wait for each other only where they touch the same rows; every
        // decision that must not be taken twice is a unique index or a compared version.
        let tx = self
            .pool
            .begin_with("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
            .await;
        Ok(Box::new(Unit::new(tx.map_err(failed)?)))
    }

    async fn read(&self) -> StorageResult<Box<dyn UnitOfWork>> {
        let tx = self
            .pool
            .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await;
        Ok(Box::new(Unit::new(tx.map_err(failed)?)))
    }

    async fn check(&self) -> StorageResult<()> {
        let applied: Vec<i64> = sqlx::query_scalar(setup::APPLIED)
            .fetch_all(&self.pool)
            .await
            .map_err(failed)?;
        Ok(setup::verify(&MIGRATIONS, &applied)?)
    }
}
