//! The calendar half with Exchange: the mailbox must be *that* mailbox, opened with the
//! person's own password or by the company's service account.

use secrecy::SecretString;
use synchronizer_domain::activation::{CalendarChoice, Mishap};
use synchronizer_domain::link::{Cause, Side};
use synchronizer_domain::profile::Directory;
use synchronizer_domain::text::{MAX_NAME, clean};
use synchronizer_providers::exchange::ExchangeLogin;
use synchronizer_providers::{ErrorKind, ProviderError, RemoteCalendar};
use url::Url;

use super::caldav::check_common;
use super::{CredentialsAnswer, CredentialsSubmission, Journey};
use crate::failure::{FaultResult, provider_code};
use crate::grants::{GrantIdentity, new_grant};
use crate::tokens::TokenError;
use crate::{Core, MishapReport};

/// Stands in the place of a password where the service account's is used.
const NO_PASSWORD: &str = "none: the service account acts";

impl Core {
    /// The person's own user name and password.
    pub(super) async fn submit_exchange(
        &self,
        journey: &Journey,
        submission: &CredentialsSubmission,
    ) -> Result<CredentialsAnswer, MishapReport> {
        let wrong = check_common(submission);
        if !wrong.is_empty() {
            return Ok(CredentialsAnswer::Fields(wrong));
        }
        let username = submission.form.username.trim();
        let login = ExchangeLogin {
            username,
            password: &submission.password,
            acting_as: None,
        };
        let mailbox = journey.link.calendar.id.to_string();
        let ews = match self.ews_of(journey, &login).await {
            Ok(ews) => ews,
            Err(error) => return self.exchange_refusal(journey, &error).await,
        };
        let calendar = match self.exchange.calendar(&ews, &mailbox, &login).await {
            Ok(calendar) => calendar,
            Err(error) if matches!(error.kind(), ErrorKind::WrongAccount) => {
                let actual = Some(clean(username, MAX_NAME));
                return Err(self
                    .stop(
                        journey,
                        Mishap::WrongAccount,
                        Some(Cause::WrongAccount),
                        actual,
                    )
                    .await);
            }
            Err(error) => return self.exchange_refusal(journey, &error).await,
        };
        if !calendar.writable {
            return Ok(CredentialsAnswer::Refused(Cause::CalendarReadOnly));
        }
        let identity = identity(&ews, username, &mailbox, false, &calendar);
        self.store_mailbox(journey, &identity, &submission.password)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        Ok(CredentialsAnswer::Done)
    }

    /// Opens the mailbox by the service account. What goes wrong is the company's to mend,
    /// and stands beside the link.
    pub(super) async fn open_mailbox(
        &self,
        journey: &Journey,
    ) -> Result<CredentialsAnswer, MishapReport> {
        let mailbox = journey.link.calendar.id.to_string();
        let opened = async {
            let account = self.service_account(&journey.profile).await?;
            let login = account.login(Some(&mailbox));
            match self.exchange.calendar(&account.ews, &mailbox, &login).await {
                Ok(calendar) => Ok((account, calendar)),
                Err(error) => Err(self.exchange_failed(&journey.profile, error).await),
            }
        };
        let cause = match opened.await {
            Ok((account, calendar)) if calendar.writable => {
                let identity = identity(&account.ews, &account.username, &mailbox, true, &calendar);
                self.store_mailbox(journey, &identity, &SecretString::from(NO_PASSWORD))
                    .await
                    .map_err(|fault| self.internal_mishap(fault))?;
                return Ok(CredentialsAnswer::Done);
            }
            Ok(_) => Cause::CalendarReadOnly,
            Err(TokenError::Refused(_)) => Cause::ImpersonationDenied,
            Err(TokenError::Remote(error)) => match error.kind() {
                ErrorKind::NotFound => Cause::NoCalendar,
                ErrorKind::WrongAccount | ErrorKind::ReadOnly => Cause::ImpersonationDenied,
                _ => return Ok(CredentialsAnswer::Failed(provider_code(&error))),
            },
            Err(TokenError::Fault(fault)) => return Err(self.internal_mishap(fault)),
        };
        self.note_cause(journey, cause)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        Ok(CredentialsAnswer::Refused(cause))
    }

    /// Where the company's server is: known, or looked for with the person's credentials.
    async fn ews_of(
        &self,
        journey: &Journey,
        login: &ExchangeLogin<'_>,
    ) -> Result<Url, ProviderError> {
        let Directory::Exchange { server, ews, .. } = &journey.profile.directory else {
            let kind = ErrorKind::Misconfigured;
            let system = synchronizer_providers::System::Exchange;
            return Err(ProviderError::new(
                system,
                kind,
                "the profile has no server",
            ));
        };
        if let Ok(ews) = Url::parse(ews) {
            return Ok(ews);
        }
        let address = &journey.link.calendar.email;
        let found = self.exchange.find_server(server, address, login).await?;
        Ok(found.ews)
    }

    async fn exchange_refusal(
        &self,
        journey: &Journey,
        error: &ProviderError,
    ) -> Result<CredentialsAnswer, MishapReport> {
        let cause = match error.kind() {
            ErrorKind::NeedsPerson => Cause::PasswordRefused,
            ErrorKind::ScopeMissing | ErrorKind::ReadOnly => Cause::CalendarReadOnly,
            ErrorKind::NotFound => Cause::NoCalendar,
            ErrorKind::AdminApproval => {
                self.note_cause(journey, Cause::AdminApproval)
                    .await
                    .map_err(|fault| self.internal_mishap(fault))?;
                Cause::AdminApproval
            }
            _ => {
                tracing::warn!(link = %journey.link.id, kind = ?error.kind(), detail = error.detail(), "Exchange failed");
                return Ok(CredentialsAnswer::Failed(provider_code(error)));
            }
        };
        Ok(CredentialsAnswer::Refused(cause))
    }

    async fn store_mailbox(
        &self,
        journey: &Journey,
        identity: &GrantIdentity,
        password: &SecretString,
    ) -> FaultResult<()> {
        let key = (journey.link.tenant, journey.link.id);
        let grant = new_grant(self, key, Side::Calendar, identity, password, &[])?;
        self.store_half(journey, grant).await
    }
}

fn identity(
    ews: &Url,
    username: &str,
    mailbox: &str,
    impersonated: bool,
    calendar: &RemoteCalendar,
) -> GrantIdentity {
    GrantIdentity::Exchange {
        ews: ews.to_string(),
        username: username.to_owned(),
        mailbox: mailbox.to_owned(),
        impersonated,
        calendar: CalendarChoice {
            id: calendar.id.to_string(),
            name: calendar.name.clone(),
        },
    }
}
