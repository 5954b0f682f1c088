//! Where a domain says that its services are: SRV and TXT records (RFC 2782, RFC 6764 §3).
//!
//! Only the operator's own name servers are asked. The hosts that they name are resolved
//! and judged by the guard like any other.

use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;

/// Time for one question.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Records of one name that are looked at.
const MAX_RECORDS: usize = 10;

/// Asks for records; without a name server nothing is ever found.
#[derive(Clone)]
pub(crate) struct Dns(Option<TokioResolver>);

/// A service as a domain offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Service {
    /// Host name without a dot at its end.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Dns {
    /// With one name server, or with those of the system.
    pub(crate) fn new(server: Option<SocketAddr>) -> Self {
        let builder = match server {
            Some(server) => {
                let with_port = |mut connection: ConnectionConfig| {
                    connection.port = server.port();
                    connection
                };
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
                let server =
                    NameServerConfig::new(server.ip(), true, connections.map(with_port).to_vec());
                let config = ResolverConfig::from_name_servers(vec![server]);
                Ok(TokioResolver::builder_with_config(
                    config,
                    TokioRuntimeProvider::default(),
                ))
            }
            None => TokioResolver::builder_tokio(),
        };
        let resolver = builder.and_then(|mut builder| {
            builder.options_mut().timeout = TIMEOUT;
            builder.options_mut().attempts = 1;
            builder.build()
        });
        Self(match resolver {
            Ok(resolver) => Some(resolver),
            Err(error) => {
                tracing::warn!(%error, "no name server for service records");
                None
            }
        })
    }

    /// The offers of a service such as `_caldavs._tcp.example.org`, best first. Empty when
    /// there are none, or when the domain says that it does not offer it (a dot as target).
    pub(crate) async fn services(&self, name: &str) -> Vec<Service> {
        let Some(resolver) = &self.0 else {
            return Vec::new();
        };
        let found = match resolver.srv_lookup(absolute(name)).await {
            Ok(found) => found,
            Err(error) => {
                tracing::debug!(%error, name, "no service record");
                return Vec::new();
            }
        };
        let mut offers: Vec<_> = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::SRV(offer) => Some(offer),
                _ => None,
            })
            .take(MAX_RECORDS)
            .collect();
        offers.sort_by_key(|offer| (offer.priority, std::cmp::Reverse(offer.weight)));
        offers
            .into_iter()
            .map(|offer| Service {
                host: offer.target.to_utf8().trim_end_matches('.').to_owned(),
                port: offer.port,
            })
            .filter(|service| !service.host.is_empty() && service.port != 0)
            .collect()
    }

    /// The path that a TXT record of the service names (`path=/dav/`, RFC 6764 §4).
    pub(crate) async fn path(&self, name: &str) -> Option<String> {
        let found = self.0.as_ref()?.txt_lookup(absolute(name)).await.ok()?;
        found
            .answers()
            .iter()
            .take(MAX_RECORDS)
            .filter_map(|record| match &record.data {
                RData::TXT(text) => Some(text),
                _ => None,
            })
            .flat_map(|text| text.txt_data.iter())
            .filter_map(|text| std::str::from_utf8(text).ok())
            .find_map(|text| text.strip_prefix("path="))
            .filter(|path| path.starts_with('/') && !path.contains("//"))
            .map(str::to_owned)
    }
}

/// Never completed by a search list.
fn absolute(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::NameServer;

    #[tokio::test]
    async fn services_come_by_priority_and_paths_from_the_text() {
        let server = NameServer::start(&[
            ("_caldavs._tcp.a.example", "SRV 10 1 8443 second.a.example"),
            ("_caldavs._tcp.a.example", "SRV 0 1 443 first.a.example"),
            ("_caldavs._tcp.a.example", "TXT path=/dav/"),
            ("_caldavs._tcp.off.example", "SRV 0 0 0 ."),
        ])
        .await;
        let dns = Dns::new(Some(server.address));
        let found = dns.services("_caldavs._tcp.a.example").await;
        let of = |host: &str, port| Service {
            host: host.to_owned(),
            port,
        };
        assert_eq!(
            found,
            [of("first.a.example", 443), of("second.a.example", 8443)]
        );
        assert_eq!(
            dns.path("_caldavs._tcp.a.example").await.as_deref(),
            Some("/dav/")
        );
        assert!(dns.services("_caldavs._tcp.off.example").await.is_empty());
        assert!(dns.services("_caldavs._tcp.none.example").await.is_empty());
        assert_eq!(dns.path("_caldavs._tcp.none.example").await, None);
    }
}
