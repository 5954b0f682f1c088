//! The repositories of `synchronizer-storage` on SQLite and on PostgreSQL.
//!
//! The two engines speak almost the same SQL, and sqlx's types differ by one type
//! parameter. So each repository is written **once**, in `repositories/`, and compiled
//! **twice**: `sqlite.rs` and `postgres.rs` each define `Db` (the sqlx driver) and a module
//! `dialect` (statements that differ, names of broken rules), and include the same folder
//! as their child. Inside, `super::Db` is whatever engine is being compiled; there is no
//! `if` on the engine anywhere. What holds on both engines is told by the contract suite
//! in `synchronizer_storage::contract`.
//!
//! To change the schema add a migration with the same number and name to
//! `migrations/sqlite` and `migrations/postgres`; never edit one that was released.

mod postgres;
mod setup;
mod sqlite;
mod values;

use std::sync::Arc;

use secrecy::SecretString;
use synchronizer_storage::{Storage, StorageResult};

use setup::Engine;

/// Log target of two TRACE lines around every commit.
pub const COMMITS: &str = "synchronizer_storage_sql::commits";

/// Connects to the database of a URL: `sqlite://<path>` (the file is created when it is
/// missing, its folder is not) or `postgres://<user>:<password>@<host>/<database>`. Does
/// not migrate: see [`migrate`].
///
/// # Errors
/// [`synchronizer_storage::StorageError::Database`] when the URL cannot be used or the
/// database cannot be reached. No error text contains the URL.
pub async fn connect(url: &SecretString) -> StorageResult<Arc<dyn Storage>> {
    Ok(match setup::engine(url)? {
        Engine::Sqlite(options) => Arc::new(sqlite::SqliteStorage::connect(*options).await?),
        Engine::Postgres(options) => Arc::new(postgres::PostgresStorage::connect(*options).await?),
    })
}

/// Applies the migrations that are missing, each in a transaction of its own. Several
/// processes may do so at once on PostgreSQL.
///
/// # Errors
/// [`synchronizer_storage::StorageError::Database`] when the database cannot be reached,
/// a migration fails, or an applied one is not the one of this program.
pub async fn migrate(url: &SecretString) -> StorageResult<()> {
    match setup::engine(url)? {
        Engine::Sqlite(options) => sqlite::migrate(*options).await,
        Engine::Postgres(options) => postgres::migrate(*options).await,
    }
}
