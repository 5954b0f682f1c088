//! The site folder that the portal serves: `pkg/` with the style, a folder in it with script
//! and wasm, each with its compressed forms, beside the files of `public/`.

mod compress;
mod css;
mod parts;
mod wasm;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::{out, paths};

pub use wasm::PROFILE;

/// Base name of the files in `pkg/`; the document shell asks for it.
pub const NAME: &str = "synchronizer";

/// Builds `target/site`. The old folder stays until the new one is complete.
///
/// # Errors
/// When the browser side does not compile or a file cannot be written.
pub fn build() -> Result<()> {
    out::step(
        "site",
        "wasm, style and compression; about 4 min the first time on 2 cores",
    );
    let root = paths::root()?;
    let site = paths::site()?;
    let next = site.with_extension("next");
    if next.exists() {
        fs::remove_dir_all(&next)?;
    }
    let pkg = next.join("pkg");
    fs::create_dir_all(&pkg)?;
    let public = root.join("public");
    if public.is_dir() {
        copy_all(&public, &next)?;
    }
    wasm::build(&pkg)?;
    let style = css::bundle(&root.join("style/main.css"))?;
    fs::write(pkg.join(format!("{NAME}.css")), css::minify(&style))?;
    compress::folder(&pkg)?;
    if site.exists() {
        fs::remove_dir_all(&site)?;
    }
    fs::rename(&next, &site).context("cannot put the new site in place")?;
    Ok(())
}

/// Size in bytes of each file of the first load of the profile overview, as a browser
/// fetches it (brotli).
///
/// # Errors
/// When the site is not built.
pub fn first_load() -> Result<Vec<(String, u64)>> {
    let pkg = paths::site()?.join("pkg");
    let folder = pkg.join(parts::Manifest::read(&pkg)?.folder);
    [
        (&folder, format!("{NAME}.wasm")),
        (&folder, format!("{NAME}.js")),
        (&folder, wasm::LOADER.to_owned()),
        (&pkg, format!("{NAME}.css")),
    ]
    .into_iter()
    .map(|(folder, name)| Ok((name.clone(), fetched(&folder.join(name))?)))
    .collect()
}

/// Size in bytes of what each lazy page needs besides the first load (brotli). Pages that
/// share a part count it each.
///
/// # Errors
/// When the site is not built.
pub fn lazy_loads() -> Result<Vec<(String, u64)>> {
    let pkg = paths::site()?.join("pkg");
    let manifest = parts::Manifest::read(&pkg)?;
    let folder = pkg.join(manifest.folder);
    let page = |(page, parts): (String, Vec<String>)| {
        let sizes = parts
            .iter()
            .map(|part| fetched(&folder.join(format!("{part}.wasm"))));
        Ok((page, sizes.sum::<Result<u64>>()?))
    };
    manifest.parts.into_iter().map(page).collect()
}

fn fetched(file: &Path) -> Result<u64> {
    let file = compress::twin(file, "br");
    let size = fs::metadata(&file).with_context(|| format!("{} is missing", file.display()))?;
    Ok(size.len())
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
