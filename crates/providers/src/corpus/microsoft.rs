//! Entra's token endpoint (microsoft.md §4, §5) and Graph (§9).

use super::{Case, Door, case, with};
use crate::error::Blame::{self, Company, Nobody, Operator, Person};
use crate::error::{ProviderError, System};
use crate::microsoft::graph_error;
use crate::oidc::token_error;

pub(super) const DOORS: &[Door] = &[
    ("Entra's token endpoint", token, TOKEN),
    ("Graph", graph, GRAPH),
];

fn token(case: &Case) -> ProviderError {
    token_error(System::Microsoft, &case.answer(), &[])
}

fn graph(case: &Case) -> ProviderError {
    graph_error(&case.answer())
}

/// Entra's numbers by who can do something about them (§5).
const NUMBERS: &[(Blame, &[u32])] = &[
    (
        Person,
        &[
            70_008, 700_082, 700_084, 50_173, 50_078, 50_076, 50_079, 50_074, 50_072, 70_043,
            50_132, 50_133, 50_089, 70_000, 50_055, 50_144, 50_058, 16_000, 65_004, 54_005,
        ],
    ),
    (
        Company,
        &[
            65_001, 90_094, 90_095, 50_105, 53_000, 53_001, 53_002, 53_003, 530_032, 530_035,
            50_131, 50_158, 50_097, 500_021, 500_212, 500_213, 7_000_112, 700_016, 650_052,
            650_056, 650_057, 70_011, 28_002,
        ],
    ),
    // Gone or disabled accounts: the person cannot mend them.
    (Company, &[500_341, 50_034, 51_004, 50_020, 50_014, 50_057]),
    (
        Operator,
        &[
            7_000_215, 7_000_222, 7_000_218, 700_027, 700_030, 70_002, 50_011, 50_194, 90_002,
            9_001_023,
        ],
    ),
    (
        Nobody,
        &[
            90_033, 50_033, 50_087, 90_006, 90_012, 90_024, 70_012, 40_010, 50_196, 50_053,
        ],
    ),
];

#[test]
fn entras_numbers_are_blamed_as_documented_whatever_the_word() {
    for (blame, numbers) in NUMBERS {
        for number in *numbers {
            for word in ["invalid_grant", "interaction_required", "invalid_client"] {
                let body = format!(
                    r#"{{"error":"{word}","error_description":"AADSTS{number}: text","error_codes":[{number}]}}"#
                );
                let case = case(400, body.leak(), *blame);
                let error = token(&case);
                assert_eq!(error.kind().blame(), *blame, "{word} {number}");
            }
        }
    }
}

