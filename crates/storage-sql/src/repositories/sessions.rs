//! Sessions.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{AssociateId, SessionId};
use synchronizer_storage::{SecretHash, Session, SessionRepository, StorageError, StorageResult};

use super::{Unit, model};
use crate::values::column;

const ADD: &str = "\
    INSERT INTO sessions (id, secret_hash, tenant_id, associate_id, name, email, is_admin, \
    created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const BY_SECRET: &str = "\
    SELECT id, secret_hash, tenant_id, associate_id, name, email, is_admin, created_at, \
    seen_at, expires_at FROM sessions WHERE secret_hash = $1";
const TOUCH: &str = "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
const REMOVE: &str = "DELETE FROM sessions WHERE id = $1";

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: String,
    secret_hash: Vec<u8>,
    tenant_id: String,
    associate_id: String,
    name: String,
    email: String,
    is_admin: bool,
    created_at: i64,
    seen_at: i64,
    expires_at: i64,
}

impl TryFrom<SessionRow> for Session {
    type Error = StorageError;

    fn try_from(row: SessionRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("sessions", "id").parse(&row.id)?,
            secret_hash: column("sessions", "secret_hash").hash(&row.secret_hash)?,
            tenant: column("sessions", "tenant_id").parse(&row.tenant_id)?,
            associate: AssociateId::new(row.associate_id),
            name: row.name,
            email: row.email,
            is_admin: row.is_admin,
            created_at: Timestamp::from_micros(row.created_at),
            seen_at: Timestamp::from_micros(row.seen_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

#[async_trait]
impl SessionRepository for Unit {
    async fn add_session(&mut self, session: &Session) -> StorageResult<()> {
        let statement = sqlx::query(ADD)
            .bind(session.id.to_string())
            .bind(session.secret_hash.as_slice())
            .bind(session.tenant.to_string())
            .bind(session.associate.as_str())
            .bind(&session.name)
            .bind(&session.email)
            .bind(session.is_admin)
            .bind(session.created_at.as_micros())
            .bind(session.seen_at.as_micros())
            .bind(session.expires_at.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn session_by_secret(&mut self, hash: &SecretHash) -> StorageResult<Option<Session>> {
        let query = sqlx::query_as::<_, SessionRow>(BY_SECRET).bind(hash.as_slice());
        model(self.one(query).await?)
    }

    async fn touch_session(&mut self, id: SessionId, at: Timestamp) -> StorageResult<()> {
        let statement = sqlx::query(TOUCH).bind(id.to_string()).bind(at.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn remove_session(&mut self, id: SessionId) -> StorageResult<()> {
        let statement = sqlx::query(REMOVE).bind(id.to_string());
        self.run(statement).await?;
        Ok(())
    }
}
