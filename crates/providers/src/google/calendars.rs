//! The list of calendars, and making one (google.md §9).

use reqwest::Method;
use secrecy::SecretString;
use serde::Deserialize;
use synchronizer_domain::ids::CalendarId;
use synchronizer_domain::text::{MAX_NAME, clean};

use super::{Google, SYSTEM};
use crate::calendar::RemoteCalendar;
use crate::error::{ErrorKind, ProviderError};

/// Google's largest page.
const PAGE: &str = "250";
const FIELDS: &str = "nextPageToken,items(id,summary,summaryOverride,accessRole,primary,deleted)";
/// Nobody has more pages of calendars than this.
const MOST_PAGES: usize = 20;

/// A calendar of a person's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoogleCalendar {
    /// The calendar.
    pub calendar: RemoteCalendar,
    /// The account's own one.
    pub primary: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entry {
    id: String,
    summary: String,
    summary_override: String,
    access_role: String,
    primary: bool,
    deleted: bool,
}

impl Entry {
    fn calendar(self) -> GoogleCalendar {
        let name = [&self.summary_override, &self.summary, &self.id]
            .into_iter()
            .map(|name| clean(name, MAX_NAME))
            .find(|name| !name.is_empty())
            .unwrap_or_default();
        GoogleCalendar {
            // `writerWithoutPrivateAccess` hides details that must not be written back.
            calendar: RemoteCalendar {
                writable: matches!(self.access_role.as_str(), "writer" | "owner"),
                id: CalendarId::new(self.id),
                name,
            },
            primary: self.primary,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    items: Vec<Entry>,
    next_page_token: Option<String>,
}

impl Google {
    /// The person's calendars: the primary one first, then by name.
    ///
    /// # Errors
    /// `NeedsPerson` (401), `ScopeMissing`, `NotFound` when the account has no Calendar,
    /// `AdminApproval`, `Misconfigured`, `Throttled`, `Unavailable`, `Protocol`.
    #[tracing::instrument(skip_all)]
    pub async fn calendars(
        &self,
        access: &SecretString,
    ) -> Result<Vec<GoogleCalendar>, ProviderError> {
        let mut found: Vec<GoogleCalendar> = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut url = Self::below(&self.calendar_url, "users/me/calendarList")?;
            url.query_pairs_mut()
                .append_pair("maxResults", PAGE)
                .append_pair("fields", FIELDS);
            if let Some(token) = &token {
                url.query_pairs_mut().append_pair("pageToken", token);
            }
            let page: Page = self.get(url, access).await?.json(SYSTEM)?;
            found.extend(
                page.items
                    .into_iter()
                    .filter(|entry| !entry.deleted && !entry.id.is_empty())
                    .map(Entry::calendar),
            );
            token = page.next_page_token.filter(|token| !token.is_empty());
            if token.is_none() {
                found.sort_by_key(|one| (!one.primary, one.calendar.name.to_lowercase()));
                return Ok(found);
            }
        }
        Err(ProviderError::new(
            SYSTEM,
            ErrorKind::Protocol,
            "the list of calendars has no end",
        ))
    }

    /// Makes a calendar of this name, in this time zone (IANA) where one is known; it is the
    /// person's own.
    ///
    /// # Errors
    /// As [`Self::calendars`].
    #[tracing::instrument(skip_all)]
    pub async fn create_calendar(
        &self,
        access: &SecretString,
        name: &str,
        zone: Option<&str>,
    ) -> Result<RemoteCalendar, ProviderError> {
        let url = Self::below(&self.calendar_url, "calendars")?;
        let mut body = serde_json::json!({ "summary": name });
        if let (Some(zone), Some(fields)) = (zone, body.as_object_mut()) {
            fields.insert("timeZone".to_owned(), zone.into());
        }
        let made: Entry = self
            .call(Method::POST, url, access, Some(&body))
            .await?
            .json(SYSTEM)?;
        if made.id.is_empty() {
            let detail = "the new calendar has no id";
            return Err(ProviderError::new(SYSTEM, ErrorKind::Protocol, detail));
        }
        Ok(RemoteCalendar {
            writable: true,
            ..made.calendar().calendar
        })
    }
}