const TOKEN: &[Case] = &[
    case(
        400,
        r#"{"error":"invalid_grant","error_description":"AADSTS50173: The provided grant has expired due to it being revoked…\r\nTrace ID: 1","error_codes":[50173],"timestamp":"2026-03-02 08:00:00Z","trace_id":"t","correlation_id":"c","error_uri":"https://login.microsoftonline.com/error?code=50173","suberror":"bad_token"}"#,
        Person,
    ),
    // A number that nobody has documented: the class of its word.
    case(
        400,
        r#"{"error":"invalid_grant","error_codes":[99999999]}"#,
        Person,
    ),
    case(
        400,
        r#"{"error":"interaction_required","suberror":"basic_action"}"#,
        Person,
    ),
    case(400, r#"{"error":"login_required"}"#, Person),
    case(400, r#"{"error":"consent_required"}"#, Person),
    case(400, r#"{"error":"invalid_request"}"#, Operator),
    case(400, r#"{"error":"invalid_scope"}"#, Operator),
    case(401, r#"{"error":"invalid_client"}"#, Operator),
    case(400, r#"{"error":"unauthorized_client"}"#, Operator),
    case(400, r#"{"error":"unsupported_grant_type"}"#, Operator),
    case(400, r#"{"error":"invalid_resource"}"#, Operator),
    case(400, r#"{"error":"temporarily_unavailable"}"#, Nobody),
    case(400, r#"{"error":"server_error"}"#, Nobody),
    case(400, r#"{"error":"something_new"}"#, Nobody),
    case(400, "", Nobody),
    case(401, "<html>proxy</html>", Nobody),
    case(403, "<html>proxy</html>", Nobody),
    case(404, "", Nobody),
    with(
        429,
        &[("retry-after", "10")],
        r#"{"error":"invalid_grant"}"#,
        Nobody,
    ),
];

const GRAPH: &[Case] = &[
    case(
        401,
        r#"{"error":{"code":"InvalidAuthenticationToken","message":"Access token has expired or is not yet valid.","innerError":{"request-id":"r"}}}"#,
        Person,
    ),
    case(
        401,
        r#"{"error":{"code":"unauthenticated","message":"x"}}"#,
        Person,
    ),
    case(
        403,
        r#"{"error":{"code":"Authorization_RequestDenied","message":"x"}}"#,
        Person,
    ),
    case(
        403,
        r#"{"error":{"code":"ErrorAccessDenied","message":"Access is denied."}}"#,
        Person,
    ),
    // Continuous access evaluation: signing in again answers the challenge.
    with(
        401,
        &[(
            "www-authenticate",
            "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"",
        )],
        r#"{"error":{"code":"InvalidAuthenticationToken","message":"Continuous access evaluation resulted in challenge."}}"#,
        Person,
    ),
    case(
        403,
        r#"{"error":{"code":"accessDenied","message":"x"}}"#,
        Person,
    ),
    case(403, "<html>proxy</html>", Nobody),
    case(401, "<html>proxy</html>", Nobody),
    // Our request.
    case(
        400,
        r#"{"error":{"code":"BadRequest","message":"x"}}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":{"code":"ErrorInvalidRequest","message":"x"}}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":{"code":"ErrorPropertyValidationFailure","message":"x"}}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":{"code":"RequestBodyRead","message":"x"}}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":{"code":"ErrorInvalidIdMalformed","message":"x"}}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":{"code":"ErrorOccurrenceCrossingBoundary","message":"x"}}"#,
        Nobody,
    ),
    // A position that is lost.
    case(
        400,
        r#"{"error":{"code":"SyncStateInvalid","message":"x"}}"#,
        Nobody,
    ),
    case(
        400,
        r#"{"error":{"code":"Directory_ExpiredPageToken","message":"x"}}"#,
        Nobody,
    ),
    case(
        404,
        r#"{"error":{"code":"syncStateNotFound","message":"x"}}"#,
        Nobody,
    ),
    with(
        410,
        &[("location", "https://graph.microsoft.com/v1.0/users/delta")],
        r#"{"error":{"code":"resyncRequired","message":"x"}}"#,
        Nobody,
    ),
    case(
        404,
        r#"{"error":{"code":"ResourceNotFound","message":"x"}}"#,
        Nobody,
    ),
    case(
        412,
        r#"{"error":{"code":"ErrorIrresolvableConflict","message":"x"}}"#,
        Nobody,
    ),
    case(
        424,
        r#"{"error":{"code":"FailedDependency","message":"x"}}"#,
        Nobody,
    ),
    with(
        429,
        &[("retry-after", "10")],
        r#"{"error":{"code":"TooManyRequests","innerError":{"code":"429"},"message":"x"}}"#,
        Nobody,
    ),
    case(
        429,
        r#"{"error":{"code":"activityLimitReached","message":"x"}}"#,
        Nobody,
    ),
    case(
        500,
        r#"{"error":{"code":"generalException","message":"x"}}"#,
        Nobody,
    ),
    case(
        501,
        r#"{"error":{"code":"notSupported","message":"x"}}"#,
        Nobody,
    ),
    case(
        503,
        r#"{"error":{"code":"ErrorMailboxStoreUnavailable","message":"x"}}"#,
        Nobody,
    ),
    case(
        504,
        r#"{"error":{"code":"UnknownError","message":"x"}}"#,
        Nobody,
    ),
    case(
        404,
        r#"{"error":{"code":"ErrorItemNotFound","message":"x"}}"#,
        Nobody,
    ),
    case(
        404,
        r#"{"error":{"code":"MailboxNotEnabledForRESTAPI","message":"x"}}"#,
        Nobody,
    ),
    case(
        404,
        r#"{"error":{"code":"ErrorMailboxStoreUnavailable","message":"x"}}"#,
        Nobody,
    ),
    case(
        409,
        r#"{"error":{"code":"ErrorIrresolvableConflict","message":"x"}}"#,
        Nobody,
    ),
    case(
        410,
        r#"{"error":{"code":"SyncStateNotFound","message":"x"}}"#,
        Nobody,
    ),
    case(423, r#"{"error":{"code":"Locked","message":"x"}}"#, Nobody),
    with(
        429,
        &[("retry-after", "10")],
        r#"{"error":{"code":"ApplicationThrottled","message":"x"}}"#,
        Nobody,
    ),
    with(
        503,
        &[("retry-after", "10")],
        r#"{"error":{"code":"serviceNotAvailable","message":"x"}}"#,
        Nobody,
    ),
    case(
        507,
        r#"{"error":{"code":"quotaLimitReached","message":"x"}}"#,
        Nobody,
    ),
    case(
        509,
        r#"{"error":{"code":"bandwidthLimitExceeded","message":"x"}}"#,
        Nobody,
    ),
];
