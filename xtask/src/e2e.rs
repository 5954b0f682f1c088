//! The browser tests: Playwright in the system's Chromium against the real server binary.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process::{command, run_watched};
use crate::test::Counts;
use crate::{build, out, paths, setup, site};

/// `cargo xtask e2e`: builds what is needed and runs the tests.
///
/// # Errors
/// When a build or a test fails.
pub fn run_alone(args: &[String]) -> Result<()> {
    setup::for_browser()?;
    site::build()?;
    build::server()?;
    out::step("browser tests", "about 1 min");
    let counts = run(args)?;
    if counts.failed > 0 {
        bail!("{} browser tests failed", counts.failed);
    }
    Ok(())
}

/// Runs Playwright on what is built and counts.
///
/// # Errors
/// When Playwright cannot run at all.
pub fn run(args: &[String]) -> Result<Counts> {
    let results = paths::target()?.join("e2e/results.json");
    if results.exists() {
        std::fs::remove_file(&results)?;
    }
    let mut playwright = playwright()?;
    playwright.arg("test").args(args);
    playwright.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &results);
    let ok = run_watched(&mut playwright, &mut |_| {})?;
    let text = std::fs::read_to_string(&results).context("Playwright left no results")?;
    let counts = count(&serde_json::from_str(&text)?)?;
    if !ok && counts.failed == 0 {
        bail!("Playwright failed outside of a test");
    }
    Ok(counts)
}

/// Playwright with the variables that its configuration reads.
///
/// # Errors
/// When no browser is installed.
pub fn playwright() -> Result<Command> {
    let end2end = paths::end2end()?;
    let browser: PathBuf = setup::chromium().context("Chromium is not installed")?;
    let mut playwright = command(end2end.join("node_modules/.bin/playwright"))?;
    playwright
        .current_dir(&end2end)
        .env("CHROMIUM_PATH", browser)
        .env("SYNCHRONIZER_BIN", paths::server("debug")?)
        .env("SYNCHRONIZER_SITE", paths::site()?)
        .env("SYNCHRONIZER_RADICALE", paths::peer("radicale")?)
        .env("SYNCHRONIZER_OUTPUT", paths::target()?.join("e2e"))
        // Both: Node and npm warn about each other's colour settings otherwise.
        .env_remove("FORCE_COLOR")
        .env_remove("NO_COLOR");
    Ok(playwright)
}

fn count(results: &Value) -> Result<Counts> {
    let number = |key: &str| {
        let number = results.get("stats")?.get(key)?.as_u64()?;
        usize::try_from(number).ok()
    };
    let counts = || {
        Some(Counts {
            // Without retries nothing is flaky; if somebody turns them on, flaky is failed.
            passed: number("expected")?,
            failed: number("unexpected")? + number("flaky")? + errors(results),
        })
    };
    counts().context("Playwright's results have no stats")
}

/// Errors outside of any test, such as a file that does not load.
fn errors(results: &Value) -> usize {
    results
        .get("errors")
        .and_then(Value::as_array)
        .map_or(0, Vec::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flaky_tests_and_stray_errors_count_as_failed() {
        let results = serde_json::json!({
            "stats": {"expected": 7, "unexpected": 1, "flaky": 1, "skipped": 3},
            "errors": [{"message": "no such file"}],
        });
        assert_eq!(
            count(&results).unwrap(),
            Counts {
                passed: 7,
                failed: 3
            }
        );
    }
}
