//! The list of users (google.md §8.1).

use std::collections::HashSet;

use secrecy::SecretString;
use serde::Deserialize;
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::ids::CalendarUserId;
use synchronizer_domain::text::{MAX_NAME, clean, fold_email, is_email};

use super::{Google, SYSTEM};
use crate::error::{ErrorKind, ProviderError};
use crate::lists::ListPage;

/// Google's largest page.
const PAGE: &str = "500";
/// What is read of a user.
const FIELDS: &str =
    "nextPageToken,users(id,primaryEmail,aliases,name/fullName,suspended,archived)";

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
    /// with `active` false. `cursor` is empty for the first page.
    ///
    /// # Errors
    /// `NeedsPerson` (401), `ScopeMissing`, `AdminApproval` for somebody who is not an
    /// administrator, `Misconfigured` while the API is not enabled, `Throttled`,
    /// `Unavailable`, `CursorExpired` for a position that Google no longer knows,
    /// `Protocol`.
    #[tracing::instrument(skip_all)]
    pub async fn users(
        &self,
        access: &SecretString,
        cursor: &str,
    ) -> Result<ListPage<CalendarUser>, ProviderError> {
        let mut url = Self::below(&self.directory_url, "users")?;
        url.query_pairs_mut()
            .append_pair("customer", "my_customer")
            .append_pair("maxResults", PAGE)
            .append_pair("orderBy", "email")
            .append_pair("projection", "basic")
            .append_pair("fields", FIELDS);
        if !cursor.is_empty() {
            url.query_pairs_mut().append_pair("pageToken", cursor);
        }
        let answer = self.get(url, access).await.map_err(|error| {
            // Page tokens last three days; a refused one is told by nothing but a 400.
            match error.kind() {
                ErrorKind::Protocol if !cursor.is_empty() => {
                    ProviderError::new(SYSTEM, ErrorKind::CursorExpired, error.detail())
                }
                _ => error,
            }
        })?;
        let page: Page = answer.json(SYSTEM)?;
        let next = page.next_page_token.filter(|token| !token.is_empty());
        if next.as_deref() == Some(cursor) {
            let detail = "the list of users goes in circles";
            return Err(ProviderError::new(SYSTEM, ErrorKind::Protocol, detail));
        }
        Ok(ListPage {
            people: page
                .users
                .into_iter()
                .filter(|row| !row.id.is_empty())
                .map(Row::user)
                .collect(),
            next,
            total: None,
        })
    }
}
