//! Where things lie in the repository.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The repository's root folder.
///
/// # Errors
/// When the tool runs outside cargo and outside the repository.
pub fn root() -> Result<PathBuf> {
    let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::current_dir()?,
    };
    start
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file() && folder.join("xtask").is_dir())
        .map(Path::to_path_buf)
        .context("run this inside the repository")
}

/// Cargo's output folder. Other places are refused by nobody, but only this one is cached.
///
/// # Errors
/// As [`root`].
pub fn target() -> Result<PathBuf> {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => Ok(std::path::absolute(folder)?),
        None => Ok(root()?.join("target")),
    }
}

/// The built site that the portal serves.
///
/// # Errors
/// As [`root`].
pub fn site() -> Result<PathBuf> {
    Ok(target()?.join("site"))
}

/// The server binary of a profile's folder (`debug`, `server-release`).
///
/// # Errors
/// As [`root`].
pub fn server(profile: &str) -> Result<PathBuf> {
    Ok(target()?.join(profile).join("synchronizer"))
}

/// The folder of the browser tests.
///
/// # Errors
/// As [`root`].
pub fn end2end() -> Result<PathBuf> {
    Ok(root()?.join("end2end"))
}

/// A program of the Python environment that holds the test peers.
///
/// # Errors
/// As [`root`].
pub fn peer(program: &str) -> Result<PathBuf> {
    Ok(target()?.join("peers/venv/bin").join(program))
}

/// The folder with what Google publishes about its interfaces.
///
/// # Errors
/// As [`root`].
pub fn google_documents() -> Result<PathBuf> {
    Ok(target()?.join("peers/google-documents"))
}
