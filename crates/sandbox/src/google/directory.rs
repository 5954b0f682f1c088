//! `GET /admin/directory/v1/users` (google.md §8.1).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::api::{self, Problem, bad_request, page_start, page_token, put};
use super::fields;
use crate::oauth::Params;
use crate::seed::{GoogleAccount, google_users};
use crate::switches::{ListTrouble, System};
use crate::world::World;

/// Rows per page, whatever `maxResults` says (the real limit is 500), so that a client
/// which does not follow `nextPageToken` is found out.
const PAGE_CAP: usize = 4;
const SCOPES: &[&str] = &["admin.directory.user.readonly", "admin.directory.user"];

/// The accounts of the caller's organisation, page by page.
pub(super) async fn list(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let grant = match api::allowed(&world, &headers, SCOPES) {
        Ok(grant) => grant,
        Err(response) => return *response,
    };
    if !grant.user.administrator {
        return api::error(&Problem {
            status: StatusCode::FORBIDDEN,
            domain: "global",
            reason: "forbidden",
            message: "Not Authorized to access this resource/api",
        });
    }
    let Ok(params) = Params::parse(query.unwrap_or_default().as_bytes()) else {
        return bad_request("invalid", "A parameter was given twice.");
    };
    let own = grant.user.domain.unwrap_or_default();
    match (params.get("customer"), params.get("domain")) {
        (Some("my_customer"), None) => {}
        (None, Some(domain)) if domain.eq_ignore_ascii_case(own) => {}
        (None, None) => return bad_request("badRequest", "Bad Request"),
        _ => {
            return api::error(&Problem {
                status: StatusCode::NOT_FOUND,
                domain: "global",
                reason: "notFound",
                message: "Domain not found.",
            });
        }
    }
    let wanted: usize = match params.get("maxResults").map(str::parse) {
        None => 100,
        Some(Ok(number)) if (1..=500).contains(&number) => number,
        Some(_) => return bad_request("invalid", "Invalid value for maxResults"),
    };
    match world.list_trouble(System::Google, params.get("pageToken").is_some()) {
        Some(ListTrouble::Throttled { .. }) => return api::slow_down(),
        Some(ListTrouble::CursorExpired) => return api::page_expired(),
        None => {}
    }
    let start = match page_start(params.get("pageToken")) {
        Ok(start) => start,
        Err(response) => return *response,
    };
    let mut users: Vec<GoogleAccount> = google_users()
        .iter()
        .filter(|user| user.domain == grant.user.domain)
        .collect();
    users.sort_by_key(|user| user.email);
    let size = wanted.min(PAGE_CAP);
    let rows: Vec<Value> = users
        .iter()
        .skip(start)
        .take(size)
        .map(|user| entity(user))
        .collect();
    let mut body = json!({
        "kind": "admin#directory#users",
        "etag": "\"sandbox\"",
        "users": rows,
    });
    if start + size < users.len() {
        put(&mut body, "nextPageToken", json!(page_token(start + size)));
    }
    fields::answer(body, params.get("fields"))
}

fn entity(user: GoogleAccount) -> Value {
    let mut row = json!({
        "kind": "admin#directory#user",
        "id": user.sub,
        "etag": format!("\"{}\"", user.sub),
        "primaryEmail": user.email,
        "name": {
            "givenName": user.given_name,
            "familyName": user.family_name,
            "fullName": user.name(),
        },
        "isAdmin": user.administrator,
        "suspended": user.suspended,
        "archived": false,
        "isMailboxSetup": true,
        "orgUnitPath": "/",
        "customerId": if user.domain == Some("nordlicht.example") { "C02nordl1" } else { "C03fjord7" },
    });
    if !user.aliases.is_empty() {
        put(&mut row, "aliases", json!(user.aliases));
    }
    row
}
