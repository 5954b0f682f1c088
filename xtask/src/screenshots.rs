//! `cargo xtask screenshots`: the pictures of the README, taken from the running product.

use anyhow::Result;

use crate::process::run;
use crate::{build, e2e, out, paths, setup, site};

/// Builds what is needed and writes `docs/screenshots/*.png`, and every page in all its
/// looks to `target/screenshots` for people to judge.
///
/// # Errors
/// When a build fails or a page does not look as the script expects.
pub fn run_all() -> Result<()> {
    setup::for_browser()?;
    site::build()?;
    build::server()?;
    out::step("screenshots", "about 1 min");
    let folder = paths::root()?.join("docs/screenshots");
    std::fs::create_dir_all(&folder)?;
    let mut playwright = e2e::playwright()?;
    playwright
        .args(["test", "--config", "screenshots.config.ts"])
        .env("SYNCHRONIZER_SCREENSHOTS", &folder);
    run(&mut playwright)?;
    out::line(format_args!("written to {}", folder.display()));
    Ok(())
}
