//! Links.

use async_trait::async_trait;
use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::ids::{AssociateId, CalendarUserId, LinkId, ProfileId, TenantId};
use synchronizer_domain::link::{Link, LinkFlags, Pauser};
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::{Locale, Timestamp};
use synchronizer_storage::{LinkRepository, StorageError, StorageResult};

use super::{Unit, model, models};
use crate::values::{column, folded, instant, micros, to_json};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, id, profile_id, crm_user_id, crm_name, crm_email, crm_active, ",
            "calendar_user_id, calendar_name, calendar_email, calendar_aliases, ",
            "calendar_active, created_at, paused_at, paused_by, deleted_at, first_run_at, cause, ",
            "cause_at ",
            "FROM links WHERE tenant_id = $1",
            $rest
        )
    };
}

const ADD: &str = "\
    INSERT INTO links (tenant_id, id, profile_id, system, crm_user_id, crm_name, crm_email, \
    crm_active, calendar_user_id, calendar_name, calendar_email, calendar_aliases, \
    calendar_active, created_at, paused_at, deleted_at, first_run_at, cause, cause_at, \
    crm_folded, calendar_folded, paused_by) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
    $19, $20, $21, $22)";
const ONE: &str = select!(" AND id = $2");
const OF_PROFILE: &str = select!(" AND profile_id = $2 ORDER BY created_at DESC, id DESC");
const LIVE: &str = select!(" AND deleted_at IS NULL ORDER BY created_at DESC, id DESC");
const LINKED: &str = "\
    SELECT crm_user_id, system, calendar_user_id FROM links \
    WHERE tenant_id = $1 AND deleted_at IS NULL";
const OF_CRM_USER: &str = select!(" AND crm_user_id = $2 AND deleted_at IS NULL");
const ALL_OF_CRM_USER: &str = select!(" AND crm_user_id = $2 ORDER BY created_at DESC, id DESC");
const MAIL_LOCALE: &str = "SELECT mail_locale FROM links WHERE tenant_id = $1 AND id = $2";
const SET_MAIL_LOCALE: &str =
    "UPDATE links SET mail_locale = $3 WHERE tenant_id = $1 AND crm_user_id = $2";
const OF_CALENDAR_USER: &str =
    select!(" AND system = $2 AND calendar_user_id = $3 AND deleted_at IS NULL");
const SET_FLAGS: &str = "\
    UPDATE links SET paused_at = $3, deleted_at = $4, first_run_at = $5, cause = $6, \
    cause_at = $7, paused_by = $8 WHERE tenant_id = $1 AND id = $2";

/// Keeps a deleted link for the rest of the transaction.
const HOLD_DELETED: &str = "\
    UPDATE links SET deleted_at = deleted_at \
    WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NOT NULL";
/// Every table that refers to links, those first that refer to the others, then the link.
pub(crate) const ERASE: [&str; 6] = [
    "DELETE FROM activations WHERE tenant_id = $1 AND link_id = $2",
    "DELETE FROM invitations WHERE tenant_id = $1 AND link_id = $2",
    "DELETE FROM outbox WHERE tenant_id = $1 AND link_id = $2",
    "DELETE FROM grant_tokens WHERE tenant_id = $1 AND link_id = $2",
    "DELETE FROM grants WHERE tenant_id = $1 AND link_id = $2",
    "DELETE FROM links WHERE tenant_id = $1 AND id = $2",
];

#[derive(sqlx::FromRow)]
pub(super) struct LinkRow {
    tenant_id: String,
    id: String,
    profile_id: String,
    crm_user_id: String,
    crm_name: String,
    crm_email: String,
    crm_active: bool,
    calendar_user_id: String,
    calendar_name: String,
    calendar_email: String,
    calendar_aliases: String,
    calendar_active: bool,
    created_at: i64,
    paused_at: Option<i64>,
    paused_by: Option<String>,
    deleted_at: Option<i64>,
    first_run_at: Option<i64>,
    cause: Option<String>,
    cause_at: Option<i64>,
}

impl TryFrom<LinkRow> for Link {
    type Error = StorageError;

