//! What keeps grants alive: shared access tokens, alarms, revocations.

use std::time::Duration;

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::alarm::{Alarm, AlarmKind};
use synchronizer_domain::ids::{GrantId, LinkId, RevocationId, TenantId};
use synchronizer_domain::link::{Cause, Side};

use crate::StorageResult;
use crate::model::{Grant, GrantTokens, Revocation, Sealed};

/// Access tokens that all processes share, and the lease of the one that refreshes.
#[async_trait]
pub trait TokenRepository {
    /// What is known of the present grant's access token; none before the first lease.
    async fn grant_tokens(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
    ) -> StorageResult<Option<GrantTokens>>;
    /// Takes the right to refresh this grant and returns its fence; none while somebody else
    /// has it, or when the grant was replaced or refused.
    async fn lease_tokens(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
        grant: GrantId,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> StorageResult<Option<i64>>;
    /// Stores a fresh access token and ends the lease; false when the lease was lost.
    async fn store_tokens(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
        fence: i64,
        access: (&Sealed, Timestamp),
        at: Timestamp,
    ) -> StorageResult<bool>;
    /// Notes a failure that says nothing about the grant and ends the lease; false when the
    /// lease was lost.
    async fn note_tokens_failed(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
        fence: i64,
        failure: &str,
        at: Timestamp,
    ) -> StorageResult<bool>;
    /// Notes a refusal of this grant at this version, ends its access token and its lease,
    /// and tells how long the grant of this side before it had lived. None when the grant was
    /// replaced, rotated or refused before: then nothing changed.
    async fn refuse_grant(
        &mut self,
        grant: &Grant,
        cause: Cause,
        at: Timestamp,
    ) -> StorageResult<Option<Refusal>>;
    /// Notes that both connections of a link were found good.
    async fn note_link_checked(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        at: Timestamp,
    ) -> StorageResult<()>;
    /// When both connections of a link were last found good.
    async fn link_checked_at(
        &mut self,
        tenant: TenantId,
        link: LinkId,
    ) -> StorageResult<Option<Timestamp>>;
    /// Live links of all tenants with a grant that is not refused and no open job of this
    /// kind whose key is the link's id.
    async fn links_without_job(
        &mut self,
        kind: &str,
        limit: u32,
    ) -> StorageResult<Vec<(TenantId, LinkId)>>;
}

/// A refusal that was noted just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// How long the earlier grant of this side had lived until it was refused.
    pub last_life: Option<Duration>,
}

/// Tokens that wait to be revoked.
#[async_trait]
pub trait RevocationRepository {
    /// Adds one.
    async fn add_revocation(&mut self, revocation: &Revocation) -> StorageResult<()>;
    /// One.
    async fn revocation(
        &mut self,
        tenant: TenantId,
        id: RevocationId,
    ) -> StorageResult<Option<Revocation>>;
    /// Forgets one.
    async fn remove_revocation(&mut self, tenant: TenantId, id: RevocationId) -> StorageResult<()>;
}

/// What administrators, and whoever runs the installation, must hear of. Processes that raise
/// or end the same alarm at once do so one after the other: each waits for the commit before.
#[async_trait]
pub trait AlarmRepository {
    /// Raises an alarm; false when it stands already.
    async fn raise_alarm(&mut self, tenant: TenantId, alarm: &Alarm) -> StorageResult<bool>;
    /// Ends an alarm; false when there was none.
    async fn clear_alarm(
        &mut self,
        tenant: TenantId,
        system: &str,
        kind: AlarmKind,
    ) -> StorageResult<bool>;
    /// For how many tenants this alarm stands.
    async fn alarm_count(&mut self, system: &str, kind: AlarmKind) -> StorageResult<u32>;
    /// Notes that something is told to whoever runs the installation; true for the first of all
    /// processes that asks.
    async fn claim_notice(&mut self, name: &str, at: Timestamp) -> StorageResult<bool>;
    /// The tenant's alarms, oldest first.
    async fn alarms(&mut self, tenant: TenantId) -> StorageResult<Vec<Alarm>>;
}
