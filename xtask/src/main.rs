//! The workspace's build tool: `cargo xtask <command>`.
//!
//! This file only dispatches. Exit codes: 0 done, 1 something failed, 2 the machine lacks
//! something that only a person can install (the exact command was printed), 130 interrupted.

mod bench;
mod build;
mod checks;
mod cli;
mod demo;
mod e2e;
mod out;
mod paths;
mod postgres;
mod process;
mod screenshots;
mod setup;
mod site;
mod stack;
mod stats;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match process::clean_up_on_signals().and_then(|()| dispatch(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out::failure(&format!("{error:#}"));
            ExitCode::from(if error.is::<setup::Missing>() { 2 } else { 1 })
        }
    }
}

fn dispatch(command: Command) -> Result<()> {
    match command {
        Command::Setup => setup::everything(),
        Command::Build { release } => build::all(release),
        Command::Demo { fresh } => demo::run(fresh),
        Command::Test { only, list } => test::run(&only, list),
        Command::E2e { args } => e2e::run_alone(&args),
        Command::Bench { sections } => bench::run(&sections),
        Command::Screenshots => screenshots::run_all(),
        Command::Check => checks::run(),
        Command::Stats => stats::run(),
    }
}
