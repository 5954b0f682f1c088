//! The calendars of a linked person's account, asked for when the person looks at them.

use std::time::Duration;

use synchronizer_domain::activation::CalendarChoice;
use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::{Cause, Link, Side};
use synchronizer_domain::own::{ChoiceProblem, OwnCalendar, OwnCalendars};
use synchronizer_domain::session::Actor;
use synchronizer_providers::google::scopes;
use synchronizer_providers::{ErrorKind, ProviderError, System};
use synchronizer_storage::Grant;

use super::{not_found, own_link};
use crate::failure::{Fault, FaultResult, provider_code};
use crate::grants::{self, GrantIdentity};
use crate::keeper::{Broken, Need, NoAccess, Verdict, of_use};
use crate::tokens::TokenError;
use crate::{Core, MishapReport};

/// Nobody looks at an empty page for longer.
const PATIENCE: Duration = Duration::from_secs(12);

/// Why there is no list.
enum Unlisted {
    Remote(ProviderError),
    Problem(ChoiceProblem),
    Fault(Fault),
}

impl From<ProviderError> for Unlisted {
    fn from(error: ProviderError) -> Self {
        Self::Remote(error)
    }
}

impl From<Fault> for Unlisted {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<TokenError> for Unlisted {
    fn from(error: TokenError) -> Self {
        match error {
            // The company's key is refused: its administrators see it beside the profile.
            TokenError::Refused(_) => Self::Problem(ChoiceProblem::Cause(Cause::AdminApproval)),
            TokenError::Remote(error) => Self::Remote(error),
            TokenError::Fault(fault) => Self::Fault(fault),
        }
    }
}

fn unavailable(system: System) -> Unlisted {
    Unlisted::Problem(ChoiceProblem::Error(ErrorCode::Unavailable {
        system: system.word().to_owned(),
    }))
}

/// A link whose account can be asked.
struct Account {
    link: Link,
    grant: Grant,
    identity: GrantIdentity,
    page: OwnCalendars,
}

impl Core {
    /// The calendars that the person may choose, as the account has them now. A failure
    /// is part of the page.
    ///
    /// # Errors
    /// *Not found* for a link that is not this person's own, or has nothing to choose.
    pub async fn own_calendars(
        &self,
        actor: &Actor,
        link: LinkId,
    ) -> Result<OwnCalendars, MishapReport> {
        self.listed(actor, link).await.map(|account| account.page)
    }

    /// Uses another calendar; both connections are then tried again. None when that was
    /// done, else the page with what is wrong.
    ///
    /// # Errors
    /// As [`Self::own_calendars`].
    pub async fn choose_my_calendar(
        &self,
        actor: &Actor,
        link: LinkId,
        chosen: &str,
    ) -> Result<Option<OwnCalendars>, MishapReport> {
        let mut account = self.listed(actor, link).await?;
        self.refuse_suspended(&account.link).await?;
        if account.page.problem.is_some() {
            return Ok(Some(account.page));
        }
        let found: Vec<CalendarChoice> = account
            .page
            .choices
            .iter()
            .map(|one| one.choice.clone())
            .collect();
        let Some(identity) = account.identity.clone().with_calendars(found, chosen) else {
            account.page.problem = Some(ChoiceProblem::NotChosen);
            return Ok(Some(account.page));
        };
        let stored = if identity.calendar() == account.identity.calendar() {
            Ok(true)
        } else {
            self.store_calendar(&account.link, &account.grant, &identity)
                .await
        };
        if !stored.map_err(|fault| self.internal_mishap(fault))? {
            account.page.problem = Some(ChoiceProblem::NotChosen);
            return Ok(Some(account.page));
        }
        Ok(None)
    }

    async fn listed(&self, actor: &Actor, link: LinkId) -> Result<Account, MishapReport> {
        let link = self.own(actor, link).await?;
        let me = self.own_me(actor).await?;
        let opened = async {
            let mut unit = self.storage.read().await?;
            let shown = own_link(&mut *unit, &link).await?;
            let grant = unit.grant(link.tenant, link.id, Side::Calendar).await?;
            Ok::<_, Fault>(shown.zip(grant))
        };
        let opened = opened.await.map_err(|fault| self.internal_mishap(fault))?;
        let (shown, grant) = opened
            .filter(|(shown, _)| shown.chooses)
            .ok_or_else(not_found)?;
        let identity: GrantIdentity =
            serde_json::from_str(&grant.identity).map_err(|error| self.internal_mishap(error))?;
        let current = identity.calendar().cloned().ok_or_else(not_found)?;
        let mut page = OwnCalendars {
            me,
            link: link.id,
            couple: shown.couple.clone(),
            current,
            choices: Vec::new(),
            problem: None,
        };
        if shown.may_choose() {
            match self.live_calendars(&link, &grant, &identity).await {
                Ok(found) if found.is_empty() => {
                    page.problem = Some(ChoiceProblem::Cause(Cause::CalendarReadOnly));
                }
                Ok(found) => page.choices = found,
                Err(unlisted) => {
                    page.problem = Some(
                        self.why(&grant, &identity, unlisted)
                            .await
                            .map_err(|fault| self.internal_mishap(fault))?,
                    );
                }
            }
        } else if let Some((cause, _)) = shown.calendar.broken {
            page.problem = Some(ChoiceProblem::Cause(cause));
        }
        Ok(Account {
            link,
            grant,
            identity,
            page,
        })
    }

