//! One call to Google's APIs, and what their errors mean (google.md §12): status and
//! reason decide, messages never.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, WWW_AUTHENTICATE};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use synchronizer_domain::text::clean;
use url::Url;

use super::{Google, SYSTEM};
use crate::error::{ErrorKind, ProviderError};
use crate::http::{self, Answer, retry_after, status_kind};

/// Google's guard against heavy use of one calendar lasts for hours.
const ABUSE_GUARD: Duration = Duration::from_secs(4 * 3_600);
/// The project's quota of a day returns at midnight in California; six hours later at the
/// most we look again.
const DAY_QUOTA: Duration = Duration::from_secs(6 * 3_600);

/// The error body of Google's APIs.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error: Inner,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inner {
    message: String,
    errors: Vec<Item>,
    details: Vec<Item>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Item {
    reason: String,
}

impl Google {
    /// An address below a root.
    pub(super) fn below(root: &Url, path: &str) -> Result<Url, ProviderError> {
        http::require_tls(SYSTEM, root)?;
        let mut url = root.clone();
        url.set_path(&format!("{}/{path}", url.path().trim_end_matches('/')));
        Ok(url)
    }

    pub(super) async fn get(
        &self,
        url: Url,
        access: &SecretString,
    ) -> Result<Answer, ProviderError> {
        self.call(Method::GET, url, access, None).await
    }

    pub(super) async fn call(
        &self,
        method: Method,
        url: Url,
        access: &SecretString,
        body: Option<&serde_json::Value>,
    ) -> Result<Answer, ProviderError> {
        let mut request = self
            .http
            .request(method, url)
            .bearer_auth(access.expose_secret())
            .header(ACCEPT, "application/json");
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = http::exchange(SYSTEM, request).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        Err(error(&answer))
    }
}

pub(crate) fn error(answer: &Answer) -> ProviderError {
    let body: Body = serde_json::from_slice(&answer.body).unwrap_or_default();
    let reasons: Vec<&str> = body
        .error
        .errors
        .iter()
        .chain(&body.error.details)
        .map(|item| item.reason.as_str())
        .filter(|reason| !reason.is_empty())
        .collect();
    let kind = match kind(answer.status, &answer.headers, &reasons) {
        // A proxy's page, not Google's answer.
        ErrorKind::NeedsPerson if answer.is_page() => ErrorKind::Protocol,
        kind => kind,
    };
    let reason = clean(reasons.first().copied().unwrap_or_default(), 60);
    // The message names the API to switch on, and where; elsewhere it may quote people.
    let message = match kind {
        ErrorKind::Misconfigured => clean(&body.error.message, 140),
        _ => String::new(),
    };
    let detail = format!("HTTP {} {reason} {message}", answer.status.as_u16());
    ProviderError::new(SYSTEM, kind, detail.trim_end())
}

fn kind(status: StatusCode, headers: &HeaderMap, reasons: &[&str]) -> ErrorKind {
    let by_status = status_kind(status, headers);
    if !matches!(status.as_u16(), 400 | 403 | 404 | 409 | 410 | 412 | 429) {
        return by_status;
    }
    let insufficient = headers
        .get(WWW_AUTHENTICATE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|text| text.contains("insufficient_scope"));
    if insufficient {
        return ErrorKind::ScopeMissing;
    }
    reasons
        .iter()
        .find_map(|reason| by_reason(reason, headers))
        .unwrap_or(match by_status {
            // A reason that is not documented: not the person's fault.
            ErrorKind::ScopeMissing => ErrorKind::Protocol,
            kind => kind,
        })
}

