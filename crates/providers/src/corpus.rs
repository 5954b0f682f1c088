//! Every documented error body of the remote systems, and who can do something about it
//! (SC-48). A system has a file here; a new one adds its own and a line to [`SYSTEMS`].
//!
//! A wrong row mails a thousand people that nothing is wrong with, or leaves one of them
//! alone with a dead link: a body whose meaning is not documented is nobody's fault.

mod caldav;
mod exchange;
mod google;
mod microsoft;
mod superoffice;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Blame, ProviderError};
use crate::http::Answer;

/// An answer that is no success, and who can do something about it.
struct Case {
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    blame: Blame,
}

const fn case(status: u16, body: &'static str, blame: Blame) -> Case {
    Case {
        status,
        headers: &[],
        body,
        blame,
    }
}

const fn with(
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    blame: Blame,
) -> Case {
    Case {
        status,
        headers,
        body,
        blame,
    }
}

/// Where answers of one kind come from: a name, how they are read, the cases.
type Door = (&'static str, fn(&Case) -> ProviderError, &'static [Case]);

/// Every door of every system.
const SYSTEMS: &[&[Door]] = &[
    superoffice::DOORS,
    microsoft::DOORS,
    google::DOORS,
    exchange::DOORS,
    caldav::DOORS,
];

impl Case {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap()
    }

    fn headers(&self) -> HeaderMap {
        self.headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    fn answer(&self) -> Answer {
        Answer {
            status: self.status(),
            headers: self.headers(),
            body: self.body.as_bytes().to_vec(),
        }
    }
}

#[test]
fn every_documented_error_is_blamed_on_whom_it_may_concern_sc_48() {
    for (door, read, cases) in SYSTEMS.iter().copied().flatten() {
        assert!(!cases.is_empty(), "{door}");
        for case in *cases {
            let error = read(case);
            assert_eq!(
                error.kind().blame(),
                case.blame,
                "{door}: {} {} is {}",
                case.status,
                case.body,
                error.kind().word()
            );
        }
    }
}

/// A proxy or a firewall answers with pages, of whatever status. Exchange and CalDAV servers
/// themselves do so as well, with 401 and 403.
#[test]
fn pages_are_nobodys_fault_where_json_is_spoken() {
    for (door, read, _) in [superoffice::DOORS, microsoft::DOORS, google::DOORS].concat() {
        for status in [400, 401, 402, 403, 404, 405, 407, 411, 418, 451] {
            let page = case(
                status,
                "<!doctype html><title>Blocked</title>",
                Blame::Nobody,
            );
            let error = read(&page);
            assert_eq!(error.kind().blame(), Blame::Nobody, "{door}: {status}");
        }
    }
}

#[test]
fn outages_are_nobodys_fault_at_every_door() {
    let bodies = [
        "",
        "<html><h1>Bad gateway</h1></html>",
        "{",
        r#"{"error":"invalid_grant","error_description":"AADSTS50173: revoked"}"#,
        r#"{"error":{"code":"InvalidAuthenticationToken","message":"x"}}"#,
    ];
    for (door, read, _) in SYSTEMS.iter().copied().flatten() {
        for status in [408, 429, 500, 502, 503, 504, 509, 520, 599] {
            for body in bodies {
                let error = read(&case(status, body, Blame::Nobody));
                assert_eq!(
                    error.kind().blame(),
                    Blame::Nobody,
                    "{door}: {status} {body}"
                );
            }
        }
    }
}
