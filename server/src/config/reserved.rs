//! `[sync]`: keys of the configuration contract whose features are not built yet. They are
//! accepted, so that one configuration serves every version.

use serde::{Deserialize, Serialize};

/// `[sync]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SyncSection {
    /// Time between two looks at the CRM, such as `60s`.
    pub interval: String,
    /// Days back that are kept equal.
    pub window_past_days: u32,
    /// Days ahead that are kept equal.
    pub window_future_days: u32,
    /// A first run that would create more items on one side waits for a person.
    pub first_run_limit: u32,
}

impl Default for SyncSection {
    fn default() -> Self {
        Self {
            interval: "60s".to_owned(),
            window_past_days: 7,
            window_future_days: 180,
            first_run_limit: 200,
        }
    }
}
