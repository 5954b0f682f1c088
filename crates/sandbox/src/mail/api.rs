//! The JSON API of the mail catcher.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::message::CaughtMail;
use crate::world::World;

/// `GET /api/mails`: all, oldest first; `?to=address` only those of one recipient.
pub(super) async fn all(
    State(world): State<Arc<World>>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Vec<CaughtMail>> {
    let wanted = query.get("to");
    let mails = world.mails.all();
    let chosen = mails.iter().filter(|mail| {
        wanted.is_none_or(|to| mail.to.iter().any(|known| known.eq_ignore_ascii_case(to)))
    });
    Json(chosen.map(|mail| mail.open()).collect())
}

/// `GET /api/mails/{id}`.
pub(super) async fn one(State(world): State<Arc<World>>, Path(id): Path<u64>) -> Response {
    match world.mails.get(id) {
        Some(mail) => Json(mail.open()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `DELETE /api/mails`.
pub(super) async fn clear(State(world): State<Arc<World>>) -> StatusCode {
    world.mails.clear();
    StatusCode::NO_CONTENT
}
