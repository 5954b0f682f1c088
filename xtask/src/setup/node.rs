//! npm packages of `end2end/`: Playwright, axe, binaryen's `wasm-opt`, and identity providers
//! of other origin than ours.

use anyhow::{Context as _, Result};

use super::{Missing, is_current, stamp};
use crate::process::{capture, command, run};
use crate::{out, paths};

/// The oldest Node release that the packages support.
const OLDEST: u32 = 20;

/// Installs exactly what the lock file names, unless that is there.
///
/// # Errors
/// [`Missing`] without a recent Node.
pub fn ensure() -> Result<()> {
    let folder = paths::end2end()?;
    let lock = std::fs::read_to_string(folder.join("package-lock.json"))
        .context("end2end/package-lock.json is missing")?;
    if folder.join("node_modules").is_dir() && is_current("npm", &lock)? {
        return Ok(());
    }
    let version = capture(command("node")?.arg("--version")).unwrap_or_default();
    if major(&version).is_none_or(|major| major < OLDEST) {
        let found = if version.is_empty() {
            "none"
        } else {
            version.trim()
        };
        let text = format!(
            "Node {OLDEST} or newer with npm is needed (found: {found}). See https://nodejs.org."
        );
        return Err(Missing(text).into());
    }
    out::line("installing npm packages (about 10 s)");
    let mut npm = command("npm")?;
    npm.current_dir(&folder)
        // The browser comes from the system.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    run(&mut npm)?;
    Ok(std::fs::write(stamp("npm")?, lock)?)
}

fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major(""), None);
    }
}
