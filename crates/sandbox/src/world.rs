//! What all stand-ins share in one running sandbox.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::exchange::Exchange;
use crate::mail::MailStore;
use crate::microsoft::Microsoft;
use crate::random::Random;
use crate::record::RequestLog;
use crate::signing::SigningKey;
use crate::superoffice::SuperOffice;
use crate::switches::Switches;

/// The state of one sandbox.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) key: SigningKey,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) switches: Mutex<Switches>,
    pub(crate) requests: RequestLog,
    pub(crate) superoffice: SuperOffice,
    pub(crate) microsoft: Microsoft,
    pub(crate) exchange: Exchange,
    pub(crate) mails: MailStore,
}

impl World {
    /// Seconds since 1970-01-01 UTC.
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    pub(crate) fn switches(&self) -> MutexGuard<'_, Switches> {
        lock(&self.switches)
    }
}

/// Locks, also after a panic elsewhere: nothing here is left half changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
