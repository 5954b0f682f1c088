//! Where the mails lie.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::message::StoredMail;
use crate::world::lock;

/// Older mails are dropped.
const KEPT: usize = 10_000;

/// The latest mails, oldest first.
pub(crate) struct MailStore {
    mails: Mutex<VecDeque<Arc<StoredMail>>>,
    /// Number of the newest mail; waiting tests watch it.
    newest: watch::Sender<u64>,
}

impl MailStore {
    pub(crate) fn new() -> Self {
        Self {
            mails: Mutex::default(),
            newest: watch::Sender::new(0),
        }
    }

    /// Stores a mail and returns its number.
    pub(crate) fn add(&self, from: String, to: Vec<String>, raw: Vec<u8>, now: i64) -> u64 {
        let mut mails = lock(&self.mails);
        let id = *self.newest.borrow() + 1;
        if mails.len() >= KEPT {
            mails.pop_front();
        }
        mails.push_back(Arc::new(StoredMail::new(id, from, to, raw, now)));
        self.newest.send_replace(id);
        id
    }

    /// All mails, oldest first.
    pub(crate) fn all(&self) -> Vec<Arc<StoredMail>> {
        lock(&self.mails).iter().cloned().collect()
    }

    pub(crate) fn get(&self, id: u64) -> Option<Arc<StoredMail>> {
        lock(&self.mails).iter().find(|mail| mail.id == id).cloned()
    }

    pub(crate) fn clear(&self) {
        lock(&self.mails).clear();
    }

    /// Sees every new mail.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }
}
