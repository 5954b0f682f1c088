//! The calendars of a mailbox. Events come with the sync engine.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::graph::{caller, error, has_scope, project, select};
use crate::oauth::Params;
use crate::seed::{EntraUser, entra_user};
use crate::world::World;

const PROPERTIES: &[&str] = &[
    "id",
    "name",
    "color",
    "hexColor",
    "isDefaultCalendar",
    "changeKey",
    "canShare",
    "canViewPrivateItems",
    "canEdit",
    "allowedOnlineMeetingProviders",
    "defaultOnlineMeetingProvider",
    "isTallyingResponses",
    "isRemovable",
    "owner",
];

/// `GET /me/calendar`.
pub(super) async fn own_default(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&world, &headers, None, query, false)
}

/// `GET /me/calendars`.
pub(super) async fn own_all(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&world, &headers, None, query, true)
}

/// `GET /users/{id}/calendar`.
pub(super) async fn default_of(
    State(world): State<Arc<World>>,
    Path(user): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&world, &headers, Some(&user), query, false)
}

/// `GET /users/{id}/calendars`.
pub(super) async fn all_of(
    State(world): State<Arc<World>>,
    Path(user): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&world, &headers, Some(&user), query, true)
}

/// A delegated token reaches its own mailbox only.
fn answer(
    world: &World,
    headers: &HeaderMap,
    of: Option<&str>,
    query: Option<String>,
    list: bool,
) -> Response {
    let grant = match caller(world, headers) {
        Ok(grant) => grant,
        Err(response) => return *response,
    };
    let user = grant.user;
    let is_own = of.is_none_or(|key| entra_user(key).is_some_and(|(_, a)| a.oid == user.1.oid));
    if !is_own || !has_scope(&grant, &["Calendars.Read", "Calendars.ReadWrite"]) {
        return error(
            world,
            StatusCode::FORBIDDEN,
            "ErrorAccessDenied",
            "Access is denied. Check credentials and try again.",
        );
    }
    if user.1.mail.is_none() {
        return error(
            world,
            StatusCode::NOT_FOUND,
            "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        );
    }
    let chosen = Params::parse(query.unwrap_or_default().as_bytes())
        .map_err(|name| format!("The query option {name} was given twice."))
        .and_then(|params| select(params.get("$select"), PROPERTIES));
    let chosen = match chosen {
        Ok(chosen) => chosen,
        Err(message) => {
            return error(
                world,
                StatusCode::BAD_REQUEST,
                "RequestBroker--ParseUri",
                &message,
            );
        }
    };
    let chosen = chosen.unwrap_or_else(|| PROPERTIES.to_vec());
    let context = format!(
        "{}/v1.0/$metadata#users('{}')/calendars",
        world.microsoft.base, user.1.oid
    );
    let mut shown = calendars(user)
        .into_iter()
        .map(|calendar| project(&calendar, &chosen));
    if list {
        let rows: Vec<Value> = shown.map(Value::Object).collect();
        return Json(json!({ "@odata.context": context, "value": rows })).into_response();
    }
    let mut default = shown.next().unwrap_or_default();
    let context = format!("{context}/$entity");
    default.insert("@odata.context".to_owned(), json!(context));
    Json(Value::Object(default)).into_response()
}

/// The default calendar first, then a second writable one for some, then a read-only one.
fn calendars(user: EntraUser) -> Vec<Value> {
    let mut all = vec![calendar(user, "Calendar", Kind::Default)];
    if user.1.upn.starts_with("noel.") {
        all.push(calendar(user, "Projects", Kind::Further));
    }
    all.push(calendar(user, "Norwegian holidays", Kind::ReadOnly));
    all
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Default,
    Further,
    ReadOnly,
}

fn calendar((_, user): EntraUser, name: &str, kind: Kind) -> Value {
    let digest = Sha256::digest(format!("{}/{name}", user.oid));
    let id = URL_SAFE_NO_PAD.encode(digest);
    json!({
        "id": format!("AAMk{id}="),
        "name": name,
        "color": "auto",
        "hexColor": "",
        "isDefaultCalendar": kind == Kind::Default,
        "changeKey": id.get(..22),
        "canShare": kind == Kind::Default,
        "canViewPrivateItems": true,
        "canEdit": kind != Kind::ReadOnly,
        "allowedOnlineMeetingProviders": ["teamsForBusiness"],
        "defaultOnlineMeetingProvider": "teamsForBusiness",
        "isTallyingResponses": kind == Kind::Default,
        "isRemovable": kind != Kind::Default,
        "owner": { "name": user.display_name, "address": user.mail },
    })
}
