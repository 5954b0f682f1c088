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
use synchronizer_storage::{StorageError, StorageResult, UnitOfWork, rules};

use crate::Core;
use crate::failure::FaultResult;
use crate::invitations::couple_of;
use crate::mails::InvitationParcel;

/// A link and its invitation, before they are stored.
pub(crate) struct Prepared {
    pub link: Link,
    parcel: InvitationParcel,
    /// The calendar user was found by a search and is stored with the link.
    is_new: bool,
}

impl Prepared {
    /// The calendar user is stored with the link.
    pub(crate) fn with_new_person(mut self) -> Self {
        self.is_new = true;
        self
    }

    /// Whether the calendar user is known from an answer alone.
    pub(crate) const fn was_asked_for(&self) -> bool {
        self.is_new
    }
}

/// Links can be made once the profile is ready and its directory is configured.
pub(crate) fn must_be_ready(profile: &Profile) -> UseCaseResult<()> {
    if profile.state == ProfileState::Disabled {
        Err(UseCaseError::refused(ErrorCode::ProfileDisabled))
    } else if profile.state == ProfileState::Active && profile.directory.is_configured() {
        Ok(())
    } else {
        Err(UseCaseError::refused(ErrorCode::DirectoryNotConfigured))
    }
}

impl Core {
    pub(super) async fn create_link(
        &self,
        actor: &Actor,
        tenant: &Tenant,
        profile: &Profile,
        crm: &AssociateId,
        calendar: &CalendarUserId,
    ) -> UseCaseResult<LinkId> {
        must_be_ready(profile)?;
        let (crm, stored) = self.both_people(profile, crm, calendar).await?;
        let crm = crm.ok_or(UseCaseError::NotFound)?;
        let is_new = stored.is_none();
        let calendar = match stored {
            Some(calendar) => calendar,
            None => self.searched_person(profile, calendar).await?,
        };
        let mut prepared = self.prepare_link(tenant, profile, crm, calendar, &actor.name)?;
        if is_new {
            prepared = prepared.with_new_person();
        }
        let stored = async {
            let mut unit = self.storage.write().await?;
            // The counter's row is held until the commit: nobody stops the profile meanwhile.
            unit.bump_version(tenant.id).await?;
            let fresh = unit.profile(tenant.id, profile.id).await?;
            let Some(ready) = fresh.map(|fresh| must_be_ready(&fresh)) else {
                return Ok(Err(UseCaseError::NotFound));
            };
            if ready.is_ok() {
                self.store_link(&mut *unit, profile, &prepared, &actor.name)
                    .await?;
                unit.commit().await?;
            }
            Ok::<_, StorageError>(ready)
        };
        match stored.await {
            Ok(ready) => {
                ready?;
                self.wake.notify();
                Ok(prepared.link.id)
            }
            Err(error) => Err(self.explain_conflict(error, profile, &prepared.link).await),
        }
    }

    /// Decides whether these two can be linked and makes everything that is stored then.
    pub(crate) fn prepare_link(
        &self,
        tenant: &Tenant,
        profile: &Profile,
        crm: CrmUser,
        calendar: CalendarUser,
        by: &str,
    ) -> UseCaseResult<Prepared> {
        if !crm.active {
            let name = crm.name;
            return Err(UseCaseError::refused(ErrorCode::CrmUserRetired { name }));
        }
        if !calendar.active {
            let name = calendar.name;
            return Err(UseCaseError::refused(ErrorCode::CalendarUserDisabled {
                name,
            }));
        }
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
        let couple = couple_of(tenant, profile, &link, by);
        let parcel = self
            .pack_invitation((tenant.id, link.id), &couple, &recipient)
            .map_err(|fault| self.internal(fault))?;
        Ok(Prepared {
            link,
            parcel,
            is_new: false,
        })
    }

    /// Link, invitation, mail, job and audit row. After a conflict nothing of them is in
    /// the unit, which can go on.
    pub(crate) async fn store_link(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
        prepared: &Prepared,
        by: &str,
    ) -> StorageResult<()> {
        let Prepared {
            link,
            parcel,
            is_new,
        } = prepared;
        unit.add_link(link, profile.system).await?;
        if *is_new {
            unit.put_calendar_user(link.tenant, profile.id, &link.calendar, self.now())
                .await?;
        }
        self.post_invitation(unit, parcel).await?;
        let detail = serde_json::json!({ "crm": link.crm.id, "calendar": link.calendar.id });
        let subject = link.id.to_string();
        self.audit_as(unit, link.tenant, by, "link.created", subject, detail)
            .await
    }

    /// Both people as the lists have them.
    pub(crate) async fn both_people(
        &self,
        profile: &Profile,
        crm: &AssociateId,
        calendar: &CalendarUserId,
    ) -> UseCaseResult<(Option<CrmUser>, Option<CalendarUser>)> {
        let found = async {
            let mut unit = self.storage.read().await?;
            let crm = unit.crm_user(profile.tenant, crm).await?;
            let calendar = unit
                .calendar_user(profile.tenant, profile.id, calendar)
                .await?;
            Ok::<_, StorageError>((crm, calendar))
        };
        found.await.map_err(|error| self.internal(error))
    }

    /// A refused unique rule becomes a sentence that says where the person is linked.
    pub(crate) async fn explain_conflict(
        &self,
        error: StorageError,
        profile: &Profile,
        link: &Link,
    ) -> UseCaseError {
        let explained = async {
            let mut unit = self.storage.read().await?;
            self.conflict_code(&mut *unit, &error, profile, link).await
        };
        match explained.await {
            Ok(Some(reason)) => UseCaseError::refused(reason),
            Ok(None) => self.internal(error),
            Err(fault) => self.internal(fault),
        }
    }

    /// Where the person is linked whom a unique rule refused; none for another failure.
    pub(crate) async fn conflict_code(
        &self,
        unit: &mut dyn UnitOfWork,
        error: &StorageError,
        profile: &Profile,
        link: &Link,
    ) -> FaultResult<Option<ErrorCode>> {
        let by_crm = error.is_conflict(rules::LINK_CRM_USER);
        if !by_crm && !error.is_conflict(rules::LINK_CALENDAR_USER) {
            return Ok(None);
        }
        let holder = if by_crm {
            unit.link_of_crm_user(link.tenant, &link.crm.id).await?
        } else {
            unit.link_of_calendar_user(link.tenant, profile.system, &link.calendar.id)
                .await?
        };
        let holder = holder.map_or(profile.id, |holder| holder.profile);
        let holder = unit.profile(link.tenant, holder).await?;
        let profile = holder.map(|profile| profile.name).unwrap_or_default();
        Ok(Some(if by_crm {
            let name = link.crm.name.clone();
            ErrorCode::CrmUserLinked { name, profile }
        } else {
            let name = link.calendar.name.clone();
            ErrorCode::CalendarUserLinked { name, profile }
        }))
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
