//! Which engine a URL means, and whether a database is up to date.

use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use synchronizer_storage::StorageError;

/// Why a database cannot be used as it is. Never contains the URL: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetupError {
    /// Another database, or none.
    #[error("the database URL must begin with sqlite:// or postgres://")]
    Scheme,
    /// SQLite without a file.
    #[error("the database URL must name a file after sqlite://, not a database in memory")]
    InMemory,
    /// The URL has the right beginning only.
    #[error("the database URL cannot be read")]
    Url,
    /// The database is older than the program.
    #[error("migration {0} is missing in the database")]
    Outdated(i64),
}

impl From<SetupError> for StorageError {
    fn from(error: SetupError) -> Self {
        Self::Database(Box::new(error))
    }
}

/// How to connect. Boxed: the options are large.
pub(crate) enum Engine {
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(Box<PgConnectOptions>),
}

/// Reads a database URL.
pub(crate) fn engine(url: &SecretString) -> Result<Engine, SetupError> {
    let url = url.expose_secret();
    if let Some(path) = url.strip_prefix("sqlite://") {
        if path.is_empty() || path.starts_with('?') || path.contains(":memory:") {
            return Err(SetupError::InMemory);
        }
        return match SqliteConnectOptions::from_str(url) {
            Ok(_) if path.contains("mode=memory") => Err(SetupError::InMemory),
            Ok(options) => Ok(Engine::Sqlite(Box::new(options))),
            Err(_) => Err(SetupError::Url),
        };
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return PgConnectOptions::from_str(url)
            .map(|options| Engine::Postgres(Box::new(options)))
            .map_err(|_| SetupError::Url);
    }
    Err(SetupError::Scheme)
}

/// Versions that the database has, written by sqlx; the same on both engines.
pub(crate) const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success";

/// Compares the database's versions with the program's. A newer database is accepted:
/// while replicas are replaced one by one, the old ones go on.
pub(crate) fn verify(migrator: &Migrator, applied: &[i64]) -> Result<(), SetupError> {
    migrator
        .iter()
        .find(|migration| !applied.contains(&migration.version))
        .map_or(Ok(()), |missing| Err(SetupError::Outdated(missing.version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> String {
        match engine(&SecretString::from(url)) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_scheme_picks_the_engine() {
        assert!(matches!(
            engine(&SecretString::from("sqlite://some/file.db")),
            Ok(Engine::Sqlite(_))
        ));
        for url in ["postgres://a:b@localhost/c", "postgresql://localhost/c"] {
            assert!(matches!(
                engine(&SecretString::from(url)),
                Ok(Engine::Postgres(_))
            ));
        }
    }

    #[test]
    fn urls_that_cannot_work_are_refused_without_repeating_them() {
        for url in [
            "",
            "mysql://root:hunter2@localhost/x",
            "sqlite://",
            "sqlite://:memory:",
            "sqlite://?mode=memory",
            "sqlite://hunter2?mode=memory",
            "sqlite://hunter2?nonsense=1",
            "postgres://user:hunter2@localhost:notaport/x",
        ] {
            let said = refusal(url);
            assert_ne!(said, "accepted", "{url}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}
