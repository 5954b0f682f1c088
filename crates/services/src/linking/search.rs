//! People of a calendar system that cannot list them, found while somebody types.

use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::ids::CalendarUserId;
use synchronizer_domain::lists::{ListPerson, SEARCH_LIMIT};
use synchronizer_domain::profile::Profile;
use synchronizer_domain::text::{MAX_NAME, clean, is_email};
use synchronizer_domain::usecases::UseCaseResult;

use crate::Core;
use crate::failure::FaultResult;
use crate::lists::{Linked, calendar_person};

/// Letters that a search takes at least; Exchange answers hundreds to one.
pub(super) const MIN_LETTERS: u32 = 2;

impl Core {
    pub(super) async fn find_people(
        &self,
        profile: &Profile,
        query: &str,
    ) -> UseCaseResult<Vec<ListPerson>> {
        let query = clean(query, MAX_NAME);
        if u32::try_from(query.chars().count()).unwrap_or(u32::MAX) < MIN_LETTERS {
            let code = ErrorCode::TooShort { min: MIN_LETTERS };
            return Err(UseCaseError::field("query", code));
        }
        let found = self
            .search_exchange(profile, &query)
            .await
            .map_err(|error| self.no_directory(error))?;
        let linked = self
            .linked_of(profile)
            .await
            .map_err(|fault| self.internal(fault))?;
        Ok(found
            .people
            .into_iter()
            .take(SEARCH_LIMIT)
            .map(|user| calendar_person(user, &linked.calendar))
            .collect())
    }

    async fn linked_of(&self, profile: &Profile) -> FaultResult<Linked> {
        let mut unit = self.storage.read().await?;
        Linked::read(&mut *unit, profile).await
    }

    /// The person behind a search result, asked for again: what a browser sends is an
    /// address and nothing more.
    pub(super) async fn searched_person(
        &self,
        profile: &Profile,
        id: &CalendarUserId,
    ) -> UseCaseResult<CalendarUser> {
        if !profile.directory.is_searched() || !is_email(id.as_str()) {
            return Err(UseCaseError::NotFound);
        }
        self.exchange_person(profile, id.as_str())
            .await
            .map_err(|error| self.no_directory(error))?
            .filter(|person| person.id == *id)
            .ok_or(UseCaseError::NotFound)
    }
}
