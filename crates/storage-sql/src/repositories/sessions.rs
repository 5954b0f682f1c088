//! Sessions.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{AssociateId, SessionId, TenantId};
use synchronizer_storage::{SecretHash, Session, SessionRepository, StorageError, StorageResult};

use super::{Unit, model, models};
use crate::values::column;

const ADD: &str = "\
    INSERT INTO sessions (id, secret_hash, tenant_id, associate_id, name, email, is_admin, \
    device, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const BY_SECRET: &str = "\
    SELECT id, secret_hash, tenant_id, associate_id, name, email, is_admin, device, \
    created_at, seen_at, expires_at FROM sessions WHERE secret_hash = $1";
const OF_PERSON: &str = "\
    SELECT id, secret_hash, tenant_id, associate_id, name, email, is_admin, device, \
    created_at, seen_at, expires_at FROM sessions \
    WHERE tenant_id = $1 AND associate_id = $2 ORDER BY seen_at DESC, id DESC";
const REMOVE_OF_PERSON: &str = "\
    DELETE FROM sessions WHERE tenant_id = $1 AND associate_id = $2 AND id <> $3";
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
    device: String,
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
            device: row.device,
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
            .bind(&session.device)
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

    async fn sessions_of(
        &mut self,
        tenant: TenantId,
        person: &AssociateId,
    ) -> StorageResult<Vec<Session>> {
        let query = sqlx::query_as::<_, SessionRow>(OF_PERSON)
            .bind(tenant.to_string())
            .bind(person.as_str());
        models(self.all(query).await?)
    }

    async fn remove_sessions_of(
        &mut self,
        tenant: TenantId,
        person: &AssociateId,
        but: Option<SessionId>,
    ) -> StorageResult<u64> {
        let kept = but.map(|id| id.to_string()).unwrap_or_default();
        let statement = sqlx::query(REMOVE_OF_PERSON)
            .bind(tenant.to_string())
            .bind(person.as_str())
            .bind(kept);
        self.run(statement).await
    }
}
