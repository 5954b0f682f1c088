//! Name resolution that drops forbidden addresses, used for the very connection: there is
//! no second resolution between judging an address and connecting to it, so a name whose
//! answer changes meanwhile leads nowhere else.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::is_forbidden;
use crate::http::is_local_name;

/// A name leads to forbidden addresses only.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address that we connect to")]
pub(super) struct ForbiddenAddress;

/// Why a name gives no address to connect to.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unresolved {
    #[error(transparent)]
    Forbidden(#[from] ForbiddenAddress),
    #[error(transparent)]
    Failed(#[from] io::Error),
}

/// Asks for the addresses of a name.
pub(super) trait Lookup: Send + Sync {
    fn lookup(&self, name: String) -> Found;
}

/// An answer on its way.
pub(super) type Found = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// The resolver of the operating system.
pub(super) struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, name: String) -> Found {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
    }
}

/// Asks, and keeps what may be connected to. Clones ask the same.
#[derive(Clone)]
pub(super) struct GuardedResolver {
    lookup: Arc<dyn Lookup>,
    allow: Arc<[IpNet]>,
}

impl GuardedResolver {
    pub(super) const fn new(lookup: Arc<dyn Lookup>, allow: Arc<[IpNet]>) -> Self {
        Self { lookup, allow }
    }

    /// The addresses to connect to, at least one.
    pub(super) async fn addresses(
        &self,
        name: &str,
        port: u16,
    ) -> Result<Vec<SocketAddr>, Unresolved> {
        let found = self.lookup.lookup(name.to_owned()).await?;
        let mut kept = allowed_addresses(name, found, &self.allow);
        if kept.is_empty() {
            return Err(ForbiddenAddress.into());
        }
        for address in &mut kept {
            address.set_port(port);
        }
        Ok(kept)
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            match resolver.addresses(name.as_str(), 0).await {
                Ok(kept) => Ok(Box::new(kept.into_iter()) as Addrs),
                Err(Unresolved::Forbidden(error)) => Err(error.into()),
                Err(Unresolved::Failed(error)) => Err(error.into()),
            }
        })
    }
}

/// The addresses that may be used; names of this machine may lead to it only, because
/// passwords may go there in clear.
fn allowed_addresses(name: &str, found: Vec<SocketAddr>, allow: &[IpNet]) -> Vec<SocketAddr> {
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

    #[test]
    fn a_link_local_address_with_its_zone_is_forbidden_even_when_listed() {
        let zoned: SocketAddr = "[fe80::1%3]:0".parse().unwrap();
        let allow: Vec<IpNet> = vec!["fe80::/10".parse().unwrap(), "::/0".parse().unwrap()];
        assert!(allowed_addresses("dav.example", vec![zoned], &allow).is_empty());
    }
}
