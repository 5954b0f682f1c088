//! Programs that run beside the tool until they are dropped.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::Signal;

use super::groups;

/// A running program; ended when dropped.
#[derive(Debug)]
pub struct Service {
    name: &'static str,
    child: Child,
    ending: Signal,
    log: PathBuf,
}

impl Service {
    /// Starts a program whose output goes to the file `log`.
    ///
    /// # Errors
    /// When the log cannot be written or the program not started.
    pub fn start(
        name: &'static str,
        command: &mut Command,
        log: &Path,
        ending: Signal,
    ) -> Result<Self> {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let child = groups::spawn(command.stdout(file.try_clone()?).stderr(file), ending)?;
        Ok(Self {
            name,
            child,
            ending,
            log: log.to_path_buf(),
        })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `ready` says yes.
    ///
    /// # Errors
    /// When the program ends before, or the time is over; the error carries its last words.
    pub fn wait_until(&mut self, limit: Duration, ready: impl Fn() -> bool) -> Result<()> {
        let end = Instant::now() + limit;
        while !ready() {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status}:\n{}", self.name, self.last_words());
            }
            if Instant::now() > end {
                let words = self.last_words();
                bail!("{} is not ready after {limit:?}:\n{words}", self.name);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Waits for the end of the program.
    ///
    /// # Errors
    /// Always in the end, with its last words: it was meant to go on.
    pub fn watch(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("{} ended with {status}:\n{}", self.name, self.last_words()),
            None => Ok(()),
        }
    }

    fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let from = lines.len().saturating_sub(25);
        lines.get(from..).unwrap_or_default().join("\n")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        groups::end(&mut self.child, self.ending);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::command;

    #[test]
    fn a_dropped_service_is_gone_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let script = "sleep 600 & echo $!; wait";
        let log = folder.path().join("log");
        let mut sh = command("sh").unwrap();
        let mut service =
            Service::start("sh", sh.args(["-c", script]), &log, Signal::SIGTERM).unwrap();
        let child = || std::fs::read_to_string(&log).unwrap();
        service
            .wait_until(Duration::from_secs(5), || child().ends_with('\n'))
            .unwrap();
        drop(service);
        // The orphan may take a moment to die, and stay in the table as a zombie until its
        // new parent looks.
        let is_gone = || {
            let status = std::fs::read_to_string(format!("/proc/{}/stat", child().trim()));
            status.map_or(true, |text| text.contains(") Z "))
        };
        let start = std::time::Instant::now();
        while !is_gone() {
            assert!(start.elapsed() < Duration::from_secs(5), "it lives on");
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_service_that_dies_early_leaves_its_last_words() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut sh = command("sh").unwrap();
        let mut service = Service::start(
            "sh",
            sh.args(["-c", "echo no database; exit 3"]),
            &log,
            Signal::SIGTERM,
        )
        .unwrap();
        let error = service
            .wait_until(Duration::from_secs(5), || false)
            .unwrap_err();
        assert!(error.to_string().contains("no database"), "{error}");
    }
}
