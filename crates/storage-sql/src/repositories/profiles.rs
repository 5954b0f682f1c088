//! Profiles.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::draft::{Typed, TypedField};
use synchronizer_domain::ids::{ProfileId, TenantId};
use synchronizer_domain::profile::{
    CalendarSystem, Directory, Profile, ProfileSettings, ProfileState, Stop,
};
use synchronizer_domain::text::fold_name;
use synchronizer_storage::{
    LinkRepository, ProfileRepository, Sealed, StorageError, StorageResult,
};

use super::{Unit, model, models};
use crate::values::{column, to_json};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, id, name, system, state, settings, directory, created_at, ",
            "disabled_at, disabled_by, deleted_at, deleted_by ",
            "FROM profiles WHERE tenant_id = $1",
            $rest
        )
    };
}

const ADD: &str = "\
    INSERT INTO profiles (tenant_id, id, name, name_folded, system, state, settings, \
    directory, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const ONE: &str = select!(" AND id = $2");
const ALL: &str = select!(" ORDER BY name_folded, id");
const FINISH: &str = "\
    UPDATE profiles SET name = $3, name_folded = $4, settings = $5, state = 'active' \
    WHERE tenant_id = $1 AND id = $2";
const RENAME: &str = "\
    UPDATE profiles SET name = $3, name_folded = $4 WHERE tenant_id = $1 AND id = $2";
const STOP: &str = "\
    UPDATE profiles SET disabled_at = $3, disabled_by = $4, deleted_at = $5, deleted_by = $6 \
    WHERE tenant_id = $1 AND id = $2";
const TYPED: &str = "\
    SELECT field, value FROM profile_typed WHERE tenant_id = $1 AND profile_id = $2 \
    ORDER BY field";
const KEEP_TYPED: &str = "\
    INSERT INTO profile_typed (tenant_id, profile_id, field, value) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (tenant_id, profile_id, field) DO UPDATE SET value = excluded.value";
const FORGET_TYPED: &str = "\
    DELETE FROM profile_typed WHERE tenant_id = $1 AND profile_id = $2 AND field = $3";
const HOLD_DELETED: &str = "\
    UPDATE profiles SET deleted_at = deleted_at \
    WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NOT NULL";
const LINKS: &str = "SELECT id FROM links WHERE tenant_id = $1 AND profile_id = $2 ORDER BY id";
/// Every table that refers to profiles beside links, then the profile.
const ERASE: [&str; 9] = [
    "DELETE FROM profile_typed WHERE tenant_id = $1 AND profile_id = $2",
    "DELETE FROM consent_links WHERE tenant_id = $1 AND profile_id = $2",
    "DELETE FROM link_batch_rows WHERE tenant_id = $1 AND batch_id IN \
     (SELECT id FROM link_batches WHERE tenant_id = $1 AND profile_id = $2)",
    "DELETE FROM link_batches WHERE tenant_id = $1 AND profile_id = $2",
    "DELETE FROM link_imports WHERE tenant_id = $1 AND profile_id = $2",
    "DELETE FROM list_pages WHERE tenant_id = $1 AND list = $2",
    "DELETE FROM list_reads WHERE tenant_id = $1 AND list = $2",
    "DELETE FROM calendar_users WHERE tenant_id = $1 AND profile_id = $2",
    "DELETE FROM profiles WHERE tenant_id = $1 AND id = $2",
];
const PUT_DIRECTORY: &str = "\
    UPDATE profiles SET directory = $3, directory_secret = $4 \
    WHERE tenant_id = $1 AND id = $2";
const NOTE_DIRECTORY: &str = "\
    UPDATE profiles SET directory = $3, directory_secret = $4 \
    WHERE tenant_id = $1 AND id = $2 AND directory_secret = $5";
const DIRECTORY_SECRET: &str = "\
    SELECT directory_secret FROM profiles \
    WHERE tenant_id = $1 AND id = $2 AND directory_secret IS NOT NULL";

#[derive(sqlx::FromRow)]
struct ProfileRow {
    tenant_id: String,
    id: String,
    name: String,
    system: String,
    state: String,
    settings: String,
    directory: String,
    created_at: i64,
    disabled_at: Option<i64>,
    disabled_by: Option<String>,
    deleted_at: Option<i64>,
    deleted_by: Option<String>,
}

fn stop(at: Option<i64>, by: Option<String>) -> Option<Stop> {
    at.map(|at| Stop {
        at: Timestamp::from_micros(at),
        by: by.unwrap_or_default(),
    })
}

impl TryFrom<ProfileRow> for Profile {
    type Error = StorageError;

