//! What only SQLite says this way.

use sqlx::error::DatabaseError;

/// The texts of a JSON list, as rows of one column.
macro_rules! listed {
    ($list:literal) => {
        concat!("SELECT value FROM json_each(", $list, ")")
    };
}
pub(crate) use listed;

/// Whether a text lacks one of the words of a JSON list.
macro_rules! lacks_a_word {
    ($text:literal, $words:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM json_each(",
            $words,
            ") WHERE instr(",
            $text,
            ", value) = 0)"
        )
    };
}
pub(crate) use lacks_a_word;

/// Adds the CRM users of a JSON list, or renews those who are there; each is listed once.
/// `WHERE true` keeps the parser from taking
/// `ON CONFLICT` for a join's condition.
pub(crate) const ADD_CRM_USERS: &str = "\
    INSERT INTO crm_users (tenant_id, id, name, name_folded, email, active, came_at) \
    SELECT $1, value ->> 'id', value ->> 'name', value ->> 'folded', value ->> 'email', \
    value ->> 'active', $3 FROM json_each($2) WHERE true \
    ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, \
    name_folded = excluded.name_folded, email = excluded.email, active = excluded.active";

/// Adds the calendar users of a JSON list.
pub(crate) const ADD_CALENDAR_USERS: &str = "\
    INSERT INTO calendar_users \
    (tenant_id, profile_id, id, name, name_folded, email, aliases, active) \
    SELECT $1, $2, value ->> 'id', value ->> 'name', value ->> 'folded', value ->> 'email', \
    value ->> 'aliases', value ->> 'active' FROM json_each($3) WHERE true \
    ON CONFLICT DO NOTHING";

/// Adds the rows of a batch from a JSON list.
pub(crate) const ADD_BATCH_ROWS: &str = "\
    INSERT INTO link_batch_rows (tenant_id, batch_id, position, crm_user_id, crm_name, \
    calendar_user_id, calendar_name, link_id, state, reason) \
    SELECT $1, $2, value ->> 'position', value ->> 'crm', value ->> 'crm_name', \
    value ->> 'calendar', value ->> 'calendar_name', value ->> 'link', value ->> 'state', \
    value ->> 'reason' FROM json_each($3)";

/// Claims due jobs. There is one writer at a time, so nobody else sees the same rows.
pub(crate) const CLAIM_JOBS: &str = "\
    UPDATE jobs SET lease_owner = $1, lease_until = $2, fence = fence + 1, \
    attempts = attempts + 1 \
    WHERE id IN (SELECT id FROM jobs WHERE state = 'open' AND run_at <= $3 \
    AND (lease_until IS NULL OR lease_until <= $3) \
    AND kind IN (SELECT value FROM json_each($4)) ORDER BY run_at, id LIMIT $5) \
    RETURNING id, tenant_id, kind, payload, attempts - 1 AS attempts, fence, run_at";

/// The earliest instant at which an open job of these kinds can be claimed: the first
/// that waits, or the end of the first lease. Each half reads from its own index.
pub(crate) const NEXT_JOB_AT: &str = "\
    SELECT min(instant) FROM (SELECT instant FROM (SELECT run_at AS instant FROM jobs \
    WHERE state = 'open' AND lease_until IS NULL \
    AND kind IN (SELECT value FROM json_each($1)) ORDER BY run_at LIMIT 1) waiting \
    UNION ALL SELECT min(lease_until) FROM jobs WHERE state = 'open' \
    AND lease_until IS NOT NULL AND kind IN (SELECT value FROM json_each($1))) instants";

