//! `[outbound]`

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Requests to addresses that people typed (Exchange and CalDAV servers).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutboundSection {
    /// Private networks that may be reached, such as `10.1.0.0/16`. Link-local and
    /// metadata addresses are never reached.
    pub allow_networks: Vec<IpNet>,
    /// A PEM file with further certificate authorities.
    pub extra_ca: Option<PathBuf>,
    /// The name server that is asked for service records of domains (`10.0.0.1:53`), in
    /// place of the system's.
    pub dns_server: Option<SocketAddr>,
}
