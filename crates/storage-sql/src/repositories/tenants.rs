//! Tenants and how their CRM is read.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{AssociateId, ContextId, TenantId};
use synchronizer_domain::tenant::{CrmConnection, Tenant, TenantState};
use synchronizer_storage::{Sealed, StorageError, StorageResult, TenantRepository};

use super::{Unit, model};
use crate::values::column;

const ADD: &str = "\
    INSERT INTO tenants (id, environment, context, name, state, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6)";
const BY_ID: &str = "\
    SELECT id, environment, context, name, state, created_at FROM tenants WHERE id = $1";
const BY_CONTEXT: &str = "\
    SELECT id, environment, context, name, state, created_at FROM tenants \
    WHERE environment = $1 AND context = $2";
const PUT_CONNECTION: &str = "\
    INSERT INTO crm_connections (tenant_id, associate_id, name, connected, since, secret) \
    VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (tenant_id) DO UPDATE SET associate_id = excluded.associate_id, \
    name = excluded.name, connected = excluded.connected, since = excluded.since, \
    secret = excluded.secret";
const CONNECTION: &str = "\
    SELECT associate_id, name, connected, since, secret FROM crm_connections \
    WHERE tenant_id = $1";
const SET_STATE: &str = "UPDATE tenants SET state = $2 WHERE id = $1";
const NOTE_CONNECTION: &str = "\
    UPDATE crm_connections SET connected = $2, secret = $4, \
    since = CASE WHEN connected = $2 THEN since ELSE $3 END \
    WHERE tenant_id = $1 AND secret = $5";
const SYSTEM_USER: &str = "SELECT secret FROM crm_system_users WHERE tenant_id = $1";
const PUT_SYSTEM_USER: &str = "\
    INSERT INTO crm_system_users (tenant_id, secret, since) VALUES ($1, $2, $3) \
    ON CONFLICT (tenant_id) DO UPDATE SET secret = excluded.secret, since = excluded.since";
const REMOVE_SYSTEM_USER: &str = "DELETE FROM crm_system_users WHERE tenant_id = $1";
const HOST: &str = "\
    SELECT api_url, api_until FROM tenants \
    WHERE environment = $1 AND context = $2 AND api_url IS NOT NULL";
const PUT_HOST: &str = "\
    UPDATE tenants SET api_url = $3, api_until = $4 WHERE environment = $1 AND context = $2";

#[derive(sqlx::FromRow)]
struct TenantRow {
    id: String,
    environment: String,
    context: String,
    name: String,
    state: String,
    created_at: i64,
}

impl TryFrom<TenantRow> for Tenant {
    type Error = StorageError;

    fn try_from(row: TenantRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("tenants", "id").parse(&row.id)?,
            environment: row.environment,
            context: ContextId::new(row.context),
            name: row.name,
            state: column("tenants", "state").word(&row.state, TenantState::from_word)?,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct ConnectionRow {
    associate_id: String,
    name: String,
    connected: bool,
    since: i64,
    secret: Vec<u8>,
}

#[async_trait]
impl TenantRepository for Unit {
    async fn add_tenant(&mut self, tenant: &Tenant) -> StorageResult<()> {
        let statement = sqlx::query(ADD)
            .bind(tenant.id.to_string())
            .bind(&tenant.environment)
            .bind(tenant.context.as_str())
            .bind(&tenant.name)
            .bind(tenant.state.word())
            .bind(tenant.created_at.as_micros());
        self.run_or_conflict(statement).await?;
        Ok(())
    }

    async fn tenant(&mut self, id: TenantId) -> StorageResult<Option<Tenant>> {
        let query = sqlx::query_as::<_, TenantRow>(BY_ID).bind(id.to_string());
        model(self.one(query).await?)
    }

    async fn tenant_by_context(
        &mut self,
        environment: &str,
        context: &ContextId,
    ) -> StorageResult<Option<Tenant>> {
        let query = sqlx::query_as::<_, TenantRow>(BY_CONTEXT)
            .bind(environment)
            .bind(context.as_str());
        model(self.one(query).await?)
    }

    async fn set_tenant_state(&mut self, id: TenantId, state: TenantState) -> StorageResult<bool> {
        let statement = sqlx::query(SET_STATE)
            .bind(id.to_string())
            .bind(state.word());
        Ok(self.run(statement).await? == 1)
    }

    async fn put_crm_connection(
        &mut self,
        tenant: TenantId,
        connection: &CrmConnection,
        secret: &Sealed,
    ) -> StorageResult<()> {
        let statement = sqlx::query(PUT_CONNECTION)
            .bind(tenant.to_string())
            .bind(connection.associate.as_str())
            .bind(&connection.name)
            .bind(connection.connected)
            .bind(connection.since.as_micros())
            .bind(&secret.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn crm_connection(
        &mut self,
        tenant: TenantId,
    ) -> StorageResult<Option<(CrmConnection, Sealed)>> {
        let query = sqlx::query_as::<_, ConnectionRow>(CONNECTION).bind(tenant.to_string());
        Ok(self.one(query).await?.map(|row| {
            let connection = CrmConnection {
                associate: AssociateId::new(row.associate_id),
                name: row.name,
                connected: row.connected,
                since: Timestamp::from_micros(row.since),
            };
            (connection, Sealed(row.secret))
        }))
    }

    async fn note_crm_connection(
        &mut self,
        tenant: TenantId,
        (used, now): (&Sealed, &Sealed),
        (connected, at): (bool, Timestamp),
    ) -> StorageResult<bool> {
        let statement = sqlx::query(NOTE_CONNECTION)
            .bind(tenant.to_string())
            .bind(connected)
            .bind(at.as_micros())
            .bind(&now.0)
            .bind(&used.0);
        Ok(self.run(statement).await? == 1)
    }

    async fn system_user(&mut self, tenant: TenantId) -> StorageResult<Option<Sealed>> {
        let query = sqlx::query_as::<_, (Vec<u8>,)>(SYSTEM_USER).bind(tenant.to_string());
        Ok(self.one(query).await?.map(|(secret,)| Sealed(secret)))
    }

    async fn put_system_user(
        &mut self,
        tenant: TenantId,
        secret: &Sealed,
        at: Timestamp,
    ) -> StorageResult<()> {
        let statement = sqlx::query(PUT_SYSTEM_USER)
            .bind(tenant.to_string())
            .bind(&secret.0)
            .bind(at.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn remove_system_user(&mut self, tenant: TenantId) -> StorageResult<()> {
        let statement = sqlx::query(REMOVE_SYSTEM_USER).bind(tenant.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn crm_host(
        &mut self,
        environment: &str,
        context: &ContextId,
    ) -> StorageResult<Option<(String, Timestamp)>> {
        let query = sqlx::query_as::<_, (String, i64)>(HOST)
            .bind(environment)
            .bind(context.as_str());
        let found = self.one(query).await?;
        Ok(found.map(|(api, until)| (api, Timestamp::from_micros(until))))
    }

    async fn put_crm_host(
        &mut self,
        environment: &str,
        context: &ContextId,
        api: &str,
        until: Timestamp,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(PUT_HOST)
            .bind(environment)
            .bind(context.as_str())
            .bind(api)
            .bind(until.as_micros());
        Ok(self.run(statement).await? == 1)
    }
}
