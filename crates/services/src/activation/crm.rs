//! The CRM half: the person signs in to SuperOffice and must be *that* CRM user.

use secrecy::SecretString;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::ids::{ActivationId, AttemptId};
use synchronizer_domain::link::{Cause, Side};
use synchronizer_domain::routes;
use synchronizer_domain::tenant::CrmIdentity;
use synchronizer_providers::{ErrorKind, ProviderError};
use synchronizer_storage::SecretHash;

use super::{Journey, name_and};
use crate::attempts::{Provider, Purpose, Returned};
use crate::grants::{GrantIdentity, new_grant};
use crate::{Core, MishapReport};

impl Core {
    /// Starts the SuperOffice sign-in of an activation.
    ///
    /// # Errors
    /// A mishap page when the activation is over or SuperOffice cannot be reached.
    pub async fn begin_crm_half(
        &self,
        id: ActivationId,
        browser: &SecretHash,
    ) -> Result<AttemptId, MishapReport> {
        let journey = self.journey(id, browser).await?;
        let tenant = self
            .storage
            .read()
            .await
            .map_err(|error| self.internal_mishap(error))?
            .tenant(journey.link.tenant)
            .await
            .map_err(|error| self.internal_mishap(error))?
            .ok_or_else(|| self.missing("tenant"))?;
        let hint = Some(journey.couple.crm_email.as_str()).filter(|email| !email.is_empty());
        let begun = self
            .superoffice
            .begin(Some(&tenant.context), hint)
            .await
            .map_err(|error| {
                self.provider_mishap(&error)
                    .retry_at(routes::activation(id))
            })?;
        self.begin_attempt(
            browser,
            Provider::SuperOffice,
            &begun,
            &Purpose::ActivateCrm { activation: id },
            None,
        )
        .await
        .map_err(|fault| self.internal_mishap(fault))
    }

    /// Takes SuperOffice's answer. Stores the grant only for the right person.
    pub(crate) async fn finish_crm_half(
        &self,
        id: ActivationId,
        browser: &SecretHash,
        returned: &Returned,
        answer: Result<SecretString, ProviderError>,
    ) -> Result<(), MishapReport> {
        let journey = self.journey(id, browser).await?;
        let code = match answer {
            Ok(code) => code,
            Err(error) => return Err(self.crm_refusal(&journey, &error).await),
        };
        let redeemed = self
            .superoffice
            .redeem(&code, Some(&returned.verifier), &returned.nonce)
            .await;
        let (who, tokens) = match redeemed {
            Ok(redeemed) => redeemed,
            Err(error) => return Err(self.crm_refusal(&journey, &error).await),
        };
        let right = self.is_linked_person(&journey, &who).await?;
        if !right {
            // The id token knows the sign-in name only.
            let who = self.with_principal(who, &tokens).await;
            let actual = Some(name_and(&who.name, &who.email));
            return Err(self
                .stop_crm(
                    &journey,
                    Mishap::WrongPerson,
                    Some(Cause::WrongPerson),
                    actual,
                )
                .await);
        }
        let Some(token) = tokens.refresh_token else {
            return Err(self
                .stop_crm(&journey, Mishap::ProviderAnswer, None, None)
                .await);
        };
        let identity = GrantIdentity::Crm {
            associate: who.associate.to_string(),
        };
        let key = (journey.link.tenant, journey.link.id);
        let grant = new_grant(self, key, Side::Crm, &identity, &token, &tokens.scopes)
            .map_err(|fault| self.internal_mishap(fault))?;
        self.store_half(&journey, grant)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    /// Environment, customer and associate id together are the key of a person; e-mail is not.
    async fn is_linked_person(
        &self,
        journey: &Journey,
        who: &CrmIdentity,
    ) -> Result<bool, MishapReport> {
        let tenant = self
            .tenant_of(who)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        Ok(
            tenant.is_some_and(|tenant| tenant.id == journey.link.tenant)
                && who.associate == journey.link.crm.id,
        )
    }

    async fn crm_refusal(&self, journey: &Journey, error: &ProviderError) -> MishapReport {
        let mishap = self.provider_mishap(error).mishap;
        let cause =
            matches!(error.kind(), ErrorKind::ConsentDenied).then_some(Cause::ConsentDenied);
        self.stop_crm(journey, mishap, cause, None).await
    }

    /// A mishap of this half is about SuperOffice, not about the link's calendar system.
    async fn stop_crm(
        &self,
        journey: &Journey,
        mishap: Mishap,
        cause: Option<Cause>,
        actual: Option<String>,
    ) -> MishapReport {
        MishapReport {
            system: None,
            ..self.stop(journey, mishap, cause, actual).await
        }
    }
}
