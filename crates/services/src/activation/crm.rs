//! The CRM half: the person signs in to SuperOffice and must be *that* CRM user.

use secrecy::SecretString;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::link::Cause;
use synchronizer_domain::tenant::{CrmIdentity, TenantState};
use synchronizer_providers::oidc::Begun;

use super::oauth::{Granted, Stop};
use super::{Journey, name_and};
use crate::Core;
use crate::attempts::Returned;
use crate::failure::{Fault, FaultResult};
use crate::grants::GrantIdentity;

impl Core {
    pub(super) async fn begin_superoffice(&self, journey: &Journey) -> Result<Begun, Stop> {
        let found = async {
            let mut unit = self.storage.read().await?;
            let tenant = unit.tenant(journey.link.tenant).await?;
            tenant.ok_or(Fault::Missing("tenant"))
        };
        let tenant = found.await?;
        let hint = Some(journey.couple.crm_email.as_str()).filter(|email| !email.is_empty());
        Ok(self.superoffice.begin(Some(&tenant.context), hint).await?)
    }

    pub(super) async fn granted_by_superoffice(
        &self,
        journey: &Journey,
        code: &SecretString,
        returned: &Returned,
    ) -> Result<Granted, Stop> {
        let (who, tokens) = self
            .superoffice
            .redeem(code, Some(&returned.verifier), &returned.nonce)
            .await?;
        let is_right = self.is_linked_person(journey, &who).await?;
        // The id token knows the sign-in name only.
        let who = self.with_principal(who, &tokens).await;
        if !is_right {
            return Err(Stop::Page(
                Mishap::WrongPerson,
                Some(Cause::WrongPerson),
                Some(name_and(&who.name, &who.email)),
            ));
        }
        let token = tokens
            .refresh_token
            .ok_or(Stop::Page(Mishap::ProviderAnswer, None, None))?;
        Ok(Granted {
            identity: GrantIdentity::Crm {
                associate: who.associate.to_string(),
            },
            token,
            scopes: tokens.scopes,
            who: Some(who),
        })
    }

    /// Opens the portal for the person who just proved to be the linked one, by the rules of
    /// every sign-in. Nobody is let in when the company or the link was stopped meanwhile.
    pub(super) async fn let_in(
        &self,
        journey: &Journey,
        who: &CrmIdentity,
        device: &str,
    ) -> FaultResult<Option<SecretString>> {
        let mut unit = self.storage.read().await?;
        let tenant = unit.tenant(journey.link.tenant).await?;
        let link = unit.link(journey.link.tenant, journey.link.id).await?;
        drop(unit);
        let lives = link.is_some_and(|link| link.flags.deleted_at.is_none());
        let Some(tenant) = tenant.filter(|tenant| lives && tenant.state == TenantState::Active)
        else {
            return Ok(None);
        };
        let is_admin = self.admit(&tenant, who).await?;
        self.start_session(tenant.id, who, is_admin, device)
            .await
            .map(Some)
    }

    /// Environment, customer and associate id together are the key of a person; e-mail is not.
    async fn is_linked_person(&self, journey: &Journey, who: &CrmIdentity) -> FaultResult<bool> {
        let tenant = self.tenant_of(who).await?;
        Ok(
            tenant.is_some_and(|tenant| tenant.id == journey.link.tenant)
                && who.associate == journey.link.crm.id,
        )
    }
}
