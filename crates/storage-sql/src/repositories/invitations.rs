//! Invitations.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{InvitationId, LinkId, TenantId};
use synchronizer_storage::{
    Invitation, InvitationRepository, SecretHash, StorageError, StorageResult,
};

use super::{Unit, model};
use crate::values::{column, instant, micros};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT i.tenant_id, i.id, i.link_id, i.secret_hash, i.mail_id, i.created_at, ",
            "i.expires_at, i.opened_at, i.used_at, i.revoked_at, i.invited_by ",
            "FROM invitations i ",
            $rest
        )
    };
}

const ADD: &str = "\
    INSERT INTO invitations (tenant_id, id, link_id, secret_hash, mail_id, created_at, \
    expires_at, opened_at, used_at, revoked_at, invited_by) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const BY_SECRET: &str = select!("WHERE i.secret_hash = $1");
const ONE: &str = select!("WHERE i.tenant_id = $1 AND i.id = $2");
const NEWEST_OF_LINK: &str = select!(
    "WHERE i.tenant_id = $1 AND i.link_id = $2 \
     ORDER BY i.created_at DESC, i.id DESC LIMIT 1"
);
const MARK_OPENED: &str = "\
    UPDATE invitations SET opened_at = $3 \
    WHERE tenant_id = $1 AND id = $2 AND opened_at IS NULL";
const USE_UP: &str = "\
    UPDATE invitations SET used_at = $3 \
    WHERE tenant_id = $1 AND link_id = $2 AND used_at IS NULL AND revoked_at IS NULL";

#[derive(sqlx::FromRow)]
struct InvitationRow {
    tenant_id: String,
    id: String,
    link_id: String,
    secret_hash: Vec<u8>,
    mail_id: Option<String>,
    created_at: i64,
    expires_at: i64,
    opened_at: Option<i64>,
    used_at: Option<i64>,
    revoked_at: Option<i64>,
    invited_by: String,
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = StorageError;

    fn try_from(row: InvitationRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("invitations", "id").parse(&row.id)?,
            tenant: column("invitations", "tenant_id").parse(&row.tenant_id)?,
            link: column("invitations", "link_id").parse(&row.link_id)?,
            secret_hash: column("invitations", "secret_hash").hash(&row.secret_hash)?,
            mail: row
                .mail_id
                .map(|id| column("invitations", "mail_id").parse(&id))
                .transpose()?,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            opened_at: instant(row.opened_at),
            used_at: instant(row.used_at),
            revoked_at: instant(row.revoked_at),
            invited_by: row.invited_by,
        })
    }
}

#[async_trait]
impl InvitationRepository for Unit {
    async fn add_invitation(&mut self, invitation: &Invitation) -> StorageResult<()> {
        let statement = sqlx::query(ADD)
            .bind(invitation.tenant.to_string())
            .bind(invitation.id.to_string())
            .bind(invitation.link.to_string())
            .bind(invitation.secret_hash.as_slice())
            .bind(invitation.mail.map(|id| id.to_string()))
            .bind(invitation.created_at.as_micros())
            .bind(invitation.expires_at.as_micros())
            .bind(micros(invitation.opened_at))
            .bind(micros(invitation.used_at))
            .bind(micros(invitation.revoked_at))
            .bind(&invitation.invited_by);
        self.run(statement).await?;
        Ok(())
    }

    async fn invitation_by_secret(
        &mut self,
        hash: &SecretHash,
    ) -> StorageResult<Option<Invitation>> {
        let query = sqlx::query_as::<_, InvitationRow>(BY_SECRET).bind(hash.as_slice());
        model(self.one(query).await?)
    }

    async fn invitation(
        &mut self,
        tenant: TenantId,
        id: InvitationId,
    ) -> StorageResult<Option<Invitation>> {
        let query = sqlx::query_as::<_, InvitationRow>(ONE)
            .bind(tenant.to_string())
            .bind(id.to_string());
        model(self.one(query).await?)
    }

    async fn newest_invitation(
        &mut self,
        tenant: TenantId,
        link: LinkId,
    ) -> StorageResult<Option<Invitation>> {
        let query = sqlx::query_as::<_, InvitationRow>(NEWEST_OF_LINK)
            .bind(tenant.to_string())
            .bind(link.to_string());
        model(self.one(query).await?)
    }

    async fn mark_invitation_opened(
        &mut self,
        tenant: TenantId,
        id: InvitationId,
        at: Timestamp,
    ) -> StorageResult<()> {
        let statement = sqlx::query(MARK_OPENED)
            .bind(tenant.to_string())
            .bind(id.to_string())
            .bind(at.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn use_up_invitations(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        at: Timestamp,
    ) -> StorageResult<()> {
        let statement = sqlx::query(USE_UP)
            .bind(tenant.to_string())
            .bind(link.to_string())
            .bind(at.as_micros());
        self.run(statement).await?;
        Ok(())
    }
}
