//! The command line and its help texts.

use clap::{Parser, Subcommand};

/// Builds, tests, demonstrates and measures Synchronizer.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Every command of the tool.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Install what the other commands need: wasm target, Debian packages, npm and Python packages
    Setup,
    /// Build the browser side (always optimised) and the server
    Build {
        /// Build the server with the release profile
        #[arg(long)]
        release: bool,
    },
    /// Build and start the portal with its stand-ins and print what to try
    Demo {
        /// Forget the data of earlier demos
        #[arg(long)]
        fresh: bool,
    },
    /// Run every check and every test
    Test {
        /// Run only this stage (may be repeated)
        #[arg(long, value_name = "STAGE")]
        only: Vec<String>,
        /// Print the stages and stop
        #[arg(long)]
        list: bool,
    },
    /// Run the browser tests; arguments go to Playwright
    E2e {
        /// For example `--project phone`, `-g "mail"`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Measure the release build against its budgets
    Bench {
        /// Only these sections (default: all)
        sections: Vec<String>,
    },
    /// Photograph the portal into docs/screenshots
    Screenshots,
    /// Check layering, licences, duplicates, sources and migrations
    Check,
    /// Print the sizes of the Rust files
    Stats,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
