//! The two lists of people. A list is written by one statement, however long it is.

use std::collections::HashSet;

use async_trait::async_trait;
use serde::Serialize;
use synchronizer_domain::Timestamp;
use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::ids::{AssociateId, CalendarUserId, ProfileId, TenantId};
use synchronizer_domain::text::fold_name;
use synchronizer_storage::{DirectoryRepository, ProfileRepository, StorageError, StorageResult};

use super::{Unit, dialect, model, models};
use crate::values::{column, to_json};

macro_rules! select_crm_users {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, email, active FROM crm_users WHERE tenant_id = $1",
            $rest
        )
    };
}

macro_rules! select_calendar_users {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, email, aliases, active FROM calendar_users ",
            "WHERE tenant_id = $1 AND profile_id = $2",
            $rest
        )
    };
}

const NOTE_CRM_READ: &str = "UPDATE tenants SET crm_users_at = $2 WHERE id = $1";
const CRM_READ_AT: &str = "\
    SELECT crm_users_at FROM tenants WHERE id = $1 AND crm_users_at IS NOT NULL";
const CLEAR_CRM_USERS: &str = concat!(
    "DELETE FROM crm_users WHERE tenant_id = $1 AND id NOT IN (",
    dialect::listed!("$2"),
    ")"
);
/// Notes who is gone since now, and forgets it of whoever is back.
const MARK_CRM_GONE: &str = "\
    UPDATE links SET crm_gone_at = CASE WHEN crm_gone_at IS NULL THEN $2 END \
    WHERE tenant_id = $1 AND (crm_gone_at IS NULL) <> EXISTS (SELECT 1 FROM crm_users u \
    WHERE u.tenant_id = links.tenant_id AND u.id = links.crm_user_id AND u.active = true)";
const MARK_CALENDAR_GONE: &str = "\
    UPDATE links SET calendar_gone_at = CASE WHEN calendar_gone_at IS NULL THEN $3 END \
    WHERE tenant_id = $1 AND profile_id = $2 \
    AND (calendar_gone_at IS NULL) <> EXISTS (SELECT 1 FROM calendar_users u \
    WHERE u.tenant_id = links.tenant_id AND u.profile_id = links.profile_id \
    AND u.id = links.calendar_user_id AND u.active = true)";
/// Who is searched for may be missing in the list of those who were found.
const FORGET_CALENDAR_GONE: &str = "\
    UPDATE links SET calendar_gone_at = NULL \
    WHERE tenant_id = $1 AND profile_id = $2 AND calendar_gone_at IS NOT NULL";
const CRM_USERS: &str = select_crm_users!(" ORDER BY name_folded, id");
const CRM_USER: &str = select_crm_users!(" AND id = $2");

const NOTE_CALENDAR_READ: &str = "\
    UPDATE profiles SET calendar_users_at = $3 WHERE tenant_id = $1 AND id = $2";
const CALENDAR_READ_AT: &str = "\
    SELECT calendar_users_at FROM profiles \
    WHERE tenant_id = $1 AND id = $2 AND calendar_users_at IS NOT NULL";
const CLEAR_CALENDAR_USERS: &str = "\
    DELETE FROM calendar_users WHERE tenant_id = $1 AND profile_id = $2";
const CLEAR_CALENDAR_USER: &str = "\
    DELETE FROM calendar_users WHERE tenant_id = $1 AND profile_id = $2 AND id = $3";
const CALENDAR_USERS: &str = select_calendar_users!(" ORDER BY name_folded, id");
const CALENDAR_USER: &str = select_calendar_users!(" AND id = $3");

/// A person in the JSON list that the statements of `dialect` read.
#[derive(Serialize)]
struct Given<'a> {
    id: &'a str,
    name: &'a str,
    folded: String,
    email: &'a str,
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    aliases: Option<String>,
}

#[derive(sqlx::FromRow)]
struct CrmUserRow {
    id: String,
    name: String,
    email: String,
    active: bool,
}

impl TryFrom<CrmUserRow> for CrmUser {
    type Error = StorageError;

    fn try_from(row: CrmUserRow) -> StorageResult<Self> {
        Ok(Self {
            id: AssociateId::new(row.id),
            name: row.name,
            email: row.email,
            active: row.active,
        })
    }
}

#[derive(sqlx::FromRow)]
struct CalendarUserRow {
    id: String,
    name: String,
    email: String,
    aliases: String,
    active: bool,
}

impl TryFrom<CalendarUserRow> for CalendarUser {
    type Error = StorageError;

    fn try_from(row: CalendarUserRow) -> StorageResult<Self> {
        Ok(Self {
            id: CalendarUserId::new(row.id),
            name: row.name,
            email: row.email,
            aliases: column("calendar_users", "aliases").json(&row.aliases)?,
            active: row.active,
        })
    }
}

impl Unit {
    async fn add_calendar_users(
        &mut self,
        tenant: &str,
        profile: &str,
        users: &[CalendarUser],
    ) -> StorageResult<()> {
        let given = users
            .iter()
            .map(|user| {
                Ok(Given {
                    id: user.id.as_str(),
                    name: &user.name,
                    folded: fold_name(&user.name),
                    email: &user.email,
                    active: user.active,
                    aliases: Some(to_json(&user.aliases)?),
                })
            })
            .collect::<StorageResult<Vec<_>>>()?;
        let statement = sqlx::query(dialect::ADD_CALENDAR_USERS)
            .bind(tenant)
            .bind(profile)
            .bind(to_json(&given)?);
        self.run(statement).await?;
        Ok(())
    }
}

