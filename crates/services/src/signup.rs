//! Sign-up of a new company: a proven administrator confirms.

use std::time::Duration;

use secrecy::SecretString;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::ids::{SignupId, TenantId};
use synchronizer_domain::routes;
use synchronizer_domain::tenant::{CrmIdentity, Tenant, TenantState};
use synchronizer_providers::oidc::TokenSet;
use synchronizer_storage::{SecretHash, Signup, rules};

use crate::failure::{Fault, FaultResult};
use crate::{Core, MishapReport};

pub(crate) const TABLE: &str = "signups";
const MINUTES: u64 = 30;

/// What the confirmation page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignupView {
    /// Its id.
    pub id: SignupId,
    /// Who will have signed the company up.
    pub who: CrmIdentity,
}

impl Core {
    /// Offers the sign-up to an administrator, refuses everybody else of an unknown company.
    pub(crate) async fn offer_signup(
        &self,
        who: &CrmIdentity,
        tokens: &TokenSet,
        browser: &SecretHash,
    ) -> Result<SignupId, MishapReport> {
        if !who.is_admin {
            return Err(MishapReport::plain(Mishap::TenantUnknown));
        }
        if !self.settings.signup.admits(&who.context) {
            let report = MishapReport::plain(Mishap::SignupClosed);
            return Err(MishapReport {
                actual: Some(format!("{} ({})", who.company, who.context)),
                ..report
            });
        }
        let Some(token) = &tokens.refresh_token else {
            return Err(MishapReport::plain(Mishap::ProviderAnswer));
        };
        self.store_signup(who, token, browser)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    async fn store_signup(
        &self,
        who: &CrmIdentity,
        token: &SecretString,
        browser: &SecretHash,
    ) -> FaultResult<SignupId> {
        let id = SignupId::mint(&*self.clock, &*self.rng);
        let mut unit = self.storage.write().await?;
        unit.add_signup(&Signup {
            id,
            browser: *browser,
            identity: serde_json::to_string(who)?,
            secret: self.seal("", TABLE, &id.to_string(), token),
            expires_at: self.now().plus(Duration::from_secs(MINUTES * 60)),
        })
        .await?;
        unit.commit().await?;
        Ok(id)
    }

    /// The confirmation page's data; none when it is over or another browser's.
    ///
    /// # Errors
    /// A mishap page when storage fails.
    pub async fn signup_view(
        &self,
        id: SignupId,
        browser: &SecretHash,
    ) -> Result<Option<SignupView>, MishapReport> {
        self.find_signup(id, browser)
            .await
            .map(|found| found.map(|(who, _)| SignupView { id, who }))
            .map_err(|fault| self.internal_mishap(fault))
    }

    async fn find_signup(
        &self,
        id: SignupId,
        browser: &SecretHash,
    ) -> FaultResult<Option<(CrmIdentity, SecretString)>> {
        let signup = self.storage.read().await?.signup(id, browser).await?;
        let Some(signup) = signup.filter(|signup| signup.expires_at > self.now()) else {
            return Ok(None);
        };
        let token = self.open("", TABLE, &id.to_string(), &signup.secret)?;
        Ok(Some((serde_json::from_str(&signup.identity)?, token)))
    }

    /// Signs the company up and its administrator in. Returns the session cookie's secret.
    ///
    /// # Errors
    /// A mishap page when the sign-up is over or not allowed any more.
    pub async fn confirm_signup(
        &self,
        id: SignupId,
        browser: &SecretHash,
        device: &str,
    ) -> Result<SecretString, MishapReport> {
        let over = || MishapReport::plain(Mishap::AttemptOver).retry_at(routes::SIGN_IN);
        let found = self
            .find_signup(id, browser)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        let (who, token) = found.ok_or_else(over)?;
        if !self.settings.signup.admits(&who.context) {
            return Err(MishapReport::plain(Mishap::SignupClosed));
        }
        let tenant = self
            .add_tenant(id, &who)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        let tokens = TokenSet {
            access_token: SecretString::from(String::new()),
            refresh_token: Some(token),
            expires_at: self.now(),
            scopes: Vec::new(),
        };
        self.enter(&tenant, &who, &tokens, device)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    /// Adds the tenant, or finds the one that another administrator was faster to add.
    async fn add_tenant(&self, signup: SignupId, who: &CrmIdentity) -> FaultResult<Tenant> {
        let tenant = Tenant {
            id: TenantId::mint(&*self.clock, &*self.rng),
            environment: who.environment.clone(),
            context: who.context.clone(),
            name: who.company.clone(),
            state: TenantState::Active,
            created_at: self.now(),
        };
        let mut unit = self.storage.write().await?;
        match unit.add_tenant(&tenant).await {
            Ok(()) => {
                unit.remove_signup(signup).await?;
                let detail = serde_json::json!({ "context": who.context, "company": who.company });
                self.audit_as(
                    &mut *unit,
                    tenant.id,
                    &who.name,
                    "tenant.signed_up",
                    tenant.id.to_string(),
                    detail,
                )
                .await?;
                unit.commit().await?;
                Ok(tenant)
            }
            Err(error) if error.is_conflict(rules::TENANT_CONTEXT) => {
                drop(unit);
                self.tenant_of(who).await?.ok_or(Fault::Missing("tenant"))
            }
            Err(error) => Err(error.into()),
        }
    }
}
