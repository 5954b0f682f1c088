//! Approvals of organisations.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::consent::{Consent, ConsentRefusal};
use synchronizer_domain::ids::{ProfileId, TenantId};
use synchronizer_domain::link::Cause;
use synchronizer_storage::{
    ConsentLink, ConsentRepository, LetThrough, SecretHash, StorageError, StorageResult,
};

use super::{Unit, model};
use crate::values::{column, instant};

const ONE: &str = "\
    SELECT tid, at, by_name, refused, checked_at FROM consents \
    WHERE tenant_id = $1 AND tid = $2";
const PUT: &str = "\
    INSERT INTO consents (tenant_id, tid, at, by_name, refused, checked_at) \
    VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (tenant_id, tid) DO UPDATE SET at = excluded.at, by_name = excluded.by_name, \
    refused = excluded.refused, checked_at = excluded.checked_at";
const CONNECTED: &str = "\
    SELECT l.id FROM links l JOIN grants g ON g.tenant_id = l.tenant_id AND g.link_id = l.id \
    AND g.side = 'calendar' AND g.refused_at IS NULL \
    WHERE l.tenant_id = $1 AND l.profile_id = $2 AND l.deleted_at IS NULL LIMIT 1";
const WAITING: &str = "\
    SELECT id FROM links WHERE tenant_id = $1 AND profile_id = $2 AND deleted_at IS NULL \
    AND cause = $3 LIMIT 1";
const ADD_LINK: &str = "\
    INSERT INTO consent_links (secret_hash, tenant_id, profile_id, tid, created_at, expires_at, \
    created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const LINK: &str = "\
    SELECT secret_hash, tenant_id, profile_id, tid, created_at, expires_at, created_by \
    FROM consent_links WHERE secret_hash = $1";

#[derive(sqlx::FromRow)]
struct ConsentRow {
    tid: String,
    at: i64,
    by_name: String,
    refused: Option<String>,
    checked_at: Option<i64>,
}

impl TryFrom<ConsentRow> for Consent {
    type Error = StorageError;

    fn try_from(row: ConsentRow) -> StorageResult<Self> {
        let refused = row
            .refused
            .as_deref()
            .map(|word| column("consents", "refused").word(word, ConsentRefusal::from_word))
            .transpose()?;
        Ok(Self {
            tid: row.tid,
            at: Timestamp::from_micros(row.at),
            by: row.by_name,
            refused,
            checked_at: instant(row.checked_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    secret_hash: Vec<u8>,
    tenant_id: String,
    profile_id: String,
    tid: String,
    created_at: i64,
    expires_at: i64,
    created_by: String,
}

impl TryFrom<LinkRow> for ConsentLink {
    type Error = StorageError;

    fn try_from(row: LinkRow) -> StorageResult<Self> {
        Ok(Self {
            tenant: column("consent_links", "tenant_id").parse(&row.tenant_id)?,
            profile: column("consent_links", "profile_id").parse(&row.profile_id)?,
            tid: row.tid,
            secret_hash: column("consent_links", "secret_hash").hash(&row.secret_hash)?,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            created_by: row.created_by,
        })
    }
}

#[async_trait]
impl ConsentRepository for Unit {
    async fn consent(&mut self, tenant: TenantId, tid: &str) -> StorageResult<Option<Consent>> {
        let query = sqlx::query_as::<_, ConsentRow>(ONE)
            .bind(tenant.to_string())
            .bind(tid.to_ascii_lowercase());
        model(self.one(query).await?)
    }

    async fn put_consent(&mut self, tenant: TenantId, consent: &Consent) -> StorageResult<()> {
        let statement = sqlx::query(PUT)
            .bind(tenant.to_string())
            .bind(consent.tid.to_ascii_lowercase())
            .bind(consent.at.as_micros())
            .bind(&consent.by)
            .bind(consent.refused.map(ConsentRefusal::word))
            .bind(consent.checked_at.map(Timestamp::as_micros));
        self.run(statement).await?;
        Ok(())
    }

    async fn let_through(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<LetThrough> {
        let connected = sqlx::query_as::<_, (String,)>(CONNECTED)
            .bind(tenant.to_string())
            .bind(profile.to_string());
        let anybody = self.one(connected).await?.is_some();
        let waiting = sqlx::query_as::<_, (String,)>(WAITING)
            .bind(tenant.to_string())
            .bind(profile.to_string())
            .bind(Cause::AdminApproval.word());
        Ok(LetThrough {
            anybody,
            waiting: self.one(waiting).await?.is_some(),
        })
    }

    async fn add_consent_link(&mut self, link: &ConsentLink) -> StorageResult<()> {
        let statement = sqlx::query(ADD_LINK)
            .bind(link.secret_hash.as_slice())
            .bind(link.tenant.to_string())
            .bind(link.profile.to_string())
            .bind(link.tid.to_ascii_lowercase())
            .bind(link.created_at.as_micros())
            .bind(link.expires_at.as_micros())
            .bind(&link.created_by);
        self.run(statement).await?;
        Ok(())
    }

    async fn consent_link(&mut self, secret: &SecretHash) -> StorageResult<Option<ConsentLink>> {
        let query = sqlx::query_as::<_, LinkRow>(LINK).bind(secret.as_slice());
        model(self.one(query).await?)
    }
}
