//! The built program as a process of its own.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use secrecy::ExposeSecret;
use synchronizer_server::config::Config;
use synchronizer_testkit::Browser;

/// A running process; killed when dropped.
pub struct Process(Child);

impl Process {
    /// Starts the program, at log level TRACE, and waits until it is ready.
    pub async fn start(config: &Config, folder: &Path) -> Self {
        Self::start_as("all", config, folder).await
    }

    /// The same with a role.
    pub async fn start_as(role: &str, config: &Config, folder: &Path) -> Self {
        let mut command = serve(config, folder);
        command.args(["--role", role]);
        let mut process = Self::spawn(command, folder);
        if process.is_ready(config).await {
            return process;
        }
        panic!("the process is not ready:\n{}", Self::log(folder));
    }

    /// Starts a command whose log goes to the folder.
    pub fn spawn(mut command: Command, folder: &Path) -> Self {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log_file(folder))
            .unwrap();
        Self(command.stderr(log).spawn().unwrap())
    }

    /// Waits until it answers; false when it has ended instead.
    pub async fn is_ready(&mut self, config: &Config) -> bool {
        let ready = format!("http://localhost:{}/ready", config.server.listen.port());
        let browser = Browser::new();
        for _ in 0..1_500 {
            if browser
                .open(&ready)
                .await
                .is_ok_and(|page| page.status == 200)
            {
                return true;
            }
            if self.has_ended() {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    /// Whether it is gone.
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// Starts the program with a configuration that cannot work; what it says.
    pub fn refused(config: &Config, folder: &Path) -> String {
        let output = serve(config, folder).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Kills it at once, so that it has no time for anything.
    pub fn kill(self) {
        drop(self);
    }

    /// What processes of this folder logged.
    pub fn log(folder: &Path) -> String {
        std::fs::read(log_file(folder))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(config: &Config, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synchronizer"));
    command
        .arg("serve")
        .current_dir(folder)
        .env("RUST_LOG", "trace")
        .envs(environment(config, folder))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join("log.txt")
}

/// A configuration as the environment carries it; one secret comes from a file.
pub fn environment(config: &Config, folder: &Path) -> Vec<(&'static str, String)> {
    let secret = folder.join("superoffice-secret");
    std::fs::write(&secret, config.superoffice.client_secret.expose_secret()).unwrap();
    let networks: Vec<_> = config
        .outbound
        .allow_networks
        .iter()
        .map(|network| format!("\"{network}\""))
        .collect();
    let google = [
        (
            "SYNCHRONIZER_GOOGLE__ISSUER",
            config.google.issuer.to_string(),
        ),
        (
            "SYNCHRONIZER_GOOGLE__CLIENT_ID",
            config.google.client_id.clone(),
        ),
        (
            "SYNCHRONIZER_GOOGLE__CLIENT_SECRET",
            config.google.client_secret.expose_secret().to_owned(),
        ),
        (
            "SYNCHRONIZER_GOOGLE__DIRECTORY_URL",
            config.google.directory_url.to_string(),
        ),
        (
            "SYNCHRONIZER_GOOGLE__CALENDAR_URL",
            config.google.calendar_url.to_string(),
        ),
    ];
    let key = config.superoffice.system_user_key.expose_secret();
    let system_user = ("SYNCHRONIZER_SUPEROFFICE__SYSTEM_USER_KEY", key.to_owned());
    let authority = config.outbound.extra_ca.as_ref();
    let authority = authority.map(|file| {
        (
            "SYNCHRONIZER_OUTBOUND__EXTRA_CA",
            file.display().to_string(),
        )
    });
    let mut environment = vec![
        (
            "SYNCHRONIZER_SERVER__LISTEN",
            config.server.listen.to_string(),
        ),
        (
            "SYNCHRONIZER_SERVER__PUBLIC_URL",
            config.server.public_url.to_string(),
        ),
        (
            "SYNCHRONIZER_SERVER__SITE_ROOT",
            config.server.site_root.display().to_string(),
        ),
        (
            "SYNCHRONIZER_DATABASE__URL",
            config.database.url.expose_secret().to_owned(),
        ),
        (
            "SYNCHRONIZER_VAULT__KEYS",
            config
                .vault
                .keys
                .iter()
                .map(ExposeSecret::expose_secret)
                .collect::<Vec<_>>()
                .join(" "),
        ),
        ("SYNCHRONIZER_TENANTS__SIGNUP", "open".to_owned()),
        (
            "SYNCHRONIZER_JOBS__LEASE_SECONDS",
            config.jobs.lease_seconds.to_string(),
        ),
        (
            "SYNCHRONIZER_SMTP__URL",
            config.smtp.url.expose_secret().to_owned(),
        ),
        (
            "SYNCHRONIZER_GRANTS__CHECK_SECONDS",
            config.grants.check_seconds.to_string(),
        ),
        ("SYNCHRONIZER_SMTP__FROM", config.smtp.from.clone()),
        (
            "SYNCHRONIZER_SMTP__RATE_PER_MINUTE",
            config.smtp.rate_per_minute.to_string(),
        ),
        (
            "SYNCHRONIZER_SUPEROFFICE__AUTHORITY",
            config.superoffice.authority.to_string(),
        ),
        (
            "SYNCHRONIZER_SUPEROFFICE__CLIENT_ID",
            config.superoffice.client_id.clone(),
        ),
        (
            "SYNCHRONIZER_SUPEROFFICE__CLIENT_SECRET_FILE",
            secret.display().to_string(),
        ),
        (
            "SYNCHRONIZER_MICROSOFT__AUTHORITY",
            config.microsoft.authority.to_string(),
        ),
        (
            "SYNCHRONIZER_MICROSOFT__CLIENT_ID",
            config.microsoft.client_id.clone(),
        ),
        (
            "SYNCHRONIZER_MICROSOFT__CLIENT_SECRET",
            config.microsoft.client_secret.expose_secret().to_owned(),
        ),
        (
            "SYNCHRONIZER_MICROSOFT__GRAPH_URL",
            config.microsoft.graph_url.to_string(),
        ),
        (
            "SYNCHRONIZER_OUTBOUND__ALLOW_NETWORKS",
            format!("[{}]", networks.join(", ")),
        ),
    ];
    environment.extend(google);
    environment.extend((!key.is_empty()).then_some(system_user));
    environment.extend(authority);
    environment
}
