//! Envelopes out, response messages and faults in.

use std::time::Duration;

use url::Url;

use super::codes::kind_of;
use super::error_of;
use super::session::Session;
use crate::error::{ErrorKind, ProviderError};
use crate::http::{Answer, status_kind};
use crate::xml::{self, Element, escape};

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
pub(super) const MESSAGES: &str = "http://schemas.microsoft.com/exchange/services/2006/messages";
pub(super) const TYPES: &str = "http://schemas.microsoft.com/exchange/services/2006/types";
const ERRORS: &str = "http://schemas.microsoft.com/exchange/services/2006/errors";
/// Longest wait that a server may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

/// A whole request.
pub(super) fn envelope(acting_as: Option<&str>, operation: &str) -> String {
    let impersonation = acting_as.map(|mailbox| {
        format!(
            "<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>{}\
             </t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>",
            escape(mailbox)
        )
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"{SOAP}\" \
         xmlns:m=\"{MESSAGES}\" xmlns:t=\"{TYPES}\"><s:Header>\
         <t:RequestServerVersion Version=\"Exchange2013_SP1\"/>{}</s:Header>\
         <s:Body>{operation}</s:Body></s:Envelope>",
        impersonation.unwrap_or_default()
    )
}

/// Runs an operation and returns the child of the answer's body.
pub(super) async fn call(
    session: &mut Session<'_>,
    operation: &str,
) -> Result<Element, ProviderError> {
    let acting_as = session.login.acting_as;
    let answer = session
        .post(&envelope(acting_as, operation), acting_as)
        .await?;
    read(&session.url, &answer)
}

fn read(url: &Url, answer: &Answer) -> Result<Element, ProviderError> {
    let status = answer.status.as_u16();
    let envelope = xml::parse(&answer.body)
        .ok()
        .filter(|root| root.is(SOAP, "Envelope"));
    let Some(envelope) = envelope else {
        return Err(no_envelope(url, answer));
    };
    let content = envelope
        .into_children()
        .find(|child| child.is(SOAP, "Body"))
        .and_then(|body| body.into_children().next());
    match content {
        Some(fault) if fault.is(SOAP, "Fault") => Err(fault_error(&fault)),
        Some(content) if status == 200 => Ok(content),
        _ => Err(error_of(
            ErrorKind::Protocol,
            format!("HTTP {status} without a fault"),
        )),
    }
}

/// What an answer means that EWS did not give.
fn no_envelope(url: &Url, answer: &Answer) -> ProviderError {
    let status = answer.status.as_u16();
    match status {
        301 | 302 | 307 | 308 | 451 => moved(url, answer),
        // EWS is switched off for the account or for programs like ours.
        403 => error_of(ErrorKind::AdminApproval, "HTTP 403"),
        200 | 404 | 405 => error_of(
            ErrorKind::NotACalendarServer,
            format!("no Exchange Web Services answered there: HTTP {status}"),
        ),
        _ => error_of(
            status_kind(answer.status, &answer.headers),
            format!("HTTP {status}"),
        ),
    }
}

/// The server sends on; credentials do not follow by themselves.
fn moved(url: &Url, answer: &Answer) -> ProviderError {
    let target = ["location", "x-ms-location"]
        .iter()
        .find_map(|name| answer.headers.get(*name)?.to_str().ok())
        .and_then(|target| url.join(target).ok());
    match target {
        Some(target) => super::autodiscover::elsewhere(&target),
        None => error_of(ErrorKind::NotACalendarServer, "the server sends elsewhere"),
    }
}

fn fault_error(fault: &Element) -> ProviderError {
    let code = fault
        .find(ERRORS, "ResponseCode")
        .map(Element::text)
        .or_else(|| {
            let code = fault
                .children()
                .iter()
                .find(|child| child.name() == "faultcode")?;
            Some(code.text().rsplit(':').next().unwrap_or_default())
        })
        .unwrap_or_default();
    let text = fault
        .find(ERRORS, "Message")
        .or_else(|| {
            fault
                .children()
                .iter()
                .find(|child| child.name() == "faultstring")
        })
        .map(Element::text)
        .unwrap_or_default();
    code_error(code, text, back_off(fault))
}

fn code_error(code: &str, text: &str, back_off: Option<Duration>) -> ProviderError {
    let detail = if text.is_empty() {
        code.to_owned()
    } else {
        format!("{code}: {text}")
    };
    error_of(kind_of(code, back_off), detail)
}

/// `MessageXml/Value[@Name="BackOffMilliseconds"]`, in a fault or in a message.
fn back_off(element: &Element) -> Option<Duration> {
    let xml = element
        .find(TYPES, "MessageXml")
        .or_else(|| element.find(MESSAGES, "MessageXml"))?;
    let value = xml
        .all(TYPES, "Value")
        .find(|value| value.attribute("Name") == Some("BackOffMilliseconds"))?;
    let milliseconds: u64 = value.text().parse().ok()?;
    Some(Duration::from_millis(milliseconds).min(LONGEST_WAIT))
}

/// The messages of a response, one for each thing that was asked for.
pub(super) fn messages(response: &Element) -> Result<std::slice::Iter<'_, Element>, ProviderError> {
    response
        .first(MESSAGES, "ResponseMessages")
        .map(|messages| messages.children().iter())
        .ok_or_else(|| error_of(ErrorKind::Protocol, "the answer has no message"))
}