#[async_trait]
impl DirectoryRepository for Unit {
    async fn replace_crm_users(
        &mut self,
        tenant: TenantId,
        users: &[CrmUser],
        at: Timestamp,
    ) -> StorageResult<()> {
        let is_first = self.crm_users_read_at(tenant).await?.is_none();
        let tenant = tenant.to_string();
        let noted = sqlx::query(NOTE_CRM_READ).bind(&tenant);
        if self.run(noted.bind(at.as_micros())).await? == 0 {
            return Ok(());
        }
        let mut seen = HashSet::new();
        let given = users
            .iter()
            .filter(|user| seen.insert(user.id.as_str()))
            .map(|user| Given {
                id: user.id.as_str(),
                name: &user.name,
                folded: fold_name(&user.name),
                email: &user.email,
                active: user.active,
                aliases: None,
            })
            .collect::<Vec<_>>();
        let ids = given.iter().map(|one| one.id).collect::<Vec<_>>();
        let cleared = sqlx::query(CLEAR_CRM_USERS).bind(&tenant);
        self.run(cleared.bind(to_json(&ids)?)).await?;
        let came_at = (!is_first).then_some(at.as_micros());
        let statement = sqlx::query(dialect::ADD_CRM_USERS)
            .bind(&tenant)
            .bind(to_json(&given)?)
            .bind(came_at);
        self.run(statement).await?;
        let marked = sqlx::query(MARK_CRM_GONE).bind(&tenant);
        self.run(marked.bind(at.as_micros())).await?;
        Ok(())
    }

    async fn crm_users(
        &mut self,
        tenant: TenantId,
    ) -> StorageResult<Option<(Vec<CrmUser>, Timestamp)>> {
        let Some(at) = self.crm_users_read_at(tenant).await? else {
            return Ok(None);
        };
        let query = sqlx::query_as::<_, CrmUserRow>(CRM_USERS).bind(tenant.to_string());
        Ok(Some((models(self.all(query).await?)?, at)))
    }

    async fn crm_users_read_at(&mut self, tenant: TenantId) -> StorageResult<Option<Timestamp>> {
        let query = sqlx::query_as::<_, (i64,)>(CRM_READ_AT).bind(tenant.to_string());
        Ok(self
            .one(query)
            .await?
            .map(|(at,)| Timestamp::from_micros(at)))
    }

    async fn crm_user(
        &mut self,
        tenant: TenantId,
        id: &AssociateId,
    ) -> StorageResult<Option<CrmUser>> {
        let query = sqlx::query_as::<_, CrmUserRow>(CRM_USER)
            .bind(tenant.to_string())
            .bind(id.as_str());
        model(self.one(query).await?)
    }

    async fn replace_calendar_users(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
        users: &[CalendarUser],
        at: Timestamp,
    ) -> StorageResult<()> {
        let Some(held) = self.profile(tenant, profile).await? else {
            return Ok(());
        };
        let (tenant, profile) = (tenant.to_string(), profile.to_string());
        let noted = sqlx::query(NOTE_CALENDAR_READ).bind(&tenant).bind(&profile);
        self.run(noted.bind(at.as_micros())).await?;
        let cleared = sqlx::query(CLEAR_CALENDAR_USERS).bind(&tenant);
        self.run(cleared.bind(&profile)).await?;
        self.add_calendar_users(&tenant, &profile, users).await?;
        if held.directory.is_searched() {
            let cleared = sqlx::query(FORGET_CALENDAR_GONE).bind(&tenant);
            self.run(cleared.bind(&profile)).await?;
        } else {
            let marked = sqlx::query(MARK_CALENDAR_GONE).bind(&tenant);
            self.run(marked.bind(&profile).bind(at.as_micros())).await?;
        }
        Ok(())
    }

    async fn put_calendar_user(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
        user: &CalendarUser,
        at: Timestamp,
    ) -> StorageResult<()> {
        let (tenant, profile) = (tenant.to_string(), profile.to_string());
        let noted = sqlx::query(NOTE_CALENDAR_READ).bind(&tenant).bind(&profile);
        if self.run(noted.bind(at.as_micros())).await? == 0 {
            return Ok(());
        }
        let cleared = sqlx::query(CLEAR_CALENDAR_USER).bind(&tenant);
        self.run(cleared.bind(&profile).bind(user.id.as_str()))
            .await?;
        self.add_calendar_users(&tenant, &profile, std::slice::from_ref(user))
            .await
    }

    async fn calendar_users(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Option<(Vec<CalendarUser>, Timestamp)>> {
        let Some(at) = self.calendar_users_read_at(tenant, profile).await? else {
            return Ok(None);
        };
        let query = sqlx::query_as::<_, CalendarUserRow>(CALENDAR_USERS)
            .bind(tenant.to_string())
            .bind(profile.to_string());
        Ok(Some((models(self.all(query).await?)?, at)))
    }

    async fn calendar_users_read_at(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Option<Timestamp>> {
        let query = sqlx::query_as::<_, (i64,)>(CALENDAR_READ_AT)
            .bind(tenant.to_string())
            .bind(profile.to_string());
        Ok(self
            .one(query)
            .await?
            .map(|(at,)| Timestamp::from_micros(at)))
    }

    async fn calendar_user(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
        id: &CalendarUserId,
    ) -> StorageResult<Option<CalendarUser>> {
        let query = sqlx::query_as::<_, CalendarUserRow>(CALENDAR_USER)
            .bind(tenant.to_string())
            .bind(profile.to_string())
            .bind(id.as_str());
        model(self.one(query).await?)
    }
}
