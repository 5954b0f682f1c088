//! What the operator decides on the command line.

use synchronizer_domain::ids::ContextId;
use synchronizer_domain::tenant::TenantState;
use synchronizer_storage::StorageResult;

use crate::Core;

impl Core {
    /// Suspends a company or lets it go on; false when nobody signed it up here.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn set_company_state(
        &self,
        context: &ContextId,
        state: TenantState,
    ) -> StorageResult<bool> {
        let mut unit = self.storage.write().await?;
        let environment = &self.settings.environment;
        let Some(tenant) = unit.tenant_by_context(environment, context).await? else {
            return Ok(false);
        };
        if tenant.state == state {
            return Ok(true);
        }
        unit.set_tenant_state(tenant.id, state).await?;
        let action = match state {
            TenantState::Active => "tenant.resumed",
            TenantState::Suspended => "tenant.suspended",
        };
        let subject = tenant.id.to_string();
        let detail = serde_json::json!({});
        self.audit_as(&mut *unit, tenant.id, "system", action, subject, detail)
            .await?;
        unit.bump_version(tenant.id).await?;
        unit.commit().await?;
        Ok(true)
    }
}