    fn try_from(row: ProfileRow) -> StorageResult<Self> {
        let disabled = stop(row.disabled_at, row.disabled_by);
        let deleted = stop(row.deleted_at, row.deleted_by);
        let built = column("profiles", "state").word(&row.state, ProfileState::from_word)?;
        let state = match (&deleted, &disabled) {
            (Some(_), _) => ProfileState::Deleted,
            (None, Some(_)) => ProfileState::Disabled,
            (None, None) => built,
        };
        Ok(Self {
            id: column("profiles", "id").parse(&row.id)?,
            tenant: column("profiles", "tenant_id").parse(&row.tenant_id)?,
            name: row.name,
            system: column("profiles", "system").word(&row.system, CalendarSystem::from_word)?,
            state,
            disabled,
            deleted,
            settings: column("profiles", "settings").json(&row.settings)?,
            directory: column("profiles", "directory").json(&row.directory)?,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

#[async_trait]
impl ProfileRepository for Unit {
    async fn add_profile(&mut self, profile: &Profile) -> StorageResult<()> {
        let statement = sqlx::query(ADD)
            .bind(profile.tenant.to_string())
            .bind(profile.id.to_string())
            .bind(&profile.name)
            .bind(fold_name(&profile.name))
            .bind(profile.system.word())
            .bind(if profile.state == ProfileState::Draft {
                "draft"
            } else {
                "active"
            })
            .bind(to_json(&profile.settings)?)
            .bind(to_json(&profile.directory)?)
            .bind(profile.created_at.as_micros());
        self.run_or_conflict(statement).await?;
        Ok(())
    }

    async fn profile(&mut self, tenant: TenantId, id: ProfileId) -> StorageResult<Option<Profile>> {
        let query = sqlx::query_as::<_, ProfileRow>(ONE)
            .bind(tenant.to_string())
            .bind(id.to_string());
        model(self.one(query).await?)
    }

    async fn profiles(&mut self, tenant: TenantId) -> StorageResult<Vec<Profile>> {
        let query = sqlx::query_as::<_, ProfileRow>(ALL).bind(tenant.to_string());
        models(self.all(query).await?)
    }

    async fn finish_profile(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        name: &str,
        settings: &ProfileSettings,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(FINISH)
            .bind(tenant.to_string())
            .bind(id.to_string())
            .bind(name)
            .bind(fold_name(name))
            .bind(to_json(settings)?);
        Ok(self.run_or_conflict(statement).await? == 1)
    }

    async fn rename_profile(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        name: &str,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(RENAME)
            .bind(tenant.to_string())
            .bind(id.to_string())
            .bind(name)
            .bind(fold_name(name));
        Ok(self.run_or_conflict(statement).await? == 1)
    }

    async fn typed(&mut self, tenant: TenantId, id: ProfileId) -> StorageResult<Typed> {
        let query = sqlx::query_as::<_, (String, String)>(TYPED)
            .bind(tenant.to_string())
            .bind(id.to_string());
        let fields = self.all(query).await?.into_iter().map(|(field, value)| {
            let field = column("profile_typed", "field").word(&field, TypedField::from_word)?;
            Ok((field, value))
        });
        Ok(Typed(fields.collect::<StorageResult<_>>()?))
    }

    async fn keep_typed(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        field: TypedField,
        value: Option<&str>,
    ) -> StorageResult<()> {
        let (owner, profile) = (tenant.to_string(), id.to_string());
        let statement = match value {
            Some(value) => sqlx::query(KEEP_TYPED)
                .bind(owner)
                .bind(profile)
                .bind(field.word())
                .bind(value),
            None => sqlx::query(FORGET_TYPED)
                .bind(owner)
                .bind(profile)
                .bind(field.word()),
        };
        self.run(statement).await?;
        Ok(())
    }

    async fn stop_profile(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        disabled: Option<&Stop>,
        deleted: Option<&Stop>,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(STOP)
            .bind(tenant.to_string())
            .bind(id.to_string())
            .bind(disabled.map(|stop| stop.at.as_micros()))
            .bind(disabled.map(|stop| stop.by.as_str()))
            .bind(deleted.map(|stop| stop.at.as_micros()))
            .bind(deleted.map(|stop| stop.by.as_str()));
        Ok(self.run_or_conflict(statement).await? == 1)
    }

    async fn erase_profile(&mut self, tenant: TenantId, id: ProfileId) -> StorageResult<bool> {
        let (owner, profile) = (tenant.to_string(), id.to_string());
        let held = sqlx::query(HOLD_DELETED).bind(&owner).bind(&profile);
        if self.run(held).await? == 0 {
            return Ok(false);
        }
        let links = sqlx::query_as::<_, (String,)>(LINKS)
            .bind(&owner)
            .bind(&profile);
        for (link,) in self.all(links).await? {
            self.erase_link(tenant, column("links", "id").parse(&link)?)
                .await?;
        }
        for statement in ERASE {
            self.run(sqlx::query(statement).bind(&owner).bind(&profile))
                .await?;
        }
        Ok(true)
    }

    async fn put_directory(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        directory: &Directory,
        secret: Option<&Sealed>,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(PUT_DIRECTORY)
            .bind(tenant.to_string())
            .bind(id.to_string())
            .bind(to_json(directory)?)
            .bind(secret.map(|sealed| sealed.0.as_slice()));
        Ok(self.run(statement).await? == 1)
    }

    async fn note_directory(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        directory: &Directory,
        (used, now): (&Sealed, &Sealed),
    ) -> StorageResult<bool> {
        let statement = sqlx::query(NOTE_DIRECTORY)
            .bind(tenant.to_string())
            .bind(id.to_string())
            .bind(to_json(directory)?)
            .bind(&now.0)
            .bind(&used.0);
        Ok(self.run(statement).await? == 1)
    }

    async fn directory_secret(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
    ) -> StorageResult<Option<Sealed>> {
        let query = sqlx::query_as::<_, (Vec<u8>,)>(DIRECTORY_SECRET)
            .bind(tenant.to_string())
            .bind(id.to_string());
        Ok(self.one(query).await?.map(|(secret,)| Sealed(secret)))
    }
}
