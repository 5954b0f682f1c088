//! A real Xandikos behind https with a certificate of a private authority, where one is
//! installed.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// A running Xandikos; ends when dropped.
pub struct Xandikos {
    child: Child,
    url: String,
    authority: PathBuf,
}

impl Xandikos {
    /// Starts the Xandikos that `SYNCHRONIZER_TEST_XANDIKOS` names, with these lines of an
    /// htpasswd file, keeping its files in `folder`. None when the variable is not set.
    ///
    /// # Errors
    /// What stopped it from starting.
    pub async fn start(folder: &Path, users: &[&str]) -> std::io::Result<Option<Self>> {
        let Some(executable) = std::env::var_os("SYNCHRONIZER_TEST_XANDIKOS").map(PathBuf::from)
        else {
            return Ok(None);
        };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let authority = folder.join("authority.pem");
        certificates(folder, &authority).map_err(std::io::Error::other)?;
        std::fs::write(folder.join("users"), users.join("\n"))?;
        let log = std::fs::File::create(folder.join("xandikos.log"))?;
        let child = Command::new(executable)
            .args([
                "multi-user",
                "--defaults",
                "--autocert",
                "--no-detect-systemd",
            ])
            .args(["--listen-address", "127.0.0.1", "--port", &port.to_string()])
            .arg("--directory")
            .arg(folder.join("collections"))
            .arg("--state-dir")
            .arg(folder)
            .arg("--htpasswd")
            .arg(folder.join("users"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let mut running = Self {
            child,
            url: format!("https://127.0.0.1:{port}/"),
            authority,
        };
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
            {
                return Ok(Some(running));
            }
            if running.child.try_wait()?.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let log = std::fs::read_to_string(folder.join("xandikos.log")).unwrap_or_default();
        Err(std::io::Error::other(format!(
            "Xandikos does not listen: {log}"
        )))
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The certificate of the authority, a PEM file.
    #[must_use]
    pub fn authority(&self) -> &Path {
        &self.authority
    }
}

impl Drop for Xandikos {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Puts a certificate where Xandikos would make its own.
fn certificates(
    folder: &Path,
    authority_file: &Path,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let server =
        CertificateParams::new(vec!["127.0.0.1".to_owned()])?.signed_by(&key, &authority)?;
    let certs = folder.join("certs");
    std::fs::create_dir_all(&certs)?;
    std::fs::write(certs.join("selfsigned.crt"), server.pem())?;
    std::fs::write(certs.join("selfsigned.key"), key.serialize_pem())?;
    std::fs::write(authority_file, authority.pem())?;
    Ok(())
}
