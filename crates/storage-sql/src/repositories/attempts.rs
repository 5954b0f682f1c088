//! Round trips to identity providers, and clearing away what ended.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::AttemptId;
use synchronizer_storage::{
    Attempt, AttemptRepository, Sealed, SecretHash, StorageError, StorageResult,
};

use super::{Unit, model};
use crate::values::column;

const ADD: &str = "\
    INSERT INTO attempts \
    (id, state, browser, provider, purpose, secrets, created_at, expires_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ONE: &str = "\
    SELECT id, state, browser, provider, purpose, secrets, created_at, expires_at \
    FROM attempts WHERE id = $1 AND browser = $2";
const BY_ID: &str = "\
    SELECT id, state, browser, provider, purpose, secrets, created_at, expires_at \
    FROM attempts WHERE id = $1";
const TAKE: &str = "\
    DELETE FROM attempts WHERE state = $1 \
    RETURNING id, state, browser, provider, purpose, secrets, created_at, expires_at";

/// Children before their parents. A failed job stays: somebody has to look at it.
const SWEEP: &[&str] = &[
    "DELETE FROM attempts WHERE expires_at < $1",
    "DELETE FROM activations WHERE expires_at < $1",
    "DELETE FROM signups WHERE expires_at < $1",
    "DELETE FROM sessions WHERE expires_at < $1",
    "DELETE FROM consent_links WHERE expires_at < $1",
    "DELETE FROM jobs WHERE state = 'done' AND ended_at < $1",
];

/// What ended long ago and nobody looks at any more.
const SWEEP_ENDED: &[&str] = &[
    "DELETE FROM outbox WHERE state <> 'queued' AND COALESCE(sent_at, tried_at, created_at) < $1",
    "DELETE FROM jobs WHERE state = 'failed' AND ended_at < $1",
];

#[derive(sqlx::FromRow)]
struct AttemptRow {
    id: String,
    state: Vec<u8>,
    browser: Vec<u8>,
    provider: String,
    purpose: String,
    secrets: Vec<u8>,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = StorageError;

    fn try_from(row: AttemptRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("attempts", "id").parse(&row.id)?,
            state: column("attempts", "state").hash(&row.state)?,
            browser: column("attempts", "browser").hash(&row.browser)?,
            provider: row.provider,
            purpose: row.purpose,
            secrets: Sealed(row.secrets),
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

#[async_trait]
impl AttemptRepository for Unit {
    async fn add_attempt(&mut self, attempt: &Attempt) -> StorageResult<()> {
        let statement = sqlx::query(ADD)
            .bind(attempt.id.to_string())
            .bind(attempt.state.as_slice())
            .bind(attempt.browser.as_slice())
            .bind(&attempt.provider)
            .bind(&attempt.purpose)
            .bind(&attempt.secrets.0)
            .bind(attempt.created_at.as_micros())
            .bind(attempt.expires_at.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn attempt(
        &mut self,
        id: AttemptId,
        browser: &SecretHash,
    ) -> StorageResult<Option<Attempt>> {
        let query = sqlx::query_as::<_, AttemptRow>(ONE)
            .bind(id.to_string())
            .bind(browser.as_slice());
        model(self.one(query).await?)
    }

    async fn is_attempt_open(&mut self, id: AttemptId) -> StorageResult<bool> {
        let query = sqlx::query_as::<_, AttemptRow>(BY_ID).bind(id.to_string());
        Ok(self.one(query).await?.is_some())
    }

    async fn take_attempt(&mut self, state: &SecretHash) -> StorageResult<Option<Attempt>> {
        let query = sqlx::query_as::<_, AttemptRow>(TAKE).bind(state.as_slice());
        model(self.one(query).await?)
    }

    async fn sweep_ended(&mut self, before: Timestamp) -> StorageResult<u64> {
        let mut removed = 0;
        for statement in SWEEP_ENDED {
            let statement = sqlx::query(*statement).bind(before.as_micros());
            removed += self.run(statement).await?;
        }
        Ok(removed)
    }

    async fn sweep_expired(&mut self, before: Timestamp) -> StorageResult<u64> {
        let mut removed = 0;
        for statement in SWEEP {
            let statement = sqlx::query(*statement).bind(before.as_micros());
            removed += self.run(statement).await?;
        }
        Ok(removed)
    }
}
