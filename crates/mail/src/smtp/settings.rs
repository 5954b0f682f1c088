//! How the SMTP server is reached: the configured address, read and checked.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::error::MailError;

/// Where mails are handed over, and how patiently.
///
/// The address is `scheme://user:password@host:port/hello-name?tls=…`, everything
/// between host and scheme optional, user and password percent-encoded:
///
/// | address | encryption | default port |
/// |---|---|---|
/// | `smtps://host` | from the first byte (RFC 8314) | 465 |
/// | `smtp://host` | STARTTLS required; on this machine used when offered | 587; on this machine 25 |
/// | `smtp://host?tls=required` | STARTTLS required | 587 |
/// | `smtp://host?tls=opportunistic` | STARTTLS when offered | 587 |
/// | `smtp://host?tls=none` | never | 25 |
///
/// Wherever TLS is used the certificate must be valid for the host. A password never
/// leaves this machine without TLS: `tls=none` with a password is refused for other
/// hosts, and `opportunistic` then fails when STARTTLS is not offered.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// The address.
    pub url: SecretString,
    /// Certificates (PEM) that are trusted besides the well-known authorities.
    pub extra_ca: Option<String>,
    /// Our name in the greeting (EHLO) unless the address has one; without both, an
    /// address literal.
    pub hello_name: Option<String>,
    /// For reaching the server, 10 s.
    pub connect_timeout: Duration,
    /// For everything up to being signed in, and again for sender, recipient and the
    /// permission to send the content, 30 s each.
    pub answer_timeout: Duration,
    /// For the answer to the content, 120 s. A mail whose answer was not awaited is sent
    /// again, so this one is longer (RFC 5321 §4.5.3.2.6 has 10 minutes).
    pub accept_timeout: Duration,
    /// Unused connections are closed after this time, 60 s.
    pub idle_timeout: Duration,
    /// Connections open at the same time, 8.
    pub max_connections: usize,
}

impl SmtpSettings {
    /// The usual patience for this address.
    #[must_use]
    pub fn new(url: SecretString) -> Self {
        Self {
            url,
            extra_ca: None,
            hello_name: None,
            connect_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_secs(30),
            accept_timeout: Duration::from_secs(120),
            idle_timeout: Duration::from_secs(60),
            max_connections: 8,
        }
    }
}

/// When the connection is encrypted.
#[derive(Clone)]
pub(super) enum Encryption {
    Never,
    WhenOffered(TlsParameters),
    Required(TlsParameters),
    FromTheStart(TlsParameters),
}

/// The address, taken apart.
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) encryption: Encryption,
    pub(super) credentials: Option<Credentials>,
    pub(super) hello: ClientId,
    /// Same machine, so a password may go without TLS.
    pub(super) loopback: bool,
}

/// The password stays out.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl Server {
    pub(super) fn from_settings(settings: &SmtpSettings) -> Result<Self, MailError> {
        // Not the parser's own text: it could quote the address with its password.
        let url = Url::parse(settings.url.expose_secret())
            .map_err(|_| wrong("the address cannot be read"))?;
        let host = url
            .host_str()
            .map(|host| host.trim_matches(['[', ']']).to_owned())
            .filter(|host| !host.is_empty())
            .ok_or_else(|| wrong("the address names no host"))?;
        let loopback = is_loopback(&host);
        let credentials = credentials(&url)?;
        let tls = || tls_parameters(&host, settings.extra_ca.as_deref());
        let (encryption, default_port) = match (url.scheme(), tls_word(&url)?.as_deref()) {
            ("smtps", None) => (Encryption::FromTheStart(tls()?), SUBMISSIONS_PORT),
            ("smtp", None) if loopback => (Encryption::WhenOffered(tls()?), SMTP_PORT),
            ("smtp", None | Some("required")) => (Encryption::Required(tls()?), SUBMISSION_PORT),
            ("smtp", Some("opportunistic")) => (Encryption::WhenOffered(tls()?), SUBMISSION_PORT),
            ("smtp", Some("none")) if loopback || credentials.is_none() => {
                (Encryption::Never, SMTP_PORT)
            }
            ("smtp", Some("none")) => {
                return Err(wrong("tls=none would send the password in clear"));
            }
            ("smtp", Some(_)) => {
                return Err(wrong("tls is one of required, opportunistic and none"));
            }
            ("smtps", Some(_)) => return Err(wrong("smtps takes no tls parameter")),
            _ => return Err(wrong("the address begins with smtp:// or smtps://")),
        };
        Ok(Self {
            port: url.port().unwrap_or(default_port),
            encryption,
            credentials,
            hello: hello(&url, settings.hello_name.as_deref())?,
            loopback,
            host,
        })
    }
}

