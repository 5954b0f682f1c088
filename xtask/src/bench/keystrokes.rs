//! Keystrokes in lists of 10,000 people, in the system's Chromium against the release build.

use anyhow::{Context as _, Result};

use super::{Product, Row, portal};
use crate::process::capture;
use crate::{e2e, setup};

/// Runs the browser's benchmark and reads its rows.
///
/// # Errors
/// When no browser can be installed, or the page does not do what it should.
pub fn measure(product: &Product) -> Result<Vec<Row>> {
    setup::for_browser()?;
    let mut playwright = e2e::playwright()?;
    playwright
        .args(["test", "--config", "bench.config.ts"])
        .env("SYNCHRONIZER_BIN", &product.binary);
    let rows: Vec<Row> = capture(&mut playwright)?
        .lines()
        .filter_map(portal::row)
        .collect();
    rows.first().context("the browser printed no row")?;
    Ok(rows)
}
