//! What a refusal of an identity provider means: at the callback (RFC 6749 §4.1.2.1)
//! and at the token endpoint (§5.2), with Entra's numbers (microsoft.md §5).
//!
//! The class comes from `error`; a known number refines it. Texts never decide.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::error::{ErrorKind, ProviderError, System};
use crate::http::{Answer, status_kind};

/// The error that a provider's callback tells: `error` and `error_description` of the
/// query, both foreign input.
#[must_use]
pub fn callback_error(system: System, error: &str, description: &str) -> ProviderError {
    let number = number_in(description);
    let kind = match (error.to_ascii_lowercase().as_str(), number) {
        // Declining is the person's own choice here, unlike on a refresh.
        (_, Some(65004)) => ErrorKind::ConsentDenied,
        // An account of another organisation was chosen.
        (_, Some(50020)) => ErrorKind::NeedsPerson,
        (error, number) => number
            .and_then(entra_kind)
            .or_else(|| callback_kind(system, error))
            .unwrap_or(ErrorKind::Protocol),
    };
    ProviderError::new(system, kind, detail(error, number, description))
}

fn callback_kind(system: System, error: &str) -> Option<ErrorKind> {
    Some(match error {
        "access_denied" | "denied" => ErrorKind::ConsentDenied,
        "consent_required" if system == System::Microsoft => ErrorKind::AdminApproval,
        _ if system == System::Google => return google_kind(error).or_else(|| oauth_kind(error)),
        _ => return oauth_kind(error).or_else(|| superoffice_kind(system, error)),
    })
}

/// Google's own words, which come in place of OAuth's (google.md §4). Nothing of the
/// client's registration is ever the person's to mend.
fn google_kind(error: &str) -> Option<ErrorKind> {
    Some(match error {
        "admin_policy_enforced" => ErrorKind::AdminApproval,
        "org_internal" | "deleted_client" | "disabled_client" | "disallowed_useragent" => {
            ErrorKind::Misconfigured
        }
        "invalid_token" => ErrorKind::NeedsPerson,
        "rate_limit_exceeded" => ErrorKind::Throttled { retry_after: None },
        "internal_failure" | "backend_error" => ErrorKind::Unavailable,
        _ => return None,
    })
}

/// A refused assertion of a service account (google.md §7). Only here a text decides,
/// because one word stands for four different things.
pub(crate) fn assertion_error(
    system: System,
    answer: &Answer,
    assertion: &SecretString,
) -> ProviderError {
    let body: Body = serde_json::from_slice(&answer.body).unwrap_or_default();
    let word = body.error.as_deref().unwrap_or_default();
    let description = body.error_description.as_deref().unwrap_or_default();
    let by_status = status_kind(answer.status, &answer.headers);
    let kind = match (by_status, word) {
        (kind @ (ErrorKind::Throttled { .. } | ErrorKind::Unavailable), _) => kind,
        (_, "unauthorized_client" | "access_denied") => ErrorKind::AdminApproval,
        (_, "invalid_grant") if description.starts_with("Invalid JWT") => ErrorKind::Misconfigured,
        (_, "invalid_grant")
            if description.contains("Invalid email")
                || description.contains("Not a valid email") =>
        {
            ErrorKind::NotFound
        }
        (_, "invalid_grant") => ErrorKind::AdminApproval,
        (kind, word) => google_kind(word)
            .or_else(|| oauth_kind(word))
            .or_else(|| token_status(&kind))
            .unwrap_or(kind),
    };
    let kind = match kind {
        // Nobody signs in here: whatever is refused, the organisation's settings do it.
        ErrorKind::NeedsPerson | ErrorKind::ConsentDenied => ErrorKind::AdminApproval,
        kind => kind,
    };
    let text = without_secrets(&detail(word, None, description), &[assertion]);
    ProviderError::new(system, kind, text)
}

