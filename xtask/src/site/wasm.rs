//! The browser side: cargo, the cut into parts, wasm-bindgen, wasm-opt.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use super::parts::{MANIFEST, Manifest};
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

/// The script that fetches the parts of the module.
pub const LOADER: &str = "parts.js";

/// Writes script and wasm into a folder of `pkg` that is named after their content, and
/// the manifest that names it.
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
    super::copy_all(&ready, pkg)
}

/// Script, optimised wasm and their compressed twins for a compiled module. They are kept
/// until the module changes: optimising takes longer than a rebuild.
fn bindings(compiled: &Path) -> Result<PathBuf> {
    let cache = paths::target()?.join("site-cache");
    let module = fs::read(compiled).with_context(|| format!("no {}", compiled.display()))?;
    let folder = cache.join(fingerprint(&module));
    if folder.is_dir() {
        return Ok(folder);
    }
    if cache.exists() {
        fs::remove_dir_all(&cache)?;
    }
    let (work, files) = (cache.join("work"), cache.join("work/files"));
    fs::create_dir_all(&files)?;
    out::line("cutting, binding and optimising the wasm (about 1 min)");
    let main = cache.join("main.wasm");
    let mut manifest = cut(&module, &main, &files)?;
    let parts = wasm_files(&files)?;
    Bindgen::new()
        .input_path(&main)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        // The parts find what they share by these exports.
        .keep_lld_exports(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&files)
        .context("wasm-bindgen failed")?;
    fs::remove_file(&main)?;
    let bound = files.join(format!("{NAME}_bg.wasm"));
    optimise(&bound, &files.join(format!("{NAME}.wasm")))?;
    fs::remove_file(&bound)?;
    for part in parts {
        optimise(&part, &part)?;
    }
    // The script's own idea of the address is never used, but it should not lie.
    let script = files.join(format!("{NAME}.js"));
    let text = fs::read_to_string(&script)?;
    fs::write(
        &script,
        text.replace(&format!("{NAME}_bg.wasm"), &format!("{NAME}.wasm")),
    )?;
    manifest.folder = content(&files)?;
    compress::folder(&files)?;
    fs::rename(&files, work.join(&manifest.folder))?;
    fs::write(work.join(MANIFEST), serde_json::to_vec_pretty(&manifest)?)?;
    fs::rename(&work, &folder)?;
    Ok(folder)
}

/// Cuts a linked module along its lazy pages: `main` is what every page needs, the parts and
/// the script that fetches them go into `folder`.
fn cut(module: &[u8], main: &Path, folder: &Path) -> Result<Manifest> {
    let (link, script) = (format!("./{LOADER}"), format!("./{NAME}.js"));
    let mut options = wasm_split_cli_support::Options::new(module);
    options.output_dir = folder;
    options.main_out_path = main;
    options.link_name = &link;
    options.main_module = &script;
    let cut = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("the module cannot be cut: {error:#}"))?;
    Ok(Manifest {
        folder: String::new(),
        parts: cut.prefetch_map.into_iter().collect(),
    })
}

fn optimise(from: &Path, to: &Path) -> Result<()> {
    let wasm_opt = paths::end2end()?.join("node_modules/.bin/wasm-opt");
    run(command(wasm_opt)?
        .args(FEATURES)
        .arg("-Oz")
        .arg(from)
        .arg("-o")
        .arg(to))
}

fn wasm_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "wasm"));
    Ok(files)
}

fn fingerprint(module: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    (module, FEATURES, LOADER).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// A name for all files of a folder that no other content has.
fn content(folder: &Path) -> Result<String> {
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let mut hasher = DefaultHasher::new();
    for file in files {
        (file.file_name(), fs::read(file.path())?).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_has_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let name = |text: &str| {
            fs::write(folder.path().join("a.js"), text).unwrap();
            content(folder.path()).unwrap()
        };
        let (one, two) = (name("1"), name("2"));
        assert_ne!(one, two);
        assert_eq!(name("1"), one);
    }
}
