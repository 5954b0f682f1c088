//! Erasing grants: local secrets are gone with the commit, and providers that can revoke are
//! told after it. A dead token, or a provider that is down, is no obstacle (SC-54).

use async_trait::async_trait;
use serde::Deserialize;
use synchronizer_domain::ids::{JobId, RevocationId};
use synchronizer_jobs::{Handler, JobError};
use synchronizer_providers::ProviderError;
use synchronizer_providers::error::Blame;
use synchronizer_storage::{Grant, Job, NewJob, Revocation, StorageResult, UnitOfWork};
use tracing::warn;

use crate::Core;
use crate::attempts::Provider;
use crate::grants::{self, GrantIdentity};

/// Kind of the job.
const REVOKE: &str = "revoke-token";
pub(crate) const TABLE: &str = "revocations";
/// After this many tries in vain, about two hours, the token is forgotten.
const GIVE_UP: u32 = 10;

#[derive(Deserialize)]
struct Payload {
    revocation: RevocationId,
}

/// Revokes tokens of erased grants.
pub struct RevokeToken(pub Core);

#[async_trait]
impl Handler for RevokeToken {
    fn kind(&self) -> &'static str {
        REVOKE
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload =
            serde_json::from_str(&job.payload).map_err(|error| JobError::Fail {
                reason: error.to_string(),
            })?;
        self.0.revoke(job, payload.revocation).await
    }
}

impl Core {
    /// Notes in the transaction that erases these grants what is to be revoked at providers
    /// that can, unless the account serves something else of the company. The caller wakes the worker after its commit.
    pub(crate) async fn revoke_later(
        &self,
        unit: &mut dyn UnitOfWork,
        erased: &[Grant],
    ) -> StorageResult<()> {
        for grant in erased {
            let Ok(identity) = serde_json::from_str::<GrantIdentity>(&grant.identity) else {
                continue;
            };
            if self.serves_elsewhere(unit, grant, &identity).await? {
                continue;
            }
            if let Some((revocation, job)) = self.to_revoke(grant, &identity) {
                unit.add_revocation(&revocation).await?;
                unit.add_job(&job).await?;
            }
        }
        Ok(())
    }

    /// A secret that cannot be opened, or is of a system that cannot revoke, is just gone.
    fn to_revoke(&self, grant: &Grant, identity: &GrantIdentity) -> Option<(Revocation, NewJob)> {
        let provider = identity.provider().filter(|provider| provider.revokes())?;
        let secret = grants::open(self, grant).ok()?;
        let (id, now) = (RevocationId::mint(&*self.clock, &*self.rng), self.now());
        let sealed = self.seal(&grant.tenant.to_string(), TABLE, &id.to_string(), &secret);
        let revocation = Revocation {
            id,
            tenant: grant.tenant,
            system: provider.word().to_owned(),
            secret: sealed,
            created_at: now,
        };
        let job = NewJob {
            id: JobId::mint(&*self.clock, &*self.rng),
            tenant: grant.tenant,
            kind: REVOKE,
            payload: serde_json::json!({ "revocation": id }).to_string(),
            dedup_key: id.to_string(),
            run_at: now,
        };
        Some((revocation, job))
    }

    async fn revoke(&self, job: &Job, id: RevocationId) -> Result<(), JobError> {
        let tenant = job.tenant;
        let found = self.storage.read().await?.revocation(tenant, id).await?;
        let Some(revocation) = found else {
            return Ok(());
        };
        if let Err(error) = self.revoke_at(&revocation).await {
            let may_work_later = error
                .as_ref()
                .is_some_and(|error| error.kind().blame() == Blame::Nobody);
            if may_work_later && job.attempts + 1 < GIVE_UP {
                return Err(JobError::Retry {
                    after: None,
                    reason: error.map(|error| error.to_string()).unwrap_or_default(),
                });
            }
            // Nothing else can be done, and the token may be dead: the company can read it.
            let detail = error
                .map(|error| error.detail().to_owned())
                .unwrap_or_default();
            warn!(%tenant, system = revocation.system, detail, "a token could not be revoked");
            let mut unit = self.storage.write().await?;
            let said = serde_json::json!({ "answer": detail });
            self.audit_as(
                &mut *unit,
                tenant,
                "system",
                "grant.not_revoked",
                revocation.system.clone(),
                said,
            )
            .await?;
            unit.remove_revocation(tenant, id).await?;
            return Ok(unit.commit().await?);
        }
        let mut unit = self.storage.write().await?;
        unit.remove_revocation(tenant, id).await?;
        Ok(unit.commit().await?)
    }

    async fn revoke_at(&self, revocation: &Revocation) -> Result<(), Option<ProviderError>> {
        let id = revocation.id.to_string();
        let tenant = revocation.tenant.to_string();
        let secret = self
            .open(&tenant, TABLE, &id, &revocation.secret)
            .map_err(|_| None)?;
        if revocation.system == Provider::SuperOffice.word() {
            self.superoffice.revoke(&secret).await.map_err(Some)
        } else if revocation.system == Provider::Google.word() {
            let google = self.google().map_err(|_| None)?;
            google.revoke(&secret).await.map_err(Some)
        } else {
            Err(None)
        }
    }
}
