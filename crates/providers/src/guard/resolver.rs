//! Name resolution that drops forbidden addresses, used for the very connection.

use std::net::SocketAddr;
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::is_forbidden;
use crate::http::is_local_name;

/// A name leads to forbidden addresses only.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address that we connect to")]
pub(super) struct ForbiddenAddress;

pub(super) struct GuardedResolver {
    allow: Arc<[IpNet]>,
}

impl GuardedResolver {
    pub(super) const fn new(allow: Arc<[IpNet]>) -> Self {
        Self { allow }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow = Arc::clone(&self.allow);
        Box::pin(async move {
            let name = name.as_str();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name, 0)).await?.collect();
            let kept = allowed_addresses(name, found, &allow);
            if kept.is_empty() {
                return Err(ForbiddenAddress.into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

/// The addresses that may be used; names of this machine may lead to it only, because
/// passwords may go there in clear.
pub(super) fn allowed_addresses(
    name: &str,
    found: Vec<SocketAddr>,
    allow: &[IpNet],
) -> Vec<SocketAddr> {
    let local = is_local_name(name);
    found
        .into_iter()
        .filter(|address| !local || address.ip().is_loopback())
        .filter(|address| !is_forbidden(address.ip(), allow))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(name: &str, found: &[&str], allow: &[&str]) -> Vec<String> {
        let found = found
            .iter()
            .map(|ip| SocketAddr::new(ip.parse().unwrap(), 0))
            .collect();
        let allow: Vec<IpNet> = allow.iter().map(|net| net.parse().unwrap()).collect();
        allowed_addresses(name, found, &allow)
            .iter()
            .map(|address| address.ip().to_string())
            .collect()
    }

    #[test]
    fn only_the_good_addresses_of_a_name_are_used() {
        let found = ["10.0.0.1", "1.1.1.1", "::1", "169.254.169.254"];
        assert_eq!(kept("dav.example", &found, &[]), ["1.1.1.1"]);
        assert_eq!(
            kept("dav.example", &found, &["10.0.0.0/8"]),
            ["10.0.0.1", "1.1.1.1"]
        );
        assert!(kept("dav.example", &["10.0.0.1"], &[]).is_empty());
    }

    #[test]
    fn localhost_leads_to_this_machine_only() {
        let found = ["1.1.1.1", "127.0.0.1"];
        assert_eq!(kept("localhost", &found, &["127.0.0.0/8"]), ["127.0.0.1"]);
        assert!(kept("localhost", &["1.1.1.1"], &["127.0.0.0/8"]).is_empty());
    }
}
