//! What the server is told about the built script and wasm.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// Its name in `pkg`.
pub const MANIFEST: &str = "parts.json";

/// The server reads this at its start.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The folder in `pkg` that holds script and wasm, named after their content.
    pub folder: String,
    /// The files, without ending, that each lazy page needs besides the main module.
    pub parts: BTreeMap<String, Vec<String>>,
}

impl Manifest {
    /// The manifest of a built site.
    ///
    /// # Errors
    /// When the site is not built.
    pub fn read(pkg: &Path) -> Result<Self> {
        let file = pkg.join(MANIFEST);
        let text = fs::read(&file).with_context(|| format!("{} is missing", file.display()))?;
        Ok(serde_json::from_slice(&text)?)
    }
}
