//! Sign-in to the portal, and the one place where providers' answers arrive.

use secrecy::SecretString;
use synchronizer_domain::activation::Mishap;
use synchronizer_domain::ids::{ActivationId, AttemptId, ProfileId, SignupId};
use synchronizer_domain::routes;
use synchronizer_domain::tenant::{CrmConnection, CrmIdentity, Tenant, TenantState};
use synchronizer_providers::oidc::TokenSet;
use synchronizer_providers::{ErrorKind, ProviderError, System, oidc};
use synchronizer_storage::SecretHash;

use crate::attempts::{CallbackParams, Provider, Purpose, Returned};
use crate::consent::ConsentOutcome;
use crate::failure::FaultResult;
use crate::{Core, MishapReport};

/// Where a provider's answer leads to.
pub enum CallbackOutcome {
    /// Signed in: set the cookie, go there.
    SignedIn {
        /// The session cookie's secret.
        secret: SecretString,
        /// A path of ours.
        to: String,
    },
    /// An administrator of a company that may sign up: ask for confirmation.
    SignUp(SignupId),
    /// An activation went on: show its next step.
    Activation {
        /// Which.
        id: ActivationId,
        /// The linked person signed in to the CRM: set the session's cookie.
        secret: Option<SecretString>,
    },
    /// A directory was connected: back to its wizard step.
    Directory(ProfileId),
    /// The CRM connection was replaced: back to *Account*.
    CrmConnection,
    /// An organisation answered whether it approves.
    Consent(ConsentOutcome),
}

/// The browser in which a provider's answer arrives.
#[derive(Default)]
pub struct Browser {
    /// Hash of its mark; none when it has none.
    pub mark: Option<SecretHash>,
    /// Browser and system, as [`synchronizer_domain::session::device`] names them.
    pub device: String,
}

