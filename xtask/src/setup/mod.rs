//! What the commands need beyond rustup, Node 20, Python 3 and a C compiler.
//!
//! Every piece looks first whether it is there, so a second call costs milliseconds.

mod debian;
mod node;
mod python;
mod rust;

use std::path::PathBuf;

use anyhow::Result;

pub use debian::chromium;

use crate::{out, paths};

/// Something that only a person can install; the text says how.
#[derive(Debug)]
pub struct Missing(String);

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// Everything that any command needs.
///
/// # Errors
/// [`Missing`] when a person has to install something; others when an installation fails.
pub fn everything() -> Result<()> {
    out::step(
        "setup",
        "about 1 min on a fresh machine, nothing to do on the next run",
    );
    for_build()?;
    debian::ensure(&[debian::BROWSER, debian::FONTS, debian::POSTGRES])?;
    python::ensure()?;
    out::line("everything is in place");
    Ok(())
}

/// What a build needs: the wasm target and npm's `wasm-opt`.
///
/// # Errors
/// As [`everything`].
pub fn for_build() -> Result<()> {
    rust::ensure()?;
    node::ensure()
}

/// What the demo needs beyond a build.
///
/// # Errors
/// As [`everything`].
pub fn for_demo() -> Result<()> {
    out::step("setup", "about 20 s on a fresh machine");
    for_build()?;
    python::ensure()
}

/// What browser tests and screenshots need beyond a build.
///
/// # Errors
/// As [`everything`].
pub fn for_browser() -> Result<()> {
    out::step("setup", "about 40 s on a fresh machine");
    for_build()?;
    debian::ensure(&[debian::BROWSER, debian::FONTS])?;
    python::ensure()
}

/// A file below `target/setup` that remembers what was installed from which list.
fn stamp(name: &str) -> Result<PathBuf> {
    let folder = paths::target()?.join("setup");
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(name))
}

/// Whether the stamp says that exactly this list was installed.
fn is_current(name: &str, list: &str) -> Result<bool> {
    Ok(std::fs::read_to_string(stamp(name)?).is_ok_and(|known| known == list))
}
