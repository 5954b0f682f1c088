//! What a ResponseCode of EWS means for the caller (exchange.md §4, §10).

use std::time::Duration;

use crate::error::ErrorKind;

/// It is too much at once; the same call works later.
const THROTTLED: [&str; 6] = [
    "ErrorServerBusy",
    "ErrorExceededConnectionCount",
    "ErrorExceededFindCountLimit",
    "ErrorTooManyObjectsOpened",
    "ErrorExceededSubscriptionCount",
    "ErrorExceededMessageLimit",
];

/// The server has a trouble of its own that passes.
const PASSING: [&str; 38] = [
    "ErrorADOperation",
    "ErrorADUnavailable",
    "ErrorBatchProcessingStopped",
    "ErrorClientDisconnected",
    "ErrorConnectionFailed",
    "ErrorCrossSiteRequest",
    "ErrorDataSourceOperation",
    "ErrorFreeBusyGenerationFailed",
    "ErrorInsufficientResources",
    "ErrorInternalServerError",
    "ErrorInternalServerTransientError",
    "ErrorInvalidNetworkServiceContext",
    "ErrorLogonAsNetworkServiceFailed",
    "ErrorMailboxFailover",
    "ErrorMailboxLogonFailed",
    "ErrorMailboxMoveInProgress",
    "ErrorMailboxStoreUnavailable",
    "ErrorMessageTrackingTransientError",
    "ErrorNoApplicableProxyCASServersAvailable",
    "ErrorNoDestinationCASDueToKerberosRequirements",
    "ErrorNoDestinationCASDueToSSLRequirements",
    "ErrorNoDestinationCASDueToVersionMismatch",
    "ErrorNoRespondingCASInDestinationSite",
    "ErrorNotEnoughMemory",
    "ErrorProxiedSubscriptionCallFailure",
    "ErrorProxyCallFailed",
    "ErrorProxyRequestNotAllowed",
    "ErrorProxyRequestProcessingFailed",
    "ErrorProxyServiceDiscoveryFailed",
    "ErrorProxySoapException",
    "ErrorProxyTokenExpired",
    "ErrorPublicFolderRequestProcessingFailed",
    "ErrorRequestAborted",
    "ErrorServiceDiscoveryFailed",
    "ErrorServiceUnavailable",
    "ErrorTimeoutExpired",
    "ErrorTokenSerializationDenied",
    "ErrorWin32InteropError",
];

/// The person must type a new password.
const PERSON: [&str; 2] = ["ErrorPasswordChangeRequired", "ErrorPasswordExpired"];

/// An administrator of Exchange must act.
const ADMINISTRATOR: [&str; 12] = [
    "ErrorAccountDisabled",
    "ErrorAccountSuspend",
    "ErrorAccountSuspendShowTierUpgrade",
    "ErrorCallerIsInvalidADAccount",
    "ErrorImpersonateUserDenied",
    "ErrorImpersonationDenied",
    "ErrorImpersonationFailed",
    "ErrorInvalidLicense",
    "ErrorInvalidManagementRoleHeader",
    "ErrorOrganizationAccessBlocked",
    "ErrorPermissionNotAllowedByPolicy",
    "ErrorUserNotAllowedByPolicy",
];

/// This account may not do this.
const RIGHT_MISSING: [&str; 6] = [
    "ErrorAccessDenied",
    "ErrorAccessDeniedDueToCompliance",
    "ErrorNoFreeBusyAccess",
    "ErrorNotDelegate",
    "ErrorRecoverableItemsAccessDenied",
    "ErrorSubscriptionAccessDenied",
];

/// There is no such mailbox, folder or person.
const MISSING: [&str; 16] = [
    "ErrorCannotFindUser",
    "ErrorFolderNotFound",
    "ErrorItemNotFound",
    "ErrorInvalidMailbox",
    "ErrorMailboxConfiguration",
    "ErrorMailRecipientNotFound",
    "ErrorMissingEmailAddress",
    "ErrorMissingExchangePrincipal",
    "ErrorNameResolutionNoMailbox",
    "ErrorNoCalendar",
    "ErrorNonExistentMailbox",
    "ErrorNonPrimarySmtpAddress",
    "ErrorParentFolderNotFound",
    "ErrorRecipientNotFound",
    "ErrorSyncFolderNotFound",
    "ErrorToFolderNotFound",
];

/// Nothing can be written.
const READ_ONLY: [&str; 5] = [
    "ErrorCreateItemAccessDenied",
    "ErrorCreateSubfolderAccessDenied",
    "ErrorMessagePerFolderCountReceiveQuotaExceeded",
    "ErrorQuotaExceeded",
    "ErrorQuotaExceededOnDelete",
];

/// What a ResponseCode means. Codes that no row names are about a request that we made
/// wrongly or an answer that we do not know: [`ErrorKind::Protocol`].
#[must_use]
pub fn kind_of(code: &str, back_off: Option<Duration>) -> ErrorKind {
    let rows: [(&[&str], ErrorKind); 7] = [
        (
            &THROTTLED,
            ErrorKind::Throttled {
                retry_after: back_off,
            },
        ),
        (&PASSING, ErrorKind::Unavailable),
        (&PERSON, ErrorKind::NeedsPerson),
        (&ADMINISTRATOR, ErrorKind::AdminApproval),
        (&RIGHT_MISSING, ErrorKind::ScopeMissing),
        (&MISSING, ErrorKind::NotFound),
        (&READ_ONLY, ErrorKind::ReadOnly),
    ];
    rows.into_iter()
        .find(|(codes, _)| codes.contains(&code))
        .map_or(ErrorKind::Protocol, |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_code_has_one_meaning_and_outages_ask_nobody() {
        let mut seen = HashSet::new();
        let rows: [&[&str]; 7] = [
            &THROTTLED,
            &PASSING,
            &PERSON,
            &ADMINISTRATOR,
            &RIGHT_MISSING,
            &MISSING,
            &READ_ONLY,
        ];
        for code in rows.into_iter().flatten() {
            assert!(seen.insert(*code), "{code}");
        }
        for code in THROTTLED.iter().chain(&PASSING) {
            let kind = kind_of(code, None);
            assert!(
                matches!(kind, ErrorKind::Unavailable | ErrorKind::Throttled { .. }),
                "{code} {kind:?}"
            );
        }
        let wait = Some(Duration::from_secs(30));
        let busy = kind_of("ErrorServerBusy", wait);
        assert_eq!(busy, ErrorKind::Throttled { retry_after: wait });
        assert_eq!(kind_of("ErrorSchemaValidation", None), ErrorKind::Protocol);
        assert_eq!(kind_of("ErrorOfTomorrow", None), ErrorKind::Protocol);
    }

    /// Where the schemas are at hand: every code of the table is one that servers send.
    #[test]
    fn every_code_of_the_table_is_documented() {
        let Some(folder) = std::env::var_os("SYNCHRONIZER_TEST_EWS_SCHEMAS") else {
            eprintln!("no EWS schemas: the codes are not compared with them");
            return;
        };
        let schema = std::path::Path::new(&folder).join("messages.xsd");
        let schema = std::fs::read_to_string(schema).unwrap();
        let rows: [&[&str]; 7] = [
            &THROTTLED,
            &PASSING,
            &PERSON,
            &ADMINISTRATOR,
            &RIGHT_MISSING,
            &MISSING,
            &READ_ONLY,
        ];
        for code in rows.into_iter().flatten() {
            assert!(schema.contains(&format!("value=\"{code}\"")), "{code}");
        }
    }
}
