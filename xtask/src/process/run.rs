//! Programs that are waited for.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::Signal;

use super::groups;
use crate::{out, paths};

/// A command in the repository's root, without standard input.
///
/// # Errors
/// When the repository cannot be found.
pub fn command(program: impl AsRef<Path>) -> Result<Command> {
    let mut command = Command::new(program.as_ref());
    command.current_dir(paths::root()?).stdin(Stdio::null());
    // Variables that cargo sets for this tool would mislead the cargo that it starts.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    Ok(command)
}

/// Runs a command with our output.
///
/// # Errors
/// When it cannot be started or does not end with 0.
pub fn run(command: &mut Command) -> Result<()> {
    let child = groups::spawn(command, Signal::SIGTERM)?;
    if !wait(child)? {
        bail!("{} failed", shown(command));
    }
    Ok(())
}

/// Whether a silent command ends with 0; a missing program counts as no.
pub fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    groups::spawn(quiet, Signal::SIGTERM)
        .and_then(wait)
        .unwrap_or(false)
}

/// Runs a command and returns what it printed.
///
/// # Errors
/// When it cannot be started, does not end with 0, or prints something else than text.
pub fn capture(command: &mut Command) -> Result<String> {
    let mut text = String::new();
    let ok = piped(command, &mut |line| {
        text.push_str(line);
        text.push('\n');
    })?;
    if !ok {
        bail!("{} failed", shown(command));
    }
    Ok(text)
}

/// Runs a command with our output and shows every line of its standard output to `watch`;
/// tells whether it ended with 0.
///
/// # Errors
/// When it cannot be started.
pub fn run_watched(command: &mut Command, watch: &mut dyn FnMut(&str)) -> Result<bool> {
    piped(command, &mut |line| {
        out::line(line);
        watch(line);
    })
}

fn piped(command: &mut Command, each: &mut dyn FnMut(&str)) -> Result<bool> {
    let mut child = groups::spawn(command.stdout(Stdio::piped()), Signal::SIGTERM)?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let Ok(line) = line else { break };
            each(&String::from_utf8_lossy(&line));
        }
    }
    wait(child)
}

fn wait(mut child: Child) -> Result<bool> {
    let status = child.wait();
    groups::forget(&child);
    Ok(status.context("cannot wait for a child")?.success())
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commands_output_is_captured() {
        let text = capture(command("echo").unwrap().arg("a b")).unwrap();
        assert_eq!(text, "a b\n");
    }

    #[test]
    fn a_failing_command_is_named_in_the_error() {
        let error = run(&mut command("false").unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "false failed");
    }

    #[test]
    fn a_missing_program_does_not_succeed() {
        assert!(!succeeds(&mut command("no-such-program-here").unwrap()));
    }
}
