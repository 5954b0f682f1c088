//! A throw-away PostgreSQL server for the storage suite.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use nix::sys::signal::Signal;

use crate::process::{Service, TempFolder, command, net, run};

/// The account that Debian's package makes; `initdb` refuses root.
const ACCOUNT: &str = "postgres";

/// A running server, gone when dropped.
#[derive(Debug)]
pub struct Postgres {
    // Dropped in this order: first the server, then its files.
    _server: Service,
    _folder: TempFolder,
    port: u16,
}

impl Postgres {
    /// Starts an empty cluster that trusts loopback and does not wait for the disk.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = TempFolder::new("synchronizer-postgres")?;
        let port = net::free_port(0)?;
        if nix::unistd::geteuid().is_root() {
            run(command("chown")?.arg(ACCOUNT).arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        let log = folder.path().join("initdb.log");
        let mut initdb = as_account(&programs.join("initdb"), folder.path())?;
        initdb
            .args([
                "--auth=trust",
                "--username=postgres",
                "--no-sync",
                "--encoding=UTF8",
            ])
            .args(["--locale=C.UTF-8", "--pgdata"])
            .arg(&data);
        run(initdb.stdout(std::fs::File::create(&log)?)).context("initdb failed")?;
        let mut server = as_account(&programs.join("postgres"), folder.path())?;
        server.arg("-D").arg(&data).arg("-k").arg(folder.path());
        server.args(["-p", &port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "max_connections=300",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ] {
            server.args(["-c", setting]);
        }
        let log = folder.path().join("server.log");
        // SIGINT is PostgreSQL's "end now, in good order".
        let mut server = Service::start("PostgreSQL", &mut server, &log, Signal::SIGINT)?;
        let ready = programs.join("pg_isready");
        server.wait_until(Duration::from_secs(20), || {
            command(&ready).is_ok_and(|mut probe| {
                let port = port.to_string();
                crate::process::succeeds(probe.args(["-q", "-h", "127.0.0.1", "-p", &port]))
            })
        })?;
        Ok(Self {
            _server: server,
            _folder: folder,
            port,
        })
    }

    /// The address of the maintenance database; tests create their own from there.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

/// The folder of the newest installed server programs.
///
/// # Errors
/// When there is none.
pub fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    found.sort();
    if let Some((_, bin)) = found.pop() {
        return Ok(bin);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .find(|folder| folder.join("initdb").is_file())
        .context("PostgreSQL's server programs are not installed")
}

/// A command under the server's account, or our own when we are not root.
fn as_account(program: &Path, folder: &Path) -> Result<Command> {
    let mut command = if nix::unistd::geteuid().is_root() {
        let mut setpriv = command("setpriv")?;
        setpriv.args([
            format!("--reuid={ACCOUNT}"),
            format!("--regid={ACCOUNT}"),
            "--init-groups".to_owned(),
        ]);
        setpriv.arg(program);
        setpriv
    } else {
        command(program)?
    };
    // The account may not read the repository.
    command.current_dir(folder);
    Ok(command)
}
