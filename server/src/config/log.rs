//! `[log]`

use serde::{Deserialize, Serialize};

/// Logs go to standard error; `RUST_LOG` sets levels.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSection {
    /// One JSON object per line.
    pub json: bool,
}
