//! Activations and sign-ups.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{ActivationId, SignupId};
use synchronizer_domain::link::Side;
use synchronizer_storage::{
    Activation, ActivationRepository, Sealed, SecretHash, Signup, StorageError, StorageResult,
};

use super::{Unit, model};
use crate::values::column;

const ADD_ACTIVATION: &str = "\
    INSERT INTO activations \
    (id, tenant_id, link_id, invitation_id, again, browser, created_at, expires_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ACTIVATION: &str = "\
    SELECT id, tenant_id, link_id, invitation_id, again, browser, created_at, expires_at \
    FROM activations WHERE id = $1 AND browser = $2";
const ADD_SIGNUP: &str = "\
    INSERT INTO signups (id, browser, identity, secret, expires_at) \
    VALUES ($1, $2, $3, $4, $5)";
const SIGNUP: &str = "\
    SELECT id, browser, identity, secret, expires_at FROM signups \
    WHERE id = $1 AND browser = $2";
const REMOVE_SIGNUP: &str = "DELETE FROM signups WHERE id = $1";

#[derive(sqlx::FromRow)]
struct ActivationRow {
    id: String,
    tenant_id: String,
    link_id: String,
    invitation_id: Option<String>,
    again: Option<String>,
    browser: Vec<u8>,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<ActivationRow> for Activation {
    type Error = StorageError;

    fn try_from(row: ActivationRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("activations", "id").parse(&row.id)?,
            tenant: column("activations", "tenant_id").parse(&row.tenant_id)?,
            link: column("activations", "link_id").parse(&row.link_id)?,
            invitation: row
                .invitation_id
                .map(|id| column("activations", "invitation_id").parse(&id))
                .transpose()?,
            again: row
                .again
                .map(|side| column("activations", "again").word(&side, Side::from_word))
                .transpose()?,
            browser: column("activations", "browser").hash(&row.browser)?,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct SignupRow {
    id: String,
    browser: Vec<u8>,
    identity: String,
    secret: Vec<u8>,
    expires_at: i64,
}

impl TryFrom<SignupRow> for Signup {
    type Error = StorageError;

    fn try_from(row: SignupRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("signups", "id").parse(&row.id)?,
            browser: column("signups", "browser").hash(&row.browser)?,
            identity: row.identity,
            secret: Sealed(row.secret),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

#[async_trait]
impl ActivationRepository for Unit {
    async fn add_activation(&mut self, activation: &Activation) -> StorageResult<()> {
        let statement = sqlx::query(ADD_ACTIVATION)
            .bind(activation.id.to_string())
            .bind(activation.tenant.to_string())
            .bind(activation.link.to_string())
            .bind(activation.invitation.map(|id| id.to_string()))
            .bind(activation.again.map(Side::word))
            .bind(activation.browser.as_slice())
            .bind(activation.created_at.as_micros())
            .bind(activation.expires_at.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn activation(
        &mut self,
        id: ActivationId,
        browser: &SecretHash,
    ) -> StorageResult<Option<Activation>> {
        let query = sqlx::query_as::<_, ActivationRow>(ACTIVATION)
            .bind(id.to_string())
            .bind(browser.as_slice());
        model(self.one(query).await?)
    }

    async fn add_signup(&mut self, signup: &Signup) -> StorageResult<()> {
        let statement = sqlx::query(ADD_SIGNUP)
            .bind(signup.id.to_string())
            .bind(signup.browser.as_slice())
            .bind(&signup.identity)
            .bind(&signup.secret.0)
            .bind(signup.expires_at.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn signup(
        &mut self,
        id: SignupId,
        browser: &SecretHash,
    ) -> StorageResult<Option<Signup>> {
        let query = sqlx::query_as::<_, SignupRow>(SIGNUP)
            .bind(id.to_string())
            .bind(browser.as_slice());
        model(self.one(query).await?)
    }

    async fn remove_signup(&mut self, id: SignupId) -> StorageResult<bool> {
        let statement = sqlx::query(REMOVE_SIGNUP).bind(id.to_string());
        Ok(self.run(statement).await? == 1)
    }
}