impl Core {
    /// Starts a sign-in to the portal.
    ///
    /// # Errors
    /// A mishap page when SuperOffice cannot be reached.
    pub async fn begin_sign_in(
        &self,
        browser: &SecretHash,
        return_to: Option<&str>,
    ) -> Result<AttemptId, MishapReport> {
        let purpose = Purpose::SignIn {
            return_to: return_to.and_then(routes::safe_return).map(str::to_owned),
        };
        let begun = self
            .superoffice
            .begin(None, None)
            .await
            .map_err(|error| self.provider_mishap(&error).retry_at(routes::SIGN_IN))?;
        self.begin_attempt(browser, Provider::SuperOffice, &begun, &purpose, None)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    /// Takes a provider's answer to its purpose.
    ///
    /// # Errors
    /// The page of what went wrong; then nothing was signed in or granted.
    pub async fn callback(
        &self,
        provider: Provider,
        params: CallbackParams,
        browser: &Browser,
    ) -> Result<CallbackOutcome, MishapReport> {
        let of_consent = params.admin_consent.is_some();
        let over = || {
            if of_consent {
                // Whoever approves has no sign-in of ours to begin anew.
                self.consent_over()
            } else {
                MishapReport::plain(Mishap::AttemptOver).retry_at(routes::SIGN_IN)
            }
        };
        let (Some(state), Some(mark)) = (&params.state, &browser.mark) else {
            return Err(over());
        };
        let returned = self
            .take_attempt(state, mark, provider)
            .await
            .map_err(|fault| self.internal_mishap(fault))?
            .ok_or_else(over)?;
        if let Purpose::AdminConsent {
            tenant,
            profile,
            tid,
            by,
            by_link,
        } = &returned.purpose
        {
            let asked = (tid.as_str(), by.as_str(), *by_link);
            return self
                .finish_consent((*tenant, *profile), asked, &params)
                .await
                .map(CallbackOutcome::Consent);
        }
        let answer = self.read_answer(provider, params).await;
        match returned.purpose.clone() {
            Purpose::SignIn { return_to } => {
                self.finish_sign_in(returned, answer, browser, return_to)
                    .await
            }
            Purpose::ActivateCrm { activation } | Purpose::ActivateCalendar { activation, .. } => {
                let at = (mark, browser.device.as_str());
                let secret = self
                    .finish_half(activation, at, (provider, &returned), answer)
                    .await?;
                Ok(CallbackOutcome::Activation {
                    id: activation,
                    secret,
                })
            }
            Purpose::Directory {
                tenant,
                profile,
                name,
                ..
            } => {
                self.finish_directory((tenant, profile), &name, (provider, &returned), answer)
                    .await?;
                Ok(CallbackOutcome::Directory(profile))
            }
            // Answered above, for it comes without a code.
            Purpose::AdminConsent { .. } => Err(over()),
            Purpose::CrmConnection { tenant, name } => {
                self.finish_crm_connection(tenant, &name, &returned, answer)
                    .await?;
                Ok(CallbackOutcome::CrmConnection)
            }
        }
    }

    /// Checks the issuer and turns an error answer into a provider error.
    async fn read_answer(
        &self,
        provider: Provider,
        params: CallbackParams,
    ) -> Result<SecretString, ProviderError> {
        let system = match provider {
            Provider::SuperOffice => {
                self.superoffice
                    .check_callback_issuer(params.iss.as_deref())
                    .await?;
                System::SuperOffice
            }
            Provider::Microsoft => {
                if let Some(microsoft) = &self.microsoft {
                    microsoft
                        .check_callback_issuer(params.iss.as_deref())
                        .await?;
                }
                System::Microsoft
            }
            Provider::Google => {
                if let Some(google) = &self.google {
                    google.check_callback_issuer(params.iss.as_deref()).await?;
                }
                System::Google
            }
        };
        match (params.code, params.error) {
            (Some(code), None) => Ok(code),
            (_, error) => Err(oidc::callback_error(
                system,
                error.as_deref().unwrap_or("invalid_response"),
                params.error_description.as_deref().unwrap_or_default(),
            )),
        }
    }

    /// Who came back from SuperOffice, and whose company is here; `again` is where to go
    /// when nobody did.
    pub(crate) async fn signed_in_at_crm(
        &self,
        returned: &Returned,
        answer: Result<SecretString, ProviderError>,
        again: &str,
    ) -> Result<(CrmIdentity, TokenSet, Option<Tenant>), MishapReport> {
        let failed = |error: ProviderError| self.provider_mishap(&error).retry_at(again);
        let code = answer.map_err(failed)?;
        let (who, tokens) = self
            .superoffice
            .redeem(&code, Some(&returned.verifier), &returned.nonce)
            .await
            .map_err(failed)?;
        let who = self.with_principal(who, &tokens).await;
        let tenant = self
            .tenant_of(&who)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        Ok((who, tokens, tenant))
    }

    async fn finish_sign_in(
        &self,
        returned: Returned,
        answer: Result<SecretString, ProviderError>,
        browser: &Browser,
        return_to: Option<String>,
    ) -> Result<CallbackOutcome, MishapReport> {
        let (who, tokens, tenant) = self
            .signed_in_at_crm(&returned, answer, routes::SIGN_IN)
            .await?;
        let Some(tenant) = tenant else {
            return self
                .offer_signup(&who, &tokens, &browser.mark.unwrap_or_default())
                .await
                .map(CallbackOutcome::SignUp);
        };
        let is_admin = self
            .may_administer(&tenant, &who)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        if tenant.state == TenantState::Suspended && !is_admin {
            return Err(MishapReport::plain(Mishap::TenantSuspended));
        }
        let secret = self
            .enter(&tenant, &who, &tokens, &browser.device)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        let home = if is_admin {
            routes::PROFILES
        } else {
            routes::ME
        };
        Ok(CallbackOutcome::SignedIn {
            secret,
            to: return_to.unwrap_or_else(|| home.to_owned()),
        })
    }

    /// Adds what only the CRM's REST side knows: the full name, and function rights that
    /// make an administrator (superoffice.md §4.1). Without an answer the token's claims stand.
    pub(crate) async fn with_principal(
        &self,
        mut who: CrmIdentity,
        tokens: &TokenSet,
    ) -> CrmIdentity {
        match self
            .superoffice
            .current_principal(&who.context, &tokens.access_token)
            .await
        {
            Ok(principal) if principal.associate == who.associate => {
                who.name = principal.name;
                if !principal.email.is_empty() {
                    who.email = principal.email;
                }
                let rights = ["admin-all", "admin-users"];
                who.is_admin |= principal
                    .function_rights
                    .iter()
                    .any(|right| rights.contains(&right.as_str()));
            }
            Ok(_) => tracing::warn!("the principal is not the person of the id token"),
            Err(error) => {
                tracing::warn!(detail = error.detail(), "the principal could not be read");
            }
        }
        who
    }

    pub(crate) async fn tenant_of(&self, who: &CrmIdentity) -> FaultResult<Option<Tenant>> {
        Ok(self
            .storage
            .read()
            .await?
            .tenant_by_context(&who.environment, &who.context)
            .await?)
    }

    /// Starts a session; an administrator's sign-in also renews a refused CRM connection,
    /// or the one that is this administrator's own.
    pub(crate) async fn enter(
        &self,
        tenant: &Tenant,
        who: &CrmIdentity,
        tokens: &TokenSet,
        device: &str,
    ) -> FaultResult<SecretString> {
        if let (true, Some(token)) = (who.is_admin, &tokens.refresh_token) {
            let current = self.storage.read().await?.crm_connection(tenant.id).await?;
            let renew =
                current.is_none_or(|(held, _)| !held.connected || held.associate == who.associate);
            if renew {
                let connection = CrmConnection {
                    associate: who.associate.clone(),
                    name: who.name.clone(),
                    connected: true,
                    since: self.now(),
                };
                let mut unit = self.storage.write().await?;
                unit.put_crm_connection(tenant.id, &connection, &self.seal_crm(tenant.id, token))
                    .await?;
                unit.bump_version(tenant.id).await?;
                unit.commit().await?;
            }
        }
        let is_admin = self.admit(tenant, who).await?;
        self.start_session(tenant.id, who, is_admin, device).await
    }

    /// The page for a provider's failure, outside of an activation.
    pub(crate) fn provider_mishap(&self, error: &ProviderError) -> MishapReport {
        let mishap = match (error.kind(), error.system()) {
            (ErrorKind::ConsentDenied, System::SuperOffice) => Mishap::CrmConsentDenied,
            (ErrorKind::ConsentDenied, _) => Mishap::CalendarConsentDenied,
            (ErrorKind::AdminApproval, System::SuperOffice) => Mishap::AppNotApproved,
            (ErrorKind::AdminApproval, _) => Mishap::AdminApproval,
            (ErrorKind::ScopeMissing, _) => Mishap::ScopeMissing,
            (ErrorKind::Unavailable | ErrorKind::Throttled { .. }, _) => Mishap::ProviderDown,
            _ => Mishap::ProviderAnswer,
        };
        if matches!(mishap, Mishap::ProviderAnswer | Mishap::ProviderDown) {
            tracing::warn!(system = error.system().word(), kind = ?error.kind(), detail = error.detail(), "provider failed");
        }
        MishapReport::plain(mishap)
    }
}
