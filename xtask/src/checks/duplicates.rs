//! Large crates that must be in the lock file once: a second copy costs minutes and megabytes.

use std::collections::BTreeSet;

use super::metadata::Package;

const HEAVY: [&str; 13] = [
    "axum",
    "brotli",
    "clap",
    "hyper",
    "leptos",
    "lettre",
    "reqwest",
    "rustls",
    "server_fn",
    "sqlx",
    "tokio",
    "tower-http",
    "wasm-bindgen",
];

/// Complaints about heavy crates that are there more than once.
pub fn check(packages: &[Package]) -> Vec<String> {
    HEAVY
        .iter()
        .filter_map(|name| {
            let same = packages.iter().filter(|package| package.name == *name);
            let versions: BTreeSet<&str> = same.map(|package| package.version.as_str()).collect();
            let list = versions.iter().copied().collect::<Vec<_>>().join(" and ");
            (versions.len() > 1).then(|| format!("{name} is there twice: {list}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::metadata::tests::ours;
    use super::*;

    #[test]
    fn a_second_copy_of_a_heavy_crate_is_refused() {
        let first = ours("reqwest", &[]);
        let second = Package {
            version: "0.13.0".to_owned(),
            ..first.clone()
        };
        assert!(check(std::slice::from_ref(&first)).is_empty());
        assert_eq!(
            check(&[first, second]),
            ["reqwest is there twice: 0.1.0 and 0.13.0"]
        );
    }
}