/// SQLite names the columns of a broken rule; this names the rule, as PostgreSQL does.
const RULES: &[(&str, &str)] = &[
    ("activations.id", "activations_pkey"),
    ("admins.tenant_id, admins.associate_id", "admins_pkey"),
    (
        "alarms.tenant_id, alarms.system, alarms.kind",
        "alarms_pkey",
    ),
    ("attempts.id", "attempts_pkey"),
    ("attempts.state", "attempts_state"),
    ("audit.tenant_id, audit.id", "audit_pkey"),
    (
        "calendar_users.tenant_id, calendar_users.profile_id, calendar_users.id",
        "calendar_users_pkey",
    ),
    ("calendar_systems.word", "calendar_systems_pkey"),
    ("causes.word", "causes_pkey"),
    ("consent_links.secret_hash", "consent_links_pkey"),
    ("consents.tenant_id, consents.tid", "consents_pkey"),
    ("crm_connections.tenant_id", "crm_connections_pkey"),
    ("crm_system_users.tenant_id", "crm_system_users_pkey"),
    ("crm_users.tenant_id, crm_users.id", "crm_users_pkey"),
    (
        "grant_tokens.tenant_id, grant_tokens.link_id, grant_tokens.side",
        "grant_tokens_pkey",
    ),
    (
        "grants.tenant_id, grants.link_id, grants.side",
        "grants_pkey",
    ),
    ("invitations.tenant_id, invitations.id", "invitations_pkey"),
    ("invitations.secret_hash", "invitations_secret"),
    ("jobs.id", "jobs_pkey"),
    ("jobs.tenant_id, jobs.kind, jobs.dedup_key", "jobs_open"),
    (
        "link_batch_rows.tenant_id, link_batch_rows.batch_id, link_batch_rows.position",
        "link_batch_rows_pkey",
    ),
    (
        "link_batches.tenant_id, link_batches.id",
        "link_batches_pkey",
    ),
    (
        "link_imports.tenant_id, link_imports.id",
        "link_imports_pkey",
    ),
    ("links.tenant_id, links.id", "links_pkey"),
    ("links.tenant_id, links.crm_user_id", "links_crm_user_live"),
    (
        "links.tenant_id, links.system, links.calendar_user_id",
        "links_calendar_user_live",
    ),
    (
        "list_pages.tenant_id, list_pages.list, list_pages.number",
        "list_pages_pkey",
    ),
    ("list_reads.tenant_id, list_reads.list", "list_reads_pkey"),
    ("mail_kinds.word", "mail_kinds_pkey"),
    (
        "notices_dismissed.tenant_id, notices_dismissed.kind",
        "notices_dismissed_pkey",
    ),
    ("operator_notices.name", "operator_notices_pkey"),
    ("outbox.tenant_id, outbox.id", "outbox_pkey"),
    (
        "profile_typed.tenant_id, profile_typed.profile_id, profile_typed.field",
        "profile_typed_pkey",
    ),
    ("profiles.tenant_id, profiles.id", "profiles_pkey"),
    ("profiles.tenant_id, profiles.name_folded", "profiles_name"),
    ("revocations.tenant_id, revocations.id", "revocations_pkey"),
    ("sessions.id", "sessions_pkey"),
    ("sessions.secret_hash", "sessions_secret"),
    ("signups.id", "signups_pkey"),
    ("tenant_settings.tenant_id", "tenant_settings_pkey"),
    ("tenant_versions.tenant_id", "tenant_versions_pkey"),
    ("tenants.id", "tenants_pkey"),
    ("tenants.environment, tenants.context", "tenants_context"),
];

/// The name of the unique rule that refused a row. The message is
/// `UNIQUE constraint failed: ` and `table.column, …` or `index 'name'`
/// (sqlite3UniqueConstraint in SQLite's insert.c).
pub(crate) fn broken_rule(error: &dyn DatabaseError) -> Option<String> {
    rule_of_message(error.message()).map(str::to_owned)
}

fn rule_of_message(message: &str) -> Option<&str> {
    let place = message.strip_prefix("UNIQUE constraint failed: ")?;
    if let Some(name) = place.strip_prefix("index '") {
        return name.strip_suffix('\'');
    }
    RULES
        .iter()
        .find(|(columns, _)| *columns == place)
        .map(|(_, rule)| *rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::{Connection, SqliteConnection};

    #[test]
    fn an_index_that_is_named_in_the_message_keeps_its_name() {
        assert_eq!(
            rule_of_message("UNIQUE constraint failed: index 'people_lower'"),
            Some("people_lower")
        );
        assert_eq!(rule_of_message("UNIQUE constraint failed: other.id"), None);
        assert_eq!(rule_of_message("FOREIGN KEY constraint failed"), None);
    }

    /// A table that refers to links and is forgotten here would refuse the erasure.
    #[tokio::test]
    async fn whatever_refers_to_a_link_is_erased_with_it() {
        let mut memory = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        super::super::MIGRATIONS.run(&mut memory).await.unwrap();
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT t.name FROM sqlite_schema t, pragma_foreign_key_list(t.name) f \
             WHERE t.type = 'table' AND f.\"table\" = 'links'",
        )
        .fetch_all(&mut memory)
        .await
        .unwrap();
        assert!(tables.len() >= 4);
        for table in tables {
            let erased = format!("DELETE FROM {table} WHERE tenant_id = $1 AND link_id = $2");
            assert!(
                super::super::repositories::links::ERASE.contains(&erased.as_str()),
                "{table}"
            );
        }
    }

    /// Every unique index of the schema is known by its columns, under the name that
    /// PostgreSQL gives it.
    #[tokio::test]
    async fn every_unique_index_has_a_rule_name() {
        let mut memory = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        super::super::MIGRATIONS.run(&mut memory).await.unwrap();
        let indexes: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT t.name, i.origin, \
             (SELECT group_concat(t.name || '.' || c.name, ', ') FROM pragma_index_info(i.name) c) \
             || '=' || i.name \
             FROM sqlite_schema t, pragma_index_list(t.name) i \
             WHERE t.type = 'table' AND i.\"unique\" = 1 AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
        )
        .fetch_all(&mut memory)
        .await
        .unwrap();
        assert_eq!(indexes.len(), RULES.len());
        for (table, origin, described) in indexes {
            let (columns, index) = described.split_once('=').unwrap();
            let expected = if origin == "pk" {
                format!("{table}_pkey")
            } else {
                index.to_owned()
            };
            let message = format!("UNIQUE constraint failed: {columns}");
            assert_eq!(rule_of_message(&message), Some(expected.as_str()));
        }
    }
}
