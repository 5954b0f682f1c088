//! Lists of pairs that somebody brought.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{ImportId, TenantId};
use synchronizer_storage::{Import, ImportRepository, StorageError, StorageResult};

use super::{Unit, model};
use crate::values::column;

const ADD: &str = "\
    INSERT INTO link_imports \
    (tenant_id, id, profile_id, file_name, guessed, content, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const TRIM: &str = "\
    DELETE FROM link_imports WHERE tenant_id = $1 AND profile_id = $2 AND id NOT IN \
    (SELECT id FROM link_imports WHERE tenant_id = $1 AND profile_id = $2 \
    ORDER BY created_at DESC, id DESC LIMIT $3)";
const ONE: &str = "\
    SELECT tenant_id, id, profile_id, file_name, guessed, content, created_at \
    FROM link_imports WHERE tenant_id = $1 AND id = $2";
const SWEEP: &str = "DELETE FROM link_imports WHERE created_at < $1";

#[derive(sqlx::FromRow)]
struct Row {
    tenant_id: String,
    id: String,
    profile_id: String,
    file_name: String,
    guessed: bool,
    content: String,
    created_at: i64,
}

impl TryFrom<Row> for Import {
    type Error = StorageError;

    fn try_from(row: Row) -> StorageResult<Self> {
        Ok(Self {
            id: column("link_imports", "id").parse(&row.id)?,
            tenant: column("link_imports", "tenant_id").parse(&row.tenant_id)?,
            profile: column("link_imports", "profile_id").parse(&row.profile_id)?,
            file_name: row.file_name,
            guessed: row.guessed,
            content: row.content,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

#[async_trait]
impl ImportRepository for Unit {
    async fn add_import(&mut self, import: &Import, keep: u32) -> StorageResult<()> {
        let (tenant, profile) = (import.tenant.to_string(), import.profile.to_string());
        let statement = sqlx::query(ADD)
            .bind(&tenant)
            .bind(import.id.to_string())
            .bind(&profile)
            .bind(&import.file_name)
            .bind(import.guessed)
            .bind(&import.content)
            .bind(import.created_at.as_micros());
        self.run(statement).await?;
        let statement = sqlx::query(TRIM)
            .bind(&tenant)
            .bind(&profile)
            .bind(i64::from(keep));
        self.run(statement).await?;
        Ok(())
    }

    async fn import(&mut self, tenant: TenantId, id: ImportId) -> StorageResult<Option<Import>> {
        let query = sqlx::query_as::<_, Row>(ONE)
            .bind(tenant.to_string())
            .bind(id.to_string());
        model(self.one(query).await?)
    }

    async fn sweep_imports(&mut self, before: Timestamp) -> StorageResult<u64> {
        self.run(sqlx::query(SWEEP).bind(before.as_micros())).await
    }
}
