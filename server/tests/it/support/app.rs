//! A portal on a throw-away database with the sandbox beside it.

use std::sync::Arc;
use std::time::Duration;

use synchronizer_domain::Clock;
use synchronizer_sandbox::{
    CaughtMail, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, MICROSOFT_CLIENT_ID,
    MICROSOFT_CLIENT_SECRET, SUPEROFFICE_CLIENT_ID, SUPEROFFICE_CLIENT_SECRET, Sandbox,
    SandboxOptions,
};
use synchronizer_server::config::{Config, SignupMode};
use synchronizer_server::{OsRng, Role, Running, start};
use synchronizer_testkit::ShiftedClock;
use tempfile::TempDir;

use super::process::Process;

/// What a story wants to be different.
#[derive(Clone)]
pub struct TestOptions {
    pub signup: SignupMode,
    /// Customers that may sign up when `signup` is a list.
    pub allowed: Vec<String>,
    /// Networks in which CalDAV servers may be reached.
    pub networks: Vec<&'static str>,
    /// Pretend to be behind a proxy that speaks https.
    pub https: bool,
    /// Run the built program as a process of its own, with the machine's clock.
    pub process: bool,
    /// The header in which a proxy tells the visitor's address.
    pub client_address: &'static str,
    /// Mails per minute of one company; 0 is unpaced.
    pub mail_rate: u32,
    /// The application's key of system users is configured.
    pub system_user: bool,
    /// A PEM file with an authority that is trusted besides the well-known ones.
    pub extra_ca: Option<std::path::PathBuf>,
    /// Another database than a SQLite file of its own.
    pub database: Option<String>,
}

impl Default for TestOptions {
    fn default() -> Self {
        Self {
            signup: SignupMode::Open,
            allowed: Vec::new(),
            networks: vec!["127.0.0.0/8"],
            https: false,
            process: false,
            client_address: "",
            mail_rate: 0,
            system_user: false,
            extra_ca: None,
            database: None,
        }
    }
}

impl TestOptions {
    /// The built program as a process of its own.
    pub fn process() -> Self {
        Self {
            process: true,
            ..Self::default()
        }
    }
}

enum Host {
    Here(Running),
    Process(Process),
}

/// A running portal.
pub struct TestApp {
    pub sandbox: Sandbox,
    pub clock: Arc<ShiftedClock>,
    pub config: Config,
    pub folder: TempDir,
    process: bool,
    host: Option<Host>,
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(TestOptions::default()).await
    }

    pub async fn with(options: TestOptions) -> Self {
        let clock = Arc::new(ShiftedClock::default());
        let shared = Arc::clone(&clock);
        // The stand-ins share the movable clock, so that their tokens age with ours.
        let sandbox = synchronizer_sandbox::start(SandboxOptions {
            clock: Arc::new(move || shared.now().as_secs()),
            ..SandboxOptions::default()
        })
        .await
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = config(&sandbox, &folder, &options);
        let mut app = Self {
            sandbox,
            clock,
            config,
            folder,
            process: options.process,
            host: None,
        };
        app.restart().await;
        app
    }

    /// Ends the portal and starts it again on the same database.
    pub async fn restart(&mut self) {
        match self.host.take() {
            Some(Host::Here(running)) => running.stop().await,
            Some(Host::Process(process)) => process.kill(),
            None => {}
        }
        self.host = Some(if self.process {
            Host::Process(Process::start(&self.config, self.folder.path()).await)
        } else {
            Host::Here(self.start_with(&self.config, Role::All).await)
        });
    }

    /// Ends the portal in this process.
    pub async fn stop(&mut self) {
        match self.host.take() {
            Some(Host::Here(running)) => running.stop().await,
            _ => panic!("the portal is not in this process"),
        }
    }

    /// Kills the portal's process at once (SIGKILL).
    pub fn kill(&mut self) {
        match self.host.take() {
            Some(Host::Process(process)) => process.kill(),
            _ => panic!("no process to kill"),
        }
    }

    /// Lets a process that somebody else started be the portal.
    pub fn adopt(&mut self, process: Process) {
        self.host = Some(Host::Process(process));
    }

    /// Whether the portal's process is gone.
    pub fn has_ended(&mut self) -> bool {
        match &mut self.host {
            Some(Host::Process(process)) => process.has_ended(),
            _ => panic!("no process to look at"),
        }
    }

    /// A further portal on the same database, on a port of its own; what people see as its
    /// address stays the first one's.
    pub async fn replica(&self, role: Role) -> Running {
        let mut config = self.config.clone();
        config.server.listen.set_port(0);
        self.start_with(&config, role).await
    }

    async fn start_with(&self, config: &Config, role: Role) -> Running {
        let clock = Arc::clone(&self.clock);
        start(config, role, clock, Arc::new(OsRng)).await.unwrap()
    }

    /// An address of the portal as people type it.
    pub fn url(&self, path: &str) -> String {
        format!(
            "{}{path}",
            self.config.server.public_url.as_str().trim_end_matches('/')
        )
    }

    /// Where the process listens, without the proxy that it may believe in.
    pub fn behind_proxy(&self, path: &str) -> String {
        format!(
            "http://localhost:{}{path}",
            self.config.server.listen.port()
        )
    }

    /// The use cases, for looks into the database.
    pub fn core(&self) -> &synchronizer_services::Core {
        match &self.host {
            Some(Host::Here(running)) => &running.core,
            _ => panic!("the portal is not in this process"),
        }
    }

    /// What the portal's process logged, over all its lives.
    pub fn log(&self) -> String {
        Process::log(self.folder.path())
    }

    /// The mail to a person, which must come.
    pub async fn mail_to(&self, address: &str) -> CaughtMail {
        self.sandbox
            .wait_for_mail(Duration::from_secs(20), |mail| {
                mail.to.iter().any(|to| to == address)
            })
            .await
            .unwrap_or_else(|| panic!("no mail to {address}"))
    }

    /// All mails to a person so far.
    pub fn mails_to(&self, address: &str) -> Vec<CaughtMail> {
        let mut mails = self.sandbox.mails();
        mails.retain(|mail| mail.to.iter().any(|to| to == address));
        mails
    }

    /// The mails to a person, once there are that many.
    pub async fn wait_for_mails(&self, address: &str, count: usize) -> Vec<CaughtMail> {
        self.sandbox
            .wait_for_mail(Duration::from_secs(20), |_| {
                self.mails_to(address).len() >= count
            })
            .await
            .unwrap_or_else(|| panic!("not {count} mails to {address}"));
        self.mails_to(address)
    }
}

