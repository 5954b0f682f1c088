//! Exchange's ResponseCodes (exchange.md §4, §10). A row's body is the code; how HTTP's own
//! 401 is read depends on the hand-shake and is told in the client's tests.

use super::{Case, Door, case, with};
use crate::error::Blame::{Company, Nobody, Person};
use crate::error::{ProviderError, System};
use crate::exchange::{answer_error, kind_of_response_code};

pub(super) const DOORS: &[Door] = &[
    ("Exchange's response codes", code, CODES),
    ("Exchange's envelopes", envelope, ENVELOPES),
];

fn code(case: &Case) -> ProviderError {
    let by_status = crate::http::status_kind(case.status(), &case.headers());
    let kind = match case.status().as_u16() {
        200 => kind_of_response_code(case.body, None),
        _ => by_status,
    };
    ProviderError::new(System::Exchange, kind, case.body)
}

fn envelope(case: &Case) -> ProviderError {
    answer_error(&case.answer())
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
    case(200, "ErrorImpersonationFailed", Company),
    case(200, "ErrorExceededFindCountLimit", Nobody),
    case(200, "ErrorTooManyObjectsOpened", Nobody),
    case(200, "ErrorBatchProcessingStopped", Nobody),
    case(200, "ErrorQuotaExceeded", Nobody),
    case(200, "ErrorItemNotFound", Nobody),
    case(200, "ErrorCannotFindUser", Nobody),
    case(200, "ErrorSchemaValidation", Nobody),
    case(200, "ErrorNonExistentMailbox", Nobody),
    case(200, "ErrorFolderNotFound", Nobody),
    case(200, "ErrorInvalidRequest", Nobody),
    case(200, "ErrorThatNobodyHasSeen", Nobody),
];

