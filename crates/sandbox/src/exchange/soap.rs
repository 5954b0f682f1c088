//! Envelopes, faults and response messages.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::xml::{MESSAGES, SOAP, TYPES, esc};

const ERRORS: &str = "http://schemas.microsoft.com/exchange/services/2006/errors";

/// Why a request as a whole failed: HTTP 500 with a fault.
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) message: &'static str,
    pub(super) back_off: Option<u64>,
}

impl Fault {
    pub(super) const fn new(code: &'static str, message: &'static str) -> Self {
        Self {
            code,
            message,
            back_off: None,
        }
    }
}

/// A whole answer around the child of the body.
pub(super) fn envelope(body: &str) -> Response {
    send(
        StatusCode::OK,
        &format!(
            "<s:Header><t:ServerVersionInfo MajorVersion=\"15\" MinorVersion=\"2\" \
             MajorBuildNumber=\"1544\" MinorBuildNumber=\"4\" Version=\"V2017_07_11\"/></s:Header>\
             <s:Body>{body}</s:Body>"
        ),
    )
}

impl Fault {
    pub(super) fn answer(&self) -> Response {
        let hint = self.back_off.map(|milliseconds| {
            format!(
                "<t:MessageXml><t:Value Name=\"BackOffMilliseconds\">{milliseconds}</t:Value></t:MessageXml>"
            )
        });
        let (code, message) = (self.code, esc(self.message));
        send(
            StatusCode::INTERNAL_SERVER_ERROR,
            &format!(
                "<s:Body><s:Fault><faultcode xmlns:a=\"{TYPES}\">a:{code}</faultcode>\
                 <faultstring xml:lang=\"en-US\">{message}</faultstring><detail>\
                 <e:ResponseCode xmlns:e=\"{ERRORS}\">{code}</e:ResponseCode>\
                 <e:Message xmlns:e=\"{ERRORS}\">{message}</e:Message>{}</detail></s:Fault></s:Body>",
                hint.unwrap_or_default()
            ),
        )
    }
}

fn send(status: StatusCode, inner: &str) -> Response {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"{SOAP}\" \
         xmlns:m=\"{MESSAGES}\" xmlns:t=\"{TYPES}\">{inner}</s:Envelope>"
    );
    (
        status,
        [(header::CONTENT_TYPE, "text/xml; charset=utf-8")],
        text,
    )
        .into_response()
}

/// How one of the asked things ended.
pub(super) enum Outcome {
    Good(String),
    /// Worth a warning, but filled.
    Warning(&'static str, &'static str, String),
    Bad(&'static str, &'static str),
}

/// The response of an operation that answers by messages.
pub(super) fn response(operation: &str, outcomes: &[Outcome]) -> String {
    let messages: String = outcomes
        .iter()
        .map(|outcome| {
            let (class, text, code, content) = match outcome {
                Outcome::Good(content) => ("Success", None, "NoError", content.as_str()),
                Outcome::Warning(code, text, content) => ("Warning", Some(text), *code, content.as_str()),
                Outcome::Bad(code, text) => ("Error", Some(text), *code, ""),
            };
            let text = text.map(|text| format!("<m:MessageText>{}</m:MessageText>", esc(text)));
            let link = if class == "Success" {
                ""
            } else {
                "<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>"
            };
            format!(
                "<m:{operation}ResponseMessage ResponseClass=\"{class}\">{}\
                 <m:ResponseCode>{code}</m:ResponseCode>{link}{content}</m:{operation}ResponseMessage>",
                text.unwrap_or_default()
            )
        })
        .collect();
    format!(
        "<m:{operation}Response><m:ResponseMessages>{messages}</m:ResponseMessages></m:{operation}Response>"
    )
}
