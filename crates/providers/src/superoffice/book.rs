//! Where the hosts of tenants are kept between restarts and for other processes.

use std::fmt;

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::ContextId;
use url::Url;

/// Where a tenant's API is, as its state endpoint told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHost {
    /// The root of the API, such as `https://online2.superoffice.com/Cust1/api`.
    pub api: Url,
    /// The answer holds until then.
    pub until: Timestamp,
}

/// Keeps hosts for all processes. What cannot be read or kept is only asked for again:
/// failures are the implementation's to log.
#[async_trait]
pub trait HostBook: Send + Sync + fmt::Debug {
    /// The host that was kept last, also when it no longer holds.
    async fn host(&self, environment: &str, context: &ContextId) -> Option<KnownHost>;
    /// Keeps a host in place of the last one.
    async fn keep(&self, environment: &str, context: &ContextId, host: &KnownHost);
}
