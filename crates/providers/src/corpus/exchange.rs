//! Exchange's ResponseCodes (exchange.md §4, §10). A row's body is the code; how HTTP's own
//! 401 is read depends on the hand-shake and is told in the client's tests.

use super::{Case, Door, case};
use crate::error::Blame::{Company, Nobody, Person};
use crate::error::{ProviderError, System};
use crate::exchange::kind_of_response_code;

pub(super) const DOORS: &[Door] = &[("Exchange's response codes", code, CODES)];

fn code(case: &Case) -> ProviderError {
    let by_status = crate::http::status_kind(case.status(), &case.headers());
    let kind = match case.status().as_u16() {
        200 => kind_of_response_code(case.body, None),
        _ => by_status,
    };
    ProviderError::new(System::Exchange, kind, case.body)
}

const CODES: &[Case] = &[
    case(200, "ErrorPasswordExpired", Person),
    case(200, "ErrorPasswordChangeRequired", Person),
    case(200, "ErrorAccessDenied", Person),
    case(200, "ErrorAccountDisabled", Company),
    case(200, "ErrorImpersonationDenied", Company),
    case(200, "ErrorImpersonateUserDenied", Company),
    case(200, "ErrorServerBusy", Nobody),
    case(200, "ErrorExceededConnectionCount", Nobody),
    case(200, "ErrorMailboxMoveInProgress", Nobody),
    case(200, "ErrorMailboxStoreUnavailable", Nobody),
    case(200, "ErrorInternalServerTransientError", Nobody),
    case(200, "ErrorInternalServerError", Nobody),
    case(200, "ErrorTimeoutExpired", Nobody),
    case(200, "ErrorNonExistentMailbox", Nobody),
    case(200, "ErrorFolderNotFound", Nobody),
    case(200, "ErrorInvalidRequest", Nobody),
    case(200, "ErrorThatNobodyHasSeen", Nobody),
];
