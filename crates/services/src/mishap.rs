//! What a page about a mishap is given.

use synchronizer_domain::UseCaseError;
use synchronizer_domain::activation::{ConsentBox, Couple, Mishap};
use synchronizer_domain::profile::CalendarSystem;

use crate::Core;
use crate::failure::{Fault, log_fault};

/// A mishap with the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MishapReport {
    /// What happened.
    pub mishap: Mishap,
    /// Whose link it is about.
    pub couple: Option<Couple>,
    /// The account that was expected, for display.
    pub expected: Option<String>,
    /// The account that came, for display.
    pub actual: Option<String>,
    /// Where to try again.
    pub retry: Option<String>,
    /// Reference for the log.
    pub reference: Option<String>,
    /// The calendar system it is about.
    pub system: Option<CalendarSystem>,
    /// Boxes of a consent page that were left empty.
    pub missing: Vec<ConsentBox>,
}

impl MishapReport {
    /// Only what happened.
    #[must_use]
    pub const fn plain(mishap: Mishap) -> Self {
        Self {
            mishap,
            couple: None,
            expected: None,
            actual: None,
            retry: None,
            reference: None,
            system: None,
            missing: Vec::new(),
        }
    }

    pub(crate) fn retry_at(mut self, path: impl Into<String>) -> Self {
        self.retry = Some(path.into());
        self
    }

    pub(crate) fn about(mut self, couple: Couple) -> Self {
        self.system = Some(couple.system);
        self.couple = Some(couple);
        self
    }
}

/// The page for a refusal of what leads out of the portal, or is no page of it.
impl From<UseCaseError> for MishapReport {
    fn from(error: UseCaseError) -> Self {
        match error {
            UseCaseError::Internal { reference } => Self {
                reference: Some(reference),
                ..Self::plain(Mishap::Internal)
            },
            // Administrators may do all that they can ask for, until their company is
            // suspended.
            UseCaseError::Forbidden => Self::plain(Mishap::TenantSuspended),
            _ => Self::plain(Mishap::NotFound),
        }
    }
}

impl Core {
    pub(crate) fn internal_mishap(&self, fault: impl Into<Fault>) -> MishapReport {
        let reference = log_fault(&*self.rng, &fault.into());
        MishapReport {
            reference: Some(reference),
            ..MishapReport::plain(Mishap::Internal)
        }
    }
}
