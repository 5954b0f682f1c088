//! People of a calendar system that cannot list them, asked for one by one while a batch
//! links them.

use std::time::Duration;

use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::ids::{CalendarUserId, ProfileId};
use synchronizer_domain::profile::Profile;
use synchronizer_domain::text::{fold_email, is_email};

use crate::Core;
use crate::failure::{Fault, FaultResult};
use crate::tokens::TokenError;

/// Wait after a server that does not answer.
const USUAL_WAIT: Duration = Duration::from_secs(30);

/// Why nobody is told.
pub(super) enum NotTold {
    /// It would be the same later.
    Refused(ErrorCode),
    /// The server is busy or away.
    Later,
}

impl Core {
    /// Whoever has this address now.
    pub(super) async fn ask_for(
        &self,
        profile: &Profile,
        id: &CalendarUserId,
    ) -> Result<CalendarUser, NotTold> {
        let address = id.as_str();
        if !profile.directory.is_searched() || !is_email(address) {
            return Err(NotTold::Refused(ErrorCode::CalendarUserGone));
        }
        let found = match self.fresh(profile).await {
            // A password that was refused meanwhile must not be tried for every row.
            Ok(Some(fresh)) => self.exchange_person(&fresh, address).await,
            Ok(None) => return Err(NotTold::Refused(ErrorCode::CalendarUserGone)),
            Err(fault) => Err(TokenError::Fault(fault)),
        };
        match found {
            Ok(found) => found
                .filter(|person| has_address(person, address))
                .ok_or_else(|| {
                    let value = address.to_owned();
                    NotTold::Refused(ErrorCode::NotInAddressBook { value })
                }),
            Err(TokenError::Refused(_)) => Err(NotTold::Refused(ErrorCode::DirectoryRefused)),
            Err(TokenError::Remote(error)) => {
                tracing::info!(%error, "the address book is asked again later");
                Err(NotTold::Later)
            }
            Err(TokenError::Fault(fault)) => {
                crate::failure::log_fault(&*self.rng, &fault);
                Err(NotTold::Later)
            }
        }
    }

    /// How long a batch waits that could not go on.
    pub(super) fn patience(&self, profile: ProfileId) -> Duration {
        self.exchange_pace
            .wait(profile, self.now())
            .unwrap_or(USUAL_WAIT)
    }

    async fn fresh(&self, profile: &Profile) -> FaultResult<Option<Profile>> {
        let mut unit = self.storage.read().await?;
        unit.profile(profile.tenant, profile.id)
            .await
            .map_err(Fault::from)
    }
}

fn has_address(person: &CalendarUser, address: &str) -> bool {
    let wanted = fold_email(address);
    std::iter::once(&person.email)
        .chain(&person.aliases)
        .any(|known| fold_email(known) == wanted)
}
