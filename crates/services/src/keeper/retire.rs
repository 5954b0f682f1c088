//! Links that were deleted long ago lose their grants: until then undeleting gives them back,
//! afterwards nobody's tokens lie here for a link that nobody wants (SC-97).

use std::time::Duration;

use synchronizer_domain::ids::{AssociateId, CalendarUserId, LinkId, TenantId};
use synchronizer_domain::profile::{CalendarSystem, Directory};
use synchronizer_storage::{Grant, StorageResult, UnitOfWork};

use crate::Core;
use crate::failure::FaultResult;
use crate::grants::GrantIdentity;

/// Links of one round.
const STEP: u32 = 200;
const DAY: Duration = Duration::from_secs(24 * 3_600);

impl Core {
    /// Ends the grants of all links that were deleted before the retention time. Each link is
    /// a transaction of its own.
    pub(crate) async fn retire_deleted(&self) -> FaultResult<u32> {
        let Some(days) = self.settings.keep_deleted_days else {
            return Ok(0);
        };
        let before = self.now().minus(DAY * days);
        let mut retired = 0;
        loop {
            let links = self
                .storage
                .read()
                .await?
                .deleted_with_grants(before, STEP)
                .await?;
            let found = links.len();
            let mut ended = 0;
            for link in links {
                ended += u32::from(self.retire(link).await?);
            }
            retired += ended;
            // Links that came back meanwhile would be found for ever.
            if found < STEP as usize || ended == 0 {
                break;
            }
        }
        if retired > 0 {
            self.wake.notify();
        }
        Ok(retired)
    }

    async fn retire(&self, (tenant, link): (TenantId, LinkId)) -> FaultResult<bool> {
        let mut unit = self.storage.write().await?;
        // The counter's row is held until the commit: nobody undeletes the link meanwhile.
        unit.bump_version(tenant).await?;
        let ended = unit.drop_grants_of_deleted(tenant, link).await?;
        if ended.is_empty() {
            return Ok(false);
        }
        self.revoke_later(&mut *unit, &ended).await?;
        let (subject, detail) = (link.to_string(), serde_json::json!({}));
        self.audit_as(
            &mut *unit,
            tenant,
            "system",
            "link.retired",
            subject,
            detail,
        )
        .await?;
        unit.commit().await?;
        Ok(true)
    }

    /// Whether the same account serves something else of the company. Providers take back
    /// everything that an account gave to an application, not this token alone
    /// (google.md §2): who was linked anew would lose the new link with the old one.
    pub(super) async fn serves_elsewhere(
        &self,
        unit: &mut dyn UnitOfWork,
        grant: &Grant,
        identity: &GrantIdentity,
    ) -> StorageResult<bool> {
        let tenant = grant.tenant;
        match identity {
            GrantIdentity::Crm { associate } => {
                let user = AssociateId::new(associate);
                let link = unit.link_of_crm_user(tenant, &user).await?;
                let connection = unit.crm_connection(tenant).await?;
                Ok(link.is_some_and(|link| link.id != grant.link)
                    || connection.is_some_and(|(connection, _)| connection.associate == user))
            }
            GrantIdentity::Google { sub, email, .. } => {
                let user = CalendarUserId::new(sub);
                let link = unit
                    .link_of_calendar_user(tenant, CalendarSystem::Google, &user)
                    .await?;
                let reads = |directory: &Directory| match directory {
                    Directory::Google {
                        account,
                        service_account: None,
                        ..
                    } => account.eq_ignore_ascii_case(email),
                    _ => false,
                };
                let profiles = unit.profiles(tenant).await?;
                Ok(link.is_some_and(|link| link.id != grant.link)
                    || profiles.iter().any(|profile| reads(&profile.directory)))
            }
            // Nothing of theirs is revoked.
            GrantIdentity::Microsoft { .. }
            | GrantIdentity::Exchange { .. }
            | GrantIdentity::Caldav { .. } => Ok(false),
        }
    }
}
