//! Google's token endpoint (google.md §4), for service accounts too (§7), and its APIs
//! (§8, §12).

use super::{Case, Door, case, with};
use crate::error::Blame::{Company, Nobody, Operator, Person};
use crate::error::{ProviderError, System};
use crate::google::api_error;
use crate::oidc::{assertion_error, token_error};

pub(super) const DOORS: &[Door] = &[
    ("Google's token endpoint", token, TOKEN),
    (
        "Google's token endpoint for assertions",
        assertion,
        ASSERTION,
    ),
    ("Google's APIs", api, API),
];

fn token(case: &Case) -> ProviderError {
    token_error(System::Google, &case.answer(), &[])
}

fn assertion(case: &Case) -> ProviderError {
    assertion_error(System::Google, &case.answer(), &String::new().into())
}

fn api(case: &Case) -> ProviderError {
    api_error(&case.answer())
}

const TOKEN: &[Case] = &[
    case(
        400,
        r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#,
        Person,
    ),
    case(
        400,
        r#"{"error":"invalid_grant","error_description":"Bad Request"}"#,
        Person,
    ),
    case(
        400,
        r#"{"error":"invalid_grant","error_subtype":"invalid_rapt","error_description":"reauth related error (invalid_rapt)"}"#,
        Person,
    ),
    case(
        400,
        r#"{"error":"invalid_grant","error_description":"Account has been deleted"}"#,
        Person,
    ),
    case(400, r#"{"error":"admin_policy_enforced"}"#, Company),
    case(
        401,
        r#"{"error":"invalid_client","error_description":"The OAuth client was not found."}"#,
        Operator,
    ),
    case(
        401,
        r#"{"error":"unauthorized_client","error_description":"Unauthorized"}"#,
        Operator,
    ),
    case(
        401,
        r#"{"error":"deleted_client","error_description":"The OAuth client was deleted."}"#,
        Operator,
    ),
    case(401, r#"{"error":"disabled_client"}"#, Operator),
    case(403, r#"{"error":"org_internal"}"#, Operator),
    case(400, r#"{"error":"invalid_request"}"#, Operator),
    case(400, r#"{"error":"invalid_scope"}"#, Operator),
    case(400, r#"{"error":"unsupported_grant_type"}"#, Operator),
    case(400, r#"{"error":"redirect_uri_mismatch"}"#, Operator),
    case(
        400,
        r#"{"error":"invalid_token","error_description":"Token expired or revoked"}"#,
        Person,
    ),
    case(400, r#"{"error":"internal_failure"}"#, Nobody),
    case(400, r#"{"error":"backend_error"}"#, Nobody),
    case(400, r#"{"error":"something_new"}"#, Nobody),
    case(400, "", Nobody),
    case(401, "<html>proxy</html>", Nobody),
    case(403, "<html>proxy</html>", Nobody),
    with(
        429,
        &[("retry-after", "5")],
        r#"{"error":"rate_limit_exceeded"}"#,
        Nobody,
    ),
];

/// A service account's words are about the organisation's settings, never about the person
/// it acts for.
const ASSERTION: &[Case] = &[
    case(
        401,
        r#"{"error":"unauthorized_client","error_description":"Unauthorized client or scope in request."}"#,
        Company,
    ),
    case(
        401,
        r#"{"error":"unauthorized_client","error_description":"Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."}"#,
        Company,
    ),
    case(
        403,
        r#"{"error":"access_denied","error_description":"Requested client not authorized."}"#,
        Company,
    ),
    case(400, r#"{"error":"admin_policy_enforced"}"#, Company),
    case(403, r#"{"error":"org_internal"}"#, Operator),
    case(
        400,
        r#"{"error":"invalid_grant","error_description":"Not a valid email or user ID."}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":"invalid_grant","error_description":"Invalid email or User ID"}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."}"#,
        Operator,
    ),
    case(
        400,
        r#"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#,
        Operator,
    ),
    case(
        400,
        r#"{"error":"invalid_scope","error_description":"Invalid oauth scope or ID token audience provided."}"#,
        Operator,
    ),
    case(401, r#"{"error":"deleted_client"}"#, Operator),
    case(401, r#"{"error":"disabled_client"}"#, Operator),
    case(401, r#"{"error":"invalid_client"}"#, Operator),
    case(400, r#"{"error":"interaction_required"}"#, Company),
    case(400, r#"{"error":"invalid_token"}"#, Company),
    case(500, r#"{"error":"internal_failure"}"#, Nobody),
    case(400, r#"{"error":"internal_failure"}"#, Nobody),
    case(403, "<html>proxy</html>", Nobody),
    case(401, "<html>proxy</html>", Nobody),
];

const API: &[Case] = &[
    case(
        401,
        r#"{"error":{"code":401,"message":"Invalid Credentials","errors":[{"reason":"authError"}]}}"#,
        Person,
    ),
    case(
        401,
        r#"{"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED"}}"#,
        Person,
    ),
    case(401, "<html>Sign in to the proxy</html>", Nobody),
    case(403, "<html>Web application firewall</html>", Nobody),
    with(
        403,
        &[(
            "www-authenticate",
            "Bearer realm=\"https://accounts.google.com/\", error=\"insufficient_scope\"",
        )],
        "{}",
        Person,
    ),
    case(
        403,
        r#"{"error":{"code":403,"status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}"#,
        Person,
    ),
    // Not an administrator, or switched off by one.
    case(
        403,
        r#"{"error":{"code":403,"message":"Not Authorized to access this resource/api","errors":[{"reason":"forbidden"}]}}"#,
        Company,
    ),
    case(
        403,
        r#"{"error":{"code":403,"errors":[{"reason":"domainPolicy"}]}}"#,
        Company,
    ),
    case(
        403,
        r#"{"error":{"code":403,"errors":[{"reason":"domainCannotUseApis"}]}}"#,
        Company,
    ),
    // Our project.
    case(
        403,
        r#"{"error":{"code":403,"message":"Google Calendar API has not been used in project 1 before or it is disabled.","errors":[{"reason":"accessNotConfigured"}]}}"#,
        Operator,
    ),
    case(
        403,
        r#"{"error":{"code":403,"status":"PERMISSION_DENIED","details":[{"reason":"SERVICE_DISABLED"}]}}"#,
        Operator,
    ),
    // The account has no calendars, or nothing may be written there.
    case(
        403,
        r#"{"error":{"code":403,"message":"The user must be signed up for Google Calendar.","errors":[{"reason":"notACalendarUser"}]}}"#,
        Nobody,
    ),
    case(
        403,
        r#"{"error":{"code":403,"errors":[{"reason":"forbiddenForNonOrganizer"}]}}"#,
        Nobody,
    ),
    case(
        403,
        r#"{"error":{"code":403,"errors":[{"reason":"requiredAccessLevel"}]}}"#,
        Nobody,
    ),
    // Our request.
    case(
        400,
        r#"{"error":{"code":400,"errors":[{"reason":"timeRangeEmpty"}]}}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":{"code":400,"message":"Invalid Input: pageToken","errors":[{"reason":"invalid"}]}}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":{"code":400,"errors":[{"reason":"required"}]}}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":{"code":400,"errors":[{"reason":"badRequest"}]}}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":{"code":400,"errors":[{"reason":"eventTypeRestriction"}]}}"#,
        Nobody,
    ),
    case(
        403,
        r#"{"error":{"code":403,"errors":[{"reason":"concurrentRequestsLimitExceeded"}]}}"#,
        Nobody,
    ),
    case(
        403,
        r#"{"error":{"code":403,"status":"RESOURCE_EXHAUSTED","details":[{"reason":"RATE_LIMIT_EXCEEDED"}]}}"#,
        Nobody,
    ),
    case(
        403,
        r#"{"error":{"code":403,"errors":[{"reason":"insufficientPermissions"}]}}"#,
        Person,
    ),
    case(
        403,
        r#"{"error":{"code":403,"errors":[{"reason":"rateLimitExceeded"}]}}"#,
        Nobody,
    ),
    case(
        403,
        r#"{"error":{"code":403,"errors":[{"reason":"userRateLimitExceeded"}]}}"#,
        Nobody,
    ),
    case(
        403,
        r#"{"error":{"code":403,"errors":[{"reason":"quotaExceeded"}]}}"#,
        Nobody,
    ),
    case(
        403,
        r#"{"error":{"code":403,"errors":[{"reason":"dailyLimitExceeded"}]}}"#,
        Nobody,
    ),
    case(
        403,
        r#"{"error":{"code":403,"errors":[{"reason":"somethingNew"}]}}"#,
        Nobody,
    ),
    case(
        404,
        r#"{"error":{"code":404,"errors":[{"reason":"notFound"}]}}"#,
        Nobody,
    ),
    case(
        409,
        r#"{"error":{"code":409,"errors":[{"reason":"duplicate"}]}}"#,
        Nobody,
    ),
    case(
        409,
        r#"{"error":{"code":409,"errors":[{"reason":"conflict"}]}}"#,
        Nobody,
    ),
    case(
        404,
        r#"{"error":{"code":404,"message":"Domain not found.","errors":[{"reason":"notFound"}]}}"#,
        Nobody,
    ),
    case(
        410,
        r#"{"error":{"code":410,"errors":[{"reason":"fullSyncRequired"}]}}"#,
        Nobody,
    ),
    case(
        410,
        r#"{"error":{"code":410,"errors":[{"reason":"updatedMinTooLongAgo"}]}}"#,
        Nobody,
    ),
    case(
        410,
        r#"{"error":{"code":410,"message":"Resource has been deleted","errors":[{"reason":"deleted"}]}}"#,
        Nobody,
    ),
    case(
        500,
        r#"{"error":{"code":500,"errors":[{"reason":"backendError"}]}}"#,
        Nobody,
    ),
    case(
        503,
        r#"{"error":{"code":503,"errors":[{"reason":"backendError"}]}}"#,
        Nobody,
    ),
    case(
        412,
        r#"{"error":{"code":412,"errors":[{"reason":"conditionNotMet"}]}}"#,
        Nobody,
    ),
    with(
        429,
        &[("retry-after", "5")],
        r#"{"error":{"code":429,"errors":[{"reason":"rateLimitExceeded"}]}}"#,
        Nobody,
    ),
];
