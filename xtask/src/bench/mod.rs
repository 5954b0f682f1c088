//! `cargo xtask bench`: the release build against its budgets.
//!
//! A section is a function from the built product to rows; a new one is a module here and a
//! line in [`SECTIONS`].

mod browser;
mod first_load;
mod memory;
mod portal;
mod startup;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process::TempFolder;
use crate::stack::{Plan, Ports, Stack};
use crate::{build, out, setup, site};

/// What sections measure: a release binary and an optimised site.
#[derive(Debug)]
pub struct Product {
    binary: PathBuf,
}

impl Product {
    /// A fresh stack on an empty database; the folder lives as long as the stack.
    fn start(&self) -> Result<(Stack, TempFolder)> {
        let folder = TempFolder::new("synchronizer-bench")?;
        let stack = Stack::start(&Plan {
            binary: self.binary.clone(),
            folder: folder.path().to_path_buf(),
            ports: Ports::any()?,
            with_radicale: false,
        })?;
        Ok((stack, folder))
    }
}

/// One measured value.
#[derive(Debug)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// The value with its unit.
    pub measured: String,
    /// The limit with its unit, or "–".
    pub budget: String,
    /// Whether the value keeps the limit; `None` when there is none.
    pub kept: Option<bool>,
}

struct Section {
    name: &'static str,
    run: fn(&Product) -> Result<Vec<Row>>,
}

const SECTIONS: &[Section] = &[
    Section {
        name: "first-load",
        run: first_load::measure,
    },
    Section {
        name: "startup",
        run: startup::measure,
    },
    Section {
        name: "memory",
        run: memory::measure,
    },
    Section {
        name: "portal",
        run: portal::measure,
    },
    Section {
        name: "keystrokes",
        run: browser::keystrokes,
    },
    Section {
        name: "links",
        run: browser::links,
    },
];

/// Builds, measures and prints one table.
///
/// # Errors
/// When a build or a measurement fails, a name is unknown, or a budget is not kept.
pub fn run(names: &[String]) -> Result<()> {
    if let Some(unknown) = names
        .iter()
        .find(|name| SECTIONS.iter().all(|s| s.name != **name))
    {
        let known: Vec<&str> = SECTIONS.iter().map(|section| section.name).collect();
        bail!("there is no section {unknown}; known: {}", known.join(", "));
    }
    setup::for_build()?;
    site::build()?;
    let product = Product {
        binary: build::server_release()?,
    };
    let head = ["section", "what", "measured", "budget", ""];
    let mut table = vec![head.map(str::to_owned).to_vec()];
    let mut broken = 0;
    for section in SECTIONS {
        if !names.is_empty() && names.iter().all(|name| name != section.name) {
            continue;
        }
        out::step(section.name, "seconds");
        for row in (section.run)(&product)? {
            broken += usize::from(row.kept == Some(false));
            let verdict = match row.kept {
                Some(true) => "kept",
                Some(false) => "BROKEN",
                None => "",
            };
            let cells = [section.name, &row.what, &row.measured, &row.budget, verdict];
            table.push(cells.map(str::to_owned).to_vec());
        }
    }
    out::line("");
    out::table(&table);
    if broken > 0 {
        bail!("{broken} budgets are not kept");
    }
    Ok(())
}
