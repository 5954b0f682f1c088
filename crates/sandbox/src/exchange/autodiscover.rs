//! Autodiscover: the plain XML ("POX") service with its ways to send a client elsewhere,
//! and the newer JSON one, which asks for no password.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;

use super::accounts::mailbox;
use super::auth::{Connection, who};
use super::xml::{self, esc};
use crate::switches::AutodiscoverRedirect;
use crate::world::World;

const REQUEST: &str =
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006";
const RESPONSE: &str =
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
const OUTER: &str = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";

fn off(world: &World) -> bool {
    world.switches().exchange.autodiscover_off
}

/// `GET`, without credentials: where the service really is.
pub(super) async fn moved(State(world): State<Arc<World>>) -> Response {
    if off(&world) {
        return StatusCode::NOT_FOUND.into_response();
    }
    redirect(&world)
}

fn redirect(world: &World) -> Response {
    let target = format!("{}/autodiscover/autodiscover.xml", world.exchange.base);
    (StatusCode::FOUND, [(header::LOCATION, target)]).into_response()
}

/// `POST /autodiscover/autodiscover.xml`.
pub(super) async fn pox(
    State(world): State<Arc<World>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if off(&world) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let how = world.switches().exchange.autodiscover_redirect;
    if how == AutodiscoverRedirect::Endless {
        return redirect(&world);
    }
    if let Err(response) = who(&world, &connection, &headers) {
        return *response;
    }
    let request = xml::parse(&body).filter(|root| root.namespace == REQUEST);
    let address = request
        .as_ref()
        .and_then(|root| root.find("EMailAddress"))
        .map(|found| found.text().to_owned());
    let Some(address) = address else {
        return document(
            "<Response><Error Time=\"08:00:00\" Id=\"1\"><ErrorCode>600</ErrorCode>\
             <Message>Invalid Request</Message><DebugData/></Error></Response>",
        );
    };
    let Some(account) = mailbox(&address) else {
        return document(&format!(
            "<Response xmlns=\"{RESPONSE}\"><Error Time=\"08:00:00\" Id=\"1\"><ErrorCode>500</ErrorCode>\
             <Message>The email address can't be found.</Message><DebugData/></Error></Response>"
        ));
    };
    let primary = account.mail.unwrap_or(account.upn);
    let inner = match how {
        AutodiscoverRedirect::Address if !address.eq_ignore_ascii_case(primary) => format!(
            "<Action>redirectAddr</Action><RedirectAddr>{}</RedirectAddr>",
            esc(primary)
        ),
        AutodiscoverRedirect::Url => "<Action>redirectUrl</Action>\
             <RedirectUrl>https://autodiscover.elsewhere.example/autodiscover/autodiscover.xml</RedirectUrl>"
            .to_owned(),
        _ => {
            let url = esc(&world.exchange.ews_url());
            format!(
                "<Action>settings</Action>\
                 <Protocol><Type>EXCH</Type><Server>ex01.nordlicht.example</Server><EwsUrl>{url}</EwsUrl></Protocol>\
                 <Protocol><Type>EXPR</Type><Server>mail.nordlicht.example</Server><EwsUrl>{url}</EwsUrl></Protocol>"
            )
        }
    };
    document(&format!(
        "<Response xmlns=\"{RESPONSE}\"><User><DisplayName>{}</DisplayName></User>\
         <Account><AccountType>email</AccountType>{inner}</Account></Response>",
        esc(account.name)
    ))
}

fn document(inner: &str) -> Response {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Autodiscover xmlns=\"{OUTER}\">{inner}</Autodiscover>"
    );
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], text).into_response()
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(rename = "Email", default)]
    email: String,
    #[serde(rename = "Protocol", default)]
    protocol: String,
}

/// `GET /autodiscover/autodiscover.json/v1.0/ADDRESS?Protocol=EWS`.
pub(super) async fn json(
    State(world): State<Arc<World>>,
    Path(address): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    v2(&world, &address, &asked.protocol)
}

/// `GET /autodiscover/autodiscover.json?Email=ADDRESS&Protocol=EWS`.
pub(super) async fn old_json(
    State(world): State<Arc<World>>,
    Query(asked): Query<Asked>,
) -> Response {
    v2(&world, &asked.email, &asked.protocol)
}

fn v2(world: &World, address: &str, protocol: &str) -> Response {
    let failed = |code: &str, message: &str| {
        let body = json!({ "ErrorCode": code, "ErrorMessage": message });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    };
    if off(world) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !address.contains('@') {
        return failed("InvalidUserId", "The given user is invalid.");
    }
    match protocol.to_ascii_lowercase().as_str() {
        // It answers for addresses that nobody has as well.
        "ews" => {
            Json(json!({ "Protocol": "Ews", "Url": world.exchange.ews_url() })).into_response()
        }
        "autodiscoverv1" => Json(json!({
            "Protocol": "AutodiscoverV1",
            "Url": format!("{}/autodiscover/autodiscover.xml", world.exchange.base),
        }))
        .into_response(),
        "" => failed(
            "MandatoryParameterMissing",
            "A valid value must be provided for the query parameter 'Protocol'",
        ),
        _ => failed("InvalidProtocol", "The given protocol value is invalid."),
    }
}
