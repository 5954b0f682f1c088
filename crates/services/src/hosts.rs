//! The CRM's hosts in the database: what one process found out about a company that moved,
//! all know, also after a restart.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use synchronizer_domain::ids::ContextId;
use synchronizer_providers::superoffice::{HostBook, KnownHost};
use synchronizer_storage::{Storage, StorageResult};

/// Keeps the hosts of companies that signed up; of others nothing is kept.
pub struct StoredHosts(pub Arc<dyn Storage>);

impl fmt::Debug for StoredHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredHosts")
    }
}

impl StoredHosts {
    async fn read(
        &self,
        environment: &str,
        context: &ContextId,
    ) -> StorageResult<Option<KnownHost>> {
        let mut unit = self.0.read().await?;
        let found = unit.crm_host(environment, context).await?;
        // An address that no longer reads as one is found out again.
        Ok(found.and_then(|(api, until)| {
            let api = api.parse().ok()?;
            Some(KnownHost { api, until })
        }))
    }

    async fn write(
        &self,
        environment: &str,
        context: &ContextId,
        host: &KnownHost,
    ) -> StorageResult<()> {
        let mut unit = self.0.write().await?;
        let api = host.api.as_str();
        if unit
            .put_crm_host(environment, context, api, host.until)
            .await?
        {
            unit.commit().await?;
        }
        Ok(())
    }
}

#[async_trait]
impl HostBook for StoredHosts {
    async fn host(&self, environment: &str, context: &ContextId) -> Option<KnownHost> {
        self.read(environment, context)
            .await
            .inspect_err(|error| tracing::warn!(%error, "the CRM's host could not be read"))
            .ok()
            .flatten()
    }

    async fn keep(&self, environment: &str, context: &ContextId, host: &KnownHost) {
        if let Err(error) = self.write(environment, context, host).await {
            tracing::warn!(%error, "the CRM's host could not be kept");
        }
    }
}