fn by_reason(reason: &str, headers: &HeaderMap) -> Option<ErrorKind> {
    Some(match reason {
        "userRateLimitExceeded"
        | "rateLimitExceeded"
        | "RATE_LIMIT_EXCEEDED"
        | "concurrentRequestsLimitExceeded" => ErrorKind::Throttled {
            retry_after: retry_after(headers),
        },
        "quotaExceeded" => ErrorKind::Throttled {
            retry_after: Some(ABUSE_GUARD),
        },
        "dailyLimitExceeded" => ErrorKind::Throttled {
            retry_after: Some(DAY_QUOTA),
        },
        "insufficientPermissions" | "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => ErrorKind::ScopeMissing,
        // Switched off by the organisation, or not an administrator.
        "domainPolicy" | "domainCannotUseApis" | "forbidden" | "notAuthorized" => {
            ErrorKind::AdminApproval
        }
        "accessNotConfigured" | "SERVICE_DISABLED" | "keyInvalid" | "CONSUMER_INVALID" => {
            ErrorKind::Misconfigured
        }
        "notACalendarUser" | "notFound" => ErrorKind::NotFound,
        "requiredAccessLevel" | "forbiddenForNonOrganizer" | "readonly" => ErrorKind::ReadOnly,
        "backendError" => ErrorKind::Unavailable,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderValue, RETRY_AFTER};
    use serde_json::json;

    use super::*;

    fn refused(status: u16, reason: &str) -> ErrorKind {
        let body = json!({ "error": { "code": status, "message": "Text.", "errors": [
            { "domain": "global", "reason": reason, "message": "Text." }
        ]}});
        answer(status, &body.to_string(), HeaderMap::new())
    }

    fn answer(status: u16, body: &str, headers: HeaderMap) -> ErrorKind {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            body: body.as_bytes().to_vec(),
        };
        error(&answer).kind().clone()
    }

    #[test]
    fn every_documented_reason_says_whose_turn_it_is() {
        use ErrorKind::{
            AdminApproval, Misconfigured, NeedsPerson, NotFound, Protocol, ReadOnly, ScopeMissing,
            Throttled, Unavailable,
        };
        let soon = Throttled { retry_after: None };
        let hours = |seconds| Throttled {
            retry_after: Some(Duration::from_secs(seconds)),
        };
        for (status, reason, kind) in [
            (400, "timeRangeEmpty", Protocol),
            (400, "invalid", Protocol),
            (400, "required", Protocol),
            (400, "badRequest", Protocol),
            (400, "eventTypeRestriction", Protocol),
            (401, "authError", NeedsPerson),
            (403, "userRateLimitExceeded", soon.clone()),
            (403, "rateLimitExceeded", soon.clone()),
            (429, "rateLimitExceeded", soon.clone()),
            (429, "somethingNew", soon),
            (403, "quotaExceeded", hours(14_400)),
            (403, "dailyLimitExceeded", hours(21_600)),
            (403, "insufficientPermissions", ScopeMissing),
            (403, "forbiddenForNonOrganizer", ReadOnly),
            (403, "accessNotConfigured", Misconfigured),
            (403, "forbidden", AdminApproval),
            (403, "domainPolicy", AdminApproval),
            (403, "notACalendarUser", NotFound),
            (403, "somethingNew", Protocol),
            (404, "notFound", NotFound),
            (409, "duplicate", Protocol),
            (409, "conflict", Protocol),
            (410, "fullSyncRequired", NotFound),
            (410, "updatedMinTooLongAgo", NotFound),
            (410, "deleted", NotFound),
            (412, "conditionNotMet", Protocol),
            (500, "backendError", Unavailable),
            (502, "backendError", Unavailable),
            (503, "backendError", Unavailable),
            (504, "backendError", Unavailable),
        ] {
            assert_eq!(refused(status, reason), kind, "{status} {reason}");
        }
    }

    #[test]
    fn newer_bodies_and_headers_are_understood_too() {
        let disabled = json!({ "error": { "code": 403, "status": "PERMISSION_DENIED", "details": [
            { "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED" }
        ]}});
        assert_eq!(
            answer(403, &disabled.to_string(), HeaderMap::new()),
            ErrorKind::Misconfigured
        );
        let mut headers = HeaderMap::new();
        headers.insert(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"x\", error=\"insufficient_scope\""),
        );
        assert_eq!(answer(403, "{}", headers), ErrorKind::ScopeMissing);
        let mut waiting = HeaderMap::new();
        waiting.insert(RETRY_AFTER, HeaderValue::from_static("9"));
        assert_eq!(
            answer(429, "<html>", waiting),
            ErrorKind::Throttled {
                retry_after: Some(Duration::from_secs(9))
            }
        );
        assert_eq!(
            answer(500, "<html>", HeaderMap::new()),
            ErrorKind::Unavailable
        );
    }

    #[test]
    fn only_the_operators_errors_quote_the_message() {
        let body = r#"{"error":{"code":403,"message":"Admin SDK API has not been used in project 7. Enable it.","errors":[{"reason":"accessNotConfigured"}]}}"#;
        let quoted = |body: &str| {
            error(&Answer {
                status: StatusCode::FORBIDDEN,
                headers: HeaderMap::new(),
                body: body.as_bytes().to_vec(),
            })
            .detail()
            .to_owned()
        };
        assert!(quoted(body).contains("Admin SDK API"));
        assert_eq!(
            quoted(&body.replace("accessNotConfigured", "forbidden")),
            "HTTP 403 forbidden"
        );
    }
}
