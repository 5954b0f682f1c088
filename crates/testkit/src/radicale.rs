//! A real Radicale for tests, where one is installed.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running Radicale; ends when dropped.
pub struct Radicale {
    child: Child,
    url: String,
}

impl Radicale {
    /// Starts the Radicale that `SYNCHRONIZER_TEST_RADICALE` names, with these users and
    /// passwords, keeping its files in `folder`. None when the variable is not set.
    ///
    /// # Errors
    /// What stopped it from starting.
    pub async fn start(folder: &Path, users: &[(&str, &str)]) -> std::io::Result<Option<Self>> {
        let Some(executable) = std::env::var_os("SYNCHRONIZER_TEST_RADICALE").map(PathBuf::from)
        else {
            return Ok(None);
        };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let lines: String = users
            .iter()
            .map(|(name, password)| format!("{name}:{password}\n"))
            .collect();
        std::fs::write(folder.join("users"), lines)?;
        let config = format!(
            "[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {users}\n\
             htpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = {files}\n[rights]\n\
             type = owner_only\n[web]\ntype = none\n",
            users = folder.join("users").display(),
            files = folder.join("collections").display(),
        );
        std::fs::write(folder.join("config"), config)?;
        let child = Command::new(executable)
            .arg("--config")
            .arg(folder.join("config"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let running = Self {
            child,
            url: format!("http://127.0.0.1:{port}/"),
        };
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
            {
                return Ok(Some(running));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(std::io::Error::other("Radicale does not listen"))
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Radicale {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
