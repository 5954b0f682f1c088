//! What all stand-ins share in one running sandbox.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::exchange::Exchange;
use crate::google::Google;
use crate::mail::MailStore;
use crate::microsoft::Microsoft;
use crate::random::Random;
use crate::record::RequestLog;
use crate::signing::SigningKey;
use crate::superoffice::SuperOffice;
use crate::switches::{ListTrouble, Switches, System};

/// The state of one sandbox.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) key: SigningKey,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) switches: Mutex<Switches>,
    pub(crate) requests: RequestLog,
    /// Proofs that clients sent and tickets that were made of them: who reads one could use
    /// it, so tests look for them where they must not be.
    pub(crate) proofs: Mutex<Vec<String>>,
    pub(crate) superoffice: SuperOffice,
    pub(crate) microsoft: Microsoft,
    pub(crate) exchange: Exchange,
    pub(crate) google: Google,
    pub(crate) mails: MailStore,
}

impl World {
    /// Seconds since 1970-01-01 UTC.
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// Keeps a proof that somebody sent.
    pub(crate) fn note_proof(&self, proof: &str) {
        lock(&self.proofs).push(proof.to_owned());
    }

    /// Counts a page of a list of people, and says what goes wrong with it.
    pub(crate) fn list_trouble(&self, system: System, goes_on: bool) -> Option<ListTrouble> {
        self.switches().list_trouble(system, goes_on)
    }

    /// Waits as long as pages of lists are late.
    pub(crate) async fn slow_page(&self, system: System) {
        let late = self.switches().slow_pages_ms.get(&system).copied();
        if let Some(late) = late.filter(|late| *late > 0) {
            tokio::time::sleep(Duration::from_millis(late)).await;
        }
    }

    pub(crate) fn switches(&self) -> MutexGuard<'_, Switches> {
        lock(&self.switches)
    }
}

/// Locks, also after a panic elsewhere: nothing here is left half changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
