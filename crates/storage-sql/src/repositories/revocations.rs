//! Tokens that wait to be revoked.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{RevocationId, TenantId};
use synchronizer_storage::{Revocation, RevocationRepository, Sealed, StorageError, StorageResult};

use super::{Unit, model};
use crate::values::column;

const ADD: &str = "\
    INSERT INTO revocations (tenant_id, id, system, secret, created_at) \
    VALUES ($1, $2, $3, $4, $5)";
const ONE: &str = "\
    SELECT tenant_id, id, system, secret, created_at FROM revocations \
    WHERE tenant_id = $1 AND id = $2";
const REMOVE: &str = "DELETE FROM revocations WHERE tenant_id = $1 AND id = $2";

#[derive(sqlx::FromRow)]
struct RevocationRow {
    tenant_id: String,
    id: String,
    system: String,
    secret: Vec<u8>,
    created_at: i64,
}

impl TryFrom<RevocationRow> for Revocation {
    type Error = StorageError;

    fn try_from(row: RevocationRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("revocations", "id").parse(&row.id)?,
            tenant: column("revocations", "tenant_id").parse(&row.tenant_id)?,
            system: row.system,
            secret: Sealed(row.secret),
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

#[async_trait]
impl RevocationRepository for Unit {
    async fn add_revocation(&mut self, revocation: &Revocation) -> StorageResult<()> {
        let statement = sqlx::query(ADD)
            .bind(revocation.tenant.to_string())
            .bind(revocation.id.to_string())
            .bind(&revocation.system)
            .bind(&revocation.secret.0)
            .bind(revocation.created_at.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn revocation(
        &mut self,
        tenant: TenantId,
        id: RevocationId,
    ) -> StorageResult<Option<Revocation>> {
        let query = sqlx::query_as::<_, RevocationRow>(ONE)
            .bind(tenant.to_string())
            .bind(id.to_string());
        model(self.one(query).await?)
    }

    async fn remove_revocation(&mut self, tenant: TenantId, id: RevocationId) -> StorageResult<()> {
        let statement = sqlx::query(REMOVE)
            .bind(tenant.to_string())
            .bind(id.to_string());
        self.run(statement).await?;
        Ok(())
    }
}
