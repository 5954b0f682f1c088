//! SuperOffice (superoffice.md §1.5, §1.9, §10). Bodies of its token endpoint are not
//! documented; the words are those of RFC 6749 §5.2 and of its authorization codes.

use super::{Case, Door, case, with};
use crate::error::Blame::{Company, Nobody, Operator, Person};
use crate::error::{ProviderError, System};
use crate::oidc::token_error;
use crate::superoffice::rest_error;

pub(super) const DOORS: &[Door] = &[
    ("SuperOffice's token endpoint", token, TOKEN),
    ("SuperOffice's REST", rest, REST),
];

fn token(case: &Case) -> ProviderError {
    token_error(System::SuperOffice, &case.answer(), &[])
}

fn rest(case: &Case) -> ProviderError {
    rest_error(&case.answer())
}

const TOKEN: &[Case] = &[
    case(400, r#"{"error":"invalid_grant"}"#, Person),
    case(401, r#"{"error":"invalid_grant"}"#, Person),
    case(
        400,
        r#"{"error":"invalid_grant","error_description":"The refresh token is not valid"}"#,
        Person,
    ),
    case(400, r#"{"error":"interaction_required"}"#, Person),
    case(400, "", Person),
    case(400, r#"{"message":"invalid refresh token"}"#, Person),
    // The company's authorization of the application (§1.9): everybody of the company.
    case(400, r#"{"error":"Revoked"}"#, Company),
    case(403, r#"{"error":"Expired"}"#, Company),
    case(403, r#"{"error":"NeedsReapproval"}"#, Company),
    case(401, "", Company),
    case(403, "", Company),
    case(
        403,
        r#"{"Message":"Authorization has been denied"}"#,
        Company,
    ),
    // Our registration.
    case(401, r#"{"error":"invalid_client"}"#, Operator),
    case(400, r#"{"error":"unauthorized_client"}"#, Operator),
    case(400, r#"{"error":"invalid_request"}"#, Operator),
    case(400, r#"{"error":"invalid_scope"}"#, Operator),
    case(400, r#"{"error":"unsupported_grant_type"}"#, Operator),
    case(400, r#"{"error":"InvalidRedirectUrl"}"#, Operator),
    case(400, r#"{"error":"InvalidTimestamp"}"#, Operator),
    case(400, r#"{"error":"InvalidSignature"}"#, Operator),
    // Outages, throttling, proxies.
    case(400, r#"{"error":"temporarily_unavailable"}"#, Nobody),
    case(400, r#"{"error":"server_error"}"#, Nobody),
    case(400, r#"{"error":"slow_down"}"#, Nobody),
    case(400, "<html>Request blocked</html>", Nobody),
    case(401, "<!doctype html>", Nobody),
    case(403, "\n<html>Web application firewall</html>", Nobody),
    case(404, "", Nobody),
    case(418, "{}", Nobody),
    case(421, "", Nobody),
    with(429, &[("retry-after", "30")], "", Nobody),
    with(503, &[("retry-after", "30")], "", Nobody),
];

const REST: &[Case] = &[
    case(401, "", Person),
    case(
        401,
        r#"{"Error":true,"ErrorType":"SoSessionException","ErrorMessage":"Ticket expired"}"#,
        Person,
    ),
    // No right to use the interface: the diary's own cause is decided by the caller.
    case(
        403,
        r#"{"Error":true,"ErrorType":"SoAccessException","ErrorMessage":"No access"}"#,
        Person,
    ),
    case(403, "<html>Web application firewall</html>", Nobody),
    case(401, "<html>Sign in to the proxy</html>", Nobody),
    case(400, r#"{"Message":"The request is invalid."}"#, Nobody),
    case(
        404,
        r#"{"Error":true,"ErrorType":"SoNotFoundException","ErrorMessage":"not found"}"#,
        Nobody,
    ),
    case(409, "", Nobody),
    case(412, "", Nobody),
    case(421, "Wrong subdomain used to access tenant", Nobody),
    with(429, &[("retry-after", "5")], "", Nobody),
    case(
        500,
        r#"{"Error":true,"ErrorType":"SoDatabaseException"}"#,
        Nobody,
    ),
    with(503, &[("retry-after", "120")], "Maintenance", Nobody),
];
