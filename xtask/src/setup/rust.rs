//! The toolchain of `rust-toolchain.toml` with its wasm target.

use anyhow::Result;

use super::Missing;
use crate::out;
use crate::process::{capture, command, run};

/// Installs the wasm target when it is missing.
///
/// # Errors
/// [`Missing`] without rustup.
pub fn ensure() -> Result<()> {
    let sysroot = capture(command("rustc")?.args(["--print", "sysroot"]))?;
    let wasm = std::path::Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown/lib");
    if wasm.is_dir() {
        return Ok(());
    }
    out::line("installing the wasm target of rust-toolchain.toml (rustup)");
    // Without a name rustup reads the file, its targets and components included.
    let mut rustup = command("rustup")?;
    // Set by the rustup proxy that started us, it would pin the toolchain by name.
    rustup.env_remove("RUSTUP_TOOLCHAIN");
    run(rustup.args(["toolchain", "install", "--no-update"])).map_err(|error| {
        let text = format!("{error:#}\nInstall rustup (https://rustup.rs) or add the target wasm32-unknown-unknown to this Rust by hand.");
        Missing(text).into()
    })
}
