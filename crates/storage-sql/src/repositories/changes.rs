//! Change counters. Every replica reads all of them every second or so: one short row per
//! tenant.

use async_trait::async_trait;
use synchronizer_domain::ids::TenantId;
use synchronizer_storage::{ChangeRepository, StorageResult};

use super::Unit;
use crate::values::column;

const BUMP: &str = "\
    INSERT INTO tenant_versions (tenant_id, version) VALUES ($1, 1) \
    ON CONFLICT (tenant_id) DO UPDATE SET version = tenant_versions.version + 1";
const ALL: &str = "SELECT tenant_id, version FROM tenant_versions";

#[async_trait]
impl ChangeRepository for Unit {
    async fn bump_version(&mut self, tenant: TenantId) -> StorageResult<()> {
        let statement = sqlx::query(BUMP).bind(tenant.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn versions(&mut self) -> StorageResult<Vec<(TenantId, i64)>> {
        let query = sqlx::query_as::<_, (String, i64)>(ALL);
        self.all(query)
            .await?
            .into_iter()
            .map(|(id, version)| Ok((column("tenant_versions", "tenant_id").parse(&id)?, version)))
            .collect()
    }
}
