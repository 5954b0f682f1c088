//! CalDAV servers (caldav.md §2, §3, §6; RFC 4918 §11 and §16, RFC 4791 §1.3, RFC 7617).

use url::Url;

use super::{Case, Door, case, with};
use crate::caldav::status_error;
use crate::error::Blame::{Nobody, Person};
use crate::error::ProviderError;
use crate::guard::Reply;

pub(super) const DOORS: &[Door] = &[
    (
        "a CalDAV server that was given the password",
        signed_in,
        CASES,
    ),
    ("a CalDAV server that moved us elsewhere", moved, MOVED),
];

fn reply(case: &Case, authenticated: bool) -> Reply {
    Reply {
        status: case.status(),
        headers: case.headers(),
        body: case.body.as_bytes().to_vec(),
        url: Url::parse("https://dav.example/").unwrap(),
        authenticated,
    }
}

fn signed_in(case: &Case) -> ProviderError {
    status_error(&reply(case, true))
}

fn moved(case: &Case) -> ProviderError {
    status_error(&reply(case, false))
}

const CASES: &[Case] = &[
    case(401, "", Person),
    with(
        401,
        &[("www-authenticate", "Basic realm=\"Radicale\"")],
        "Access denied",
        Person,
    ),
    // It wants another scheme than a password: typing it again changes nothing.
    with(401, &[("www-authenticate", "Bearer")], "", Nobody),
    with(401, &[("www-authenticate", "Negotiate")], "", Nobody),
    // The right to read is gone; the check calls it a calendar that cannot be used.
    case(
        403,
        "<D:error xmlns:D=\"DAV:\"><D:need-privileges/></D:error>",
        Person,
    ),
    case(403, "", Person),
    case(403, "<html><h1>Forbidden</h1></html>", Person),
    // The request broke a rule that it names: the account's rights are as they were.
    case(
        403,
        "<D:error xmlns:D=\"DAV:\"><D:valid-sync-token/></D:error>",
        Nobody,
    ),
    case(
        403,
        "<D:error xmlns:D=\"DAV:\"><C:supported-filter xmlns:C=\"urn:ietf:params:xml:ns:caldav\"/></D:error>",
        Nobody,
    ),
    case(
        403,
        "<D:error xmlns:D=\"DAV:\"><C:max-resource-size xmlns:C=\"urn:ietf:params:xml:ns:caldav\"/></D:error>",
        Nobody,
    ),
    case(
        403,
        "<D:error xmlns:D=\"DAV:\"><C:no-uid-conflict xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:href>/a/</D:href></C:no-uid-conflict></D:error>",
        Nobody,
    ),
    case(
        403,
        "<D:error xmlns:D=\"DAV:\"><D:number-of-matches-within-limits/></D:error>",
        Nobody,
    ),
    case(
        409,
        "<D:error xmlns:D=\"DAV:\"><D:resource-must-be-null/></D:error>",
        Nobody,
    ),
    case(
        412,
        "<D:error xmlns:D=\"DAV:\"><D:valid-sync-token/></D:error>",
        Nobody,
    ),
    case(404, "", Nobody),
    case(404, "<html>Not found</html>", Nobody),
    case(405, "", Nobody),
    case(409, "", Nobody),
    case(410, "", Nobody),
    case(412, "", Nobody),
    case(413, "", Nobody),
    case(415, "", Nobody),
    case(423, "", Nobody),
    case(400, "", Nobody),
    with(429, &[("retry-after", "60")], "", Nobody),
    with(503, &[("retry-after", "60")], "", Nobody),
    case(507, "", Nobody),
    case(500, "<html>Internal error</html>", Nobody),
    case(502, "", Nobody),
    case(504, "", Nobody),
];

const MOVED: &[Case] = &[
    case(401, "", Nobody),
    with(
        401,
        &[("www-authenticate", "Basic realm=\"elsewhere\"")],
        "",
        Nobody,
    ),
];