/// The one message of a response, or what it says went wrong; `fine` names codes that are
/// no failure here.
pub(super) fn message(response: Element, fine: &[&str]) -> Result<Element, ProviderError> {
    let message = response
        .into_children()
        .find(|child| child.is(MESSAGES, "ResponseMessages"))
        .and_then(|messages| messages.into_children().next())
        .ok_or_else(|| error_of(ErrorKind::Protocol, "the answer has no message"))?;
    check(&message, fine)?;
    Ok(message)
}

/// Whether a message is good; the code counts, not the class (exchange.md §5).
pub(super) fn check(message: &Element, fine: &[&str]) -> Result<(), ProviderError> {
    let code = message
        .first(MESSAGES, "ResponseCode")
        .map(Element::text)
        .unwrap_or_default();
    if code == "NoError" || fine.contains(&code) {
        return Ok(());
    }
    let text = message
        .first(MESSAGES, "MessageText")
        .map(Element::text)
        .unwrap_or_default();
    Err(code_error(code, text, back_off(message)))
}

/// What an answer means that brings no result.
#[cfg(test)]
pub(crate) fn answer_error(answer: &Answer) -> ProviderError {
    let url = Url::parse("https://mail.example/EWS/Exchange.asmx").unwrap();
    read(&url, answer)
        .and_then(|content| message(content, &[]))
        .unwrap_err()
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: body.as_bytes().to_vec(),
        }
    }

    fn kind(answer: &Answer) -> ErrorKind {
        let url = Url::parse("https://mail.a.example/EWS/Exchange.asmx").unwrap();
        read(&url, answer).unwrap_err().kind().clone()
    }

    fn in_fault(code: &str, more: &str) -> Answer {
        answer(
            500,
            &[],
            &format!(
                "<s:Envelope xmlns:s=\"{SOAP}\"><s:Body><s:Fault>\
                 <faultcode xmlns:a=\"{TYPES}\">a:{code}</faultcode><faultstring>x</faultstring>\
                 <detail>{more}</detail></s:Fault></s:Body></s:Envelope>"
            ),
        )
    }

    #[test]
    fn what_is_no_answer_of_ews_says_what_to_do() {
        for (answer, expected) in [
            (
                answer(200, &[], "<html>Outlook</html>"),
                ErrorKind::NotACalendarServer,
            ),
            (answer(404, &[], ""), ErrorKind::NotACalendarServer),
            (answer(403, &[], ""), ErrorKind::AdminApproval),
            (answer(503, &[], ""), ErrorKind::Unavailable),
            (
                answer(503, &[("retry-after", "7")], ""),
                ErrorKind::Throttled {
                    retry_after: Some(Duration::from_secs(7)),
                },
            ),
            (
                answer(
                    302,
                    &[("location", "https://b.example/EWS/Exchange.asmx")],
                    "",
                ),
                ErrorKind::NotACalendarServer,
            ),
            (
                answer(
                    451,
                    &[(
                        "x-ms-location",
                        "https://outlook.office365.com/EWS/Exchange.asmx",
                    )],
                    "",
                ),
                ErrorKind::ExchangeOnline,
            ),
            (
                answer(200, &[], "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
                ErrorKind::NotACalendarServer,
            ),
        ] {
            assert_eq!(kind(&answer), expected, "{:?}", answer.status);
        }
    }

    #[test]
    fn faults_are_read_by_their_detail_or_their_code() {
        let detail = |code: &str, more: &str| {
            format!("<e:ResponseCode xmlns:e=\"{ERRORS}\">{code}</e:ResponseCode>{more}")
        };
        let hint = format!(
            "<t:MessageXml xmlns:t=\"{TYPES}\"><t:Value Name=\"BackOffMilliseconds\">1500</t:Value></t:MessageXml>"
        );
        for (fault, expected) in [
            (
                in_fault("Other", &detail("ErrorServerBusy", &hint)),
                ErrorKind::Throttled {
                    retry_after: Some(Duration::from_millis(1_500)),
                },
            ),
            (
                in_fault("ErrorServerBusy", ""),
                ErrorKind::Throttled { retry_after: None },
            ),
            (
                in_fault("ErrorImpersonateUserDenied", ""),
                ErrorKind::AdminApproval,
            ),
            (in_fault("ErrorNonExistentMailbox", ""), ErrorKind::NotFound),
            (in_fault("ErrorSchemaValidation", ""), ErrorKind::Protocol),
        ] {
            assert_eq!(kind(&fault), expected);
        }
    }

    #[test]
    fn the_back_off_also_comes_inside_a_message() {
        let text = format!(
            "<m:R xmlns:m=\"{MESSAGES}\" xmlns:t=\"{TYPES}\"><m:ResponseMessages><m:M ResponseClass=\"Error\">\
             <m:MessageText>too much</m:MessageText><m:ResponseCode>ErrorServerBusy</m:ResponseCode>\
             <m:MessageXml><t:Value Name=\"BackOffMilliseconds\">99999999</t:Value></m:MessageXml>\
             </m:M></m:ResponseMessages></m:R>"
        );
        let error = message(xml::parse(text.as_bytes()).unwrap(), &[]).unwrap_err();
        assert_eq!(
            error.kind(),
            &ErrorKind::Throttled {
                retry_after: Some(LONGEST_WAIT)
            }
        );
        assert_eq!(error.detail(), "ErrorServerBusy: too much");
    }

    #[test]
    fn a_mailbox_is_escaped_in_the_header() {
        let text = envelope(Some("a&b<c>@d.example"), "<m:X/>");
        assert!(text.contains("a&amp;b&lt;c&gt;@d.example"), "{text}");
        assert!(xml::parse(text.as_bytes()).is_ok());
    }
}