/// SuperOffice's words for an authorization that the company's administrator has withdrawn
/// or must renew, and for our own mistakes (superoffice.md §1.9).
fn superoffice_kind(system: System, word: &str) -> Option<ErrorKind> {
    if system != System::SuperOffice {
        return None;
    }
    match word {
        "revoked" | "expired" | "needsreapproval" => Some(ErrorKind::AdminApproval),
        "invalidredirecturl" | "invalidtimestamp" | "invalidsignature" => {
            Some(ErrorKind::Misconfigured)
        }
        _ => None,
    }
}

/// What a refusal of SuperOffice's token endpoint without a known word means. Its bodies are
/// not documented: 401 and 403 are a state of the whole company (superoffice.md §11, 17), and
/// a page of HTML is a proxy's and says nothing about anybody.
fn superoffice_status(answer: &Answer) -> Option<ErrorKind> {
    match answer.status.as_u16() {
        400 | 401 | 403 if answer.is_page() => Some(ErrorKind::Protocol),
        400 => Some(ErrorKind::NeedsPerson),
        401 | 403 => Some(ErrorKind::AdminApproval),
        _ => None,
    }
}

/// The class of an OAuth or OpenID Connect error word.
fn oauth_kind(error: &str) -> Option<ErrorKind> {
    Some(match error {
        "invalid_grant"
        | "interaction_required"
        | "login_required"
        | "account_selection_required"
        | "consent_required" => ErrorKind::NeedsPerson,
        "access_denied" => ErrorKind::ConsentDenied,
        "invalid_client"
        | "unauthorized_client"
        | "invalid_request"
        | "invalid_scope"
        | "invalid_resource"
        | "invalid_target"
        | "unsupported_grant_type"
        | "unsupported_response_type"
        | "redirect_uri_mismatch" => ErrorKind::Misconfigured,
        "temporarily_unavailable" | "server_error" => ErrorKind::Unavailable,
        "slow_down" => ErrorKind::Throttled { retry_after: None },
        _ => return None,
    })
}

/// What Entra's numbers mean for a link (microsoft.md §5). Accounts that are gone or
/// disabled count as the administrator's: the person cannot mend them.
fn entra_kind(number: u32) -> Option<ErrorKind> {
    Some(match number {
        70008 | 700082 | 700084 | 50173 | 50078 | 50076 | 50079 | 50074 | 50072 | 70043 | 50132
        | 50133 | 50089 | 70000 | 50055 | 50144 | 50058 | 16000 | 65004 | 54005 => {
            ErrorKind::NeedsPerson
        }
        65001
        | 90094
        | 90095
        | 50105
        | 53000..=53003
        | 530032
        | 530035
        | 50131
        | 50158
        | 50097
        | 500021
        | 500212
        | 500213
        | 7000112
        | 700016
        | 650052
        | 650056
        | 650057
        | 70011
        | 28002 => ErrorKind::AdminApproval,
        500341 | 50034 | 51004 | 50020 | 50014 | 50057 => ErrorKind::AdminApproval,
        7000215 | 7000222 | 7000218 | 700027 | 700030 | 70002 | 50011 | 50194 | 90002 | 9001023 => {
            ErrorKind::Misconfigured
        }
        90033 | 50033 | 50087 | 90006 | 90012 | 90024 | 70012 | 40010 => ErrorKind::Unavailable,
        // We asked too often, or the account is locked for a while.
        50196 => ErrorKind::Throttled { retry_after: None },
        50053 => ErrorKind::Throttled {
            retry_after: Some(Duration::from_secs(3_600)),
        },
        _ => return None,
    })
}

/// A refusal of the token endpoint. Everything is optional: SuperOffice's bodies are
/// not documented (superoffice.md §1.5).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    error: Option<String>,
    error_description: Option<String>,
    error_codes: Vec<u32>,
    suberror: Option<String>,
    trace_id: Option<String>,
}

