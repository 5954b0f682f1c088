//! The stages in their order: cheap ones first, each target compiled once.

use anyhow::{Result, bail};

use super::{Counts, cargo};
use crate::process::{command, run};
use crate::{build, checks, e2e, out, site};

/// What the browser may have to fetch for the first page, compressed: the budget that
/// `cargo xtask bench` holds the product against.
pub const FIRST_LOAD_LIMIT: u64 = 250_000;

/// One step of the test run.
#[derive(Debug)]
pub struct Stage {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it does.
    pub what: &'static str,
    /// How long that takes from nothing on 2 cores.
    pub usual: &'static str,
    /// Stages whose result it uses.
    pub needs: &'static [&'static str],
    /// Does it.
    pub run: fn() -> Result<Counts>,
}

/// Every stage.
pub const STAGES: &[Stage] = &[
    Stage {
        name: "fmt",
        what: "formatting",
        usual: "seconds",
        needs: &[],
        run: || quiet(run(command("cargo")?.args(["fmt", "--all", "--check"]))),
    },
    Stage {
        name: "checks",
        what: "layers, licences, duplicates, sources, migrations, lock files, cases",
        usual: "seconds",
        needs: &[],
        run: || quiet(checks::run()),
    },
    Stage {
        name: "clippy",
        what: "lints of everything native",
        usual: "about 4 min",
        needs: &[],
        run: cargo::clippy,
    },
    Stage {
        name: "clippy-wasm",
        what: "lints of the browser side",
        usual: "about 2 min",
        needs: &[],
        run: cargo::clippy_wasm,
    },
    Stage {
        name: "site",
        what: "wasm, style, compression",
        usual: "about 4 min",
        needs: &[],
        run: || quiet(site::build()),
    },
    Stage {
        name: "size",
        what: "first load against its limit",
        usual: "at once",
        needs: &["site"],
        run: first_load,
    },
    Stage {
        name: "unit",
        what: "Rust tests, on SQLite and PostgreSQL, against servers that others wrote",
        usual: "about 10 min",
        needs: &[],
        run: cargo::tests,
    },
    Stage {
        name: "e2e",
        what: "Playwright in Chromium against the real server",
        usual: "about 10 min",
        needs: &["site", "unit"],
        run: end_to_end,
    },
];

fn quiet(done: Result<()>) -> Result<Counts> {
    done.map(|()| Counts::default())
}

fn first_load() -> Result<Counts> {
    let files = site::first_load()?;
    for (name, bytes) in &files {
        out::line(format_args!("   {name:20} {:>10}", out::kilobytes(*bytes)));
    }
    let total: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    let limit = out::kilobytes(FIRST_LOAD_LIMIT);
    out::line(format_args!(
        "   {:20} {:>10} of {limit}",
        "together",
        out::kilobytes(total)
    ));
    for (page, bytes) in site::lazy_loads()? {
        out::line(format_args!(
            "   {page:20} {:>10} more",
            out::kilobytes(bytes)
        ));
    }
    if total > FIRST_LOAD_LIMIT {
        bail!(
            "the first load is {}, the limit is {limit}",
            out::kilobytes(total)
        );
    }
    Ok(Counts::default())
}

fn end_to_end() -> Result<Counts> {
    build::server_of_tests()?;
    e2e::run(&[])
}
