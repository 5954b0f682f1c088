//! The calendar half with credentials (CalDAV, and Exchange beside this): they are tried
//! before they are stored.

use secrecy::{ExposeSecret, SecretString};
use synchronizer_domain::activation::{CalendarChoice, CredentialsForm, Mishap};
use synchronizer_domain::error::{ErrorCode, FieldError};
use synchronizer_domain::ids::ActivationId;
use synchronizer_domain::link::{Cause, Side};
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::text::{MAX_NAME, clean, fold_email};
use synchronizer_providers::caldav::{CaldavAccount, CaldavCalendar};
use synchronizer_providers::{ErrorKind, ProviderError};
use synchronizer_storage::SecretHash;

use super::Journey;
use crate::failure::provider_code;
use crate::grants::{GrantIdentity, new_grant};
use crate::{Core, MishapReport};

/// Name of the calendar that is made for a person who has none and asks for one.
const NEW_CALENDAR: &str = "Calendar";

/// What the form posts.
pub struct CredentialsSubmission {
    /// Server and user name; kept in the page after a refusal.
    pub form: CredentialsForm,
    /// The password; never kept in a page.
    pub password: SecretString,
    /// The person agreed to have a calendar made.
    pub create_calendar: bool,
}

/// What the page says after a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialsAnswer {
    /// Stored; show the next step.
    Done,
    /// Nothing was stored: wrong fields.
    Fields(Vec<FieldError>),
    /// Nothing was stored: the server refused or cannot be used.
    Refused(Cause),
    /// Nothing was stored: the server did not answer as it should.
    Failed(ErrorCode),
}

impl Core {
    /// Tries the credentials and stores them when the server takes them, they are *that*
    /// account's, and a calendar can be written.
    ///
    /// # Errors
    /// The page of an activation that is over, or of another person's account.
    pub async fn submit_credentials(
        &self,
        id: ActivationId,
        browser: &SecretHash,
        submission: CredentialsSubmission,
    ) -> Result<CredentialsAnswer, MishapReport> {
        let journey = self.journey(id, browser).await?;
        match journey.profile.system {
            CalendarSystem::Exchange if journey.profile.directory.opens_everybody() => {
                return self.open_mailbox(&journey).await;
            }
            CalendarSystem::Exchange => return self.submit_exchange(&journey, &submission).await,
            CalendarSystem::Microsoft365 | CalendarSystem::Google | CalendarSystem::Caldav => {}
        }
        let wrong = check_fields(&submission);
        if !wrong.is_empty() {
            return Ok(CredentialsAnswer::Fields(wrong));
        }
        let CredentialsForm { server, username } = &submission.form;
        let account = match self
            .caldav
            .sign_in(server.trim(), username.trim(), &submission.password)
            .await
        {
            Ok(account) => account,
            Err(error) => return self.caldav_refusal(&journey, &error).await,
        };
        if !is_linked_account(&journey, username, &account) {
            return Err(self
                .stop(
                    &journey,
                    Mishap::WrongAccount,
                    Some(Cause::WrongAccount),
                    Some(clean(username, MAX_NAME)),
                )
                .await);
        }
        let writable = match self.writable_calendars(&submission, &account).await {
            Ok(calendars) => calendars,
            Err(error) => return self.caldav_refusal(&journey, &error).await,
        };
        let Some(calendar) = writable.first().cloned() else {
            let cause = if account.calendars.is_empty() {
                Cause::NoCalendar
            } else {
                Cause::CalendarReadOnly
            };
            return Ok(CredentialsAnswer::Refused(cause));
        };
        let identity = GrantIdentity::Caldav {
            server: server.trim().to_owned(),
            username: username.trim().to_owned(),
            calendars: writable,
            calendar,
        };
        let key = (journey.link.tenant, journey.link.id);
        let grant = new_grant(
            self,
            key,
            Side::Calendar,
            &identity,
            &submission.password,
            &[],
        )
        .map_err(|fault| self.internal_mishap(fault))?;
        self.store_half(&journey, grant)
            .await
            .map_err(|fault| self.internal_mishap(fault))?;
        Ok(CredentialsAnswer::Done)
    }

