//! What happens when a half is done, and when both are.

use synchronizer_domain::ids::JobId;
use synchronizer_domain::link::{Link, Side};
use synchronizer_storage::{Grant, NewJob};

use super::Journey;
use crate::Core;
use crate::checks::CONNECTION_CHECK;
use crate::failure::{Fault, FaultResult};
use crate::grants::{self, GrantIdentity};
use crate::keeper::{held, keep_job, next_reminder, reminder_job};

impl Core {
    /// Stores a half. With both halves good, invitations are used up and the connection
    /// check, the first run, is enqueued in the same transaction.
    pub(crate) async fn store_half(&self, journey: &Journey, grant: Grant) -> FaultResult<()> {
        let (tenant, link) = (journey.link.tenant, journey.link.id);
        let side = grant.side;
        let now = self.now();
        let mut unit = self.storage.write().await?;
        // The counter's row first, as everywhere: nobody decides about the link meanwhile.
        unit.bump_version(tenant).await?;
        unit.put_grant(&grant).await?;
        let Some(mut fresh) = unit.link(tenant, link).await? else {
            return Err(Fault::Missing("link"));
        };
        // What is known to be wrong with the other half stays.
        fresh.flags.cause = fresh
            .flags
            .cause
            .filter(|(cause, _)| cause.side().is_some_and(|about| about != side));
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
        let Some(held) = held(&mut *unit, (tenant, link)).await? else {
            return Err(Fault::Missing("link"));
        };
        let facts = grants::facts(&held.link, &held.grants);
        let complete = !facts.needs(Side::Crm) && !facts.needs(Side::Calendar);
        if let Some((since, next)) = facts
            .waits_since()
            .and_then(|since| Some((since, next_reminder(since, now)?)))
        {
            // The other half still waits, and may have a date of its own.
            unit.add_job(&reminder_job(self, (tenant, link), since, next))
                .await?;
        }
        if complete {
            unit.use_up_invitations(tenant, link, now).await?;
            let next = now.plus(self.settings.check_every);
            unit.add_job(&keep_job(self, (tenant, link), next)).await?;
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
        unit.commit().await?;
        if complete {
            self.wake.notify();
        }
        Ok(())
    }

    /// Stores another calendar of this grant; the connection is then tried again. False
    /// when the person signed in again meanwhile.
    pub(crate) async fn store_calendar(
        &self,
        link: &Link,
        grant: &Grant,
        identity: &GrantIdentity,
    ) -> FaultResult<bool> {
        let (tenant, now) = (link.tenant, self.now());
        let identity_text = serde_json::to_string(identity)?;
        let mut unit = self.storage.write().await?;
        unit.bump_version(tenant).await?;
        let stored = unit
            .set_grant_identity(tenant, link.id, Side::Calendar, grant.id, &identity_text)
            .await?;
        if !stored {
            return Ok(false);
        }
        let calendar = identity.calendar().map(|calendar| calendar.name.as_str());
        let detail = serde_json::json!({ "calendar": calendar });
        self.audit_as(
            &mut *unit,
            tenant,
            &link.crm.name,
            "link.calendar_chosen",
            link.id.to_string(),
            detail,
        )
        .await?;
        unit.add_job(&NewJob {
            id: JobId::mint(&*self.clock, &*self.rng),
            tenant,
            kind: CONNECTION_CHECK,
            payload: serde_json::json!({ "link": link.id }).to_string(),
            dedup_key: format!("{} {}", grant.id, now.as_micros()),
            run_at: now,
        })
        .await?;
        unit.commit().await?;
        self.wake.notify();
        Ok(true)
    }
}
