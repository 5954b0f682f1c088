//! The list of users (superoffice.md §4.2), by keyset paging on the associate id
//! (§3.4): offsets get slow, and the form of SuperOffice's own next link is not documented.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use synchronizer_domain::directory::CrmUser;
use synchronizer_domain::ids::{AssociateId, ContextId};

use super::{SYSTEM, SuperOffice, first_email, first_name_of, protocol};
use crate::error::ProviderError;
use crate::lists::ListPage;

const PAGE: u64 = 500;
const PAGE_TEXT: &str = "500";
const COLUMNS: &str =
    "associateDbId,assocName,fullName,personEmail,userName,assocType,isActive,isLocation";

/// Columns change their type with SuperOffice's output mode, so all are read leniently.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(rename = "PrimaryKey", default)]
    primary_key: Value,
    #[serde(default)]
    associate_db_id: Value,
    #[serde(default)]
    assoc_name: Value,
    #[serde(default)]
    full_name: Value,
    #[serde(default)]
    person_email: Value,
    #[serde(default)]
    user_name: Value,
    #[serde(default)]
    assoc_type: Value,
    #[serde(default)]
    is_active: Value,
    #[serde(default)]
    is_location: Value,
}

#[derive(Deserialize)]
struct Page {
    value: Vec<Row>,
    /// Present and null on the last page.
    #[serde(rename = "odata.nextLink", default, deserialize_with = "present")]
    next: Option<Value>,
}

/// Tells a null apart from a missing member.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Row {
    fn id(&self) -> Option<u64> {
        number(&self.associate_db_id).or_else(|| number(&self.primary_key))
    }

    /// Rooms, external, anonymous and system accounts are no people that we link. The
    /// column is a list, so its value may be the number or the text of an entry.
    fn is_employee(&self) -> bool {
        let kind = text(&self.assoc_type).unwrap_or_default().to_lowercase();
        let other = ["resource", "external", "anonymous", "system"]
            .iter()
            .any(|word| kind.contains(word))
            || matches!(kind.as_str(), "1" | "4" | "7" | "13");
        !other && truth(&self.is_location) != Some(true)
    }

    fn user(&self, id: u64) -> CrmUser {
        let id = id.to_string();
        let login = text(&self.user_name);
        CrmUser {
            name: first_name_of(
                [&text(&self.full_name), &login, &text(&self.assoc_name)],
                &id,
            ),
            email: first_email([&text(&self.person_email)]),
            active: truth(&self.is_active).unwrap_or(true),
            id: AssociateId::new(id),
        }
    }
}

pub(super) async fn page(
    client: &SuperOffice,
    context: &ContextId,
    access: &SecretString,
    cursor: &str,
) -> Result<ListPage<CrmUser>, ProviderError> {
    // The cursor is the last id of the page before: it never expires.
    let before: u64 = match cursor {
        "" => 0,
        cursor => cursor
            .parse()
            .map_err(|_| protocol("the position in the list of users is not a number"))?,
    };
    let filter = format!("associateDbId gt {before}");
    let query = [
        ("$select", COLUMNS),
        ("$entities", "all"),
        ("$filter", filter.as_str()),
        ("$orderby", "associateDbId asc"),
        ("$top", PAGE_TEXT),
    ];
    let answer = client
        .get(context, access, "v1/archive/InternalUsers", &query)
        .await?;
    let page: Page = answer.json(SYSTEM)?;
    let mut users = BTreeMap::new();
    let mut last = before;
    for row in &page.value {
        let id = row
            .id()
            .ok_or_else(|| protocol("a user has no associate id"))?;
        last = last.max(id);
        if row.is_employee() {
            users.insert(id, row.user(id));
        }
    }
    let full = u64::try_from(page.value.len()).is_ok_and(|rows| rows >= PAGE);
    let ends = page.next.as_ref().is_some_and(Value::is_null) && !full;
    let next = if page.value.is_empty() || ends {
        None
    } else if last == before {
        return Err(protocol("the list of users does not advance"));
    } else {
        Some(last.to_string())
    };
    Ok(ListPage {
        people: users.into_values().collect(),
        next,
        // Counting is slow at SuperOffice (superoffice.md §3.4), so nobody is asked to.
        total: None,
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => Some(number.as_i64() != Some(0)),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
