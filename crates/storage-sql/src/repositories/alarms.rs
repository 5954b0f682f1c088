//! What administrators must hear of.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::alarm::{Alarm, AlarmKind};
use synchronizer_domain::ids::TenantId;
use synchronizer_storage::{AlarmRepository, StorageError, StorageResult};

use super::{Unit, models};
use crate::values::column;

/// Held until the commit, so that processes that raise or end one alarm at once take turns:
/// each then counts what the one before it decided.
const TAKE_TURN: &str = "\
    INSERT INTO operator_notices (name, at) VALUES ($1, $2) \
    ON CONFLICT (name) DO UPDATE SET at = excluded.at";
const CLAIM: &str = "\
    INSERT INTO operator_notices (name, at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
const STANDS: &str = "\
    SELECT since FROM alarms WHERE tenant_id = $1 AND system = $2 AND kind = $3";
const RAISE: &str = "\
    INSERT INTO alarms (tenant_id, system, kind, since) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (tenant_id, system, kind) DO NOTHING";
const CLEAR: &str = "DELETE FROM alarms WHERE tenant_id = $1 AND system = $2 AND kind = $3";
const COUNT: &str = "SELECT COUNT(*) FROM alarms WHERE system = $1 AND kind = $2";
const OF_TENANT: &str = "\
    SELECT system, kind, since FROM alarms WHERE tenant_id = $1 ORDER BY since, system, kind";

#[derive(sqlx::FromRow)]
struct AlarmRow {
    system: String,
    kind: String,
    since: i64,
}

impl TryFrom<AlarmRow> for Alarm {
    type Error = StorageError;

    fn try_from(row: AlarmRow) -> StorageResult<Self> {
        Ok(Self {
            system: row.system,
            kind: column("alarms", "kind").word(&row.kind, AlarmKind::from_word)?,
            since: Timestamp::from_micros(row.since),
        })
    }
}

impl Unit {
    /// When this alarm began, if it stands.
    async fn stands(
        &mut self,
        tenant: TenantId,
        system: &str,
        kind: AlarmKind,
    ) -> StorageResult<Option<i64>> {
        let query = sqlx::query_as::<_, (i64,)>(STANDS)
            .bind(tenant.to_string())
            .bind(system)
            .bind(kind.word());
        Ok(self.one(query).await?.map(|(since,)| since))
    }

    async fn take_turn(&mut self, system: &str, kind: AlarmKind, at: i64) -> StorageResult<()> {
        let statement = sqlx::query(TAKE_TURN)
            .bind(format!("turn {system} {}", kind.word()))
            .bind(at);
        self.run(statement).await?;
        Ok(())
    }
}

#[async_trait]
impl AlarmRepository for Unit {
    async fn raise_alarm(&mut self, tenant: TenantId, alarm: &Alarm) -> StorageResult<bool> {
        if self
            .stands(tenant, &alarm.system, alarm.kind)
            .await?
            .is_some()
        {
            return Ok(false);
        }
        self.take_turn(&alarm.system, alarm.kind, alarm.since.as_micros())
            .await?;
        let statement = sqlx::query(RAISE)
            .bind(tenant.to_string())
            .bind(&alarm.system)
            .bind(alarm.kind.word())
            .bind(alarm.since.as_micros());
        Ok(self.run(statement).await? == 1)
    }

    async fn clear_alarm(
        &mut self,
        tenant: TenantId,
        system: &str,
        kind: AlarmKind,
    ) -> StorageResult<bool> {
        let Some(since) = self.stands(tenant, system, kind).await? else {
            return Ok(false);
        };
        self.take_turn(system, kind, since).await?;
        let statement = sqlx::query(CLEAR)
            .bind(tenant.to_string())
            .bind(system)
            .bind(kind.word());
        Ok(self.run(statement).await? == 1)
    }

    async fn alarm_count(&mut self, system: &str, kind: AlarmKind) -> StorageResult<u32> {
        let query = sqlx::query_as::<_, (i64,)>(COUNT)
            .bind(system)
            .bind(kind.word());
        let (count,) = self.one(query).await?.unwrap_or_default();
        column("alarms", "kind").count(count)
    }

    async fn claim_notice(&mut self, name: &str, at: Timestamp) -> StorageResult<bool> {
        let statement = sqlx::query(CLAIM)
            .bind(format!("told {name}"))
            .bind(at.as_micros());
        Ok(self.run(statement).await? == 1)
    }

    async fn alarms(&mut self, tenant: TenantId) -> StorageResult<Vec<Alarm>> {
        let query = sqlx::query_as::<_, AlarmRow>(OF_TENANT).bind(tenant.to_string());
        models(self.all(query).await?)
    }
}
