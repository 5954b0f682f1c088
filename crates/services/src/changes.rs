//! Tells open pages that something of their tenant changed, whichever replica did it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use synchronizer_domain::ids::TenantId;
use synchronizer_storage::Storage;
use tokio::sync::{Notify, watch};
use tracing::warn;

/// How often the counters are read while a page is open.
const LOOK: Duration = Duration::from_millis(400);

type Versions = HashMap<TenantId, i64>;

/// The tenants' change counters, read from the database as long as somebody listens.
pub struct Changes {
    versions: watch::Sender<Arc<Versions>>,
}

impl Changes {
    /// Nothing is read before the first listener.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            versions: watch::Sender::new(Arc::default()),
        })
    }

    /// Reads the counters until `stop` is notified.
    pub async fn run(self: Arc<Self>, storage: Arc<dyn Storage>, stop: Arc<Notify>) {
        loop {
            tokio::select! {
                () = stop.notified() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            if self.versions.receiver_count() == 0 {
                continue;
            }
            let read = async { storage.read().await?.versions().await };
            match read.await {
                Ok(versions) => {
                    let fresh: Versions = versions.into_iter().collect();
                    self.versions.send_if_modified(|held| {
                        let changed = **held != fresh;
                        if changed {
                            *held = Arc::new(fresh);
                        }
                        changed
                    });
                }
                Err(error) => warn!(error = %error, "change counters could not be read"),
            }
        }
    }

    /// Follows one tenant.
    #[must_use]
    pub fn follow(&self, tenant: TenantId) -> Follower {
        Follower {
            tenant,
            seen: None,
            versions: self.versions.subscribe(),
        }
    }
}

/// Follows one tenant's counter.
pub struct Follower {
    tenant: TenantId,
    seen: Option<i64>,
    versions: watch::Receiver<Arc<Versions>>,
}

impl Follower {
    /// Waits for the next change and returns the counter; none when the process ends.
    pub async fn next(&mut self) -> Option<i64> {
        loop {
            let version = self
                .versions
                .borrow_and_update()
                .get(&self.tenant)
                .copied()
                .unwrap_or(0);
            match self.seen.replace(version) {
                Some(seen) if seen != version => return Some(version),
                // The first look may be older than the page: report it once when known.
                None if version != 0 => return Some(version),
                _ => self.versions.changed().await.ok()?,
            }
        }
    }
}
