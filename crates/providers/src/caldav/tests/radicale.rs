//! A real Radicale, when `SYNCHRONIZER_TEST_RADICALE` names its executable.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::fake::client;
use crate::caldav::*;
use crate::test_support::secret;

struct Radicale {
    process: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Radicale {
    /// Starts one on a free port and waits until it listens; none without the variable.
    fn start() -> Option<Self> {
        let executable = std::env::var_os("SYNCHRONIZER_TEST_RADICALE")?;
        let folder = tempfile::tempdir().unwrap();
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        std::fs::write(folder.path().join("users"), "zoe:pw & more\n").unwrap();
        let config = format!(
            "[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\n\
             htpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = {folder}/collections\n\
             [rights]\ntype = owner_only\n[web]\ntype = none\n",
            folder = folder.path().display()
        );
        let file = folder.path().join("radicale.conf");
        std::fs::write(&file, config).unwrap();
        let process = Command::new(executable)
            .arg("--config")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let radicale = Self {
            process,
            url: format!("http://127.0.0.1:{port}/"),
            _folder: folder,
        };
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "Radicale does not listen"
            );
            std::thread::yield_now();
        }
        Some(radicale)
    }
}

impl Drop for Radicale {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn a_real_radicale_is_signed_in_to_and_given_a_calendar() {
    let Some(radicale) = Radicale::start() else {
        return;
    };
    let (client, password) = (client(), secret("pw & more"));
    let probe = client.probe(&radicale.url).await.unwrap();
    assert!(!probe.answer.is_empty());

    let account = client
        .sign_in(&radicale.url, "zoe", &password)
        .await
        .unwrap();
    assert_eq!(account.home.path(), "/zoe/");
    assert!(account.calendars.is_empty());

    let name = "Sälj & <CRM>";
    let created = client
        .create_calendar(&account, "zoe", &password, name)
        .await
        .unwrap();
    assert_eq!(created.name, name);
    assert!(created.writable && created.events);
    let second = client
        .create_calendar(&account, "zoe", &password, name)
        .await
        .unwrap();
    assert_ne!(second.id, created.id);

    let account = client
        .sign_in(&radicale.url, "zoe", &password)
        .await
        .unwrap();
    assert_eq!(account.calendars.len(), 2);
    let checked = client.check(&created.id, "zoe", &password).await.unwrap();
    assert_eq!(checked.name, name);
    assert!(checked.writable);

    let error = client
        .sign_in(&radicale.url, "zoe", &secret("wrong"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NeedsPerson);
    let gone = CalendarId::new(format!("{}zoe/gone/", radicale.url));
    let error = client.check(&gone, "zoe", &password).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotFound);
    let foreign = CalendarId::new(format!("{}noel/main/", radicale.url));
    let error = client.check(&foreign, "zoe", &password).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::ScopeMissing);
}
