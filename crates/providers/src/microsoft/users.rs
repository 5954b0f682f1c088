//! The list of users (microsoft.md §10).

use std::collections::{BTreeMap, HashSet};

use secrecy::SecretString;
use serde::Deserialize;
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::ids::CalendarUserId;
use synchronizer_domain::text::{MAX_NAME, clean, fold_email};
use url::Url;

use super::{Microsoft, SYSTEM, email_or_empty};
use crate::error::{ErrorKind, ProviderError};

/// Needs `User.Read.All`.
const FULL: &str = "id,displayName,mail,userPrincipalName,accountEnabled,userType,proxyAddresses";
/// Enough with `User.ReadBasic.All`.
const BASIC: &str = "id,displayName,mail,userPrincipalName";
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
}

pub(super) async fn all(
    client: &Microsoft,
    access: &SecretString,
) -> Result<Vec<CalendarUser>, ProviderError> {
    match pages(client, access, FULL).await {
        Err(error) if *error.kind() == ErrorKind::ScopeMissing => {
            pages(client, access, BASIC).await
        }
        result => result,
    }
}

async fn pages(
    client: &Microsoft,
    access: &SecretString,
    select: &str,
) -> Result<Vec<CalendarUser>, ProviderError> {
    let mut first = client.graph("users", select)?;
    first.query_pairs_mut().append_pair("$top", PAGE);
    let (mut next, mut visited) = (Some(first), HashSet::new());
    // A changing directory may repeat a person on two pages.
    let mut users = BTreeMap::new();
    while let Some(url) = next {
        if !visited.insert(url.clone()) {
            return Err(refused_link("the list of users goes in circles"));
        }
        let page: Page = client.get(url, access).await?.json(SYSTEM)?;
        for row in page.value.into_iter().filter(|row| !row.is_guest()) {
            users.insert(row.id.clone(), row.user());
        }
        next = page
            .next
            .map(|link| {
                Url::parse(&link)
                    .ok()
                    .filter(|url| client.is_graph(url))
                    .ok_or_else(|| refused_link("the next page is on another host"))
            })
            .transpose()?;
    }
    Ok(users.into_values().collect())
}

fn refused_link(detail: &str) -> ProviderError {
    ProviderError::new(SYSTEM, ErrorKind::Protocol, detail)
}
