//! What needs a browser or the whole stack, measured by scripts in `end2end/bench` against the
//! release build.

use anyhow::{Context as _, Result};

use super::{Product, Row, portal};
use crate::process::capture;
use crate::{e2e, setup};

/// Keystrokes in lists of 10,000 people, in the system's Chromium.
///
/// # Errors
/// When no browser can be installed, or the page does not do what it should.
pub fn keystrokes(product: &Product) -> Result<Vec<Row>> {
    run(product, "keystrokes")
}

/// A company of 10,000 links: linking them in the page, pages about them, memory.
///
/// # Errors
/// When no browser can be installed, or a page does not do what it should.
pub fn links(product: &Product) -> Result<Vec<Row>> {
    run(product, "links")
}

/// Runs a script of `end2end/bench` and reads its rows.
fn run(product: &Product, script: &str) -> Result<Vec<Row>> {
    setup::for_browser()?;
    let mut playwright = e2e::playwright()?;
    playwright
        .args(["test", "--config", "bench.config.ts"])
        .arg(format!("{script}.bench.ts"))
        .env("SYNCHRONIZER_BIN", &product.binary);
    let rows: Vec<Row> = capture(&mut playwright)?
        .lines()
        .filter_map(portal::row)
        .collect();
    rows.first().context("the browser printed no row")?;
    Ok(rows)
}
