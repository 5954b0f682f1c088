//! Archive queries over users: columns, filter, order and small pages.

use std::cmp::Ordering;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::filter::Filter;
use super::rest::error;
use crate::oauth::Params;
use crate::seed::{CrmUser, POLARIS_CTX, SuperOfficeUser, crm_users};
use crate::switches::{ListTrouble, System};
use crate::world::World;

/// Rows per page of a small company, whatever `$top` says, so that a client which does
/// not page is found out. The real limit is 1000.
const PAGE_CAP: usize = 5;
/// Rows per page of the big one.
const BIG_PAGE_CAP: usize = 500;
/// Owner company of all users.
pub(super) const CONTACT_ID: u32 = 2;
/// Primary group of all users.
pub(super) const GROUP_ID: u32 = 5;

/// Columns in the spelling of the answer.
const COLUMNS: [&str; 17] = [
    "associateDbId",
    "assocName",
    "fullName",
    "firstName",
    "lastName",
    "personId",
    "contactId",
    "personEmail",
    "userName",
    "usergroup",
    "usergroupId",
    "role",
    "assocType",
    "userplan",
    "canLogin",
    "isActive",
    "isLocation",
];

const OPTIONS: [&str; 13] = [
    "$select",
    "$filter",
    "$orderby",
    "$top",
    "$skip",
    "$entities",
    "$mode",
    "$output",
    "$jsonsafe",
    "$inlinecount",
    "$options",
    "$context",
    "$format",
];

/// The two user archives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Provider {
    /// Employees.
    InternalUsers,
    /// Employees and the accounts of the system.
    AllUsers,
}

/// Person row of a user.
pub(super) fn person_id(user: &SuperOfficeUser) -> u32 {
    300 + user.associate_id
}

/// Answers an archive query.
pub(super) fn answer(world: &World, ctx: &str, provider: Provider, query: &Params) -> Response {
    let goes_on = query.get("$skip").is_some_and(|skip| skip != "0")
        || query
            .get("$filter")
            .is_some_and(|filter| filter.contains(" gt ") && !filter.ends_with(" gt 0"));
    match world.list_trouble(System::SuperOffice, goes_on) {
        Some(ListTrouble::Throttled { seconds }) => {
            let text = "The rate limit for this tenant was exceeded.";
            let refusal = error(StatusCode::TOO_MANY_REQUESTS, "SoThrottled", text);
            return ([(RETRY_AFTER, seconds.to_string())], refusal).into_response();
        }
        // A client that pages by key has no cursor that could expire.
        Some(ListTrouble::CursorExpired) if query.get("$skip").is_some() => {
            let text = "The cursor of this archive query has expired.";
            return error(StatusCode::BAD_REQUEST, "SoQueryException", text);
        }
        _ => {}
    }
    match select(ctx, provider, query) {
        Ok((rows, next)) => {
            let base = format!("{}/{ctx}/api/v1/Archive", world.superoffice.base);
            let next = next.map(|skip| next_link(&base, provider, query, skip));
            Json(json!({
                "odata.metadata": format!("{base}/$metadata"),
                "odata.nextLink": next,
                "value": rows,
            }))
            .into_response()
        }
        Err(message) => error(StatusCode::BAD_REQUEST, "SoQueryException", &message),
    }
}

/// The same query further on. The real form is not documented; clients page by key.
fn next_link(base: &str, provider: Provider, query: &Params, skip: usize) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in query.iter() {
        if !name.eq_ignore_ascii_case("$skip") {
            text.append_pair(name, value);
        }
    }
    text.append_pair("$skip", &skip.to_string());
    let archive = match provider {
        Provider::InternalUsers => "InternalUsers",
        Provider::AllUsers => "AllUsers",
    };
    format!("{base}/{archive}?{}", text.finish())
}

type Page = (Vec<Value>, Option<usize>);

