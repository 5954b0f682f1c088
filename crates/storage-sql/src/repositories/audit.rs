//! The audit log.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::TenantId;
use synchronizer_storage::{AuditEntry, AuditRepository, StorageError, StorageResult};

use super::{Unit, models};
use crate::values::column;

const ADD: &str = "\
    INSERT INTO audit (tenant_id, id, at, actor, action, subject, detail) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const NEWEST: &str = "\
    SELECT tenant_id, id, at, actor, action, subject, detail FROM audit \
    WHERE tenant_id = $1 ORDER BY at DESC, id DESC LIMIT $2";

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

    async fn audit(&mut self, tenant: TenantId, limit: u32) -> StorageResult<Vec<AuditEntry>> {
        let query = sqlx::query_as::<_, AuditRow>(NEWEST)
            .bind(tenant.to_string())
            .bind(i64::from(limit));
        models(self.all(query).await?)
    }
}