fn wrong(reason: &str) -> MailError {
    MailError::Settings(reason.to_owned())
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The one parameter there is; a misspelt one must not pass as the default.
fn tls_word(url: &Url) -> Result<Option<String>, MailError> {
    let mut word = None;
    for (key, value) in url.query_pairs() {
        if key != "tls" || word.is_some() {
            return Err(wrong("the address takes one parameter, tls"));
        }
        word = Some(value.into_owned());
    }
    Ok(word)
}

fn credentials(url: &Url) -> Result<Option<Credentials>, MailError> {
    let decode = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|_| wrong("user or password is not percent-encoded UTF-8"))
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err(wrong("there is a password without a user")),
        (user, password) => Ok(Some(Credentials::new(
            decode(user)?,
            decode(password.unwrap_or_default())?,
        ))),
    }
}

fn hello(url: &Url, configured: Option<&str>) -> Result<ClientId, MailError> {
    let from_url = Some(url.path().trim_matches('/')).filter(|path| !path.is_empty());
    match from_url.or(configured) {
        None => Ok(ClientId::default()),
        Some(name)
            if !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')) =>
        {
            Ok(ClientId::Domain(name.to_owned()))
        }
        Some(_) => Err(wrong("the greeting name is not a host name")),
    }
}

fn tls_parameters(host: &str, extra_ca: Option<&str>) -> Result<TlsParameters, MailError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = extra_ca {
        let certificate = Certificate::from_pem(pem.as_bytes())
            .map_err(|_| wrong("the extra certificates are not PEM"))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build()
        .map_err(|_| wrong("the extra certificates cannot be used"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Server, MailError> {
        Server::from_settings(&SmtpSettings::new(SecretString::from(url.to_owned())))
    }

    fn kind(server: &Server) -> &'static str {
        match server.encryption {
            Encryption::Never => "never",
            Encryption::WhenOffered(_) => "when offered",
            Encryption::Required(_) => "required",
            Encryption::FromTheStart(_) => "from the start",
        }
    }

    #[test]
    fn scheme_parameter_and_place_decide_the_encryption() {
        for (url, expected, port) in [
            ("smtps://mail.example.test", "from the start", 465),
            ("smtp://mail.example.test", "required", 587),
            ("smtp://mail.example.test:2525", "required", 2525),
            ("smtp://mail.example.test?tls=required", "required", 587),
            (
                "smtp://mail.example.test?tls=opportunistic",
                "when offered",
                587,
            ),
            ("smtp://mail.example.test?tls=none", "never", 25),
            ("smtp://127.0.0.1:1025", "when offered", 1025),
            ("smtp://localhost", "when offered", 25),
            ("smtp://localhost?tls=required", "required", 587),
            ("smtp://[::1]:1025", "when offered", 1025),
            ("smtp://u:p@127.0.0.1?tls=none", "never", 25),
        ] {
            let server = read(url).unwrap();
            assert_eq!((kind(&server), server.port), (expected, port), "{url}");
        }
    }

    #[test]
    fn addresses_that_cannot_work_are_refused_without_quoting_them() {
        for url in [
            "",
            "mail.example.test",
            "http://mail.example.test",
            "smtp://",
            "smtp://u:hunter2@mail.example.test?tls=none",
            "smtp://u:hunter2@mail.example.test?tls=requierd",
            "smtp://u:hunter2@mail.example.test?tsl=required",
            "smtps://u:hunter2@mail.example.test?tls=none",
            "smtp://:hunter2@mail.example.test",
            "smtp://mail.example.test/a%0d%0aname",
            "smtp://u:hunter2@mail.example.test:99999",
        ] {
            let error = read(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{url}");
        }
    }

    #[test]
    fn user_and_password_are_percent_decoded() {
        let server =
            read("smtps://sync%40example.test:p%40ss%2Fw%C3%B6rd@mail.example.test").unwrap();
        assert_eq!(
            server.credentials,
            Some(Credentials::new(
                "sync@example.test".to_owned(),
                "p@ss/wörd".to_owned()
            ))
        );
    }

    #[test]
    fn neither_settings_nor_server_show_the_password() {
        let settings = SmtpSettings::new(SecretString::from("smtps://u:hunter2@mail.example.test"));
        let server = Server::from_settings(&settings).unwrap();
        assert!(!format!("{settings:?} {server:?}").contains("hunter2"));
    }

    #[test]
    fn the_greeting_name_comes_from_the_address_then_from_the_settings() {
        let mut settings = SmtpSettings::new(SecretString::from(
            "smtps://mail.example.test/a.example.test",
        ));
        settings.hello_name = Some("b.example.test".to_owned());
        let server = Server::from_settings(&settings).unwrap();
        assert_eq!(server.hello.to_string(), "a.example.test");
        settings.url = SecretString::from("smtps://mail.example.test");
        let server = Server::from_settings(&settings).unwrap();
        assert_eq!(server.hello.to_string(), "b.example.test");
    }
}
