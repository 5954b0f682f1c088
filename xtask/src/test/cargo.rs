//! The stages that are cargo's work.

use std::process::Command;

use anyhow::{Result, bail};

use super::Counts;
use crate::postgres::Postgres;
use crate::process::{command, run, run_watched};
use crate::{build, out, paths, site};

/// Clippy over everything that is compiled for this machine.
///
/// # Errors
/// When there is a warning.
pub fn clippy() -> Result<Counts> {
    let what = [
        "clippy",
        "--workspace",
        "--exclude",
        build::FRONTEND,
        "--all-targets",
    ];
    run(command("cargo")?.args(what).args(["--", "-D", "warnings"]))?;
    Ok(Counts::default())
}

/// Clippy over the browser side, in the profile of its only build so that macros and build
/// scripts are shared.
///
/// # Errors
/// When there is a warning.
pub fn clippy_wasm() -> Result<Counts> {
    let what = [
        "clippy",
        "--package",
        build::FRONTEND,
        "--profile",
        site::PROFILE,
    ];
    let target = ["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"];
    run(command("cargo")?.args(what).args(target))?;
    Ok(Counts::default())
}

/// All Rust tests. Suites that need another server find it in these variables and must not
/// pass over themselves when they are set:
/// `SYNCHRONIZER_TEST_POSTGRES` (URL of a server that may hold further databases),
/// `SYNCHRONIZER_TEST_RADICALE` (the executable),
/// `SYNCHRONIZER_TEST_XANDIKOS` (the executable),
/// `SYNCHRONIZER_TEST_AIOSMTPD_PYTHON` (a Python that has aiosmtpd),
/// `SYNCHRONIZER_TEST_EXCHANGELIB_PYTHON` (a Python that has exchangelib),
/// `SYNCHRONIZER_TEST_GOOGLE_PYTHON` (a Python that has Google's client library),
/// `SYNCHRONIZER_TEST_GOOGLE_DOCUMENTS` (the folder of Google's discovery documents),
/// `SYNCHRONIZER_TEST_NODE_PEERS` (the folder of the peers' scripts, their packages beside it).
/// `SYNCHRONIZER_TEST_EWS_SCHEMAS` (a folder with the EWS schemas, which are not ours to
/// ship) is passed on when it is set.
///
/// # Errors
/// When PostgreSQL does not start, or something fails to compile.
pub fn tests() -> Result<Counts> {
    let postgres = Postgres::start()?;
    let mut product = command("cargo")?;
    product
        .args(["test", "--no-fail-fast"])
        .args(build::NATIVE)
        .env("SYNCHRONIZER_TEST_POSTGRES", postgres.url())
        .env("SYNCHRONIZER_TEST_RADICALE", paths::peer("radicale")?)
        .env("SYNCHRONIZER_TEST_XANDIKOS", paths::peer("xandikos")?)
        .env("SYNCHRONIZER_TEST_AIOSMTPD_PYTHON", paths::peer("python")?)
        .env(
            "SYNCHRONIZER_TEST_NODE_PEERS",
            paths::end2end()?.join("peers"),
        )
        .env(
            "SYNCHRONIZER_TEST_EXCHANGELIB_PYTHON",
            paths::peer("python")?,
        )
        .env("SYNCHRONIZER_TEST_GOOGLE_PYTHON", paths::peer("python")?)
        .env(
            "SYNCHRONIZER_TEST_GOOGLE_DOCUMENTS",
            paths::google_documents()?,
        );
    let mut counts = counted(&mut product)?;
    let mut tool = command("cargo")?;
    counts += counted(tool.args(["test", "--package", "xtask"]))?;
    out::line(format_args!(
        "   {} passed, {} failed",
        counts.passed, counts.failed
    ));
    Ok(counts)
}

fn counted(cargo: &mut Command) -> Result<Counts> {
    let mut counts = Counts::default();
    let ok = run_watched(cargo, &mut |line| {
        if let Some(more) = test_result(line) {
            counts += more;
        }
    })?;
    if !ok && counts.failed == 0 {
        bail!("cargo test failed outside of a test");
    }
    Ok(counts)
}

/// Reads `test result: ok. 3 passed; 0 failed; …`.
fn test_result(line: &str) -> Option<Counts> {
    let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |label: &str| {
        let part = rest.split("; ").find_map(|part| part.strip_suffix(label))?;
        part.trim().parse().ok()
    };
    Some(Counts {
        passed: number(" passed")?,
        failed: number(" failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_line_of_libtest_is_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        let expected = Counts {
            passed: 12,
            failed: 3,
        };
        assert_eq!(test_result(line), Some(expected));
    }

    #[test]
    fn other_lines_are_not_counted() {
        assert_eq!(test_result("test a::b ... ok"), None);
    }
}
