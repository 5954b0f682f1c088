//! `[server]`

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

/// Where the portal listens and how people reach it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSection {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The address that people use, without path: https, or http on `localhost` only.
    pub public_url: Url,
    /// The folder with the built site (`pkg/` and icons).
    pub site_root: PathBuf,
    /// The header in which the proxy tells the visitor's address; its last entry counts.
    /// Empty: the address of the connection.
    pub client_address_header: String,
}

impl Default for ServerSection {
    #[expect(
        clippy::expect_used,
        reason = "constants, checked by every test that loads the defaults"
    )]
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".parse().expect("a socket address"),
            public_url: Url::parse("http://localhost:8080").expect("an address"),
            site_root: PathBuf::from("target/site"),
            client_address_header: String::new(),
        }
    }
}

impl ServerSection {
    /// Whether cookies are `Secure` and `__Host-`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        let header = self.client_address_header.parse::<axum::http::HeaderName>();
        if !self.client_address_header.is_empty() && header.is_err() {
            problems.push("server.client_address_header: is not the name of a header".to_owned());
        }
        let local = self.public_url.host_str() == Some("localhost");
        let allowed = self.is_https() || (self.public_url.scheme() == "http" && local);
        if !allowed {
            problems.push(
                "server.public_url: use an https address; http is allowed for localhost only, because sign-ins \
                 would travel in clear"
                    .to_owned(),
            );
        }
        if self.public_url.path() != "/"
            || self.public_url.query().is_some()
            || self.public_url.fragment().is_some()
        {
            problems.push(
                "server.public_url: give scheme, host and port only, without a path".to_owned(),
            );
        }
    }
}
