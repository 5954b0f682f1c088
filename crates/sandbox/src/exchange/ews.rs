//! `POST /EWS/Exchange.asmx`: who asks, in whose name, and which operation.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::accounts::{ExchangeAccount, mailbox};
use super::auth::{Connection, who};
use super::operations;
use super::soap::{Fault, envelope};
use super::xml::{self, Element, MESSAGES, SOAP, TYPES};
use crate::record::Operation;
use crate::world::World;

/// Opened in a browser.
pub(super) async fn welcome() -> Response {
    (
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        "You have created a service. (Sandbox stand-in for Exchange.)\n",
    )
        .into_response()
}

/// Every operation.
pub(super) async fn answer(
    State(world): State<Arc<World>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let account = match who(&world, &connection, &headers) {
        Ok(account) => account,
        Err(response) => return *response,
    };
    if !is_xml(&headers) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let Some(request) = xml::parse(&body) else {
        return schema_violation().answer();
    };
    let (name, answer) = run(&world, account, &request);
    let mut response = match answer {
        Ok(body) => envelope(&body),
        Err(fault) => fault.answer(),
    };
    response.extensions_mut().insert(Operation(name));
    response
}

fn is_xml(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/xml"))
}

const fn schema_violation() -> Fault {
    Fault::new(
        "ErrorSchemaValidation",
        "The request failed schema validation.",
    )
}

fn run(
    world: &World,
    account: &'static ExchangeAccount,
    request: &Element,
) -> (&'static str, Result<String, Fault>) {
    let operation = (request.namespace == SOAP && request.name == "Envelope")
        .then(|| request.child(SOAP, "Body")?.children.first())
        .flatten()
        .filter(|operation| operation.namespace == MESSAGES);
    let Some(operation) = operation else {
        return ("", Err(schema_violation()));
    };
    let name = match operation.name.as_str() {
        "GetFolder" => "GetFolder",
        "ResolveNames" => "ResolveNames",
        "FindPeople" => "FindPeople",
        _ => {
            let fault = Fault::new("ErrorInvalidRequest", "The request is invalid.");
            return ("", Err(fault));
        }
    };
    if let Some(milliseconds) = world.switches().exchange.busy_ms {
        let mut fault = Fault::new(
            "ErrorServerBusy",
            "The server cannot service this request right now. Try again later.",
        );
        fault.back_off = Some(milliseconds);
        return (name, Err(fault));
    }
    let header = request.child(SOAP, "Header");
    let acting = match impersonated(account, header) {
        Ok(acting) => acting,
        Err(fault) => return (name, Err(fault)),
    };
    let answer = match name {
        "GetFolder" => operations::get_folder(account, acting, operation),
        "ResolveNames" => operations::resolve_names(acting, operation),
        _ => operations::find_people(acting, operation),
    };
    (name, answer)
}

/// The account in whose name the request runs.
fn impersonated(
    account: &'static ExchangeAccount,
    header: Option<&Element>,
) -> Result<&'static ExchangeAccount, Fault> {
    let Some(header) = header.and_then(|header| header.child(TYPES, "ExchangeImpersonation"))
    else {
        return Ok(account);
    };
    let mut identities = header
        .child(TYPES, "ConnectingSID")
        .map(|sid| sid.children.iter())
        .unwrap_or_default();
    let (Some(identity), None) = (identities.next(), identities.next()) else {
        return Err(schema_violation());
    };
    let denied = Fault::new(
        "ErrorImpersonateUserDenied",
        "The account does not have permission to impersonate the requested user.",
    );
    if !account.impersonates {
        return Err(denied);
    }
    let found = match identity.name.as_str() {
        "PrimarySmtpAddress" | "SmtpAddress" => mailbox(identity.text()).filter(|found| {
            identity.name == "SmtpAddress"
                || found
                    .mail
                    .is_some_and(|mail| mail.eq_ignore_ascii_case(identity.text()))
        }),
        "PrincipalName" => super::accounts::called("", identity.text()),
        _ => None,
    };
    match found {
        None => Err(Fault::new(
            "ErrorNonExistentMailbox",
            "The SMTP address has no mailbox associated with it.",
        )),
        Some(found) if found.domain != account.domain => Err(denied),
        Some(found) if !found.enabled => Err(Fault::new(
            "ErrorImpersonationFailed",
            "The impersonated account is disabled.",
        )),
        Some(found) => Ok(found),
    }
}
