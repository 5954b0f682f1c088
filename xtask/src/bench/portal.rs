//! Pages, mails and matching: measured by the benchmark of the server crate, in one process
//! with the release profile.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Product, Row};
use crate::process::{capture, command};

/// Runs the benchmark and reads its rows, one JSON object per line.
///
/// # Errors
/// When it does not build, fails, or prints no row.
pub fn measure(_: &Product) -> Result<Vec<Row>> {
    let mut cargo = command("cargo")?;
    cargo.args([
        "bench",
        "--package",
        "synchronizer-server",
        "--bench",
        "portal",
    ]);
    cargo.args(["--profile", "server-release"]);
    let rows: Vec<Row> = capture(&mut cargo)?.lines().filter_map(row).collect();
    rows.first().context("the benchmark printed no row")?;
    Ok(rows)
}

pub(super) fn row(line: &str) -> Option<Row> {
    // A reporter may put its own marks before a line.
    let value: Value = serde_json::from_str(line.get(line.find('{')?..)?).ok()?;
    let measured = value.get("measured")?.as_f64()?;
    Some(Row {
        what: value.get("what")?.as_str()?.to_owned(),
        measured: format!("{measured:.1} {}", value.get("unit")?.as_str()?),
        budget: value.get("budget")?.as_str()?.to_owned(),
        kept: value.get("kept").and_then(Value::as_bool),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_the_benchmark_is_read() {
        let line = r#"{"what":"a","measured":1.25,"unit":"ms","budget":"2 ms","kept":true}"#;
        let read = row(line).unwrap();
        assert_eq!((read.measured.as_str(), read.kept), ("1.2 ms", Some(true)));
        assert!(row("   Compiling x").is_none());
    }
}
