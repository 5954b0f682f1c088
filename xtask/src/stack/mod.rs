//! A portal with everything it talks to: sandbox and Radicale, all on loopback.

mod ports;
mod template;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use nix::sys::signal::Signal;

use crate::paths;
use crate::process::{Service, command, net};

pub use ports::Ports;

/// How long each part may take to come up. Generous: a busy machine is no failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// What to start and where.
#[derive(Debug)]
pub struct Plan {
    /// The server binary.
    pub binary: PathBuf,
    /// Where databases, collections and logs go; made when missing.
    pub folder: PathBuf,
    /// Addresses.
    pub ports: Ports,
    /// Whether a CalDAV server is wanted.
    pub with_radicale: bool,
}

/// The running parts; all end when this is dropped, the portal first.
#[derive(Debug)]
pub struct Stack {
    portal: Service,
    /// From the start of the portal's process to its first good answer at `/ready`.
    pub ready_after: Duration,
    beside: Vec<Service>,
}

impl Stack {
    /// Starts everything and waits until the portal is ready.
    ///
    /// # Errors
    /// When a part does not come up; the error carries its last words.
    pub fn start(plan: &Plan) -> Result<Self> {
        fs::create_dir_all(&plan.folder)
            .with_context(|| format!("cannot make {}", plan.folder.display()))?;
        let mut beside = Vec::new();
        if plan.with_radicale {
            beside.push(radicale(plan)?);
        }
        beside.push(sandbox(plan)?);
        let (portal, ready_after) = portal(plan)?;
        Ok(Self {
            portal,
            ready_after,
            beside,
        })
    }

    /// The portal's process id.
    pub fn portal_id(&self) -> u32 {
        self.portal.id()
    }

    /// Waits for ever.
    ///
    /// # Errors
    /// When a part ends.
    pub fn watch(&mut self) -> Result<()> {
        loop {
            self.portal.watch()?;
            self.beside.iter_mut().try_for_each(Service::watch)?;
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

fn radicale(plan: &Plan) -> Result<Service> {
    let fixtures = paths::end2end()?.join("fixtures");
    let folder = plan.folder.join("radicale");
    let port = plan.ports.radicale;
    let words = BTreeMap::from([
        ("port", port.to_string()),
        (
            "users",
            fixtures.join("radicale.users").display().to_string(),
        ),
        ("folder", folder.display().to_string()),
    ]);
    let config = plan.folder.join("radicale.conf");
    let text = fs::read_to_string(fixtures.join("radicale.conf"))?;
    fs::write(&config, template::fill(&text, &words))?;
    let mut radicale = command(paths::peer("radicale")?)?;
    radicale.arg("--config").arg(config);
    let log = plan.folder.join("radicale.log");
    let mut service = Service::start("Radicale", &mut radicale, &log, Signal::SIGTERM)?;
    service.wait_until(PATIENCE, || net::listens(port))?;
    Ok(service)
}

fn sandbox(plan: &Plan) -> Result<Service> {
    let ports = &plan.ports;
    let mut sandbox = command(&plan.binary)?;
    sandbox.args(["sandbox", "--portal", &ports.portal_url()]);
    for (option, port) in [
        ("--superoffice", ports.superoffice),
        ("--microsoft", ports.microsoft),
        ("--exchange", ports.exchange),
        ("--google", ports.google),
        ("--smtp", ports.smtp),
        ("--inbox", ports.inbox),
    ] {
        sandbox.args([option, &format!("127.0.0.1:{port}")]);
    }
    let log = plan.folder.join("sandbox.log");
    let mut service = Service::start("the sandbox", &mut sandbox, &log, Signal::SIGTERM)?;
    let all = [
        ports.superoffice,
        ports.microsoft,
        ports.exchange,
        ports.google,
        ports.smtp,
        ports.inbox,
    ];
    service.wait_until(PATIENCE, || all.iter().all(|port| net::listens(*port)))?;
    Ok(service)
}

fn portal(plan: &Plan) -> Result<(Service, Duration)> {
    let mut portal = command(&plan.binary)?;
    portal
        .arg("serve")
        .envs(environment(plan)?)
        // A configuration file in the repository is somebody's own.
        .current_dir(&plan.folder);
    let log = plan.folder.join("portal.log");
    let started = Instant::now();
    let mut service = Service::start("the portal", &mut portal, &log, Signal::SIGTERM)?;
    let port = plan.ports.portal;
    service.wait_until(PATIENCE, || net::status(port, "/ready") == Some(200))?;
    Ok((service, started.elapsed()))
}

/// The portal's configuration, from the list that the browser tests use too.
fn environment(plan: &Plan) -> Result<Vec<(String, String)>> {
    let ports = &plan.ports;
    let words = BTreeMap::from([
        ("portal_port", ports.portal.to_string()),
        ("superoffice_port", ports.superoffice.to_string()),
        ("microsoft_port", ports.microsoft.to_string()),
        ("google_port", ports.google.to_string()),
        ("smtp_port", ports.smtp.to_string()),
        (
            "mail_authority",
            paths::root()?
                .join("crates/sandbox/keys/mail-test-authority.pem")
                .display()
                .to_string(),
        ),
        ("site", paths::site()?.display().to_string()),
        ("folder", plan.folder.display().to_string()),
        ("vault_key", vault_key(&plan.folder)?),
    ]);
    let list = fs::read_to_string(paths::end2end()?.join("fixtures/portal.env"))?;
    Ok(template::variables(&template::fill(&list, &words)))
}

/// The folder's own random key, made at the first start.
fn vault_key(folder: &Path) -> Result<String> {
    use std::io::Read as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    let file = folder.join("vault.key");
    if let Ok(key) = fs::read_to_string(&file) {
        return Ok(key);
    }
    let mut bytes = [0; 32];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let key = format!("1:{}", template::base64(&bytes));
    let mut options = fs::OpenOptions::new();
    let mut owned = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    std::io::Write::write_all(&mut owned, key.as_bytes())?;
    Ok(key)
}
