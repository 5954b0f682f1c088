//! The sizes of the Rust files, test code left out.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::checks::sources;
use crate::out;

/// Prints median, third quartile, 95th percentile and maximum per crate.
///
/// # Errors
/// When the sources cannot be read.
pub fn run() -> Result<()> {
    let mut crates: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    let mut all = Vec::new();
    for file in sources::files(&["rs"])? {
        if file.path.split('/').any(|part| part == "tests") {
            continue;
        }
        let owner = file
            .path
            .split("/src/")
            .next()
            .unwrap_or_default()
            .to_owned();
        let size = (production_lines(&file.text), file.path);
        all.push(size.clone());
        crates.entry(owner).or_default().push(size);
    }
    let head = [
        "crate",
        "files",
        "lines",
        "median",
        "p75",
        "p95",
        "max",
        "largest file",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (name, mut sizes) in crates {
        rows.push(row(&name, &mut sizes));
    }
    rows.push(row("all", &mut all));
    out::table(&rows);
    Ok(())
}

fn row(name: &str, sizes: &mut [(usize, String)]) -> Vec<String> {
    sizes.sort();
    let at = |percent: usize| {
        let index = (sizes.len() * percent).div_ceil(100).saturating_sub(1);
        sizes.get(index).map_or(0, |(lines, _)| *lines).to_string()
    };
    let total: usize = sizes.iter().map(|(lines, _)| lines).sum();
    vec![
        name.to_owned(),
        sizes.len().to_string(),
        total.to_string(),
        at(50),
        at(75),
        at(95),
        at(100),
        sizes
            .last()
            .map(|(_, path)| path.clone())
            .unwrap_or_default(),
    ]
}

/// Lines before the file's test module.
fn production_lines(text: &str) -> usize {
    let tests = text
        .lines()
        .position(|line| line.starts_with("#[cfg(test)]"));
    tests.unwrap_or_else(|| text.lines().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_module_does_not_count() {
        assert_eq!(
            production_lines("//! a\nfn b() {}\n#[cfg(test)]\nmod tests {}\n"),
            2
        );
    }
}
