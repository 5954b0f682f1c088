//! What notices tell of.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{AssociateId, ProfileId, TenantId};
use synchronizer_domain::notice::{Fact, NoticeKind};

use crate::StorageResult;

/// Facts of notices, and which were dismissed.
#[async_trait]
pub trait NoticeRepository {
    /// Active CRM users without a live link who came after the list was first read, and when.
    async fn new_crm_users(
        &mut self,
        tenant: TenantId,
    ) -> StorageResult<Vec<(AssociateId, Timestamp)>>;
    /// Of each profile that is not stopped, whose linked people are gone on either side, and
    /// who was last invited before the instant and did not answer. Facts without people are
    /// left out.
    async fn notice_facts(
        &mut self,
        tenant: TenantId,
        invited_before: Timestamp,
    ) -> StorageResult<Vec<(ProfileId, NoticeKind, Fact)>>;
    /// Up to when each notice was dismissed.
    async fn dismissed_notices(
        &mut self,
        tenant: TenantId,
    ) -> StorageResult<Vec<(NoticeKind, Timestamp)>>;
    /// Notes that a notice was dismissed with everybody who joined up to an instant; an
    /// earlier one changes nothing.
    async fn dismiss_notice(
        &mut self,
        tenant: TenantId,
        kind: NoticeKind,
        seen: Timestamp,
    ) -> StorageResult<()>;
}
