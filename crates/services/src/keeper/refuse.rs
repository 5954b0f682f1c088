//! Notes that a link broke: once, with one mail to the person where only he can mend it.

use synchronizer_domain::alarm::{AlarmKind, is_weekly_expiry};
use synchronizer_domain::ids::{LinkId, TenantId};
use synchronizer_domain::link::{Cause, Link};
use synchronizer_storage::{Grant, Refusal, UnitOfWork};

use super::remind::{FIRST_REMINDER, reminder_job};
use crate::Core;
use crate::failure::FaultResult;
use crate::grants::{self, GrantIdentity};
use crate::invitations::couple;
use crate::linking::recipient;

/// What broke.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Broken<'a> {
    /// This grant was refused.
    Grant(&'a Grant, Cause),
    /// The grants are good, but the link cannot work.
    Link((TenantId, LinkId), Cause),
}

impl Broken<'_> {
    const fn parts(&self) -> ((TenantId, LinkId), Cause) {
        match *self {
            Self::Grant(grant, cause) => ((grant.tenant, grant.link), cause),
            Self::Link(key, cause) => (key, cause),
        }
    }
}

/// A link with its grants.
pub(crate) struct Held {
    pub link: Link,
    pub grants: Vec<Grant>,
}

pub(crate) async fn held(
    unit: &mut dyn UnitOfWork,
    (tenant, id): (TenantId, LinkId),
) -> FaultResult<Option<Held>> {
    let Some(link) = unit.link(tenant, id).await? else {
        return Ok(None);
    };
    let grants = grants::of_link(unit, (tenant, id)).await?;
    Ok(Some(Held { link, grants }))
}

impl Core {
    /// Notes a breakage. What is noted already, or is about an older grant, changes nothing.
    /// The mail is decided in the same transaction, so that of many processes one sends it.
    pub(crate) async fn note_broken(&self, broken: Broken<'_>) -> FaultResult<()> {
        let (key, cause) = broken.parts();
        let (tenant, id) = key;
        let now = self.now();
        let mut unit = self.storage.write().await?;
        // The counter's row is held until the commit: breakages of a company's links are
        // decided one after the other, and each sees what the one before decided.
        unit.bump_version(tenant).await?;
        let Some(before) = held(&mut *unit, key).await? else {
            return Ok(());
        };
        match broken {
            Broken::Grant(grant, cause) => {
                let Some(refusal) = unit.refuse_grant(grant, cause, now).await? else {
                    return Ok(());
                };
                self.look_for_weekly_expiry(&mut *unit, grant, refusal)
                    .await?;
            }
            Broken::Link(_, cause) => {
                let mut flags = before.link.flags;
                if flags.cause.is_some_and(|(known, _)| known == cause) {
                    return Ok(());
                }
                flags.cause = Some((cause, now));
                unit.set_link_flags(tenant, id, &flags).await?;
            }
        }
        let Some(after) = held(&mut *unit, key).await? else {
            return Ok(());
        };
        let waited = grants::facts(&before.link, &before.grants).waits_since();
        let facts = grants::facts(&after.link, &after.grants);
        if let (None, Some(since)) = (waited, facts.waits_since()) {
            self.ask_person(&mut *unit, &after, false).await?;
            unit.add_job(&reminder_job(self, key, since, since.plus(FIRST_REMINDER)))
                .await?;
        }
        let detail = serde_json::json!({ "cause": cause.word() });
        self.audit_as(
            &mut *unit,
            tenant,
            "system",
            "link.broken",
            id.to_string(),
            detail,
        )
        .await?;
        unit.commit().await?;
        self.wake.notify();
        Ok(())
    }

    /// Decides the mail that asks the person to mend what broke. Without an address, or with
    /// nothing to mend, nobody is asked.
    pub(crate) async fn ask_person(
        &self,
        unit: &mut dyn UnitOfWork,
        held: &Held,
        reminder: bool,
    ) -> FaultResult<bool> {
        let link = &held.link;
        let invited_by = unit
            .newest_invitation(link.tenant, link.id)
            .await?
            .map(|invitation| invitation.invited_by)
            .unwrap_or_default();
        let Some(couple) = couple(unit, link, &invited_by).await? else {
            return Ok(false);
        };
        let Ok(recipient) = recipient(&link.crm, &link.calendar) else {
            return Ok(false);
        };
        let facts = grants::facts(link, &held.grants);
        let parcel = self.pack_reactivation(
            (link.tenant, link.id),
            &couple,
            &recipient,
            (&facts, reminder),
        )?;
        let Some(parcel) = parcel else {
            return Ok(false);
        };
        self.post_invitation(unit, &parcel).await?;
        Ok(true)
    }

    /// Two grants that died after a week each point to a client in testing status (SC-57).
    async fn look_for_weekly_expiry(
        &self,
        unit: &mut dyn UnitOfWork,
        grant: &Grant,
        refusal: Refusal,
    ) -> FaultResult<()> {
        let life = self.now().since(grant.granted_at);
        let weekly = refusal
            .last_life
            .is_some_and(|last| is_weekly_expiry(last, life));
        let identity: GrantIdentity = serde_json::from_str(&grant.identity)?;
        if let (true, Some(provider)) = (weekly, identity.provider()) {
            let alarm = self.alarm_of(provider.word(), AlarmKind::WeeklyExpiry);
            self.raise(unit, grant.tenant, &alarm).await?;
        }
        Ok(())
    }
}
