//! Profiles and their wizard.

mod delegation;
mod directory;
mod draft;
mod exchange;
mod lifecycle;
mod overview;
mod probe;
mod save;

use async_trait::async_trait;
use synchronizer_domain::alarm::seen;
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::draft::TypedField;
use synchronizer_domain::error::UseCaseError;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::profile::{CalendarSystem, Profile, ProfileAction, ProfileState};
use synchronizer_domain::session::{Actor, Me, Role};
use synchronizer_domain::tenant::{Tenant, TenantState};
use synchronizer_domain::usecases::{
    CaldavDirectoryInput, DelegationInput, ExchangeDirectoryInput, PersonalLink, ProfileCard,
    ProfileDetail, ProfileSettingsInput, Profiles, UseCaseResult,
};

use crate::Core;

impl Core {
    pub(crate) async fn own_tenant(&self, actor: &Actor) -> UseCaseResult<Tenant> {
        let found = async { self.storage.read().await?.tenant(actor.tenant).await };
        found
            .await
            .map_err(|error| self.internal(error))?
            .ok_or(UseCaseError::NotFound)
    }

    /// A profile that is not deleted.
    pub(crate) async fn own_profile(&self, actor: &Actor, id: ProfileId) -> UseCaseResult<Profile> {
        let profile = self.any_own_profile(actor, id).await?;
        if profile.state == ProfileState::Deleted {
            Err(UseCaseError::NotFound)
        } else {
            Ok(profile)
        }
    }

    async fn any_own_profile(&self, actor: &Actor, id: ProfileId) -> UseCaseResult<Profile> {
        let found = async { self.storage.read().await?.profile(actor.tenant, id).await };
        found
            .await
            .map_err(|error| self.internal(error))?
            .ok_or(UseCaseError::NotFound)
    }

    /// An active tenant may change things; a suspended one may only look.
    pub(crate) async fn may_change(&self, actor: &Actor, action: Action) -> UseCaseResult<Tenant> {
        allow(actor, action)?;
        let tenant = self.own_tenant(actor).await?;
        if tenant.state == TenantState::Suspended {
            Err(UseCaseError::Forbidden)
        } else {
            Ok(tenant)
        }
    }
}

#[async_trait]
impl Profiles for Core {
    async fn me(&self, actor: &Actor) -> UseCaseResult<Me> {
        allow(actor, Action::SeeOwn)?;
        let tenant = self.own_tenant(actor).await?;
        let known = async {
            let mut unit = self.storage.read().await?;
            let link = unit
                .link_of_crm_user(actor.tenant, &actor.associate)
                .await?;
            let alarms = if actor.role == Role::Admin {
                let standing = unit.alarms(actor.tenant).await?;
                let secrets = self.secret_alarms(&mut *unit, actor.tenant).await?;
                seen(standing, secrets)
            } else {
                Vec::new()
            };
            Ok::<_, synchronizer_storage::StorageError>((link.is_some(), alarms))
        };
        let (linked, alarms) = known.await.map_err(|error| self.internal(error))?;
        Ok(Me {
            name: actor.name.clone(),
            email: actor.email.clone(),
            role: if actor.role == Role::Admin {
                Role::Admin
            } else {
                Role::User
            },
            tenant_name: tenant.name,
            suspended: tenant.state == TenantState::Suspended,
            linked,
            alarms,
        })
    }

    async fn list(&self, actor: &Actor) -> UseCaseResult<Vec<ProfileCard>> {
        allow(actor, Action::ReadTenant)?;
        self.overview(actor.tenant)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn create(&self, actor: &Actor, system: CalendarSystem) -> UseCaseResult<ProfileId> {
        self.may_change(actor, Action::ManageProfiles).await?;
        self.create_draft(actor, system)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn detail(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<ProfileDetail> {
        allow(actor, Action::ReadTenant)?;
        let tenant = self.own_tenant(actor).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.profile_detail(&tenant, profile)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn save_caldav(
        &self,
        actor: &Actor,
        profile: ProfileId,
        input: CaldavDirectoryInput,
    ) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageProfiles).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.store_caldav(actor, &profile, &input).await
    }

    async fn save_delegation(
        &self,
        actor: &Actor,
        profile: ProfileId,
        input: DelegationInput,
    ) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageProfiles).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.store_delegation(actor, &profile, input).await
    }

    async fn save_exchange(
        &self,
        actor: &Actor,
        profile: ProfileId,
        input: ExchangeDirectoryInput,
    ) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageProfiles).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.store_exchange(actor, &profile, &input).await
    }

    async fn test_connection(
        &self,
        actor: &Actor,
        profile: ProfileId,
    ) -> UseCaseResult<ConnectionReport> {
        let tenant = self.may_change(actor, Action::ManageProfiles).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.probe(&tenant, &profile)
            .await
            .map_err(|fault| self.internal(fault))
    }

    async fn save_settings(
        &self,
        actor: &Actor,
        profile: ProfileId,
        input: ProfileSettingsInput,
    ) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageProfiles).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.store_settings(actor, &profile, &input).await
    }

    async fn keep_typed(
        &self,
        actor: &Actor,
        profile: ProfileId,
        field: TypedField,
        value: String,
    ) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageProfiles).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.keep_in_draft(&profile, field, &value).await
    }

    async fn consent_link(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<PersonalLink> {
        self.may_change(actor, Action::ManageProfiles).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.make_consent_link(actor, &profile).await
    }

    async fn check_consent(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<()> {
        self.may_change(actor, Action::ManageProfiles).await?;
        let profile = self.own_profile(actor, profile).await?;
        self.check_profile_consent(actor, &profile).await
    }

    async fn act(
        &self,
        actor: &Actor,
        profile: ProfileId,
        action: ProfileAction,
        typed: String,
    ) -> UseCaseResult<u32> {
        self.may_change(actor, Action::ManageProfiles).await?;
        let profile = self.any_own_profile(actor, profile).await?;
        self.act_on_profile(actor, &profile, action, &typed).await
    }
}