/// The address of the invitation in a mail.
pub fn invitation_in(mail: &CaughtMail) -> String {
    let text = mail.text.clone().unwrap();
    text.split_whitespace()
        .find(|word| word.contains("/i/"))
        .unwrap_or_else(|| panic!("no link in {text}"))
        .to_owned()
}

fn config(sandbox: &Sandbox, folder: &TempDir, options: &TestOptions) -> Config {
    let port = free_port();
    let scheme = if options.https { "https" } else { "http" };
    let own = format!("sqlite://{}", folder.path().join("portal.db").display());
    let networks = options.networks.iter();
    let mut config = Config::default();
    config.server.listen = ([127, 0, 0, 1], port).into();
    config.server.public_url = format!("{scheme}://localhost:{port}").parse().unwrap();
    config.server.site_root = folder.path().join("site");
    config.database.url = options.database.clone().unwrap_or(own).into();
    config.vault.keys = vec![synchronizer_vault::fresh_key(&OsRng, 1)];
    config.tenants.signup = options.signup;
    config.tenants.allowed.clone_from(&options.allowed);
    config.jobs.lease_seconds = 2;
    config.smtp.url = format!("smtp://{}", sandbox.smtp_addr()).into();
    config.smtp.from = "Synchronizer <sync@portal.example>".to_owned();
    config.smtp.operator = "operator@portal.example".to_owned();
    config.smtp.rate_per_minute = 0;
    config.outbound.extra_ca.clone_from(&options.extra_ca);
    config.smtp.tenant_rate_per_minute = options.mail_rate;
    options
        .client_address
        .clone_into(&mut config.server.client_address_header);
    config.superoffice.authority = format!("{}/login", sandbox.superoffice_url())
        .parse()
        .unwrap();
    config.superoffice.client_id = SUPEROFFICE_CLIENT_ID.to_owned();
    config.superoffice.client_secret = SUPEROFFICE_CLIENT_SECRET.into();
    if options.system_user {
        config.superoffice.system_user_key = sandbox.system_user_key().into();
    }
    config.microsoft.authority = format!("{}/organizations/v2.0", sandbox.microsoft_url())
        .parse()
        .unwrap();
    config.microsoft.client_id = MICROSOFT_CLIENT_ID.to_owned();
    config.microsoft.client_secret = MICROSOFT_CLIENT_SECRET.into();
    config.microsoft.graph_url = format!("{}/v1.0", sandbox.microsoft_url()).parse().unwrap();
    config.google.issuer = sandbox.google_url().parse().unwrap();
    config.google.client_id = GOOGLE_CLIENT_ID.to_owned();
    config.google.client_secret = GOOGLE_CLIENT_SECRET.into();
    config.google.directory_url = format!("{}/admin/directory/v1", sandbox.google_url())
        .parse()
        .unwrap();
    config.google.calendar_url = format!("{}/calendar/v3", sandbox.google_url())
        .parse()
        .unwrap();
    config.outbound.allow_networks = networks.map(|network| network.parse().unwrap()).collect();
    config
}