    async fn writable_calendars(
        &self,
        submission: &CredentialsSubmission,
        account: &CaldavAccount,
    ) -> Result<Vec<CalendarChoice>, ProviderError> {
        let mut found: Vec<CaldavCalendar> = account
            .calendars
            .iter()
            .filter(|calendar| calendar.writable && calendar.events)
            .cloned()
            .collect();
        if found.is_empty() && submission.create_calendar {
            let username = submission.form.username.trim();
            found.push(
                self.caldav
                    .create_calendar(account, username, &submission.password, NEW_CALENDAR)
                    .await?,
            );
        }
        Ok(found
            .into_iter()
            .map(|calendar| CalendarChoice {
                id: calendar.id.to_string(),
                name: calendar.name,
            })
            .collect())
    }

    async fn caldav_refusal(
        &self,
        journey: &Journey,
        error: &ProviderError,
    ) -> Result<CredentialsAnswer, MishapReport> {
        Ok(match error.kind() {
            ErrorKind::NeedsPerson => CredentialsAnswer::Refused(Cause::PasswordRefused),
            ErrorKind::ScopeMissing | ErrorKind::ReadOnly => {
                CredentialsAnswer::Refused(Cause::CalendarReadOnly)
            }
            ErrorKind::NotFound => CredentialsAnswer::Fields(vec![FieldError::new(
                "server",
                ErrorCode::NotACalendarServer,
            )]),
            ErrorKind::AddressForbidden
            | ErrorKind::HttpsRequired
            | ErrorKind::NotACalendarServer => {
                CredentialsAnswer::Fields(vec![FieldError::new("server", provider_code(error))])
            }
            ErrorKind::Unavailable | ErrorKind::Throttled { .. } => {
                CredentialsAnswer::Failed(provider_code(error))
            }
            _ => {
                tracing::warn!(link = %journey.link.id, kind = ?error.kind(), detail = error.detail(), "calendar server failed");
                CredentialsAnswer::Failed(provider_code(error))
            }
        })
    }

    /// Stores another choice among the calendars that were found at the sign-in.
    ///
    /// # Errors
    /// *Over* when the activation is; a choice that was not offered changes nothing.
    pub async fn choose_calendar(
        &self,
        id: ActivationId,
        browser: &SecretHash,
        chosen: &str,
    ) -> Result<(), MishapReport> {
        let journey = self.journey(id, browser).await?;
        let identity = journey.identity(Side::Calendar);
        let Some(identity) = identity.and_then(|held| held.with_calendar(chosen)) else {
            return Ok(());
        };
        let Some(grant) = journey.grant(Side::Calendar) else {
            return Ok(());
        };
        // A choice among what an older sign-in found changes nothing.
        self.store_calendar(&journey.link, grant, &identity)
            .await
            .map(|_| ())
            .map_err(|fault| self.internal_mishap(fault))
    }
}

fn check_fields(submission: &CredentialsSubmission) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let server = submission.form.server.trim();
    if server.is_empty() {
        wrong.push(FieldError::new("server", ErrorCode::Required));
    } else if server.chars().count() > 500 {
        wrong.push(FieldError::new("server", ErrorCode::TooLong { max: 500 }));
    }
    wrong.extend(check_common(submission));
    wrong
}

/// What every such form has.
pub(super) fn check_common(submission: &CredentialsSubmission) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if submission.form.username.trim().is_empty() {
        wrong.push(FieldError::new("username", ErrorCode::Required));
    } else if submission.form.username.chars().count() > 200 {
        wrong.push(FieldError::new("username", ErrorCode::TooLong { max: 200 }));
    }
    if submission.password.expose_secret().is_empty() {
        wrong.push(FieldError::new("password", ErrorCode::Required));
    }
    wrong
}

/// The account is the linked one when the user name is the linked login, or when the
/// server itself says that the linked address is the account's.
fn is_linked_account(journey: &Journey, username: &str, account: &CaldavAccount) -> bool {
    let linked = &journey.link.calendar;
    let username = fold_email(username);
    if username == fold_email(linked.id.as_str()) {
        return true;
    }
    !linked.email.is_empty()
        && account
            .addresses
            .iter()
            .any(|address| fold_email(address) == fold_email(&linked.email))
}