    /// The writable calendars of the account, its main one first.
    async fn live_calendars(
        &self,
        link: &Link,
        grant: &Grant,
        identity: &GrantIdentity,
    ) -> Result<Vec<OwnCalendar>, Unlisted> {
        match identity {
            GrantIdentity::Google {
                delegated: false, ..
            } => {
                let began = self.now();
                match self.google_calendars(link, Need::NOW).await {
                    // Refused although it should be good: once more with one got now.
                    Err(Unlisted::Remote(error)) if *error.kind() == ErrorKind::NeedsPerson => {
                        let need = Need {
                            since: Some(began),
                            ..Need::NOW
                        };
                        self.google_calendars(link, need).await
                    }
                    found => found,
                }
            }
            GrantIdentity::Google { email, .. } => {
                let profile = self.storage.read().await.map_err(Fault::from)?;
                let profile = { profile }
                    .profile(link.tenant, link.profile)
                    .await
                    .map_err(Fault::from)?
                    .ok_or(Fault::Missing("profile"))?;
                let tokens = self
                    .delegated_access(&profile, email, scopes::REQUIRED_PERSON)
                    .await?;
                self.google_list(&tokens.access_token).await
            }
            GrantIdentity::Caldav {
                server, username, ..
            } => {
                let password = grants::open(self, grant)?;
                let asked = self.caldav.sign_in(server, username, &password);
                let account = tokio::time::timeout(PATIENCE, asked)
                    .await
                    .map_err(|_| unavailable(System::Caldav))??;
                let writable = account.calendars.into_iter();
                let writable = writable.filter(|calendar| calendar.writable && calendar.events);
                Ok(writable
                    .enumerate()
                    .map(|(place, calendar)| OwnCalendar {
                        main: place == 0,
                        choice: CalendarChoice {
                            id: calendar.id.to_string(),
                            name: calendar.name,
                        },
                    })
                    .collect())
            }
            GrantIdentity::Crm { .. }
            | GrantIdentity::Microsoft { .. }
            | GrantIdentity::Exchange { .. } => Ok(Vec::new()),
        }
    }

    async fn google_calendars(
        &self,
        link: &Link,
        need: Need,
    ) -> Result<Vec<OwnCalendar>, Unlisted> {
        // No time limit here: an answer that is not stored could be lost for good.
        let access = self
            .access((link.tenant, link.id), Side::Calendar, need)
            .await
            .map_err(|error| match error {
                NoAccess::Refused(cause) | NoAccess::Stopped(cause) => {
                    Unlisted::Problem(ChoiceProblem::Cause(cause))
                }
                NoAccess::Missing | NoAccess::Later { .. } => unavailable(System::Google),
                NoAccess::Fault(fault) => Unlisted::Fault(fault),
            })?;
        self.google_list(&access).await
    }

    async fn google_list(
        &self,
        access: &secrecy::SecretString,
    ) -> Result<Vec<OwnCalendar>, Unlisted> {
        let asked = self.google()?.calendars(access);
        let found = tokio::time::timeout(PATIENCE, asked)
            .await
            .map_err(|_| unavailable(System::Google))??;
        Ok(found
            .into_iter()
            .filter(|one| one.calendar.writable)
            .map(|one| OwnCalendar {
                main: one.primary,
                choice: CalendarChoice {
                    id: one.calendar.id.to_string(),
                    name: one.calendar.name,
                },
            })
            .collect())
    }

    /// What the page says. A sure refusal is noted, so that a password is not tried twice.
    async fn why(
        &self,
        grant: &Grant,
        identity: &GrantIdentity,
        unlisted: Unlisted,
    ) -> FaultResult<ChoiceProblem> {
        let error = match unlisted {
            Unlisted::Problem(problem) => return Ok(problem),
            Unlisted::Fault(fault) => return Err(fault),
            Unlisted::Remote(error) => error,
        };
        match of_use(error.system(), error.kind()) {
            Verdict::Refused(_) if identity.by_company() => {
                Ok(ChoiceProblem::Cause(Cause::AdminApproval))
            }
            Verdict::Refused(cause) => {
                // A token that was renewed meanwhile makes a newer version.
                let unit = self.storage.read().await?;
                let fresh = { unit }
                    .grant(grant.tenant, grant.link, Side::Calendar)
                    .await?;
                if let Some(fresh) = fresh.filter(|fresh| fresh.id == grant.id) {
                    self.note_broken(Broken::Grant(&fresh, cause)).await?;
                }
                Ok(ChoiceProblem::Cause(cause))
            }
            Verdict::Stopped(cause) => Ok(ChoiceProblem::Cause(cause)),
            Verdict::Ours | Verdict::Later => {
                tracing::warn!(kind = ?error.kind(), detail = error.detail(), "calendars could not be listed");
                Ok(ChoiceProblem::Error(provider_code(&error)))
            }
        }
    }
}
