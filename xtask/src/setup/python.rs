//! A private Python environment with the servers that tests and demo talk to.

use anyhow::Result;

use super::{debian, is_current, stamp};
use crate::process::{command, run};
use crate::{out, paths};

/// Radicale and Xandikos (which wants cryptography for https) are CalDAV servers; aiosmtpd is
/// an SMTP server; exchangelib an Exchange client and Google's library a Google client of
/// other origin than ours.
const PACKAGES: [&str; 7] = [
    "radicale[bcrypt]==3.9.0",
    "xandikos==0.4.10",
    "cryptography==50.0.2",
    "aiosmtpd==1.4.6",
    "exchangelib==5.6.0",
    "google-api-python-client==2.202.0",
    "google-auth[pyjwt,requests]==2.62.2",
];

/// What Google publishes about the interfaces that the product uses; it comes with the
/// library and is not ours to ship.
const DOCUMENTS: [&str; 2] = ["admin.directory_v1.json", "calendar.v3.json"];
const KEEP_DOCUMENTS: &str = include_str!("google_documents.py");

/// What these bring along, at exact versions as well.
const CONSTRAINTS: &str = include_str!("python.constraints.txt");

/// Makes the environment, unless it holds exactly these packages.
///
/// # Errors
/// When Python has no `venv` or an installation fails.
pub fn ensure() -> Result<()> {
    let list = [&PACKAGES.join("\n"), CONSTRAINTS, KEEP_DOCUMENTS].join("\n");
    let python = paths::peer("python")?;
    let documents = paths::google_documents()?;
    let is_there = python.exists() && DOCUMENTS.iter().all(|name| documents.join(name).exists());
    if is_there && is_current("python", &list)? {
        return Ok(());
    }
    debian::ensure(&[debian::VENV])?;
    out::line(
        "installing Python packages: Radicale, Xandikos, aiosmtpd, exchangelib, Google's (about 45 s)",
    );
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
    let constraints = stamp("python.constraints.txt")?;
    std::fs::write(&constraints, CONSTRAINTS)?;
    run(command(&python)?
        .args(options)
        .arg("--constraint")
        .arg(constraints)
        .args(PACKAGES))?;
    run(command(python)?
        .args(["-c", KEEP_DOCUMENTS])
        .arg(documents)
        .args(DOCUMENTS))?;
    Ok(std::fs::write(stamp("python")?, list)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_constrained_to_its_version() {
        for package in PACKAGES {
            let (name, version) = package.split_once("==").unwrap();
            let name = name.split('[').next().unwrap().to_lowercase();
            let line = format!("{name}=={version}");
            assert!(
                CONSTRAINTS
                    .lines()
                    .any(|known| known.to_lowercase() == line),
                "{line}"
            );
        }
    }
}