/// The meaning of an answer of the token endpoint that is not a success.
pub(crate) fn token_error(
    system: System,
    answer: &Answer,
    secrets: &[&SecretString],
) -> ProviderError {
    let body: Body = serde_json::from_slice(&answer.body).unwrap_or_default();
    let word = body.error.as_deref().unwrap_or_default();
    let description = body.error_description.as_deref().unwrap_or_default();
    let number = body
        .error_codes
        .first()
        .copied()
        .or_else(|| number_in(description));
    let by_status = status_kind(answer.status, &answer.headers);
    let kind = match by_status {
        ErrorKind::Throttled { .. } | ErrorKind::Unavailable => by_status,
        _ => number
            .and_then(entra_kind)
            .or_else(|| google_kind(word).filter(|_| system == System::Google))
            .or_else(|| oauth_kind(word))
            .or_else(|| superoffice_kind(system, &word.to_ascii_lowercase()))
            .or_else(|| match system {
                System::SuperOffice => superoffice_status(answer),
                _ => token_status(&by_status),
            })
            .unwrap_or(by_status),
    };
    if let Some(trace) = &body.trace_id {
        let trace = synchronizer_domain::text::clean(trace, 64);
        tracing::info!(system = system.word(), trace, "token request refused");
    }
    let status = format!("HTTP {}", answer.status.as_u16());
    let word = [word, body.suberror.as_deref().unwrap_or_default()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("/");
    let word = if word.is_empty() { status } else { word };
    ProviderError::new(
        system,
        kind,
        without_secrets(&detail(&word, number, description), secrets),
    )
}

/// One line: the error word, Entra's number, and the first line of the description.
fn detail(error: &str, number: Option<u32>, description: &str) -> String {
    let first = description.lines().next().unwrap_or_default().trim();
    match number {
        Some(number) if !first.contains(&number.to_string()) => {
            format!("{error} AADSTS{number} {first}")
        }
        _ => format!("{error} {first}"),
    }
}

/// A token endpoint that says nothing we know but a status: nobody's refusal.
fn token_status(by_status: &ErrorKind) -> Option<ErrorKind> {
    match by_status {
        ErrorKind::NeedsPerson | ErrorKind::ScopeMissing | ErrorKind::NotFound => {
            Some(ErrorKind::Protocol)
        }
        _ => None,
    }
}

/// The number after the first `AADSTS`.
fn number_in(description: &str) -> Option<u32> {
    let (_, rest) = description.split_once("AADSTS")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// A provider may quote what we sent.
fn without_secrets(text: &str, secrets: &[&SecretString]) -> String {
    secrets
        .iter()
        .map(|secret| secret.expose_secret())
        .filter(|secret| !secret.is_empty())
        .fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    fn refused(system: System, status: u16, body: &str) -> ProviderError {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
        };
        token_error(system, &answer, &[&"sent-secret".to_owned().into()])
    }

    #[test]
    fn entra_numbers_refine_the_error_word() {
        use ErrorKind::{AdminApproval, Misconfigured, NeedsPerson, Throttled, Unavailable};
        for (word, number, kind) in [
            ("invalid_grant", 50173, NeedsPerson),
            ("invalid_grant", 700082, NeedsPerson),
            ("invalid_grant", 70008, NeedsPerson),
            ("interaction_required", 50076, NeedsPerson),
            ("invalid_grant", 65001, AdminApproval),
            ("invalid_grant", 90094, AdminApproval),
            ("invalid_grant", 90095, AdminApproval),
            ("invalid_grant", 50105, AdminApproval),
            ("invalid_grant", 53003, AdminApproval),
            ("invalid_grant", 530032, AdminApproval),
            ("unauthorized_client", 700016, AdminApproval),
            ("invalid_grant", 50057, AdminApproval),
            ("invalid_client", 7000215, Misconfigured),
            ("invalid_client", 7000222, Misconfigured),
            ("invalid_request", 50011, Misconfigured),
            ("invalid_request", 90002, Misconfigured),
            ("server_error", 90033, Unavailable),
            ("invalid_grant", 50196, Throttled { retry_after: None }),
            ("invalid_grant", 99_999_999, NeedsPerson),
            ("interaction_required", 99_999_999, NeedsPerson),
            ("invalid_client", 99_999_999, Misconfigured),
        ] {
            let body = format!(
                r#"{{"error":"{word}","error_description":"AADSTS{number}: text\r\nTrace ID: x","error_codes":[{number}],"trace_id":"t"}}"#
            );
            let error = refused(System::Microsoft, 400, &body);
            assert_eq!(error.kind(), &kind, "{word} {number}");
            assert!(error.detail().contains(&number.to_string()));
        }
    }

    #[test]
    fn googles_refusals_say_whose_turn_it_is() {
        use ErrorKind::{AdminApproval, Misconfigured, NeedsPerson, Throttled, Unavailable};
        for (status, word, description, kind) in [
            (
                400,
                "invalid_grant",
                "Token has been expired or revoked.",
                NeedsPerson,
            ),
            (400, "invalid_grant", "Bad Request", NeedsPerson),
            (
                400,
                "invalid_grant",
                "Account has been deleted",
                NeedsPerson,
            ),
            (400, "admin_policy_enforced", "", AdminApproval),
            (400, "unauthorized_client", "Unauthorized", Misconfigured),
            (
                401,
                "invalid_client",
                "The OAuth client was not found.",
                Misconfigured,
            ),
            (
                401,
                "deleted_client",
                "The OAuth client was deleted.",
                Misconfigured,
            ),
            (403, "disabled_client", "", Misconfigured),
            (403, "org_internal", "", Misconfigured),
            (400, "invalid_scope", "", Misconfigured),
            (400, "redirect_uri_mismatch", "Bad Request", Misconfigured),
            (500, "internal_failure", "Backend Error", Unavailable),
            (503, "", "", Unavailable),
            (
                429,
                "rate_limit_exceeded",
                "",
                Throttled { retry_after: None },
            ),
        ] {
            let body = format!(r#"{{"error":"{word}","error_description":"{description}"}}"#);
            let error = refused(System::Google, status, &body);
            assert_eq!(error.kind(), &kind, "{status} {word} {description}");
        }
        let subtype = r#"{"error":"invalid_grant","error_subtype":"invalid_rapt"}"#;
        assert_eq!(refused(System::Google, 400, subtype).kind(), &NeedsPerson);
    }

    #[test]
    fn refused_assertions_are_the_administrators_or_the_operators() {
        use ErrorKind::{AdminApproval, Misconfigured, NotFound, Unavailable};
        for (status, word, description, kind) in [
            (
                401,
                "unauthorized_client",
                "Unauthorized client or scope in request.",
                AdminApproval,
            ),
            (
                401,
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
                AdminApproval,
            ),
            (
                400,
                "access_denied",
                "Requested client not authorized.",
                AdminApproval,
            ),
            (400, "admin_policy_enforced", "", AdminApproval),
            (400, "org_internal", "", Misconfigured),
            (400, "invalid_grant", "Not a valid email.", NotFound),
            (400, "invalid_grant", "Invalid email or User ID", NotFound),
            (
                400,
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
                Misconfigured,
            ),
            (
                400,
                "invalid_grant",
                "Invalid JWT Signature.",
                Misconfigured,
            ),
            (
                400,
                "invalid_grant",
                "Account has been disabled.",
                AdminApproval,
            ),
            (400, "invalid_scope", "Invalid oauth scope.", Misconfigured),
            (401, "deleted_client", "", Misconfigured),
            (401, "disabled_client", "", Misconfigured),
            (401, "invalid_client", "", Misconfigured),
            (503, "internal_failure", "", Unavailable),
        ] {
            let body = format!(r#"{{"error":"{word}","error_description":"{description}"}}"#);
            let answer = Answer {
                status: StatusCode::from_u16(status).unwrap(),
                headers: HeaderMap::new(),
                body: body.into_bytes(),
            };
            let error = assertion_error(System::Google, &answer, &"signed".to_owned().into());
            assert_eq!(error.kind(), &kind, "{word} {description}");
        }
    }

    #[test]
    fn outages_stay_outages_whatever_the_body_says() {
        for (status, kind) in [
            (500, ErrorKind::Unavailable),
            (503, ErrorKind::Unavailable),
            (429, ErrorKind::Throttled { retry_after: None }),
        ] {
            let error = refused(System::Microsoft, status, r#"{"error":"invalid_grant"}"#);
            assert_eq!(error.kind(), &kind);
        }
    }

    #[test]
    fn undocumented_bodies_of_superoffice_are_read_by_status() {
        for (status, body, kind) in [
            (400, "", ErrorKind::NeedsPerson),
            (401, "<html>", ErrorKind::Protocol),
            (403, "no", ErrorKind::AdminApproval),
            (
                400,
                r#"{"error":"invalid_client"}"#,
                ErrorKind::Misconfigured,
            ),
            (502, "<html>", ErrorKind::Unavailable),
            (418, "{}", ErrorKind::Protocol),
        ] {
            let error = refused(System::SuperOffice, status, body);
            assert_eq!(error.kind(), &kind, "{status} {body}");
        }
    }

    #[test]
    fn quoted_secrets_are_taken_out() {
        let body = r#"{"error":"invalid_grant","error_description":"token sent-secret is bad"}"#;
        let error = refused(System::SuperOffice, 400, body);
        assert_eq!(error.detail(), "invalid_grant token *** is bad");
    }

    #[test]
    fn callbacks_tell_who_said_no() {
        use ErrorKind::{
            AdminApproval, ConsentDenied, Misconfigured, NeedsPerson, Protocol, Unavailable,
        };
        let microsoft = System::Microsoft;
        for (system, error, description, kind) in [
            (
                microsoft,
                "access_denied",
                "AADSTS65004: declined",
                ConsentDenied,
            ),
            (
                microsoft,
                "consent_required",
                "AADSTS65004: declined",
                ConsentDenied,
            ),
            (
                microsoft,
                "access_denied",
                "the user cancelled",
                ConsentDenied,
            ),
            (
                microsoft,
                "access_denied",
                "AADSTS90094: admin",
                AdminApproval,
            ),
            (microsoft, "consent_required", "", AdminApproval),
            (
                microsoft,
                "consent_required",
                "AADSTS65001: x",
                AdminApproval,
            ),
            (
                microsoft,
                "invalid_client",
                "AADSTS650052: x",
                AdminApproval,
            ),
            (
                microsoft,
                "interaction_required",
                "AADSTS50105: x",
                AdminApproval,
            ),
            (microsoft, "login_required", "", NeedsPerson),
            (microsoft, "server_error", "", Unavailable),
            (microsoft, "unsupported_response_type", "", Misconfigured),
            (microsoft, "something_new", "", Protocol),
            (System::Google, "access_denied", "", ConsentDenied),
            (System::Google, "admin_policy_enforced", "", AdminApproval),
            (System::Google, "org_internal", "", Misconfigured),
            (System::Google, "interaction_required", "", NeedsPerson),
            (System::Google, "server_error", "", Unavailable),
            (System::SuperOffice, "access_denied", "", ConsentDenied),
            (System::SuperOffice, "Denied", "", ConsentDenied),
            (System::SuperOffice, "NeedsReapproval", "", AdminApproval),
            (System::SuperOffice, "InvalidRedirectUrl", "", Misconfigured),
        ] {
            let got = callback_error(system, error, description);
            assert_eq!(got.kind(), &kind, "{error} {description}");
        }
    }
}
