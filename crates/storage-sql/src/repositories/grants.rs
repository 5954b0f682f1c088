//! Grants. The version counts the secrets of a side: only a new secret makes it grow, so
//! that a refresh never loses a rotated token to a change of something else.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{GrantId, LinkId, ProfileId, TenantId};
use synchronizer_domain::link::Side;
use synchronizer_storage::{Grant, GrantRepository, Sealed, StorageError, StorageResult};

use super::{Unit, model, models};
use crate::values::column;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT g.id, g.tenant_id, g.link_id, g.side, g.identity, g.secret, g.scopes, ",
            "g.refused_cause, g.refused_at, g.version, g.granted_at FROM grants g ",
            $rest
        )
    };
}

const PUT: &str = "\
    INSERT INTO grants (tenant_id, link_id, side, id, identity, secret, scopes, \
    refused_cause, refused_at, version, granted_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
    ON CONFLICT (tenant_id, link_id, side) DO UPDATE SET id = excluded.id, \
    identity = excluded.identity, secret = excluded.secret, scopes = excluded.scopes, \
    refused_cause = excluded.refused_cause, refused_at = excluded.refused_at, \
    version = grants.version + 1, granted_at = excluded.granted_at";
const ONE: &str = select!("WHERE g.tenant_id = $1 AND g.link_id = $2 AND g.side = $3");
const OF_TENANT: &str = select!("WHERE g.tenant_id = $1");
const OF_PROFILE: &str = select!(
    "JOIN links l ON l.tenant_id = g.tenant_id AND l.id = g.link_id \
     WHERE l.tenant_id = $1 AND l.profile_id = $2"
);
const ROTATE: &str = "\
    UPDATE grants SET secret = $5, version = version + 1 \
    WHERE tenant_id = $1 AND link_id = $2 AND side = $3 AND version = $4";
const SET_IDENTITY: &str = "\
    UPDATE grants SET identity = $5 \
    WHERE tenant_id = $1 AND link_id = $2 AND side = $3 AND id = $4";

const OF_DELETED: &str = select!(
    "JOIN links l ON l.tenant_id = g.tenant_id AND l.id = g.link_id \
     WHERE l.tenant_id = $1 AND l.id = $2 AND l.deleted_at IS NOT NULL ORDER BY g.side"
);
const DELETED: &str = "\
    SELECT l.tenant_id, l.id FROM links l WHERE l.deleted_at < $1 \
    AND EXISTS (SELECT 1 FROM grants g WHERE g.tenant_id = l.tenant_id AND g.link_id = l.id) \
    ORDER BY l.deleted_at, l.id LIMIT $2";
const DROP: [&str; 2] = [
    "DELETE FROM grant_tokens WHERE tenant_id = $1 AND link_id = $2",
    "DELETE FROM grants WHERE tenant_id = $1 AND link_id = $2",
];

#[derive(sqlx::FromRow)]
pub(super) struct GrantRow {
    id: String,
    tenant_id: String,
    link_id: String,
    side: String,
    identity: String,
    secret: Vec<u8>,
    scopes: String,
    refused_cause: Option<String>,
    refused_at: Option<i64>,
    version: i64,
    granted_at: i64,
}

impl TryFrom<GrantRow> for Grant {
    type Error = StorageError;

    fn try_from(row: GrantRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("grants", "id").parse(&row.id)?,
            tenant: column("grants", "tenant_id").parse(&row.tenant_id)?,
            link: column("grants", "link_id").parse(&row.link_id)?,
            side: column("grants", "side").word(&row.side, Side::from_word)?,
            identity: row.identity,
            secret: Sealed(row.secret),
            scopes: row.scopes,
            refused: column("grants", "refused_cause")
                .cause(row.refused_cause.as_deref(), row.refused_at)?,
            version: row.version,
            granted_at: Timestamp::from_micros(row.granted_at),
        })
    }
}

#[async_trait]
impl GrantRepository for Unit {
    async fn put_grant(&mut self, grant: &Grant) -> StorageResult<()> {
        let statement = sqlx::query(PUT)
            .bind(grant.tenant.to_string())
            .bind(grant.link.to_string())
            .bind(grant.side.word())
            .bind(grant.id.to_string())
            .bind(&grant.identity)
            .bind(&grant.secret.0)
            .bind(&grant.scopes)
            .bind(grant.refused.map(|(cause, _)| cause.word()))
            .bind(grant.refused.map(|(_, at)| at.as_micros()))
            .bind(grant.version)
            .bind(grant.granted_at.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn grant(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
    ) -> StorageResult<Option<Grant>> {
        let query = sqlx::query_as::<_, GrantRow>(ONE)
            .bind(tenant.to_string())
            .bind(link.to_string())
            .bind(side.word());
        model(self.one(query).await?)
    }

    async fn grants(
        &mut self,
        tenant: TenantId,
        profile: Option<ProfileId>,
    ) -> StorageResult<Vec<Grant>> {
        let query = match profile {
            None => sqlx::query_as::<_, GrantRow>(OF_TENANT).bind(tenant.to_string()),
            Some(profile) => sqlx::query_as::<_, GrantRow>(OF_PROFILE)
                .bind(tenant.to_string())
                .bind(profile.to_string()),
        };
        models(self.all(query).await?)
    }

    async fn rotate_grant_secret(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
        version: i64,
        secret: &Sealed,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(ROTATE)
            .bind(tenant.to_string())
            .bind(link.to_string())
            .bind(side.word())
            .bind(version)
            .bind(&secret.0);
        Ok(self.run(statement).await? == 1)
    }

    async fn set_grant_identity(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
        grant: GrantId,
        identity: &str,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(SET_IDENTITY)
            .bind(tenant.to_string())
            .bind(link.to_string())
            .bind(side.word())
            .bind(grant.to_string())
            .bind(identity);
        Ok(self.run(statement).await? == 1)
    }

    async fn deleted_with_grants(
        &mut self,
        before: Timestamp,
        limit: u32,
    ) -> StorageResult<Vec<(TenantId, LinkId)>> {
        let query = sqlx::query_as::<_, (String, String)>(DELETED)
            .bind(before.as_micros())
            .bind(i64::from(limit));
        self.all(query)
            .await?
            .into_iter()
            .map(|(tenant, id)| {
                Ok((
                    column("links", "tenant_id").parse(&tenant)?,
                    column("links", "id").parse(&id)?,
                ))
            })
            .collect()
    }

    async fn drop_grants_of_deleted(
        &mut self,
        tenant: TenantId,
        link: LinkId,
    ) -> StorageResult<Vec<Grant>> {
        let (tenant, link) = (tenant.to_string(), link.to_string());
        let query = sqlx::query_as::<_, GrantRow>(OF_DELETED)
            .bind(&tenant)
            .bind(&link);
        let grants = models(self.all(query).await?)?;
        if !grants.is_empty() {
            for statement in DROP {
                let statement = sqlx::query(statement).bind(&tenant).bind(&link);
                self.run(statement).await?;
            }
        }
        Ok(grants)
    }
}
