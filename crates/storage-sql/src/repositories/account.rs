//! What administrators decide for the whole tenant.

use async_trait::async_trait;
use synchronizer_domain::account::TenantSettings;
use synchronizer_domain::ids::{AssociateId, TenantId};
use synchronizer_storage::{AccountRepository, Admin, StorageResult};

use super::Unit;
use crate::values::{column, instant, micros};

const SETTINGS: &str = "\
    SELECT contact_email, mail_locale FROM tenant_settings WHERE tenant_id = $1";
const PUT_SETTINGS: &str = "\
    INSERT INTO tenant_settings (tenant_id, contact_email, mail_locale) VALUES ($1, $2, $3) \
    ON CONFLICT (tenant_id) DO UPDATE SET contact_email = excluded.contact_email, \
    mail_locale = excluded.mail_locale";
const ADMINS: &str = "\
    SELECT associate_id, name, email, from_crm, added_by, signed_in_at, removed_at \
    FROM admins WHERE tenant_id = $1 ORDER BY name, associate_id";
const PUT_ADMIN: &str = "\
    INSERT INTO admins (tenant_id, associate_id, name, email, from_crm, added_by, \
    signed_in_at, removed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
    ON CONFLICT (tenant_id, associate_id) DO UPDATE SET name = excluded.name, \
    email = excluded.email, from_crm = excluded.from_crm, added_by = excluded.added_by, \
    signed_in_at = excluded.signed_in_at, removed_at = excluded.removed_at";
const FORGET_ADMIN: &str = "DELETE FROM admins WHERE tenant_id = $1 AND associate_id = $2";

#[derive(sqlx::FromRow)]
struct AdminRow {
    associate_id: String,
    name: String,
    email: String,
    from_crm: bool,
    added_by: String,
    signed_in_at: Option<i64>,
    removed_at: Option<i64>,
}

#[async_trait]
impl AccountRepository for Unit {
    async fn tenant_settings(&mut self, tenant: TenantId) -> StorageResult<TenantSettings> {
        let query = sqlx::query_as::<_, (String, String)>(SETTINGS).bind(tenant.to_string());
        let Some((contact_email, locale)) = self.one(query).await? else {
            return Ok(TenantSettings::default());
        };
        Ok(TenantSettings {
            contact_email,
            mail_locale: column("tenant_settings", "mail_locale").parse(&locale)?,
        })
    }

    async fn put_tenant_settings(
        &mut self,
        tenant: TenantId,
        settings: &TenantSettings,
    ) -> StorageResult<()> {
        let statement = sqlx::query(PUT_SETTINGS)
            .bind(tenant.to_string())
            .bind(&settings.contact_email)
            .bind(settings.mail_locale.tag());
        self.run(statement).await?;
        Ok(())
    }

    async fn admins(&mut self, tenant: TenantId) -> StorageResult<Vec<Admin>> {
        let query = sqlx::query_as::<_, AdminRow>(ADMINS).bind(tenant.to_string());
        let rows = self.all(query).await?;
        Ok(rows
            .into_iter()
            .map(|row| Admin {
                associate: AssociateId::new(row.associate_id),
                name: row.name,
                email: row.email,
                from_crm: row.from_crm,
                added_by: row.added_by,
                signed_in_at: instant(row.signed_in_at),
                removed_at: instant(row.removed_at),
            })
            .collect())
    }

    async fn put_admin(&mut self, tenant: TenantId, admin: &Admin) -> StorageResult<()> {
        let statement = sqlx::query(PUT_ADMIN)
            .bind(tenant.to_string())
            .bind(admin.associate.as_str())
            .bind(&admin.name)
            .bind(&admin.email)
            .bind(admin.from_crm)
            .bind(&admin.added_by)
            .bind(micros(admin.signed_in_at))
            .bind(micros(admin.removed_at));
        self.run(statement).await?;
        Ok(())
    }

    async fn forget_admin(&mut self, tenant: TenantId, person: &AssociateId) -> StorageResult<()> {
        let statement = sqlx::query(FORGET_ADMIN)
            .bind(tenant.to_string())
            .bind(person.as_str());
        self.run(statement).await?;
        Ok(())
    }
}
