//! Access tokens that all processes share. The lease makes one of them refresh; the fence
//! makes one that is late find out.

use std::time::Duration;

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{GrantId, LinkId, TenantId};
use synchronizer_domain::link::{Cause, Side};
use synchronizer_storage::{
    Grant, GrantTokens, Refusal, Sealed, StorageError, StorageResult, TokenRepository,
};

use super::{Unit, model};
use crate::values::{column, instant};

const ONE: &str = "\
    SELECT t.access, t.access_until, t.refreshed_at, t.failed_at, t.failure \
    FROM grant_tokens t JOIN grants g ON g.tenant_id = t.tenant_id AND g.link_id = t.link_id \
    AND g.side = t.side AND g.id = t.grant_id \
    WHERE t.tenant_id = $1 AND t.link_id = $2 AND t.side = $3";
/// A newer grant takes the row over, lease or not: the older one's refresh has no meaning.
const LEASE: &str = "\
    INSERT INTO grant_tokens (tenant_id, link_id, side, grant_id, lease_until, fence) \
    SELECT tenant_id, link_id, side, id, $6, 1 FROM grants \
    WHERE tenant_id = $1 AND link_id = $2 AND side = $3 AND id = $4 AND refused_cause IS NULL \
    ON CONFLICT (tenant_id, link_id, side) DO UPDATE SET \
    access = CASE WHEN grant_tokens.grant_id = excluded.grant_id \
    THEN grant_tokens.access END, \
    access_until = CASE WHEN grant_tokens.grant_id = excluded.grant_id \
    THEN grant_tokens.access_until END, \
    refreshed_at = CASE WHEN grant_tokens.grant_id = excluded.grant_id \
    THEN grant_tokens.refreshed_at END, \
    grant_id = excluded.grant_id, lease_until = excluded.lease_until, \
    fence = grant_tokens.fence + 1 \
    WHERE grant_tokens.lease_until IS NULL OR grant_tokens.lease_until <= $5 \
    OR grant_tokens.grant_id <> excluded.grant_id \
    RETURNING fence";
const STORE: &str = "\
    UPDATE grant_tokens SET access = $5, access_until = $6, refreshed_at = $7, \
    failed_at = NULL, failure = NULL, lease_until = NULL \
    WHERE tenant_id = $1 AND link_id = $2 AND side = $3 AND fence = $4 \
    AND lease_until IS NOT NULL";
const FAILED: &str = "\
    UPDATE grant_tokens SET failure = $5, failed_at = $6, lease_until = NULL \
    WHERE tenant_id = $1 AND link_id = $2 AND side = $3 AND fence = $4 \
    AND lease_until IS NOT NULL";
const LAST_LIFE: &str = "\
    SELECT last_life FROM grants WHERE tenant_id = $1 AND link_id = $2 AND side = $3";
const REFUSE: &str = "\
    UPDATE grants SET refused_cause = $6, refused_at = $7, last_life = $8 \
    WHERE tenant_id = $1 AND link_id = $2 AND side = $3 AND id = $4 AND version = $5 \
    AND refused_cause IS NULL";
const DROP_ACCESS: &str = "\
    UPDATE grant_tokens SET access = NULL, access_until = NULL, lease_until = NULL \
    WHERE tenant_id = $1 AND link_id = $2 AND side = $3 AND grant_id = $4";
const NOTE_CHECKED: &str = "UPDATE links SET checked_at = $3 WHERE tenant_id = $1 AND id = $2";
const CHECKED: &str = "SELECT checked_at FROM links WHERE tenant_id = $1 AND id = $2";
const WITHOUT_JOB: &str = "\
    SELECT l.tenant_id, l.id FROM links l WHERE l.deleted_at IS NULL \
    AND EXISTS (SELECT 1 FROM grants g WHERE g.tenant_id = l.tenant_id AND g.link_id = l.id \
    AND g.refused_cause IS NULL) \
    AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.tenant_id = l.tenant_id AND j.kind = $1 \
    AND j.dedup_key = l.id AND j.state = 'open') ORDER BY l.tenant_id, l.id LIMIT $2";

#[derive(sqlx::FromRow)]
struct TokensRow {
    access: Option<Vec<u8>>,
    access_until: Option<i64>,
    refreshed_at: Option<i64>,
    failed_at: Option<i64>,
    failure: Option<String>,
}

impl TryFrom<TokensRow> for GrantTokens {
    type Error = StorageError;

