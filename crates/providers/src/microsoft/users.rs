//! The list of users (microsoft.md §10).

use std::collections::HashSet;

use secrecy::SecretString;
use serde::Deserialize;
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::ids::CalendarUserId;
use synchronizer_domain::text::{MAX_NAME, clean, fold_email};
use url::Url;

use super::{Microsoft, SYSTEM, email_or_empty};
use crate::error::{ErrorKind, ProviderError};
use crate::lists::ListPage;

/// Needs `User.Read.All`.
pub(super) const FULL: &str =
    "id,displayName,mail,userPrincipalName,accountEnabled,userType,proxyAddresses";
/// Enough with `User.ReadBasic.All`.
pub(super) const BASIC: &str = "id,displayName,mail,userPrincipalName";
/// Graph's largest page.
const PAGE: &str = "999";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    id: String,
    display_name: Option<String>,
    mail: Option<String>,
    user_principal_name: Option<String>,
    account_enabled: Option<bool>,
    user_type: Option<String>,
    proxy_addresses: Option<Vec<String>>,
}

impl Row {
    pub(super) fn user(self) -> CalendarUser {
        let mail = email_or_empty(self.mail.as_deref());
        let login = email_or_empty(self.user_principal_name.as_deref());
        let email = mail.or_else(|| login.clone()).unwrap_or_default();
        let name = [&self.display_name, &self.user_principal_name]
            .into_iter()
            .flatten()
            .map(|name| clean(name, MAX_NAME))
            .find(|name| !name.is_empty())
            .unwrap_or_else(|| self.id.clone());
        let mut seen = HashSet::from([fold_email(&email)]);
        let aliases = self
            .proxy_addresses
            .unwrap_or_default()
            .iter()
            .filter_map(|address| smtp_address(address))
            .chain(login)
            .filter(|address| seen.insert(fold_email(address)))
            .collect();
        CalendarUser {
            id: CalendarUserId::new(self.id),
            name,
            email,
            aliases,
            active: self.account_enabled.unwrap_or(true),
        }
    }

    fn is_guest(&self) -> bool {
        self.user_type
            .as_deref()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("guest"))
    }
}

/// `SMTP:` marks the primary address, `smtp:` an alias; other kinds are no mail.
fn smtp_address(proxy: &str) -> Option<String> {
    let (kind, address) = proxy.split_once(':')?;
    kind.eq_ignore_ascii_case("smtp")
        .then(|| email_or_empty(Some(address)))
        .flatten()
}

#[derive(Deserialize)]
struct Page {
    value: Vec<Row>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    /// On the first page.
    #[serde(rename = "@odata.count")]
    count: Option<u32>,
}

pub(super) async fn page(
    client: &Microsoft,
    access: &SecretString,
    cursor: &str,
) -> Result<ListPage<CalendarUser>, ProviderError> {
    if !cursor.is_empty() {
        let url = own_link(client, cursor)?;
        return one(client, access, url, cursor).await;
    }
    match first(client, access, FULL).await {
        Err(error) if *error.kind() == ErrorKind::ScopeMissing => {
            first(client, access, BASIC).await
        }
        result => result,
    }
}

async fn first(
    client: &Microsoft,
    access: &SecretString,
    select: &str,
) -> Result<ListPage<CalendarUser>, ProviderError> {
    let mut url = client.graph("users", select)?;
    url.query_pairs_mut()
        .append_pair("$top", PAGE)
        .append_pair("$count", "true");
    one(client, access, url, "").await
}

async fn one(
    client: &Microsoft,
    access: &SecretString,
    url: Url,
    cursor: &str,
) -> Result<ListPage<CalendarUser>, ProviderError> {
    let page: Page = client.get_counted(url, access).await?.json(SYSTEM)?;
    let people = page
        .value
        .into_iter()
        .filter(|row| !row.is_guest())
        .map(Row::user)
        .collect();
    if let Some(next) = &page.next {
        own_link(client, next)?;
        if next == cursor {
            return Err(refused_link("the list of users goes in circles"));
        }
    }
    Ok(ListPage {
        people,
        next: page.next,
        total: page.count,
    })
}

/// Tokens go to Graph's own host alone.
fn own_link(client: &Microsoft, link: &str) -> Result<Url, ProviderError> {
    Url::parse(link)
        .ok()
        .filter(|url| client.is_graph(url))
        .ok_or_else(|| refused_link("the next page is on another host"))
}

fn refused_link(detail: &str) -> ProviderError {
    ProviderError::new(SYSTEM, ErrorKind::Protocol, detail)
}
