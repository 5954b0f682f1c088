//! The audit log.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::TenantId;
use synchronizer_storage::{AuditEntry, AuditFilter, AuditRepository, StorageError, StorageResult};

use super::{Unit, models};
use crate::values::{column, micros};

const ADD: &str = "\
    INSERT INTO audit (tenant_id, id, at, actor, action, subject, detail) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
// Ids sort by the time at which they were minted.
const NEWEST: &str = "\
    SELECT tenant_id, id, at, actor, action, subject, detail FROM audit \
    WHERE tenant_id = $1 AND at >= $2 AND at < $3 AND ($4 = '' OR actor = $4) \
    AND ($5 = '' OR id < $5) ORDER BY id DESC LIMIT $6";
const ACTORS: &str = "\
    SELECT DISTINCT actor FROM audit WHERE tenant_id = $1 ORDER BY actor";
const SWEEP: &str = "DELETE FROM audit WHERE at < $1";

#[derive(sqlx::FromRow)]
struct AuditRow {
    tenant_id: String,
    id: String,
    at: i64,
    actor: String,
    action: String,
    subject: String,
    detail: String,
}

impl TryFrom<AuditRow> for AuditEntry {
    type Error = StorageError;

    fn try_from(row: AuditRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("audit", "id").parse(&row.id)?,
            tenant: column("audit", "tenant_id").parse(&row.tenant_id)?,
            at: Timestamp::from_micros(row.at),
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            detail: row.detail,
        })
    }
}

#[async_trait]
impl AuditRepository for Unit {
    async fn add_audit(&mut self, entry: &AuditEntry) -> StorageResult<()> {
        let statement = sqlx::query(ADD)
            .bind(entry.tenant.to_string())
            .bind(entry.id.to_string())
            .bind(entry.at.as_micros())
            .bind(&entry.actor)
            .bind(&entry.action)
            .bind(&entry.subject)
            .bind(&entry.detail);
        self.run(statement).await?;
        Ok(())
    }

    async fn audit(
        &mut self,
        tenant: TenantId,
        filter: &AuditFilter,
        limit: u32,
    ) -> StorageResult<Vec<AuditEntry>> {
        let before = filter.before.map(|id| id.to_string()).unwrap_or_default();
        let query = sqlx::query_as::<_, AuditRow>(NEWEST)
            .bind(tenant.to_string())
            .bind(micros(filter.from).unwrap_or(i64::MIN))
            .bind(micros(filter.until).unwrap_or(i64::MAX))
            .bind(filter.actor.as_deref().unwrap_or_default())
            .bind(before)
            .bind(i64::from(limit));
        models(self.all(query).await?)
    }

    async fn sweep_audit(&mut self, before: Timestamp) -> StorageResult<u64> {
        let statement = sqlx::query(SWEEP).bind(before.as_micros());
        self.run(statement).await
    }

    async fn audit_actors(&mut self, tenant: TenantId) -> StorageResult<Vec<String>> {
        let query = sqlx::query_as::<_, (String,)>(ACTORS).bind(tenant.to_string());
        Ok(self
            .all(query)
            .await?
            .into_iter()
            .map(|row| row.0)
            .collect())
    }
}
