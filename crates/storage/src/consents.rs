//! What organisations approved, and the links that ask for it.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::consent::Consent;
use synchronizer_domain::ids::{ProfileId, TenantId};

use crate::StorageResult;
use crate::model::SecretHash;

/// A link for the administrator of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentLink {
    /// The tenant.
    pub tenant: TenantId,
    /// The profile that asks.
    pub profile: ProfileId,
    /// The organisation that is asked.
    pub tid: String,
    /// Hash of its secret.
    pub secret_hash: SecretHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// Name of the admin who made it.
    pub created_by: String,
}

/// Whom a profile's calendar system let through so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LetThrough {
    /// Somebody's calendar is connected, and not refused since.
    pub anybody: bool,
    /// Somebody was stopped and waits for the organisation's administrator.
    pub waiting: bool,
}

/// Approvals.
#[async_trait]
pub trait ConsentRepository {
    /// What is known of an organisation, whose id is compared without case.
    async fn consent(&mut self, tenant: TenantId, tid: &str) -> StorageResult<Option<Consent>>;
    /// Stores the newest answer of an organisation.
    async fn put_consent(&mut self, tenant: TenantId, consent: &Consent) -> StorageResult<()>;
    /// Whom the calendar system of a profile let through, of its links that are not deleted.
    async fn let_through(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<LetThrough>;
    /// Adds a link. [`crate::AttemptRepository::sweep_expired`] removes old ones.
    async fn add_consent_link(&mut self, link: &ConsentLink) -> StorageResult<()>;
    /// The link of a secret, of whatever tenant: nobody is signed in.
    async fn consent_link(&mut self, secret: &SecretHash) -> StorageResult<Option<ConsentLink>>;
}
