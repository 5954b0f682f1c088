//! A profile's Exchange server as its service account sees it: where it is, its address
//! book, and how fast it may be asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use synchronizer_domain::Timestamp;
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::profile::{Directory, Profile};
use synchronizer_providers::exchange::{ExchangeLogin, People};
use synchronizer_providers::{ErrorKind, ProviderError, System};
use url::Url;

use crate::Core;
use crate::failure::{Fault, FaultResult, needs_person};
use crate::tokens::TokenError;

/// Wait after a server that is busy and names no time.
const USUAL_WAIT: Duration = Duration::from_secs(10);

/// One question at a time for each profile, and none while its server asked to wait.
#[derive(Default)]
pub struct Pace {
    turns: Mutex<HashMap<ProfileId, Arc<tokio::sync::Mutex<()>>>>,
    not_before: Mutex<HashMap<ProfileId, Timestamp>>,
}

impl Pace {
    fn turn(&self, profile: ProfileId) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(profile).or_default())
    }

    /// How long the server still wants to be left alone.
    pub(crate) fn wait(&self, profile: ProfileId, now: Timestamp) -> Option<Duration> {
        let mut all = self
            .not_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let until = *all.get(&profile)?;
        if until > now {
            return Some(until.since(now));
        }
        all.remove(&profile);
        None
    }

    fn note(&self, profile: ProfileId, until: Timestamp) {
        let mut all = self
            .not_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        all.insert(profile, until);
    }
}

/// A service account at its server.
pub(crate) struct ServiceAccount {
    pub ews: Url,
    pub username: String,
    pub password: SecretString,
}

impl ServiceAccount {
    /// To act for a mailbox, or for itself.
    pub(crate) fn login<'a>(&'a self, acting_as: Option<&'a str>) -> ExchangeLogin<'a> {
        ExchangeLogin {
            username: &self.username,
            password: &self.password,
            acting_as,
        }
    }
}

impl Core {
    /// The service account of a profile and its server, which is looked for when it is not
    /// known yet. After a refusal nothing is tried until a new password is saved.
    pub(crate) async fn service_account(
        &self,
        profile: &Profile,
    ) -> Result<ServiceAccount, TokenError> {
        let Directory::Exchange {
            server,
            ews,
            account,
            username,
            connected: true,
            ..
        } = &profile.directory
        else {
            return Err(TokenError::Refused(None));
        };
        if account.is_empty() {
            return Err(TokenError::Refused(None));
        }
        let password = self.directory_password(profile).await?;
        let password = password.ok_or(TokenError::Refused(None))?;
        if let Ok(ews) = Url::parse(ews) {
            return Ok(ServiceAccount {
                ews,
                username: username.clone(),
                password,
            });
        }
        let login = ExchangeLogin {
            username,
            password: &password,
            acting_as: None,
        };
        match self.exchange.find_server(server, account, &login).await {
            Ok(found) => {
                self.note_exchange(profile, Some(&found.ews), true).await?;
                Ok(ServiceAccount {
                    ews: found.ews,
                    username: username.clone(),
                    password,
                })
            }
            Err(error) => Err(self.exchange_failed(profile, error).await),
        }
    }

    /// The stored password of a profile's service account.
    pub(crate) async fn directory_password(
        &self,
        profile: &Profile,
    ) -> FaultResult<Option<SecretString>> {
        let sealed = self
            .storage
            .read()
            .await?
            .directory_secret(profile.tenant, profile.id)
            .await?;
        sealed
            .map(|sealed| self.open_directory(profile.tenant, profile.id, &sealed))
            .transpose()
    }

    /// A failure of the service account: a refused password is noted, so that it is not
    /// tried again; a busy server is left alone.
    pub(crate) async fn exchange_failed(
        &self,
        profile: &Profile,
        error: ProviderError,
    ) -> TokenError {
        if let ErrorKind::Throttled { retry_after } = error.kind() {
            let wait = retry_after.unwrap_or(USUAL_WAIT);
            self.exchange_pace.note(profile.id, self.now().plus(wait));
        }
        if matches!(error.kind(), ErrorKind::NeedsPerson)
            && let Err(fault) = self.note_exchange(profile, None, false).await
        {
            return TokenError::Fault(fault);
        }
        if needs_person(&error) {
            TokenError::Refused(Some(error))
        } else {
            TokenError::Remote(error)
        }
    }

    /// Notes what was found out about a profile's server, unless an administrator saved
    /// something else meanwhile.
    pub(crate) async fn note_exchange(
        &self,
        profile: &Profile,
        found: Option<&Url>,
        works: bool,
    ) -> FaultResult<()> {
        let mut directory = profile.directory.clone();
        if let Directory::Exchange { ews, connected, .. } = &mut directory {
            if let Some(found) = found {
                *ews = found.to_string();
            }
            *connected = works;
        }
        if directory == profile.directory {
            return Ok(());
        }
        let mut unit = self.storage.write().await?;
        let (tenant, id) = (profile.tenant, profile.id);
        let fresh = unit.profile(tenant, id).await?;
        if fresh.is_none_or(|fresh| fresh.directory != profile.directory) {
            return Ok(());
        }
        let sealed = unit.directory_secret(tenant, id).await?;
        unit.put_directory(tenant, id, &directory, sealed.as_ref())
            .await?;
        unit.bump_version(tenant).await?;
        unit.commit().await?;
        Ok(())
    }

    /// Searches the address book, one search of a profile at a time.
    pub(crate) async fn search_exchange(
        &self,
        profile: &Profile,
        text: &str,
    ) -> Result<People, TokenError> {
        let turn = self.exchange_pace.turn(profile.id);
        let _turn = turn.lock().await;
        self.may_ask(profile)?;
        let account = self.service_account(profile).await?;
        let found = self
            .exchange
            .search(&account.ews, text, &account.login(None))
            .await;
        match found {
            Ok(found) => Ok(found),
            Err(error) => Err(self.exchange_failed(profile, error).await),
        }
    }

    /// The person with this address, as the address book says now.
    pub(crate) async fn exchange_person(
        &self,
        profile: &Profile,
        address: &str,
    ) -> Result<Option<CalendarUser>, TokenError> {
        let turn = self.exchange_pace.turn(profile.id);
        let _turn = turn.lock().await;
        self.may_ask(profile)?;
        let account = self.service_account(profile).await?;
        let found = self
            .exchange
            .person(&account.ews, address, &account.login(None))
            .await;
        match found {
            Ok(found) => Ok(found),
            Err(error) => Err(self.exchange_failed(profile, error).await),
        }
    }

    fn may_ask(&self, profile: &Profile) -> Result<(), TokenError> {
        match self.exchange_pace.wait(profile.id, self.now()) {
            None => Ok(()),
            Some(wait) => Err(TokenError::Remote(ProviderError::new(
                System::Exchange,
                ErrorKind::Throttled {
                    retry_after: Some(wait),
                },
                "the server asked us to wait",
            ))),
        }
    }
}

impl From<TokenError> for Fault {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Fault(fault) => fault,
            TokenError::Remote(error) | TokenError::Refused(Some(error)) => Self::Provider(error),
            TokenError::Refused(None) => Self::NotConfigured("exchange"),
        }
    }
}
