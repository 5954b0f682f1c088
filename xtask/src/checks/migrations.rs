//! Both databases have the same migrations, numbered without gaps.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::paths;

/// Complaints about the files in `migrations/`.
///
/// # Errors
/// When a folder cannot be read.
pub fn check() -> Result<Vec<String>> {
    let folder = paths::root()?.join("migrations");
    let sqlite = names(&folder.join("sqlite"))?;
    let postgres = names(&folder.join("postgres"))?;
    Ok(compare(&sqlite, &postgres))
}

fn names(folder: &Path) -> Result<BTreeSet<String>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))?;
    entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

fn compare(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) -> Vec<String> {
    let mut complaints: Vec<String> = sqlite
        .symmetric_difference(postgres)
        .map(|name| format!("migration {name} exists for one database only"))
        .collect();
    for (number, name) in (1..).zip(sqlite) {
        let start = format!("{number:04}_");
        if !name.starts_with(&start) || !name.ends_with(".sql") {
            complaints.push(format!("migration {name} should be named {start}….sql"));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn equal_lists_are_fine() {
        let both = set(&["0001_first.sql", "0002_second.sql"]);
        assert!(compare(&both, &both).is_empty());
    }

    #[test]
    fn a_migration_of_one_database_is_refused() {
        let both = set(&["0001_first.sql"]);
        assert_eq!(compare(&both, &set(&[])).len(), 1);
    }

    #[test]
    fn a_gap_in_the_numbers_is_refused() {
        let both = set(&["0001_first.sql", "0003_third.sql"]);
        assert_eq!(compare(&both, &both).len(), 1);
    }
}
