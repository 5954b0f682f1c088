//! Both engines have the same schema.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{Database, PostgresDatabase, SqliteDatabase};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection, PgConnection, SqliteConnection};
use synchronizer_storage::rules;

fn migrations(engine: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    std::fs::read_dir(folder.join(engine))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn both_engines_have_the_same_migrations() {
    let sqlite = migrations("sqlite");
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, migrations("postgres"));
}

/// Lines of text that describe a schema.
async fn of_sqlite(database: &SqliteDatabase, query: &'static str) -> BTreeSet<String> {
    let url = database.url();
    let mut connection = SqliteConnection::connect(url.expose_secret())
        .await
        .unwrap();
    let lines: Vec<String> = sqlx::query_scalar(query)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    lines.into_iter().collect()
}

async fn of_postgres(database: &PostgresDatabase, query: &'static str) -> BTreeSet<String> {
    let url = database.url();
    let mut connection = PgConnection::connect(url.expose_secret()).await.unwrap();
    let lines: Vec<String> = sqlx::query_scalar(query)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    lines.into_iter().collect()
}

/// Asks both engines the same about their schemas and compares.
async fn same_on_both(on_sqlite: &'static str, on_postgres: &'static str) -> BTreeSet<String> {
    let sqlite = SqliteDatabase::create().await.unwrap();
    let found = of_sqlite(&sqlite, on_sqlite).await;
    sqlite.remove().await;
    assert!(!found.is_empty());
    if let Some(postgres) = PostgresDatabase::create().await {
        assert_eq!(found, of_postgres(&postgres, on_postgres).await);
        postgres.remove().await;
    }
    found
}

#[tokio::test]
async fn both_engines_have_the_same_columns() {
    same_on_both(
        "SELECT t.name || '.' || c.name || ' ' || lower(c.type) || ' ' || \
         CASE c.\"notnull\" WHEN 1 THEN 'required' ELSE 'optional' END \
         FROM sqlite_schema t, pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
        "SELECT table_name || '.' || column_name || ' ' || \
         CASE data_type WHEN 'bytea' THEN 'blob' ELSE data_type END || ' ' || \
         CASE is_nullable WHEN 'NO' THEN 'required' ELSE 'optional' END \
         FROM information_schema.columns \
         WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_sqlx%'",
    )
    .await;
}

#[tokio::test]
async fn both_engines_have_the_same_indexes_and_the_rules_among_them() {
    let indexes = same_on_both(
        "SELECT i.name || CASE i.\"unique\" WHEN 1 THEN ' unique' ELSE '' END || \
         CASE i.partial WHEN 1 THEN ' partial' ELSE '' END || ' ' || \
         (SELECT group_concat(c.name, ', ') FROM pragma_index_info(i.name) c) \
         FROM sqlite_schema t, pragma_index_list(t.name) i \
         WHERE t.type = 'table' AND i.origin = 'c'",
        "SELECT c.relname || CASE WHEN i.indisunique THEN ' unique' ELSE '' END || \
         CASE WHEN i.indpred IS NOT NULL THEN ' partial' ELSE '' END || ' ' || \
         (SELECT string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_attribute a \
         WHERE a.attrelid = c.oid) \
         FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
         JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = current_schema() AND NOT i.indisprimary",
    )
    .await;
    for rule in [
        rules::PROFILE_NAME,
        rules::LINK_CRM_USER,
        rules::LINK_CALENDAR_USER,
        rules::TENANT_CONTEXT,
    ] {
        let unique = format!("{rule} unique ");
        assert!(indexes.iter().any(|index| index.starts_with(&unique)));
    }
}

#[tokio::test]
async fn connecting_creates_the_file_but_does_not_migrate() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.db");
    let url = SecretString::from(format!("sqlite://{}", file.display()));
    let storage = synchronizer_storage_sql::connect(&url).await.unwrap();
    assert!(file.exists());
    assert!(storage.check().await.is_err());
    // Twice is as good as once, also beside an open connection.
    for _ in 0..2 {
        synchronizer_storage_sql::migrate(&url).await.unwrap();
        storage.check().await.unwrap();
    }
}

#[tokio::test]
async fn a_database_without_its_newest_migration_fails_the_check() {
    let database = SqliteDatabase::create().await.unwrap();
    let mut connection = SqliteConnection::connect(database.url().expose_secret())
        .await
        .unwrap();
    sqlx::query(
        "DELETE FROM _sqlx_migrations WHERE version = \
         (SELECT max(version) FROM _sqlx_migrations)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let error = database.storage().check().await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("is missing in the database"), "{source}");
}

#[tokio::test]
async fn a_failed_connection_does_not_tell_the_password() {
    let mut urls = vec!["sqlite:///nowhere/hunter2/file.db".to_owned()];
    if let Some(database) = PostgresDatabase::create().await {
        let url = database.url();
        let (_, address) = url.expose_secret().rsplit_once('@').unwrap();
        let (host, _) = address.split_once('/').unwrap();
        urls.push(format!("postgres://nobody:hunter2@{host}/no_such_one"));
        database.remove().await;
    }
    for url in urls {
        let result = synchronizer_storage_sql::connect(&SecretString::from(url)).await;
        let error = result.err().unwrap();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
