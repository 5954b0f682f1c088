//! Fresh databases for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use synchronizer_storage::Storage;

/// The variable with the URL of a PostgreSQL database where schemas may be created.
const SERVER: &str = "SYNCHRONIZER_TEST_POSTGRES";

/// A migrated database of its own.
pub trait Database: Sized {
    /// Creates it; none when there is no server for it.
    async fn create() -> Option<Self>;
    /// Its URL.
    fn url(&self) -> SecretString;
    /// The connected storage.
    fn storage(&self) -> Arc<dyn Storage>;
    /// Removes it.
    async fn remove(self);
}

async fn open(url: &SecretString) -> Arc<dyn Storage> {
    synchronizer_storage_sql::migrate(url).await.unwrap();
    synchronizer_storage_sql::connect(url).await.unwrap()
}

/// A SQLite file in a temporary folder.
pub struct SqliteDatabase {
    folder: tempfile::TempDir,
    storage: Arc<dyn Storage>,
}

fn sqlite_url(folder: &tempfile::TempDir) -> SecretString {
    format!("sqlite://{}/test.db", folder.path().display()).into()
}

impl Database for SqliteDatabase {
    async fn create() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let storage = open(&sqlite_url(&folder)).await;
        Some(Self { folder, storage })
    }

    fn url(&self) -> SecretString {
        sqlite_url(&self.folder)
    }

    fn storage(&self) -> Arc<dyn Storage> {
        Arc::clone(&self.storage)
    }

    async fn remove(self) {
        drop(self.storage);
        self.folder.close().unwrap();
    }
}

/// A schema of its own in the database that the environment names: as separate as a
/// database, and made five times as fast.
pub struct PostgresDatabase {
    server: String,
    schema: String,
    storage: Arc<dyn Storage>,
}

fn postgres_url(server: &str, schema: &str) -> SecretString {
    let separator = if server.contains('?') { '&' } else { '?' };
    format!("{server}{separator}options[search_path]={schema}").into()
}

async fn on_server(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    // The statement names a schema that this file made up.
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

impl Database for PostgresDatabase {
    async fn create() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var(SERVER) else {
            println!("skipped: {SERVER} names no PostgreSQL database");
            return None;
        };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("synchronizer_test_{}_{number}", std::process::id());
        on_server(&server, format!("DROP SCHEMA IF EXISTS {schema} CASCADE")).await;
        on_server(&server, format!("CREATE SCHEMA {schema}")).await;
        let storage = open(&postgres_url(&server, &schema)).await;
        Some(Self {
            server,
            schema,
            storage,
        })
    }

    fn url(&self) -> SecretString {
        postgres_url(&self.server, &self.schema)
    }

    fn storage(&self) -> Arc<dyn Storage> {
        Arc::clone(&self.storage)
    }

    async fn remove(self) {
        drop(self.storage);
        let statement = format!("DROP SCHEMA {} CASCADE", self.schema);
        on_server(&self.server, statement).await;
    }
}
