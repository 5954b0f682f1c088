//! The browser side: cargo, wasm-bindgen, wasm-opt.

use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{NAME, compress};
use crate::process::{command, run};
use crate::{build, out, paths};

/// The only profile of the browser side, so that it is compiled once.
pub const PROFILE: &str = "wasm-release";

const TARGET: &str = "wasm32-unknown-unknown";

/// What rustc emits and every supported browser has.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Writes script and wasm into `pkg`.
///
/// # Errors
/// When the frontend does not compile or a tool fails.
pub fn build(pkg: &Path) -> Result<()> {
    run(command("cargo")?
        .args(["build", "--package", build::FRONTEND])
        .args(["--target", TARGET, "--profile", PROFILE]))?;
    let compiled = paths::target()?
        .join(TARGET)
        .join(PROFILE)
        .join("synchronizer_frontend.wasm");
    let ready = bindings(&compiled)?;
    for entry in fs::read_dir(&ready)? {
        let entry = entry?;
        copy(&entry.path(), &pkg.join(entry.file_name()))?;
    }
    Ok(())
}

/// Script, optimised wasm and their compressed twins for a compiled module. They are kept
/// until the module changes: optimising takes longer than a rebuild.
fn bindings(compiled: &Path) -> Result<PathBuf> {
    let cache = paths::target()?.join("site-cache");
    let folder = cache.join(fingerprint(compiled)?);
    if folder.is_dir() {
        return Ok(folder);
    }
    if cache.exists() {
        fs::remove_dir_all(&cache)?;
    }
    let work = cache.join("work");
    fs::create_dir_all(&work)?;
    out::line("binding and optimising the wasm (about 40 s)");
    Bindgen::new()
        .input_path(compiled)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&work)
        .context("wasm-bindgen failed")?;
    let bound = work.join(format!("{NAME}_bg.wasm"));
    let wasm = work.join(format!("{NAME}.wasm"));
    let wasm_opt = paths::end2end()?.join("node_modules/.bin/wasm-opt");
    run(command(wasm_opt)?
        .args(FEATURES)
        .arg("-Oz")
        .arg(&bound)
        .arg("-o")
        .arg(&wasm))?;
    fs::remove_file(&bound)?;
    // The script's own idea of the address is never used, but it should not lie.
    let script = work.join(format!("{NAME}.js"));
    let text = fs::read_to_string(&script)?;
    fs::write(
        &script,
        text.replace(&format!("{NAME}_bg.wasm"), &format!("{NAME}.wasm")),
    )?;
    compress::folder(&work)?;
    fs::rename(&work, &folder)?;
    Ok(folder)
}

fn fingerprint(compiled: &Path) -> Result<String> {
    let bytes = fs::read(compiled).with_context(|| format!("no {}", compiled.display()))?;
    let mut hasher = DefaultHasher::new();
    (bytes, FEATURES).hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    } else if from.extension() != Some(OsStr::new("ts")) {
        fs::copy(from, to)?;
    }
    Ok(())
}
