//! What is kept, as traits. No SQL here.
//!
//! A [`Storage`] opens a [`UnitOfWork`]: one transaction with every repository on it.
//! Nothing is kept until [`UnitOfWork::commit`]; a unit that is dropped changed nothing.
//!
//! To add something: a method on the trait of its noun with its docs, a test in
//! [`contract`] that tells the behaviour, then the statement in `storage-sql`, which
//! compiles for both engines.
//!
//! Rules every implementation keeps: each row has a tenant and each query of a tenant's
//! data is given one; "not there" and "another tenant's" answer alike; no network call
//! happens while a write unit is open.

mod consents;
mod error;
mod imports;
mod keeping;
mod model;
mod notices;
mod repositories;
mod status;

#[cfg(feature = "contract")]
pub mod contract;

use async_trait::async_trait;

pub use consents::*;
pub use error::StorageError;
pub use imports::*;
pub use keeping::*;
pub use model::*;
pub use notices::*;
pub use repositories::*;
pub use status::*;

/// Result of a storage call.
pub type StorageResult<T> = Result<T, StorageError>;

/// A database.
#[async_trait]
pub trait Storage: Send + Sync {
    /// Opens a transaction that may write. SQLite has one writer at a time: keep it short.
    ///
    /// # Errors
    /// [`StorageError`] when the database cannot be reached or stays busy.
    async fn write(&self) -> StorageResult<Box<dyn UnitOfWork>>;

    /// Opens a transaction that only reads, from one consistent state; writing in it fails.
    ///
    /// # Errors
    /// [`StorageError`] when the database cannot be reached.
    async fn read(&self) -> StorageResult<Box<dyn UnitOfWork>>;

    /// Whether the database answers and has all migrations.
    ///
    /// # Errors
    /// [`StorageError`] when it does not.
    async fn check(&self) -> StorageResult<()>;
}

/// One transaction. After [`StorageError::Conflict`] from a method that names its rule the
/// unit can go on, without the refused row; after any other error it can only be dropped.
#[async_trait]
pub trait UnitOfWork:
    TenantRepository
    + ProfileRepository
    + DirectoryRepository
    + ListReadRepository
    + LinkRepository
    + GrantRepository
    + InvitationRepository
    + ActivationRepository
    + AttemptRepository
    + SessionRepository
    + AccountRepository
    + OutboxRepository
    + JobRepository
    + BatchRepository
    + ImportRepository
    + AuditRepository
    + ChangeRepository
    + TokenRepository
    + RevocationRepository
    + AlarmRepository
    + SealRepository
    + ConsentRepository
    + StatusRepository
    + NoticeRepository
    + Send
{
    /// Keeps everything done in this unit.
    ///
    /// # Errors
    /// [`StorageError`]; then nothing was kept.
    async fn commit(self: Box<Self>) -> StorageResult<()>;
}
