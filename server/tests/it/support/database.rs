//! Databases for processes: a SQLite file, or a schema of its own on a PostgreSQL server.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

/// A database of its own.
pub struct Database {
    url: String,
    /// Keeps the file.
    _folder: Option<TempDir>,
    /// Server and schema.
    schema: Option<(String, String)>,
}

impl Database {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("portal.db").display());
        Self {
            url,
            _folder: Some(folder),
            schema: None,
        }
    }

    /// None when `SYNCHRONIZER_TEST_POSTGRES` names no server.
    pub async fn postgres() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("SYNCHRONIZER_TEST_POSTGRES").ok()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("synchronizer_server_{}_{number}", std::process::id());
        run(&server, format!("CREATE SCHEMA {schema}")).await;
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options[search_path]={schema}");
        Some(Self {
            url,
            _folder: None,
            schema: Some((server, schema)),
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Takes the schema away again.
    pub async fn remove(self) {
        if let Some((server, schema)) = &self.schema {
            run(server, format!("DROP SCHEMA {schema} CASCADE")).await;
        }
    }
}

async fn run(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    // The statement names a schema that this file made up.
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}
