//! Lists of pairs that somebody brought.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{ImportId, ProfileId, TenantId};

use crate::StorageResult;

/// A list of pairs, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Our id.
    pub id: ImportId,
    /// The tenant.
    pub tenant: TenantId,
    /// The profile in which they are to be linked.
    pub profile: ProfileId,
    /// The file's name; empty when it was pasted.
    pub file_name: String,
    /// It was no Unicode text, its letters are a guess.
    pub guessed: bool,
    /// The list.
    pub content: String,
    /// When it came.
    pub created_at: Timestamp,
}

/// Lists of pairs.
#[async_trait]
pub trait ImportRepository {
    /// Adds a list; of its profile the newest ones stay, `keep` in all.
    async fn add_import(&mut self, import: &Import, keep: u32) -> StorageResult<()>;
    /// One list.
    async fn import(&mut self, tenant: TenantId, id: ImportId) -> StorageResult<Option<Import>>;
    /// Removes lists that came before the instant; returns how many.
    async fn sweep_imports(&mut self, before: Timestamp) -> StorageResult<u64>;
}
