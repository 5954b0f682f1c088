//! The calendar half with Microsoft: *that* account of *that* organisation, with every
//! scope, and a calendar that can be written.

use secrecy::SecretString;
use synchronizer_domain::activation::{CalendarChoice, Mishap};
use synchronizer_domain::ids::{ActivationId, AttemptId};
use synchronizer_domain::link::{Cause, Side};
use synchronizer_domain::profile::Directory;
use synchronizer_domain::routes;
use synchronizer_providers::microsoft::MicrosoftAccount;
use synchronizer_providers::{ErrorKind, ProviderError};
use synchronizer_storage::SecretHash;

use super::{Journey, name_and};
use crate::attempts::{Provider, Purpose, Returned};
use crate::grants::{GrantIdentity, new_grant};
use crate::{Core, MishapReport};

impl Core {
    /// Starts the Microsoft sign-in of an activation.
    ///
    /// # Errors
    /// A mishap page when the activation is over or Microsoft cannot be reached.
    pub async fn begin_microsoft_half(
        &self,
        id: ActivationId,
        browser: &SecretHash,
    ) -> Result<AttemptId, MishapReport> {
        let journey = self.journey(id, browser).await?;
        let microsoft = self
            .microsoft()
            .map_err(|fault| self.internal_mishap(fault))?;
        let hint =
            Some(journey.couple.calendar_account.as_str()).filter(|account| account.contains('@'));
        let begun = microsoft.begin_person(hint).await.map_err(|error| {
            self.provider_mishap(&error)
                .retry_at(routes::activation(id))
        })?;
        self.begin_attempt(
            browser,
            Provider::Microsoft,
            &begun,
            &Purpose::ActivateCalendar { activation: id },
            Some(&journey.link),
        )
        .await
        .map_err(|fault| self.internal_mishap(fault))
    }

    /// Takes Microsoft's answer. Stores the grant only for the right account.
    pub(crate) async fn finish_microsoft_half(
        &self,
        id: ActivationId,
        browser: &SecretHash,
        returned: &Returned,
        answer: Result<SecretString, ProviderError>,
    ) -> Result<(), MishapReport> {
        let journey = self.journey(id, browser).await?;
        let microsoft = self
            .microsoft()
            .map_err(|fault| self.internal_mishap(fault))?;
        let code = match answer {
            Ok(code) => code,
            Err(error) => return Err(self.microsoft_refusal(&journey, &error).await),
        };
        let (account, tokens) = match microsoft
            .redeem_person(&code, Some(&returned.verifier), &returned.nonce)
            .await
        {
            Ok(redeemed) => redeemed,
            Err(error) => return Err(self.microsoft_refusal(&journey, &error).await),
        };
        if !is_linked_account(&journey, &account) {
            let actual = Some(name_and(&account.name, &account.username));
            return Err(self
                .stop(
                    &journey,
                    Mishap::WrongAccount,
                    Some(Cause::WrongAccount),
                    actual,
                )
                .await);
        }
        let Some(token) = tokens.refresh_token else {
            return Err(self
                .stop(
                    &journey,
                    Mishap::ScopeMissing,
                    Some(Cause::ScopeMissing),
                    None,
                )
                .await);
        };
        let calendar = match microsoft.primary_calendar(&tokens.access_token).await {
            Ok(calendar) => calendar,
            Err(error) => return Err(self.microsoft_refusal(&journey, &error).await),
        };
        let identity = GrantIdentity::Microsoft {
            tid: account.tid,
            oid: account.oid,
            username: account.username,
            calendar: CalendarChoice {
                id: calendar.id.to_string(),
                name: calendar.name,
            },
        };
        let key = (journey.link.tenant, journey.link.id);
        let grant = new_grant(self, key, Side::Calendar, &identity, &token, &tokens.scopes)
            .map_err(|fault| self.internal_mishap(fault))?;
        self.store_half(&journey, grant)
            .await
            .map_err(|fault| self.internal_mishap(fault))
    }

    async fn microsoft_refusal(&self, journey: &Journey, error: &ProviderError) -> MishapReport {
        let (mishap, cause) = match error.kind() {
            ErrorKind::ConsentDenied => (Mishap::CalendarConsentDenied, Some(Cause::ConsentDenied)),
            ErrorKind::ScopeMissing => (Mishap::ScopeMissing, Some(Cause::ScopeMissing)),
            ErrorKind::AdminApproval => (Mishap::AdminApproval, Some(Cause::AdminApproval)),
            ErrorKind::NotFound => (Mishap::ProviderAnswer, Some(Cause::NoCalendar)),
            _ => (self.provider_mishap(error).mishap, None),
        };
        self.stop(journey, mishap, cause, None).await
    }
}

/// (`tid`, `oid`) is the key of an account; the profile pins the organisation.
fn is_linked_account(journey: &Journey, account: &MicrosoftAccount) -> bool {
    let Directory::Microsoft { tid: pinned, .. } = &journey.profile.directory else {
        return false;
    };
    account.tid.eq_ignore_ascii_case(pinned)
        && account
            .oid
            .eq_ignore_ascii_case(journey.link.calendar.id.as_str())
}
