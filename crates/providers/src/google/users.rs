//! The list of users (google.md §8.1).

use std::collections::{BTreeMap, HashSet};

use secrecy::SecretString;
use serde::Deserialize;
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::ids::CalendarUserId;
use synchronizer_domain::text::{MAX_NAME, clean, fold_email, is_email};

use super::{Google, SYSTEM};
use crate::error::{ErrorKind, ProviderError};

/// Google's largest page.
const PAGE: &str = "500";
/// What is read of a user.
const FIELDS: &str =
    "nextPageToken,users(id,primaryEmail,aliases,name/fullName,suspended,archived)";

/// A page of users and where the next begins.
#[derive(Debug)]
pub struct UsersPage {
    /// The people.
    pub users: Vec<CalendarUser>,
    /// The next page's token; none on the last.
    pub next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Row {
    id: String,
    primary_email: String,
    aliases: Vec<String>,
    name: Name,
    suspended: bool,
    archived: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Name {
    full_name: String,
}

impl Row {
    fn user(self) -> CalendarUser {
        let address = |text: &str| Some(text.trim().to_owned()).filter(|text| is_email(text));
        let email = address(&self.primary_email).unwrap_or_default();
        let name = [&self.name.full_name, &self.primary_email, &self.id]
            .into_iter()
            .map(|name| clean(name, MAX_NAME))
            .find(|name| !name.is_empty())
            .unwrap_or_default();
        let mut seen = HashSet::from([fold_email(&email)]);
        CalendarUser {
            aliases: self
                .aliases
                .iter()
                .filter_map(|alias| address(alias))
                .filter(|alias| seen.insert(fold_email(alias)))
                .collect(),
            id: CalendarUserId::new(self.id),
            name,
            email,
            active: !self.suspended && !self.archived,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    /// Left out when nobody is on the page.
    #[serde(default)]
    users: Vec<Row>,
    next_page_token: Option<String>,
}

impl Google {
    /// A page of the users of all the organisation's domains; suspended and archived ones
    /// with `active` false.
    ///
    /// # Errors
    /// `NeedsPerson` (401), `ScopeMissing`, `AdminApproval` for somebody who is not an
    /// administrator, `Misconfigured` while the API is not enabled, `Throttled`,
    /// `Unavailable`, `Protocol`.
    #[tracing::instrument(skip_all)]
    pub async fn users_page(
        &self,
        access: &SecretString,
        token: Option<&str>,
    ) -> Result<UsersPage, ProviderError> {
        let mut url = Self::below(&self.directory_url, "users")?;
        url.query_pairs_mut()
            .append_pair("customer", "my_customer")
            .append_pair("maxResults", PAGE)
            .append_pair("orderBy", "email")
            .append_pair("projection", "basic")
            .append_pair("fields", FIELDS);
        if let Some(token) = token {
            url.query_pairs_mut().append_pair("pageToken", token);
        }
        let page: Page = self.get(url, access).await?.json(SYSTEM)?;
        Ok(UsersPage {
            users: page
                .users
                .into_iter()
                .filter(|row| !row.id.is_empty())
                .map(Row::user)
                .collect(),
            next: page.next_page_token.filter(|token| !token.is_empty()),
        })
    }

    /// All users. A page token that Google no longer knows starts the list anew, once.
    ///
    /// # Errors
    /// As [`Self::users_page`].
    pub async fn users(&self, access: &SecretString) -> Result<Vec<CalendarUser>, ProviderError> {
        match self.all_users(access).await {
            Err((true, error)) if *error.kind() == ErrorKind::Protocol => {
                self.all_users(access).await.map_err(|(_, error)| error)
            }
            result => result.map_err(|(_, error)| error),
        }
    }

    /// The error tells whether it came with a page token.
    async fn all_users(
        &self,
        access: &SecretString,
    ) -> Result<Vec<CalendarUser>, (bool, ProviderError)> {
        // A changing directory may repeat a person on two pages.
        let mut users = BTreeMap::new();
        let (mut next, mut visited) = (None, HashSet::new());
        loop {
            let page = self
                .users_page(access, next.as_deref())
                .await
                .map_err(|error| (next.is_some(), error))?;
            for user in page.users {
                users.insert(user.id.clone(), user);
            }
            match page.next {
                None => return Ok(users.into_values().collect()),
                Some(token) if !visited.insert(token.clone()) => {
                    let detail = "the list of users goes in circles";
                    return Err((
                        false,
                        ProviderError::new(SYSTEM, ErrorKind::Protocol, detail),
                    ));
                }
                token => next = token,
            }
        }
    }
}
