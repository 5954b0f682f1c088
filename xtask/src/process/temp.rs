//! Temporary folders that vanish with their owner, also on a signal.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::groups;

/// A folder below the system's temporary folder; removed when dropped.
#[derive(Debug)]
pub struct TempFolder(PathBuf);

impl TempFolder {
    /// Makes a new, empty folder whose name starts with `prefix`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(prefix: &str) -> Result<Self> {
        let name = format!("{prefix}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).context("cannot remove an old temporary folder")?;
        }
        std::fs::create_dir(&folder).context("cannot make a temporary folder")?;
        groups::remember_folder(&folder);
        Ok(Self(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        groups::forget_folder(&self.0);
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