/// Faults, messages with an error, and what stands before Exchange. A 401 depends on the
/// hand-shake.
const ENVELOPES: &[Case] = &[
    case(
        500,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode xmlns:a=\"http://schemas.microsoft.com/exchange/services/2006/types\">a:ErrorServerBusy</faultcode><faultstring xml:lang=\"en-US\">The server cannot service this request right now. Try again later.</faultstring><detail><e:ResponseCode xmlns:e=\"http://schemas.microsoft.com/exchange/services/2006/errors\">ErrorServerBusy</e:ResponseCode><t:MessageXml xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\"><t:Value Name=\"BackOffMilliseconds\">30000</t:Value></t:MessageXml></detail></s:Fault></s:Body></s:Envelope>",
        Nobody,
    ),
    case(
        500,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode xmlns:a=\"http://schemas.microsoft.com/exchange/services/2006/types\">a:ErrorInternalServerTransientError</faultcode><faultstring xml:lang=\"en-US\">Try again later.</faultstring><detail><e:ResponseCode xmlns:e=\"http://schemas.microsoft.com/exchange/services/2006/errors\">ErrorInternalServerTransientError</e:ResponseCode></detail></s:Fault></s:Body></s:Envelope>",
        Nobody,
    ),
    case(
        500,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode xmlns:a=\"http://schemas.microsoft.com/exchange/services/2006/types\">a:ErrorMailboxMoveInProgress</faultcode><faultstring xml:lang=\"en-US\">The mailbox is on the move.</faultstring><detail><e:ResponseCode xmlns:e=\"http://schemas.microsoft.com/exchange/services/2006/errors\">ErrorMailboxMoveInProgress</e:ResponseCode></detail></s:Fault></s:Body></s:Envelope>",
        Nobody,
    ),
    case(
        500,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode xmlns:a=\"http://schemas.microsoft.com/exchange/services/2006/types\">a:ErrorSchemaValidation</faultcode><faultstring xml:lang=\"en-US\">The request failed schema validation.</faultstring><detail><e:ResponseCode xmlns:e=\"http://schemas.microsoft.com/exchange/services/2006/errors\">ErrorSchemaValidation</e:ResponseCode></detail></s:Fault></s:Body></s:Envelope>",
        Nobody,
    ),
    case(
        500,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode xmlns:a=\"http://schemas.microsoft.com/exchange/services/2006/types\">a:ErrorImpersonateUserDenied</faultcode><faultstring xml:lang=\"en-US\">The account does not have permission to impersonate the requested user.</faultstring><detail><e:ResponseCode xmlns:e=\"http://schemas.microsoft.com/exchange/services/2006/errors\">ErrorImpersonateUserDenied</e:ResponseCode></detail></s:Fault></s:Body></s:Envelope>",
        Company,
    ),
    case(
        500,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode xmlns:a=\"http://schemas.microsoft.com/exchange/services/2006/types\">a:ErrorAccountDisabled</faultcode><faultstring xml:lang=\"en-US\">The account is disabled.</faultstring><detail><e:ResponseCode xmlns:e=\"http://schemas.microsoft.com/exchange/services/2006/errors\">ErrorAccountDisabled</e:ResponseCode></detail></s:Fault></s:Body></s:Envelope>",
        Company,
    ),
    case(
        500,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode xmlns:a=\"http://schemas.microsoft.com/exchange/services/2006/types\">a:ErrorAccessDenied</faultcode><faultstring xml:lang=\"en-US\">Access is denied.</faultstring><detail><e:ResponseCode xmlns:e=\"http://schemas.microsoft.com/exchange/services/2006/errors\">ErrorAccessDenied</e:ResponseCode></detail></s:Fault></s:Body></s:Envelope>",
        Person,
    ),
    case(
        500,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode xmlns:a=\"http://schemas.microsoft.com/exchange/services/2006/types\">a:ErrorPasswordExpired</faultcode><faultstring xml:lang=\"en-US\">The password has expired.</faultstring><detail><e:ResponseCode xmlns:e=\"http://schemas.microsoft.com/exchange/services/2006/errors\">ErrorPasswordExpired</e:ResponseCode></detail></s:Fault></s:Body></s:Envelope>",
        Person,
    ),
    case(
        200,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><m:GetFolderResponse xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\"><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass=\"Error\"><m:MessageText>Text.</m:MessageText><m:ResponseCode>ErrorAccessDenied</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey></m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse></s:Body></s:Envelope>",
        Person,
    ),
    case(
        200,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><m:GetFolderResponse xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\"><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass=\"Error\"><m:MessageText>Text.</m:MessageText><m:ResponseCode>ErrorServerBusy</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey></m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse></s:Body></s:Envelope>",
        Nobody,
    ),
    case(
        200,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><m:GetFolderResponse xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\"><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass=\"Error\"><m:MessageText>Text.</m:MessageText><m:ResponseCode>ErrorMailboxStoreUnavailable</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey></m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse></s:Body></s:Envelope>",
        Nobody,
    ),
    case(
        200,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><m:GetFolderResponse xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\"><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass=\"Error\"><m:MessageText>Text.</m:MessageText><m:ResponseCode>ErrorFolderNotFound</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey></m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse></s:Body></s:Envelope>",
        Nobody,
    ),
    case(
        200,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><m:GetFolderResponse xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\"><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass=\"Error\"><m:MessageText>Text.</m:MessageText><m:ResponseCode>ErrorNonExistentMailbox</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey></m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse></s:Body></s:Envelope>",
        Nobody,
    ),
    // Switched off for the account or for programs like ours.
    case(403, "", Company),
    case(200, "<html>Outlook</html>", Nobody),
    case(404, "", Nobody),
    case(405, "", Nobody),
    case(400, "", Nobody),
    case(413, "", Nobody),
    with(302, &[("location", "/owa/auth/logon.aspx")], "", Nobody),
    with(
        451,
        &[(
            "x-ms-location",
            "https://elsewhere.example/EWS/Exchange.asmx",
        )],
        "",
        Nobody,
    ),
    with(503, &[("retry-after", "30")], "", Nobody),
];
