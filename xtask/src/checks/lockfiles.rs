//! The lock files name packages, not the mirror of whoever wrote them.

use anyhow::{Context as _, Result};

use crate::paths;

/// Complaints about the lock files.
///
/// # Errors
/// When one cannot be read.
pub fn check() -> Result<Vec<String>> {
    let read = |name: &str| {
        let file = paths::root()?.join(name);
        std::fs::read_to_string(&file).with_context(|| format!("no {name}"))
    };
    let mut complaints = cargo(&read("Cargo.lock")?);
    complaints.extend(npm(&read("end2end/package-lock.json")?));
    Ok(complaints)
}

fn cargo(text: &str) -> Vec<String> {
    let index = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    text.lines()
        .filter(|line| line.starts_with("source = ") && *line != index)
        .map(|line| format!("Cargo.lock: {line} is not the public index"))
        .collect()
}

fn npm(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| line.starts_with("\"resolved\": \"http"))
        .map(|line| format!("end2end/package-lock.json names a host: {line}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_source_is_refused() {
        let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        assert!(cargo(public).is_empty());
        assert_eq!(cargo("source = \"git+https://example.org/x\"\n").len(), 1);
    }

    #[test]
    fn a_host_name_in_the_npm_lock_file_is_refused() {
        assert_eq!(
            npm("  \"resolved\": \"https://mirror.example/a.tgz\",\n").len(),
            1
        );
        assert!(npm("  \"integrity\": \"sha512-x\",\n").is_empty());
    }
}
