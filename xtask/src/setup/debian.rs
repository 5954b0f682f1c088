//! Packages of Debian and Ubuntu: installed as root, otherwise the command is printed.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::Missing;
use crate::process::{command, run};
use crate::{out, postgres};

/// A program or file that a package brings.
#[derive(Debug, Clone, Copy)]
pub struct Need {
    package: fn() -> &'static str,
    present: fn() -> bool,
}

/// The browser of the end-to-end tests.
pub const BROWSER: Need = Need {
    package: || {
        if is_ubuntu() {
            "chromium-browser"
        } else {
            "chromium"
        }
    },
    present: || chromium().is_some(),
};

/// Metric-compatible fonts, so that pages look alike on every machine.
pub const FONTS: Need = Need {
    package: || "fonts-liberation",
    present: || {
        let folders = ["liberation", "liberation2"];
        folders
            .iter()
            .any(|name| Path::new("/usr/share/fonts/truetype").join(name).is_dir())
    },
};

/// The database server of the Postgres suite.
pub const POSTGRES: Need = Need {
    package: || "postgresql",
    present: || postgres::programs().is_ok(),
};

/// Python's standard environments, which Debian packs apart.
pub const VENV: Need = Need {
    package: || "python3-venv",
    present: || {
        let probe = "import ensurepip, venv";
        command("python3")
            .is_ok_and(|mut python| crate::process::succeeds(python.args(["-c", probe])))
    },
};

/// The installed Chromium: `CHROMIUM_PATH`, else the usual places.
pub fn chromium() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM_PATH") {
        return Some(PathBuf::from(path));
    }
    let places = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/snap/bin/chromium",
        "/usr/bin/google-chrome",
    ];
    places.iter().map(PathBuf::from).find(|path| path.is_file())
}

/// Installs the packages of what is not there.
///
/// # Errors
/// [`Missing`] with the exact command when this is not root or not Debian.
pub fn ensure(needs: &[Need]) -> Result<()> {
    let missing = || {
        needs
            .iter()
            .filter(|need| !(need.present)())
            .map(|need| (need.package)())
    };
    let packages: Vec<&str> = missing().collect();
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    if !nix::unistd::geteuid().is_root() || !Path::new("/usr/bin/apt-get").exists() {
        let text = format!(
            "packages are missing. Run this and start again:\n\n  sudo apt-get update && \
             sudo apt-get install -y --no-install-recommends {list}\n"
        );
        return Err(Missing(text).into());
    }
    out::line(format_args!("installing Debian packages: {list}"));
    let apt = || -> Result<_> {
        let mut apt = command("apt-get")?;
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        Ok(apt)
    };
    run(apt()?.args(["update", "-q"])).context("cannot refresh the package lists")?;
    let install = ["install", "-q", "-y", "--no-install-recommends"];
    run(apt()?.args(install).args(&packages)).context("cannot install packages")?;
    let still: Vec<&str> = missing().collect();
    if still.is_empty() {
        return Ok(());
    }
    let text = format!(
        "{} was installed but brings no usable program here (Ubuntu's Chromium is a snap). \
         Install Chromium or Chrome and set CHROMIUM_PATH to it.",
        still.join(" ")
    );
    Err(Missing(text).into())
}

fn is_ubuntu() -> bool {
    std::fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}
