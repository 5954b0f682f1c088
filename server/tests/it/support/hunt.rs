//! Looks for secrets where they must not be.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;
use synchronizer_testkit::{Browser, Page};

use super::{TestApp, invitation_in};

/// A secret and what it is.
struct Planted {
    what: &'static str,
    text: String,
}

/// Secrets, and the pages that were shown while they were in use.
pub struct Hunt {
    secrets: Vec<Planted>,
    pages: Vec<Page>,
}

impl Hunt {
    /// Everything that the providers issued, that cookies hold, that redirects carried, and
    /// the installation's own keys.
    pub fn of(app: &TestApp, browsers: &[&Browser]) -> Self {
        let mut hunt = Self {
            secrets: Vec::new(),
            pages: Vec::new(),
        };
        let config = &app.config;
        let issued = app.sandbox.control().issued_secrets();
        assert!(issued.len() > 4, "{issued:?}");
        for token in issued {
            hunt.add("code or token", &token);
        }
        let (_, key) = config.vault.keys[0]
            .expose_secret()
            .split_once(':')
            .unwrap();
        hunt.add("vault key", key);
        let (crm, microsoft) = (&config.superoffice, &config.microsoft);
        let google = &config.google;
        for (id, secret) in [
            (&crm.client_id, &crm.client_secret),
            (&microsoft.client_id, &microsoft.client_secret),
            (&google.client_id, &google.client_secret),
        ] {
            hunt.add("client secret", secret.expose_secret());
            hunt.add("client secret", &basic(id, secret.expose_secret()));
        }
        for mail in app.sandbox.mails() {
            let address = invitation_in(&mail);
            hunt.add("invitation", address.rsplit_once('/').unwrap().1);
        }
        for browser in browsers {
            for page in browser.history() {
                hunt.learn(&page);
                if page.url.host_str() == Some("localhost") {
                    hunt.pages.push(page);
                }
            }
        }
        for what in ["session cookie", "browser cookie", "state", "code"] {
            let seen = hunt.secrets.iter().any(|secret| secret.what == what);
            assert!(seen, "no {what} was seen");
        }
        hunt
    }

    /// One more secret.
    pub fn add(&mut self, what: &'static str, text: &str) {
        assert!(text.len() >= 12, "{what} is too short to look for: {text}");
        self.secrets.push(Planted {
            what,
            text: text.to_owned(),
        });
        let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        if encoded != text {
            self.secrets.push(Planted {
                what,
                text: encoded,
            });
        }
    }

    /// Cookies, and what redirects carry in their queries.
    fn learn(&mut self, page: &Page) {
        let cookies = page
            .headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok());
        for cookie in cookies {
            let (name, value) = cookie
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
                .unwrap();
            match name {
                "session" if !value.is_empty() => self.add("session cookie", value),
                "browser" => self.add("browser cookie", value),
                _ => {}
            }
        }
        for (name, value) in page.url.query_pairs() {
            match name.as_ref() {
                "state" => self.add("state", &value),
                "code" => self.add("code", &value),
                "nonce" => self.add("nonce", &value),
                _ => {}
            }
        }
    }

    fn assert_absent(&self, place: &str, bytes: &[u8], is_meant: impl Fn(&Planted) -> bool) {
        for secret in self.secrets.iter().filter(|secret| !is_meant(secret)) {
            let needle = secret.text.as_bytes();
            if let Some(at) = bytes
                .windows(needle.len())
                .position(|window| window == needle)
            {
                let around =
                    &bytes[at.saturating_sub(200)..(at + needle.len() + 80).min(bytes.len())];
                panic!(
                    "a {} is in {place}: …{}…",
                    secret.what,
                    String::from_utf8_lossy(around)
                );
            }
        }
    }

    /// None of them is in the log, in the database or on a page.
    pub fn assert_nothing_leaked(&self, app: &TestApp) {
        let log = app.log();
        assert!(
            log.contains("TRACE") && log.contains("http.request"),
            "the log is not at level TRACE"
        );
        self.assert_absent("the log", log.as_bytes(), |_| false);
        assert!(
            log.contains("/i/[secret]"),
            "requests for invitations are not in the log"
        );
        let noisy = ["hyper", "axum", "reqwest"];
        assert!(
            noisy.iter().all(|name| log.contains(name)),
            "they log nothing"
        );
        let mut files = 0;
        for file in database_files(app.folder.path()) {
            let bytes = std::fs::read(&file).unwrap();
            files += usize::from(bytes.len() > 10_000);
            self.assert_absent(&file.display().to_string(), &bytes, |_| false);
        }
        assert!(files > 0, "the database was not found");
        assert!(self.pages.len() > 10, "{} pages", self.pages.len());
        for page in &self.pages {
            let path = page.url.path();
            self.assert_absent(path, page.html.as_bytes(), |secret| {
                // The button of an invitation posts to its own address; the page that leaves
                // for a provider carries what the provider is to give back.
                (secret.what == "invitation" && path == format!("/i/{}", secret.text))
                    || (path.starts_with("/auth/go/") && matches!(secret.what, "state" | "nonce"))
            });
        }
    }
}

/// What *Basic* makes of a name and a password.
pub fn basic(name: &str, password: &str) -> String {
    STANDARD.encode(format!("{name}:{password}"))
}

fn database_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("portal.db")
        })
        .collect()
}
