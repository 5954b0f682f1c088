//! Databases for processes: a SQLite file, or a database of its own on a PostgreSQL server.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use url::Url;

/// A database of its own.
pub enum Database {
    Sqlite(TempDir),
    Postgres { server: Url, name: String },
}

impl Database {
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// None when `SYNCHRONIZER_TEST_POSTGRES` names no server.
    pub async fn postgres() -> Option<Self> {
        let server = std::env::var("SYNCHRONIZER_TEST_POSTGRES").ok()?;
        Some(Self::on_postgres(server.parse().unwrap(), "template0").await)
    }

    async fn on_postgres(server: Url, template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("synchronizer_server_{}_{number}", std::process::id());
        let make = format!("CREATE DATABASE {name} TEMPLATE {template}");
        // A server notices only after a while that a killed process is gone.
        for _ in 0..200 {
            match run(&server, make.clone()).await {
                Ok(()) => return Self::Postgres { server, name },
                Err(error) if error.to_string().contains("being accessed") => {
                    tokio::time::sleep(std::time::Duration::from_millis(25)).await;
                }
                Err(error) => panic!("{error}"),
            }
        }
        panic!("{template} stays in use");
    }

    /// The same content once more. Nobody may use this one meanwhile.
    pub async fn copy(&self) -> Self {
        match self {
            Self::Sqlite(folder) => {
                let copy = tempfile::tempdir().unwrap();
                for file in std::fs::read_dir(folder.path()).unwrap() {
                    let file = file.unwrap();
                    std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
                }
                Self::Sqlite(copy)
            }
            Self::Postgres { server, name } => Self::on_postgres(server.clone(), name).await,
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}/portal.db", folder.path().display()),
            Self::Postgres { server, name } => {
                let mut url = server.clone();
                url.set_path(name);
                url.to_string()
            }
        }
    }

    /// Waits until somebody waits for a row that somebody else holds.
    pub async fn wait_for_a_queue(&self) {
        let Self::Postgres { server, name } = self else {
            panic!("the writers of a file queue before they read");
        };
        let mut connection = PgConnection::connect(server.as_str()).await.unwrap();
        let waiting = "SELECT count(*) FROM pg_stat_activity \
            WHERE datname = $1 AND wait_event_type = 'Lock'";
        for _ in 0..800 {
            let count: i64 = sqlx::query_scalar(waiting)
                .bind(name)
                .fetch_one(&mut connection)
                .await
                .unwrap();
            if count > 0 {
                return connection.close().await.unwrap();
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("nobody waits for anybody");
    }

    /// Takes it away again.
    pub async fn remove(self) {
        if let Self::Postgres { server, name } = self {
            run(&server, format!("DROP DATABASE {name} WITH (FORCE)"))
                .await
                .unwrap();
        }
    }
}

async fn run(server: &Url, statement: String) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect(server.as_str()).await?;
    // The statement names a database that this file made up.
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    connection.close().await
}
