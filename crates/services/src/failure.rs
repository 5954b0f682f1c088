//! How failures below become answers above: logged once, with a reference.

use synchronizer_domain::{ErrorCode, Rng, UseCaseError};
use synchronizer_mail::MailError;
use synchronizer_providers::{ErrorKind, ProviderError};
use synchronizer_storage::StorageError;
use synchronizer_vault::VaultError;
use tracing::error;

/// A failure that no person caused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("storage failed")]
    Storage(#[from] StorageError),
    #[error("a sealed value could not be opened")]
    Vault(#[from] VaultError),
    #[error("a mail could not be made")]
    Mail(#[from] MailError),
    #[error("a stored value is not as it was written")]
    Stored(#[from] serde_json::Error),
    #[error("{0} is not configured on this installation")]
    NotConfigured(&'static str),
    #[error("a remote system failed")]
    Provider(#[from] ProviderError),
    #[error("a row that must exist is missing: {0}")]
    Missing(&'static str),
}

pub(crate) type FaultResult<T> = Result<T, Fault>;

/// A short reference that a person can read out.
pub(crate) fn reference(rng: &dyn Rng) -> String {
    let mut bytes = [0u8; 4];
    rng.fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Logs the whole chain once and returns the reference.
pub(crate) fn log_fault(rng: &dyn Rng, fault: &Fault) -> String {
    let reference = reference(rng);
    error!(reference, chain = chain(fault), "use case failed");
    reference
}

/// What failed, and why, and why that.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        source = cause.source();
    }
    chain
}

impl crate::Core {
    /// The answer for a fault.
    pub(crate) fn internal(&self, fault: impl Into<Fault>) -> UseCaseError {
        UseCaseError::Internal {
            reference: log_fault(&*self.rng, &fault.into()),
        }
    }
}

/// The sentence for a remote failure, where a person can do something about it.
pub(crate) fn provider_code(error: &ProviderError) -> ErrorCode {
    match error.kind() {
        ErrorKind::AddressForbidden => ErrorCode::AddressForbidden,
        ErrorKind::HttpsRequired => ErrorCode::HttpsRequired,
        ErrorKind::NotACalendarServer => ErrorCode::NotACalendarServer,
        ErrorKind::AdminApproval => ErrorCode::AdminMustAct {
            system: error.system().word().to_owned(),
        },
        ErrorKind::Misconfigured => ErrorCode::OperatorMustAct {
            system: error.system().word().to_owned(),
        },
        ErrorKind::ExchangeOnline => ErrorCode::ExchangeOnline,
        ErrorKind::Throttled {
            retry_after: Some(wait),
        } => ErrorCode::Busy {
            system: error.system().word().to_owned(),
            seconds: wait.as_secs().max(1),
        },
        _ => ErrorCode::Unavailable {
            system: error.system().word().to_owned(),
        },
    }
}

/// Whether only a new sign-in mends it.
pub(crate) fn needs_person(error: &ProviderError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NeedsPerson | ErrorKind::ScopeMissing | ErrorKind::AdminApproval
    )
}
