//! What happens when a half is done, and when both are.

use synchronizer_domain::ids::JobId;
use synchronizer_domain::link::Side;
use synchronizer_storage::{Grant, NewJob};

use super::Journey;
use crate::Core;
use crate::checks::CONNECTION_CHECK;
use crate::failure::{Fault, FaultResult};
use crate::grants::GrantIdentity;

impl Core {
    /// Stores a half. With both halves good, invitations are used up and the connection
    /// check, the first run, is enqueued in the same transaction.
    pub(crate) async fn store_half(&self, journey: &Journey, grant: Grant) -> FaultResult<()> {
        let (tenant, link) = (journey.link.tenant, journey.link.id);
        let side = grant.side;
        let now = self.now();
        let mut unit = self.storage.write().await?;
        unit.put_grant(&grant).await?;
        let Some(mut fresh) = unit.link(tenant, link).await? else {
            return Err(Fault::Missing("link"));
        };
        fresh.flags.cause = None;
        unit.set_link_flags(tenant, link, &fresh.flags).await?;
        let action = if side == Side::Crm {
            "activation.crm_granted"
        } else {
            "activation.calendar_granted"
        };
        self.audit_as(
            &mut *unit,
            tenant,
            &fresh.crm.name,
            action,
            link.to_string(),
            serde_json::json!({}),
        )
        .await?;
        let other = if side == Side::Crm {
            Side::Calendar
        } else {
            Side::Crm
        };
        let complete = unit
            .grant(tenant, link, other)
            .await?
            .is_some_and(|grant| grant.refused.is_none());
        if complete {
            unit.use_up_invitations(tenant, link, now).await?;
            unit.add_job(&NewJob {
                id: JobId::mint(&*self.clock, &*self.rng),
                tenant,
                kind: CONNECTION_CHECK,
                payload: serde_json::json!({ "link": link }).to_string(),
                dedup_key: grant.id.to_string(),
                run_at: now,
            })
            .await?;
        }
        unit.bump_version(tenant).await?;
        unit.commit().await?;
        if complete {
            self.wake.notify();
        }
        Ok(())
    }

    /// Stores a changed identity of the calendar side.
    pub(crate) async fn store_identity(
        &self,
        journey: &Journey,
        identity: &GrantIdentity,
    ) -> FaultResult<()> {
        let (tenant, link) = (journey.link.tenant, journey.link.id);
        let mut unit = self.storage.write().await?;
        unit.set_grant_identity(
            tenant,
            link,
            Side::Calendar,
            &serde_json::to_string(identity)?,
        )
        .await?;
        unit.bump_version(tenant).await?;
        unit.commit().await?;
        Ok(())
    }
}