    fn try_from(row: LinkRow) -> StorageResult<Self> {
        let paused_by = row.paused_by.as_deref();
        let paused_by = paused_by
            .map(|word| column("links", "paused_by").word(word, Pauser::from_word))
            .transpose()?;
        Ok(Self {
            id: column("links", "id").parse(&row.id)?,
            tenant: column("links", "tenant_id").parse(&row.tenant_id)?,
            profile: column("links", "profile_id").parse(&row.profile_id)?,
            crm: CrmUser {
                id: AssociateId::new(row.crm_user_id),
                name: row.crm_name,
                email: row.crm_email,
                active: row.crm_active,
            },
            calendar: CalendarUser {
                id: CalendarUserId::new(row.calendar_user_id),
                name: row.calendar_name,
                email: row.calendar_email,
                aliases: column("links", "calendar_aliases").json(&row.calendar_aliases)?,
                active: row.calendar_active,
            },
            created_at: Timestamp::from_micros(row.created_at),
            flags: LinkFlags {
                paused_at: instant(row.paused_at),
                paused_by,
                deleted_at: instant(row.deleted_at),
                first_run_at: instant(row.first_run_at),
                cause: column("links", "cause").cause(row.cause.as_deref(), row.cause_at)?,
            },
        })
    }
}

const UNFOLDED: &str = "\
    SELECT tenant_id, id, crm_name, crm_email, calendar_name, calendar_email FROM links \
    WHERE crm_folded = '' LIMIT 500";
const FOLD: &str = "\
    UPDATE links SET crm_folded = $3, calendar_folded = $4 WHERE tenant_id = $1 AND id = $2";

impl Unit {
    /// Folds the names of links from before there were folded ones; false when all are.
    pub(crate) async fn fold_names(&mut self) -> StorageResult<bool> {
        type Names = (String, String, String, String, String, String);
        let links = self.all(sqlx::query_as::<_, Names>(UNFOLDED)).await?;
        for (tenant, id, crm, crm_email, calendar, calendar_email) in &links {
            let statement = sqlx::query(FOLD)
                .bind(tenant)
                .bind(id)
                .bind(folded(crm, crm_email))
                .bind(folded(calendar, calendar_email));
            self.run(statement).await?;
        }
        Ok(!links.is_empty())
    }
}

#[async_trait]
impl LinkRepository for Unit {
    async fn add_link(&mut self, link: &Link, system: CalendarSystem) -> StorageResult<()> {
        let flags = &link.flags;
        let statement = sqlx::query(ADD)
            .bind(link.tenant.to_string())
            .bind(link.id.to_string())
            .bind(link.profile.to_string())
            .bind(system.word())
            .bind(link.crm.id.as_str())
            .bind(&link.crm.name)
            .bind(&link.crm.email)
            .bind(link.crm.active)
            .bind(link.calendar.id.as_str())
            .bind(&link.calendar.name)
            .bind(&link.calendar.email)
            .bind(to_json(&link.calendar.aliases)?)
            .bind(link.calendar.active)
            .bind(link.created_at.as_micros())
            .bind(micros(flags.paused_at))
            .bind(micros(flags.deleted_at))
            .bind(micros(flags.first_run_at))
            .bind(flags.cause.map(|(cause, _)| cause.word()))
            .bind(flags.cause.map(|(_, at)| at.as_micros()))
            .bind(folded(&link.crm.name, &link.crm.email))
            .bind(folded(&link.calendar.name, &link.calendar.email))
            .bind(flags.paused_by.map(Pauser::word));
        self.run_or_conflict(statement).await?;
        Ok(())
    }

    async fn link(&mut self, tenant: TenantId, id: LinkId) -> StorageResult<Option<Link>> {
        let query = sqlx::query_as::<_, LinkRow>(ONE)
            .bind(tenant.to_string())
            .bind(id.to_string());
        model(self.one(query).await?)
    }

