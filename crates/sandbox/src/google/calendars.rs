//! The list of calendars, and making one (google.md §9).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::api::{self, Problem, bad_request, page_start, page_token, put};
use super::fields;
use crate::oauth::Params;
use crate::seed::{GoogleAccount, GoogleCalendars};
use crate::world::{World, lock};

/// Entries per page, whatever `maxResults` says.
const PAGE_CAP: usize = 2;
/// The roles, from least to most.
const ROLES: [&str; 5] = [
    "freeBusyReader",
    "reader",
    "writerWithoutPrivateAccess",
    "writer",
    "owner",
];
const ZONE: &str = "Europe/Oslo";

/// A calendar that was made here.
pub(super) struct Made {
    id: String,
    summary: String,
    zone: String,
}

/// Titles and time zones of the calendars that were made here.
pub(crate) fn made(world: &World) -> Vec<(String, String)> {
    let made = lock(&world.google.made);
    made.values()
        .flatten()
        .map(|one| (one.summary.clone(), one.zone.clone()))
        .collect()
}

/// `GET /calendar/v3/users/me/calendarList`.
pub(super) async fn list(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let scopes = [
        "calendar.calendarlist.readonly",
        "calendar.calendarlist",
        "calendar.readonly",
        "calendar",
    ];
    let grant = match api::allowed(&world, &headers, &scopes) {
        Ok(grant) => grant,
        Err(response) => return *response,
    };
    if grant.user.calendars == GoogleCalendars::Off {
        return not_a_calendar_user();
    }
    let Ok(params) = Params::parse(query.unwrap_or_default().as_bytes()) else {
        return bad_request("invalid", "A parameter was given twice.");
    };
    let least = match params.get("minAccessRole") {
        None => 0,
        Some(role) => match ROLES.iter().position(|known| *known == role) {
            Some(rank) => rank,
            None => return bad_request("invalidParameter", "Invalid value for minAccessRole"),
        },
    };
    let start = match page_start(params.get("pageToken")) {
        Ok(start) => start,
        Err(response) => return *response,
    };
    let entries: Vec<Value> = entries(&world, grant.user)
        .into_iter()
        .filter(|(_, rank)| *rank >= least)
        .map(|(entry, _)| entry)
        .collect();
    let shown: Vec<&Value> = entries.iter().skip(start).take(PAGE_CAP).collect();
    let mut body = json!({
        "kind": "calendar#calendarList",
        "etag": "\"p1\"",
        "items": shown,
    });
    if start + PAGE_CAP < entries.len() {
        put(
            &mut body,
            "nextPageToken",
            json!(page_token(start + PAGE_CAP)),
        );
    } else {
        put(&mut body, "nextSyncToken", json!(world.random.token()));
    }
    fields::answer(body, params.get("fields"))
}

fn not_a_calendar_user() -> Response {
    api::error(&Problem {
        status: StatusCode::FORBIDDEN,
        domain: "calendar",
        reason: "notACalendarUser",
        message: "The user must be signed up for Google Calendar.",
    })
}

fn entries(world: &World, user: GoogleAccount) -> Vec<(Value, usize)> {
    let mut all = Vec::new();
    let mut zoned = |id: &str, summary: &str, role: &str, primary: bool, zone: &str| {
        let mut entry = json!({
            "kind": "calendar#calendarListEntry",
            "etag": format!("\"{}\"", id.len()),
            "id": id,
            "summary": summary,
            "timeZone": zone,
            "colorId": "14",
            "backgroundColor": "#9fe1e7",
            "foregroundColor": "#000000",
            "selected": true,
            "accessRole": role,
            "defaultReminders": [{ "method": "popup", "minutes": 30 }],
        });
        if primary {
            put(&mut entry, "primary", json!(true));
        }
        let rank = ROLES.iter().position(|known| *known == role);
        all.push((entry, rank.unwrap_or_default()));
    };
    let mut add = |id: &str, summary: &str, role: &str, primary: bool| {
        zoned(id, summary, role, primary, ZONE);
    };
    // The primary calendar comes neither first nor always.
    add(
        "en.norwegian#holiday@group.v.calendar.google.com",
        "Holidays in Norway",
        "reader",
        false,
    );
    if user.calendars == GoogleCalendars::Several {
        add(
            "c_projects0417@group.calendar.google.com",
            "Projects",
            "writer",
            false,
        );
    }
    if matches!(
        user.calendars,
        GoogleCalendars::Primary | GoogleCalendars::Several
    ) {
        add(user.email, user.email, "owner", true);
    }
    if user.calendars == GoogleCalendars::Several {
        add(
            "c_team0417@group.calendar.google.com",
            "Team",
            "writerWithoutPrivateAccess",
            false,
        );
        add(
            "c_onduty0417@group.calendar.google.com",
            "On duty",
            "owner",
            false,
        );
    }
    for made in lock(&world.google.made).get(user.sub).into_iter().flatten() {
        zoned(&made.id, &made.summary, "owner", false, &made.zone);
    }
    all
}

/// `POST /calendar/v3/calendars`.
pub(super) async fn insert(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let scopes = ["calendar.app.created", "calendar.calendars", "calendar"];
    let grant = match api::allowed(&world, &headers, &scopes) {
        Ok(grant) => grant,
        Err(response) => return *response,
    };
    if grant.user.calendars == GoogleCalendars::Off {
        return not_a_calendar_user();
    }
    let Ok(asked) = serde_json::from_slice::<Value>(&body) else {
        return bad_request("parseError", "Parse Error");
    };
    let summary = asked
        .get("summary")
        .and_then(Value::as_str)
        .map(str::trim)
        .unwrap_or_default();
    if summary.is_empty() {
        return bad_request("required", "Missing title.");
    }
    let zone = asked
        .get("timeZone")
        .and_then(Value::as_str)
        .unwrap_or("UTC");
    let id = format!(
        "c_{}@group.calendar.google.com",
        world.random.guid().replace('-', "")
    );
    lock(&world.google.made)
        .entry(grant.user.sub)
        .or_default()
        .push(Made {
            id: id.clone(),
            summary: summary.to_owned(),
            zone: zone.to_owned(),
        });
    Json(json!({
        "kind": "calendar#calendar",
        "etag": "\"1\"",
        "id": id,
        "summary": summary,
        "timeZone": zone,
        "conferenceProperties": { "allowedConferenceSolutionTypes": ["hangoutsMeet"] },
    }))
    .into_response()
}
