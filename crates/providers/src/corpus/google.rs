//! Google's token endpoint (google.md §4) and its APIs (§14).

use super::{Case, Door, case, with};
use crate::error::Blame::{Company, Nobody, Operator, Person};
use crate::error::{ProviderError, System};
use crate::google::api_error;
use crate::oidc::token_error;

pub(super) const DOORS: &[Door] = &[
    ("Google's token endpoint", token, TOKEN),
    ("Google's APIs", api, API),
];

fn token(case: &Case) -> ProviderError {
    token_error(System::Google, &case.answer(), &[])
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
    case(400, r#"{"error":"internal_failure"}"#, Nobody),
    case(400, "", Nobody),
    case(403, "<html>proxy</html>", Nobody),
    with(
        429,
        &[("retry-after", "5")],
        r#"{"error":"rate_limit_exceeded"}"#,
        Nobody,
    ),
];

const API: &[Case] = &[
    case(
        401,
        r#"{"error":{"code":401,"message":"Invalid Credentials","errors":[{"reason":"authError"}]}}"#,
        Person,
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
        410,
        r#"{"error":{"code":410,"errors":[{"reason":"fullSyncRequired"}]}}"#,
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
