//! A portal's process that dies by SIGKILL at an exact moment of its writes. The product
//! has no switch for it: the process is this test program, started once more, which runs
//! the product's own `start` under a log subscriber that counts the lines around commits
//! (docs/adr: crash stories stop the process at log lines).

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};
use synchronizer_server::config::Config;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use super::process::{Process, environment};

/// Names the moment to the process.
pub const MOMENT: &str = "SYNCHRONIZER_TEST_MOMENT";

/// Tells the process how many microseconds its clock is ahead.
pub const AHEAD: &str = "SYNCHRONIZER_TEST_AHEAD";

struct Knife {
    target: &'static str,
    moment: usize,
    seen: AtomicUsize,
}

impl<S: Subscriber> Layer<S> for Knife {
    /// Nothing else is even looked at.
    fn enabled(&self, line: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        line.target() == self.target
    }

    fn on_event(&self, _line: &Event<'_>, _context: Context<'_, S>) {
        if self.seen.fetch_add(1, Ordering::SeqCst) + 1 == self.moment {
            kill_process(getpid(), Signal::KILL).unwrap();
        }
    }
}

/// From here on the present process dies at this line of a target. Lines come in pairs: odd
/// numbers are just before something lasts, even ones just after, before anybody has heard
/// of it.
pub fn raise_knife(target: &'static str, moment: usize) {
    let knife = Knife {
        target,
        moment,
        seen: AtomicUsize::new(0),
    };
    tracing_subscriber::registry().with(knife).init();
}

impl Process {
    /// Starts the ignored test of this name as a portal that dies at a moment.
    pub fn under_the_knife(test: &str, moment: usize, config: &Config, folder: &Path) -> Self {
        Self::under_the_knife_later(test, (moment, Duration::ZERO), config, folder)
    }

    /// The same with a clock that is ahead of the machine's.
    pub fn under_the_knife_later(
        test: &str,
        (moment, ahead): (usize, Duration),
        config: &Config,
        folder: &Path,
    ) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", test, "--ignored", "--nocapture"])
            .current_dir(folder)
            .envs(environment(config, folder))
            .env(MOMENT, moment.to_string())
            .env(AHEAD, ahead.as_micros().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        Self::spawn(command, folder)
    }
}
