//! Links from before names were stored folded are found by the first start after it.

use secrecy::ExposeSecret;
use sqlx::{Connection, SqliteConnection};

use crate::support::{Database, SqliteDatabase};

#[tokio::test]
async fn names_of_older_links_are_folded_by_the_migration() {
    let database = SqliteDatabase::create().await.unwrap();
    let url = database.url();
    let mut connection = SqliteConnection::connect(url.expose_secret())
        .await
        .unwrap();
    sqlx::raw_sql(
        "INSERT INTO tenants (id, environment, context, name, state, created_at) \
         VALUES ('t', 'online', 'Cust1', 'Company', 'active', 1); \
         INSERT INTO profiles (tenant_id, id, name, name_folded, system, state, settings, \
         directory, created_at) VALUES ('t', 'p', 'Office', 'office', 'caldav', 'active', '{}', \
         '{}', 1);",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    // More than are folded in one go.
    for number in 0..501 {
        sqlx::query(
            "INSERT INTO links (tenant_id, id, profile_id, system, crm_user_id, crm_name, \
             crm_email, crm_active, calendar_user_id, calendar_name, calendar_email, \
             calendar_aliases, calendar_active, created_at) VALUES ('t', $1, 'p', 'caldav', $1, \
             'Åse Bjørnstad', 'ase@a.example', true, $1, '…', '', '[]', true, 1)",
        )
        .bind(number.to_string())
        .execute(&mut connection)
        .await
        .unwrap();
    }
    synchronizer_storage_sql::migrate(&url).await.unwrap();
    let folded: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT crm_folded, calendar_folded, count(*) FROM links GROUP BY 1, 2")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let expected = ("ase bjornstad ase@a example".to_owned(), " ".to_owned());
    assert_eq!(folded, [(expected.0, expected.1, 501)]);
    connection.close().await.unwrap();
    database.remove().await;
}