fn select(ctx: &str, provider: Provider, query: &Params) -> Result<Page, String> {
    for (name, _) in query.iter() {
        if !OPTIONS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(format!("unknown option {name}"));
        }
    }
    let columns = match query.get("$select") {
        None => COLUMNS.to_vec(),
        Some(list) => list
            .split(',')
            .map(|name| column(name.trim()))
            .collect::<Result<Vec<_>, _>>()?,
    };
    let filter = Filter::parse(query.get("$filter").unwrap_or_default(), column)?;
    let cap = if ctx == POLARIS_CTX {
        BIG_PAGE_CAP
    } else {
        PAGE_CAP
    };
    let top = number(query, "$top")?.unwrap_or(cap).min(cap);
    let skip = number(query, "$skip")?.unwrap_or(0);
    let retired_only = match query.get("$entities").unwrap_or("all") {
        "all" => false,
        "retired" => true,
        other => return Err(format!("unknown entity {other}")),
    };
    let mut rows: Vec<Row> = crm_users(ctx)
        .filter(|(_, user)| !(retired_only && user.active))
        .map(Row::User)
        .collect();
    if provider == Provider::AllUsers && !retired_only {
        rows.push(Row::System);
    }
    rows.retain(|row| filter.accepts(|name| row.cell(name)));
    sort(&mut rows, query.get("$orderby"))?;
    let full = query
        .get("$mode")
        .is_some_and(|mode| mode.eq_ignore_ascii_case("full"));
    let total = rows.len();
    let page = rows
        .into_iter()
        .skip(skip)
        .take(top)
        .map(|row| project(row, &columns, full))
        .collect();
    let end = skip.saturating_add(top);
    Ok((page, (end < total).then_some(end)))
}

fn column(name: &str) -> Result<&'static str, String> {
    COLUMNS
        .iter()
        .copied()
        .find(|known| known.eq_ignore_ascii_case(name))
        .ok_or_else(|| format!("unknown column {name}"))
}

fn number(query: &Params, name: &str) -> Result<Option<usize>, String> {
    query
        .get(name)
        .map(|text| {
            text.parse()
                .map_err(|_| format!("{name} must be a whole number"))
        })
        .transpose()
}

/// Without `$orderby` the order is by name: a client that pages by key must ask for it.
fn sort(rows: &mut [Row], order: Option<&str>) -> Result<(), String> {
    let mut keys = Vec::new();
    for part in order.unwrap_or("lastName").split(',') {
        let mut words = part.split_whitespace();
        let name = column(words.next().unwrap_or_default())?;
        let descending = match words.next() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(other) => return Err(format!("unknown direction {other}")),
        };
        keys.push((name, descending));
    }
    rows.sort_by(|a, b| {
        keys.iter()
            .map(|(name, descending)| {
                let order = compare(&a.cell(name), &b.cell(name));
                if *descending { order.reverse() } else { order }
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    Ok(())
}

fn compare(a: &Value, b: &Value) -> Ordering {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    a.as_i64()
        .cmp(&b.as_i64())
        .then_with(|| text(a).cmp(&text(b)))
}

fn project(row: Row, columns: &[&'static str], full: bool) -> Value {
    let id = row.cell("associateDbId");
    let mut shown = Map::new();
    let key = if full { id } else { json!(id.to_string()) };
    shown.insert("PrimaryKey".to_owned(), key);
    shown.insert("EntityName".to_owned(), json!("associate"));
    for name in columns {
        shown.insert((*name).to_owned(), row.cell(name));
    }
    Value::Object(shown)
}

/// A row, whose cells are made when they are asked for: a big company has many.
#[derive(Clone, Copy)]
enum Row {
    User(CrmUser),
    /// The account of the system itself.
    System,
}

impl Row {
    fn cell(self, column: &str) -> Value {
        match self {
            Self::User(user) => user_cell(user, column),
            Self::System => system_cell(column),
        }
    }
}

fn user_cell((person, user): CrmUser, column: &str) -> Value {
    match column {
        "associateDbId" => json!(user.associate_id),
        "assocName" => json!(user.initials),
        "fullName" => json!(person.name),
        "firstName" => json!(person.first_name),
        "lastName" => json!(person.last_name),
        "personId" => json!(person_id(user)),
        "contactId" => json!(CONTACT_ID),
        "personEmail" => json!(user.email),
        "userName" => json!(user.user_name),
        "usergroup" => json!("Consulting"),
        "usergroupId" => json!(GROUP_ID),
        "role" => json!("User level 0"),
        "assocType" => json!("Employee"),
        "userplan" => json!("Sales Premium"),
        "canLogin" | "isActive" => json!(user.active),
        "isLocation" => json!(false),
        _ => Value::Null,
    }
}

fn system_cell(column: &str) -> Value {
    match column {
        "associateDbId" => json!(1),
        "assocName" => json!("SYSTEM"),
        "fullName" | "lastName" | "assocType" => json!("System"),
        "usergroupId" => json!(0),
        "canLogin" | "isLocation" => json!(false),
        "isActive" => json!(true),
        _ => Value::Null,
    }
}
