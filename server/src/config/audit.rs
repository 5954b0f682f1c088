//! `[audit]`

use serde::{Deserialize, Serialize};

/// The audit log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditSection {
    /// Days after which lines are removed; 0 keeps them for ever.
    pub keep_days: u32,
}

impl Default for AuditSection {
    fn default() -> Self {
        Self { keep_days: 730 }
    }
}

impl AuditSection {
    /// The days, none for ever.
    #[must_use]
    pub fn days(&self) -> Option<u32> {
        (self.keep_days > 0).then_some(self.keep_days)
    }
}
