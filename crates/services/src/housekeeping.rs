//! Removes what is over (attempts, activations, sign-ups, sessions), has old lists of people
//! read again, watches the ends of client secrets and sees to it that every link is looked
//! after.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tracing::{debug, warn};

use crate::Core;

const EVERY: Duration = Duration::from_secs(15 * 60);
/// Ended rows stay this long, for support.
const KEEP: Duration = Duration::from_secs(24 * 3_600);
/// Mails that ended, and jobs that failed, stay this long.
const KEEP_ENDED: Duration = Duration::from_secs(90 * 24 * 3_600);
/// Results of batches stay this long.
const KEEP_BATCHES: Duration = Duration::from_secs(30 * 24 * 3_600);

/// Sweeps regularly.
pub struct Housekeeping(pub Core);

impl Housekeeping {
    /// Sweeps until `stop` is notified.
    pub async fn run(self, stop: Arc<Notify>) {
        loop {
            self.sweep().await;
            match self.0.refresh_stale_lists().await {
                Ok(lists) => debug!(lists, "lists are read again"),
                Err(error) => warn!(error = %error, "old lists could not be asked for"),
            }
            tokio::select! {
                () = stop.notified() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Sweeps once, and looks after what nobody asked for.
    pub async fn sweep(&self) {
        let core = &self.0;
        let swept = async {
            let mut unit = core.storage.write().await?;
            let now = core.now();
            let mut rows = unit.sweep_expired(now.minus(KEEP)).await?;
            rows += unit.sweep_ended(now.minus(KEEP_ENDED)).await?;
            if let Some(days) = core.settings.audit_days {
                let kept = Duration::from_secs(u64::from(days) * 24 * 3_600);
                rows += unit.sweep_audit(now.minus(kept)).await?;
            }
            rows += unit.sweep_batches(now.minus(KEEP_BATCHES)).await?;
            rows += unit.sweep_imports(now.minus(KEEP)).await?;
            unit.commit().await?;
            Ok::<_, synchronizer_storage::StorageError>(rows)
        };
        match swept.await {
            Ok(rows) => debug!(rows, "swept"),
            Err(error) => warn!(error = %error, "sweeping failed"),
        }
        if let Err(error) = core.watch_client_secrets().await {
            warn!(error = %error, "client secrets could not be watched");
        }
        if let Err(fault) = core.look_after_links().await {
            crate::failure::log_fault(&*core.rng, &fault);
        }
        match core.retire_deleted().await {
            Ok(links) => debug!(links, "deleted links lost their grants"),
            Err(fault) => {
                crate::failure::log_fault(&*core.rng, &fault);
            }
        }
    }
}
