//! Linking a pair: everything or nothing, and never twice.

use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::{AssociateId, CalendarUserId, LinkId};
use synchronizer_domain::link::{Link, LinkFlags};
use synchronizer_domain::profile::{Profile, ProfileState};
use synchronizer_domain::session::Actor;
use synchronizer_domain::tenant::Tenant;
use synchronizer_domain::text::is_email;
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::{StorageError, rules};

use crate::Core;
use crate::failure::FaultResult;
use crate::invitations::couple_of;

impl Core {
    pub(super) async fn create_link(
        &self,
        actor: &Actor,
        tenant: &Tenant,
        profile: &Profile,
        crm: &AssociateId,
        calendar: &CalendarUserId,
    ) -> UseCaseResult<LinkId> {
        if profile.state != ProfileState::Active || !profile.directory.is_configured() {
            return Err(UseCaseError::refused(ErrorCode::DirectoryNotConfigured));
        }
        let (crm, calendar) = self.both_people(profile, crm, calendar).await?;
        let recipient = recipient(&crm, &calendar)?;
        let link = Link {
            id: LinkId::mint(&*self.clock, &*self.rng),
            tenant: tenant.id,
            profile: profile.id,
            crm,
            calendar,
            created_at: self.now(),
            flags: LinkFlags::default(),
        };
        let couple = couple_of(tenant, profile, &link, &actor.name);
        let parcel = self
            .pack_invitation((tenant.id, link.id), &couple, &recipient)
            .map_err(|fault| self.internal(fault))?;
        let stored = async {
            let mut unit = self.storage.write().await?;
            unit.add_link(&link, profile.system).await?;
            self.post_invitation(&mut *unit, &parcel).await?;
            let detail = serde_json::json!({ "crm": link.crm.id, "calendar": link.calendar.id });
            self.audit(
                &mut *unit,
                actor,
                "link.created",
                link.id.to_string(),
                detail,
            )
            .await?;
            unit.bump_version(tenant.id).await?;
            unit.commit().await
        };
        match stored.await {
            Ok(()) => {
                self.wake.notify();
                Ok(link.id)
            }
            Err(error) => Err(self.explain_conflict(error, profile, &link).await),
        }
    }

    async fn both_people(
        &self,
        profile: &Profile,
        crm: &AssociateId,
        calendar: &CalendarUserId,
    ) -> UseCaseResult<(CrmUser, CalendarUser)> {
        let found = async {
            let mut unit = self.storage.read().await?;
            let crm = unit.crm_user(profile.tenant, crm).await?;
            Ok::<_, StorageError>((
                crm,
                unit.calendar_user(profile.tenant, profile.id, calendar)
                    .await?,
            ))
        };
        let (crm, calendar) = found.await.map_err(|error| self.internal(error))?;
        let (crm, calendar) = (
            crm.ok_or(UseCaseError::NotFound)?,
            calendar.ok_or(UseCaseError::NotFound)?,
        );
        if !crm.active {
            return Err(UseCaseError::refused(ErrorCode::CrmUserRetired {
                name: crm.name,
            }));
        }
        if !calendar.active {
            return Err(UseCaseError::refused(ErrorCode::CalendarUserDisabled {
                name: calendar.name,
            }));
        }
        Ok((crm, calendar))
    }

    /// A refused unique rule becomes a sentence that says where the person is linked.
    pub(crate) async fn explain_conflict(
        &self,
        error: StorageError,
        profile: &Profile,
        link: &Link,
    ) -> UseCaseError {
        let by_crm = error.is_conflict(rules::LINK_CRM_USER);
        if !by_crm && !error.is_conflict(rules::LINK_CALENDAR_USER) {
            return self.internal(error);
        }
        match self.linked_where(profile, link, by_crm).await {
            Ok(profile) if by_crm => UseCaseError::refused(ErrorCode::CrmUserLinked {
                name: link.crm.name.clone(),
                profile,
            }),
            Ok(profile) => UseCaseError::refused(ErrorCode::CalendarUserLinked {
                name: link.calendar.name.clone(),
                profile,
            }),
            Err(fault) => self.internal(fault),
        }
    }

    async fn linked_where(
        &self,
        profile: &Profile,
        link: &Link,
        by_crm: bool,
    ) -> FaultResult<String> {
        let mut unit = self.storage.read().await?;
        let holder = if by_crm {
            unit.link_of_crm_user(link.tenant, &link.crm.id).await?
        } else {
            unit.link_of_calendar_user(link.tenant, profile.system, &link.calendar.id)
                .await?
        };
        let holder = holder.map_or(profile.id, |holder| holder.profile);
        Ok(unit
            .profile(link.tenant, holder)
            .await?
            .map(|profile| profile.name)
            .unwrap_or_default())
    }
}

/// Where the mail goes: the CRM's address, else the calendar's.
pub(crate) fn recipient(crm: &CrmUser, calendar: &CalendarUser) -> UseCaseResult<String> {
    [&crm.email, &calendar.email]
        .into_iter()
        .find(|address| is_email(address))
        .cloned()
        .ok_or_else(|| {
            UseCaseError::refused(ErrorCode::NoEmail {
                name: crm.name.clone(),
            })
        })
}
