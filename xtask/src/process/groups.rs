//! The process groups and temporary folders that must not outlive the tool.

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

/// How long a program may take to end by itself.
const GRACE: Duration = Duration::from_secs(8);

static OURS: Mutex<Ours> = Mutex::new(Ours {
    groups: BTreeMap::new(),
    folders: Vec::new(),
});
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

struct Ours {
    /// Process group id and the signal that ends it in good order.
    groups: BTreeMap<i32, Signal>,
    folders: Vec<PathBuf>,
}

fn ours() -> MutexGuard<'static, Ours> {
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on SIGINT, SIGTERM and SIGHUP end all children and remove all temporary
/// folders before the tool exits with 130.
///
/// # Errors
/// When the handler cannot be installed.
pub fn clean_up_on_signals() -> Result<()> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        crate::out::line("\nstopping …");
        let groups: Vec<(i32, Signal)> = ours().groups.iter().map(|(id, s)| (*id, *s)).collect();
        end_all(&groups);
        let folders = std::mem::take(&mut ours().folders);
        for folder in folders {
            let _ = std::fs::remove_dir_all(folder);
        }
        std::process::exit(130);
    })
    .context("cannot handle signals")
}

/// Starts a command as the leader of a new group that `ending` ends in good order.
///
/// # Errors
/// When the program cannot be started.
pub fn spawn(command: &mut Command, ending: Signal) -> Result<Child> {
    let program = command.get_program().to_string_lossy().into_owned();
    // The lock is held over the start: a signal in between would miss the child.
    let mut ours = ours();
    let child = command
        .process_group(0)
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    ours.groups.insert(id_of(&child), ending);
    Ok(child)
}

/// The child has ended; also removes what it left in its group.
pub fn forget(child: &Child) {
    let group = id_of(child);
    let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    ours().groups.remove(&group);
    wait_if_interrupted();
}

/// Asks the child's group to end, insists after a while, and waits.
pub fn end(child: &mut Child, ending: Signal) {
    let group = Pid::from_raw(id_of(child));
    let _ = killpg(group, ending);
    let patience = Instant::now() + GRACE;
    while matches!(child.try_wait(), Ok(None)) {
        if Instant::now() > patience {
            let _ = killpg(group, Signal::SIGKILL);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    forget(child);
}

/// Registers a folder to be removed on a signal.
pub fn remember_folder(folder: &Path) {
    ours().folders.push(folder.to_path_buf());
}

/// The folder's owner removes it himself.
pub fn forget_folder(folder: &Path) {
    ours().folders.retain(|known| known != folder);
}

fn end_all(groups: &[(i32, Signal)]) {
    for (group, ending) in groups {
        let _ = killpg(Pid::from_raw(*group), *ending);
    }
    let patience = Instant::now() + GRACE;
    let alive = |group: i32| {
        let group = Pid::from_raw(group);
        // A dead leader that nobody waited for still counts as a member of its group.
        let _ = waitpid(group, Some(WaitPidFlag::WNOHANG));
        killpg(group, None) != Err(Errno::ESRCH)
    };
    while Instant::now() < patience && groups.iter().any(|(group, _)| alive(*group)) {
        std::thread::sleep(Duration::from_millis(20));
    }
    for (group, _) in groups {
        let _ = killpg(Pid::from_raw(*group), Signal::SIGKILL);
    }
}

/// After a signal the handler decides about the exit; the main thread must not report the
/// children's deaths as failures.
fn wait_if_interrupted() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

fn id_of(child: &Child) -> i32 {
    // Linux process ids end at 2^22.
    i32::try_from(child.id()).unwrap_or(i32::MAX)
}
