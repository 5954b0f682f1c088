//! What `cargo metadata` knows, reduced to what the checks need.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process::{capture, command};

/// How one package uses another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Linked into the product.
    Normal,
    /// Used by a build script.
    Build,
    /// Used by tests only.
    Dev,
}

/// A package of the workspace or of a registry.
#[derive(Debug, Clone)]
pub struct Package {
    /// Name in its manifest.
    pub name: String,
    /// Version.
    pub version: String,
    /// SPDX expression, when declared.
    pub licence: Option<String>,
    /// Whether it is one of ours.
    pub ours: bool,
    /// Name and kind of every declared dependency.
    pub uses: Vec<(String, Kind)>,
}

/// Every package of the lock file.
///
/// # Errors
/// When cargo fails (also when `Cargo.lock` is out of date) or prints something unexpected.
pub fn load() -> Result<Vec<Package>> {
    let options = ["metadata", "--format-version", "1", "--locked", "--quiet"];
    let text = capture(command("cargo")?.args(options))?;
    parse(&serde_json::from_str(&text)?).context("unexpected output of cargo metadata")
}

fn parse(metadata: &Value) -> Option<Vec<Package>> {
    let packages = metadata.get("packages")?.as_array()?;
    packages.iter().map(package).collect()
}

fn package(value: &Value) -> Option<Package> {
    let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
    let uses = value
        .get("dependencies")?
        .as_array()?
        .iter()
        .map(dependency);
    Some(Package {
        name: text("name")?,
        version: text("version")?,
        licence: text("license"),
        // Packages of a registry have a source, path packages have none.
        ours: value.get("source")?.is_null(),
        uses: uses.collect::<Option<_>>()?,
    })
}

fn dependency(value: &Value) -> Option<(String, Kind)> {
    let kind = match value.get("kind")?.as_str() {
        None => Kind::Normal,
        Some("build") => Kind::Build,
        Some(_) => Kind::Dev,
    };
    Some((value.get("name")?.as_str()?.to_owned(), kind))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// One of our packages with the given dependencies.
    pub fn ours(name: &str, uses: &[(&str, Kind)]) -> Package {
        Package {
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            licence: Some("MIT OR Apache-2.0".to_owned()),
            ours: true,
            uses: uses
                .iter()
                .map(|(name, kind)| ((*name).to_owned(), *kind))
                .collect(),
        }
    }

    #[test]
    fn packages_are_read_with_the_kind_of_their_dependencies() {
        let json = serde_json::json!({"packages": [{
            "name": "a", "version": "1.0.0", "license": "MIT", "source": null,
            "dependencies": [{"name": "b", "kind": null}, {"name": "c", "kind": "dev"}],
        }]});
        let packages = parse(&json).unwrap();
        assert!(packages[0].ours);
        let uses = [("b".to_owned(), Kind::Normal), ("c".to_owned(), Kind::Dev)];
        assert_eq!(packages[0].uses, uses);
    }
}
