//! What only PostgreSQL says this way.

use sqlx::error::DatabaseError;

/// The texts of a JSON list, as rows of one column.
macro_rules! listed {
    ($list:literal) => {
        concat!("SELECT jsonb_array_elements_text(", $list, "::jsonb)")
    };
}
pub(crate) use listed;

/// Whether a text lacks one of the words of a JSON list.
macro_rules! lacks_a_word {
    ($text:literal, $words:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM jsonb_array_elements_text(",
            $words,
            "::jsonb) AS given (word) WHERE strpos(",
            $text,
            ", word) = 0)"
        )
    };
}
pub(crate) use lacks_a_word;

/// Adds the CRM users of a JSON list, or renews those who are there; each is listed once.
pub(crate) const ADD_CRM_USERS: &str = "\
    INSERT INTO crm_users (tenant_id, id, name, name_folded, email, active, came_at) \
    SELECT $1, id, name, folded, email, active, $3 FROM jsonb_to_recordset($2::jsonb) \
    AS given (id text, name text, folded text, email text, active boolean) \
    ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, \
    name_folded = excluded.name_folded, email = excluded.email, active = excluded.active";

/// Adds the calendar users of a JSON list.
pub(crate) const ADD_CALENDAR_USERS: &str = "\
    INSERT INTO calendar_users \
    (tenant_id, profile_id, id, name, name_folded, email, aliases, active) \
    SELECT $1, $2, id, name, folded, email, aliases, active \
    FROM jsonb_to_recordset($3::jsonb) \
    AS given (id text, name text, folded text, email text, aliases text, active boolean) \
    ON CONFLICT DO NOTHING";

/// Adds the rows of a batch from a JSON list.
pub(crate) const ADD_BATCH_ROWS: &str = "\
    INSERT INTO link_batch_rows (tenant_id, batch_id, position, crm_user_id, crm_name, \
    calendar_user_id, calendar_name, link_id, state, reason) \
    SELECT $1, $2, position, crm, crm_name, calendar, calendar_name, link, state, reason \
    FROM jsonb_to_recordset($3::jsonb) AS given (position bigint, crm text, crm_name text, \
    calendar text, calendar_name text, link text, state text, reason text)";

/// Claims due jobs; rows that another worker is claiming at this moment are passed over.
/// The choice is materialized: planned as an inner loop it would run, and lock, again.
pub(crate) const CLAIM_JOBS: &str = "\
    WITH due AS MATERIALIZED (SELECT id FROM jobs WHERE state = 'open' AND run_at <= $3 \
    AND (lease_until IS NULL OR lease_until <= $3) \
    AND kind IN (SELECT jsonb_array_elements_text($4::jsonb)) ORDER BY run_at, id LIMIT $5 \
    FOR UPDATE SKIP LOCKED) \
    UPDATE jobs SET lease_owner = $1, lease_until = $2, fence = fence + 1, \
    attempts = attempts + 1 WHERE id IN (SELECT id FROM due) \
    RETURNING id, tenant_id, kind, payload, attempts - 1 AS attempts, fence, run_at";

/// The earliest instant at which an open job of these kinds can be claimed: the first
/// that waits, or the end of the first lease. Each half reads from its own index.
pub(crate) const NEXT_JOB_AT: &str = "\
    SELECT min(instant) FROM (SELECT instant FROM (SELECT run_at AS instant FROM jobs \
    WHERE state = 'open' AND lease_until IS NULL \
    AND kind IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY run_at LIMIT 1) waiting \
    UNION ALL SELECT min(lease_until) FROM jobs WHERE state = 'open' \
    AND lease_until IS NOT NULL AND kind IN (SELECT jsonb_array_elements_text($1::jsonb))) instants";

/// The name of the unique rule that refused a row.
pub(crate) fn broken_rule(error: &dyn DatabaseError) -> Option<String> {
    error.constraint().map(str::to_owned)
}
