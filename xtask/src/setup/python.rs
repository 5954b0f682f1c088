//! A private Python environment with the servers that tests and demo talk to.

use anyhow::Result;

use super::{debian, is_current, stamp};
use crate::process::{command, run};
use crate::{out, paths};

/// Radicale is the CalDAV server; aiosmtpd an SMTP server of other origin than ours.
const PACKAGES: [&str; 2] = ["radicale[bcrypt]==3.9.0", "aiosmtpd==1.4.6"];

/// Makes the environment, unless it holds exactly these packages.
///
/// # Errors
/// When Python has no `venv` or an installation fails.
pub fn ensure() -> Result<()> {
    let list = PACKAGES.join("\n");
    let python = paths::peer("python")?;
    if python.exists() && is_current("python", &list)? {
        return Ok(());
    }
    debian::ensure(&[debian::VENV])?;
    out::line("installing Python packages: Radicale, aiosmtpd (about 15 s)");
    let folder = paths::target()?.join("peers/venv");
    run(command("python3")?
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    let options = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ];
    run(command(python)?.args(options).args(PACKAGES))?;
    Ok(std::fs::write(stamp("python")?, list)?)
}
