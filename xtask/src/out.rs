//! Everything the tool says goes through here. A closed pipe is no reason to fail.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

/// One line on standard output.
pub fn line(text: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Announces a piece of work and how long it usually takes.
pub fn step(what: &str, usual: &str) {
    line(format_args!("\n── {what} ({usual})"));
}

/// A failure, on standard error.
pub fn failure(text: &str) {
    let _ = writeln!(io::stderr().lock(), "\nxtask: {text}");
}

/// Minutes and seconds, as in `3:07`.
pub fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Kilobytes (1,000 bytes) with one digit.
pub fn kilobytes(bytes: u64) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}

/// A table with aligned columns; the first row is the head.
pub fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let width = |row: &Vec<String>| row.get(column).map_or(0, |cell| cell.chars().count());
            rows.iter().map(width).max().unwrap_or(0)
        })
        .collect();
    for (number, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths);
        let text: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        line(text.join("  ").trim_end());
        if number == 0 {
            let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
            line(rule.join("  "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_minutes_and_seconds() {
        assert_eq!(minutes(Duration::from_secs(187)), "3:07");
    }

    #[test]
    fn sizes_read_as_decimal_kilobytes() {
        assert_eq!(kilobytes(177_432), "177.4 kB");
    }
}