    async fn links_of_profile(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Vec<Link>> {
        let query = sqlx::query_as::<_, LinkRow>(OF_PROFILE)
            .bind(tenant.to_string())
            .bind(profile.to_string());
        models(self.all(query).await?)
    }

    async fn live_links(&mut self, tenant: TenantId) -> StorageResult<Vec<Link>> {
        let query = sqlx::query_as::<_, LinkRow>(LIVE).bind(tenant.to_string());
        models(self.all(query).await?)
    }

    async fn linked_people(
        &mut self,
        tenant: TenantId,
    ) -> StorageResult<Vec<(AssociateId, CalendarSystem, CalendarUserId)>> {
        let query = sqlx::query_as::<_, (String, String, String)>(LINKED).bind(tenant.to_string());
        let rows = self.all(query).await?;
        rows.into_iter()
            .map(|(crm, system, calendar)| {
                Ok((
                    AssociateId::new(crm),
                    column("links", "system").word(&system, CalendarSystem::from_word)?,
                    CalendarUserId::new(calendar),
                ))
            })
            .collect()
    }

    async fn link_of_crm_user(
        &mut self,
        tenant: TenantId,
        user: &AssociateId,
    ) -> StorageResult<Option<Link>> {
        let query = sqlx::query_as::<_, LinkRow>(OF_CRM_USER)
            .bind(tenant.to_string())
            .bind(user.as_str());
        model(self.one(query).await?)
    }

    async fn links_of_crm_user(
        &mut self,
        tenant: TenantId,
        user: &AssociateId,
    ) -> StorageResult<Vec<Link>> {
        let query = sqlx::query_as::<_, LinkRow>(ALL_OF_CRM_USER)
            .bind(tenant.to_string())
            .bind(user.as_str());
        models(self.all(query).await?)
    }

    async fn link_mail_locale(
        &mut self,
        tenant: TenantId,
        id: LinkId,
    ) -> StorageResult<Option<Locale>> {
        let query = sqlx::query_as::<_, (Option<String>,)>(MAIL_LOCALE)
            .bind(tenant.to_string())
            .bind(id.to_string());
        let stored = self.one(query).await?.and_then(|(locale,)| locale);
        stored
            .map(|locale| column("links", "mail_locale").parse(&locale))
            .transpose()
    }

    async fn set_mail_locale(
        &mut self,
        tenant: TenantId,
        user: &AssociateId,
        locale: Locale,
    ) -> StorageResult<()> {
        let statement = sqlx::query(SET_MAIL_LOCALE)
            .bind(tenant.to_string())
            .bind(user.as_str())
            .bind(locale.tag());
        self.run(statement).await?;
        Ok(())
    }

    async fn link_of_calendar_user(
        &mut self,
        tenant: TenantId,
        system: CalendarSystem,
        user: &CalendarUserId,
    ) -> StorageResult<Option<Link>> {
        let query = sqlx::query_as::<_, LinkRow>(OF_CALENDAR_USER)
            .bind(tenant.to_string())
            .bind(system.word())
            .bind(user.as_str());
        model(self.one(query).await?)
    }

    async fn set_link_flags(
        &mut self,
        tenant: TenantId,
        id: LinkId,
        flags: &LinkFlags,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(SET_FLAGS)
            .bind(tenant.to_string())
            .bind(id.to_string())
            .bind(micros(flags.paused_at))
            .bind(micros(flags.deleted_at))
            .bind(micros(flags.first_run_at))
            .bind(flags.cause.map(|(cause, _)| cause.word()))
            .bind(flags.cause.map(|(_, at)| at.as_micros()))
            .bind(flags.paused_by.map(Pauser::word));
        Ok(self.run_or_conflict(statement).await? == 1)
    }

    async fn erase_link(&mut self, tenant: TenantId, id: LinkId) -> StorageResult<bool> {
        let (tenant, id) = (tenant.to_string(), id.to_string());
        let held = sqlx::query(HOLD_DELETED).bind(&tenant).bind(&id);
        if self.run(held).await? == 0 {
            return Ok(false);
        }
        for statement in ERASE {
            self.run(sqlx::query(statement).bind(&tenant).bind(&id))
                .await?;
        }
        Ok(true)
    }
}
