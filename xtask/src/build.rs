//! Builds of the two sides. `test`, `demo` and `bench` all come through here, so that each
//! target is compiled once.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::{command, run};
use crate::{out, paths, setup, site};

/// The package of the browser side; it is never part of a native build.
pub const FRONTEND: &str = "synchronizer-frontend";

/// Everything native but this tool, whose dependencies have other features: in one build
/// with the product they would be compiled a second time.
pub const NATIVE: [&str; 5] = ["--workspace", "--exclude", FRONTEND, "--exclude", "xtask"];

/// `cargo xtask build`.
///
/// # Errors
/// When anything fails to build.
pub fn all(release: bool) -> Result<()> {
    setup::for_build()?;
    site::build()?;
    let binary = if release {
        server_release()?
    } else {
        server()?
    };
    out::line(format_args!(
        "\nsite    {}\nserver  {}",
        paths::site()?.display(),
        binary.display()
    ));
    Ok(())
}

/// The server with the development profile.
///
/// # Errors
/// When it fails to build.
pub fn server() -> Result<PathBuf> {
    out::step(
        "server",
        "about 6 min the first time on 2 cores, then seconds",
    );
    run(command("cargo")?.args(["build", "--package", "synchronizer-server"]))?;
    paths::server("debug")
}

/// The server with the development profile, from what the Rust tests have compiled.
///
/// # Errors
/// When it fails to build.
pub fn server_of_tests() -> Result<PathBuf> {
    run(command("cargo")?
        .arg("build")
        .args(NATIVE)
        .args(["--bins", "--tests"]))?;
    paths::server("debug")
}

/// The server as it is shipped.
///
/// # Errors
/// When it fails to build.
pub fn server_release() -> Result<PathBuf> {
    out::step("server, release", "about 10 min the first time on 2 cores");
    let profile = ["--profile", "server-release"];
    run(command("cargo")?
        .args(["build", "--package", "synchronizer-server"])
        .args(profile))?;
    paths::server("server-release")
}
