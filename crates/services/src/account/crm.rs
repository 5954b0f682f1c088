//! The CRM connection: try it, replace it.

use secrecy::SecretString;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::ids::{AttemptId, TenantId};
use synchronizer_domain::policy::Action;
use synchronizer_domain::routes;
use synchronizer_domain::session::Actor;
use synchronizer_domain::tenant::{CrmConnection, Tenant};
use synchronizer_providers::ProviderError;
use synchronizer_storage::SecretHash;

use crate::attempts::{Provider, Purpose, Returned};
use crate::failure::FaultResult;
use crate::{Core, MishapReport};

impl Core {
    pub(super) async fn tried_crm(
        &self,
        actor: &Actor,
        tenant: &Tenant,
    ) -> FaultResult<ConnectionReport> {
        let report = self.probe_crm_alone(tenant).await?;
        let mut unit = self.storage.write().await?;
        let subject = actor.tenant.to_string();
        let detail = serde_json::json!({ "passed": report.passed() });
        self.audit(&mut *unit, actor, "crm.tested", subject, detail)
            .await?;
        unit.bump_version(actor.tenant).await?;
        unit.commit().await?;
        Ok(report)
    }

    /// Starts the sign-in of an administrator of the CRM, the same or another, whose
    /// connection the company then uses.
    ///
    /// # Errors
    /// The page of what went wrong.
    pub async fn begin_crm_connection(
        &self,
        actor: &Actor,
        browser: &SecretHash,
    ) -> Result<AttemptId, MishapReport> {
        let tenant = self.may_change(actor, Action::ManageAccount).await?;
        let begun = self
            .superoffice
            .begin(Some(&tenant.context), None)
            .await
            .map_err(|error| self.provider_mishap(&error).retry_at(routes::ACCOUNT))?;
        let purpose = Purpose::CrmConnection {
            tenant: tenant.id,
            name: actor.name.clone(),
        };
        self.begin_attempt(browser, Provider::SuperOffice, &begun, &purpose, None)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    /// Stores the sign-in, when it is an administrator's of the same company.
    pub(crate) async fn finish_crm_connection(
        &self,
        tenant: TenantId,
        name: &str,
        returned: &Returned,
        answer: Result<SecretString, ProviderError>,
    ) -> Result<(), MishapReport> {
        let back = |report: MishapReport| report.retry_at(routes::ACCOUNT);
        let (who, tokens, found) = self
            .signed_in_at_crm(returned, answer, routes::ACCOUNT)
            .await?;
        if found.is_none_or(|found| found.id != tenant) {
            return Err(back(MishapReport {
                actual: Some(format!("{} ({})", who.company, who.context)),
                ..MishapReport::plain(Mishap::WrongCompany)
            }));
        }
        if !who.is_admin {
            return Err(back(MishapReport {
                actual: Some(who.name.clone()),
                ..MishapReport::plain(Mishap::NotAdministrator)
            }));
        }
        let Some(token) = &tokens.refresh_token else {
            return Err(back(MishapReport::plain(Mishap::ProviderAnswer)));
        };
        let stored = async {
            let connection = CrmConnection {
                associate: who.associate.clone(),
                name: who.name.clone(),
                connected: true,
                since: self.now(),
            };
            let mut unit = self.storage.write().await?;
            unit.put_crm_connection(tenant, &connection, &self.seal_crm(tenant, token))
                .await?;
            let detail = serde_json::json!({ "name": who.name });
            self.audit_as(
                &mut *unit,
                tenant,
                name,
                "crm.replaced",
                who.associate.to_string(),
                detail,
            )
            .await?;
            unit.bump_version(tenant).await?;
            unit.commit().await
        };
        stored.await.map_err(|error| self.internal_mishap(error))
    }
}