    fn try_from(row: TokensRow) -> StorageResult<Self> {
        Ok(Self {
            access: row.access.map(Sealed).zip(instant(row.access_until)),
            refreshed_at: instant(row.refreshed_at),
            failed: row.failure.zip(instant(row.failed_at)),
        })
    }
}

#[async_trait]
impl TokenRepository for Unit {
    async fn grant_tokens(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
    ) -> StorageResult<Option<GrantTokens>> {
        let query = sqlx::query_as::<_, TokensRow>(ONE)
            .bind(tenant.to_string())
            .bind(link.to_string())
            .bind(side.word());
        model(self.one(query).await?)
    }

    async fn lease_tokens(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
        grant: GrantId,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> StorageResult<Option<i64>> {
        let query = sqlx::query_as::<_, (i64,)>(LEASE)
            .bind(tenant.to_string())
            .bind(link.to_string())
            .bind(side.word())
            .bind(grant.to_string())
            .bind(now.as_micros())
            .bind(lease_until.as_micros());
        Ok(self.one(query).await?.map(|(fence,)| fence))
    }

    async fn store_tokens(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
        fence: i64,
        (access, until): (&Sealed, Timestamp),
        at: Timestamp,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(STORE)
            .bind(tenant.to_string())
            .bind(link.to_string())
            .bind(side.word())
            .bind(fence)
            .bind(&access.0)
            .bind(until.as_micros())
            .bind(at.as_micros());
        Ok(self.run(statement).await? == 1)
    }

    async fn note_tokens_failed(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
        fence: i64,
        failure: &str,
        at: Timestamp,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(FAILED)
            .bind(tenant.to_string())
            .bind(link.to_string())
            .bind(side.word())
            .bind(fence)
            .bind(failure)
            .bind(at.as_micros());
        Ok(self.run(statement).await? == 1)
    }

    async fn refuse_grant(
        &mut self,
        grant: &Grant,
        cause: Cause,
        at: Timestamp,
    ) -> StorageResult<Option<Refusal>> {
        let (tenant, link) = (grant.tenant.to_string(), grant.link.to_string());
        let before = sqlx::query_as::<_, (Option<i64>,)>(LAST_LIFE)
            .bind(&tenant)
            .bind(&link)
            .bind(grant.side.word());
        let last_life = self.one(before).await?.and_then(|(life,)| life);
        let life = at.since(grant.granted_at).as_micros();
        let statement = sqlx::query(REFUSE)
            .bind(&tenant)
            .bind(&link)
            .bind(grant.side.word())
            .bind(grant.id.to_string())
            .bind(grant.version)
            .bind(cause.word())
            .bind(at.as_micros())
            .bind(i64::try_from(life).unwrap_or(i64::MAX));
        if self.run(statement).await? == 0 {
            return Ok(None);
        }
        let statement = sqlx::query(DROP_ACCESS)
            .bind(&tenant)
            .bind(&link)
            .bind(grant.side.word())
            .bind(grant.id.to_string());
        self.run(statement).await?;
        Ok(Some(Refusal {
            last_life: last_life
                .and_then(|life| u64::try_from(life).ok())
                .map(Duration::from_micros),
        }))
    }

    async fn note_link_checked(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        at: Timestamp,
    ) -> StorageResult<()> {
        let statement = sqlx::query(NOTE_CHECKED)
            .bind(tenant.to_string())
            .bind(link.to_string())
            .bind(at.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn link_checked_at(
        &mut self,
        tenant: TenantId,
        link: LinkId,
    ) -> StorageResult<Option<Timestamp>> {
        let query = sqlx::query_as::<_, (Option<i64>,)>(CHECKED)
            .bind(tenant.to_string())
            .bind(link.to_string());
        Ok(self.one(query).await?.and_then(|(at,)| instant(at)))
    }

    async fn links_without_job(
        &mut self,
        kind: &str,
        limit: u32,
    ) -> StorageResult<Vec<(TenantId, LinkId)>> {
        let query = sqlx::query_as::<_, (String, String)>(WITHOUT_JOB)
            .bind(kind)
            .bind(i64::from(limit));
        self.all(query)
            .await?
            .into_iter()
            .map(|(tenant, link)| {
                Ok((
                    column("links", "tenant_id").parse(&tenant)?,
                    column("links", "id").parse(&link)?,
                ))
            })
            .collect()
    }
}
