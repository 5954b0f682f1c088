//! Lists of people on their way.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::TenantId;
use synchronizer_storage::{
    ListKey, ListPart, ListRead, ListReadRepository, StorageError, StorageResult,
};

use super::{Unit, model, models};
use crate::values::{column, instant};

const BEGIN: &str = "\
    INSERT INTO list_reads (tenant_id, list, reading, started_at, pages, people, cursor) \
    VALUES ($1, $2, true, $3, 0, 0, '') \
    ON CONFLICT (tenant_id, list) DO UPDATE SET reading = true, \
    started_at = excluded.started_at, pages = 0, people = 0, total = NULL, cursor = '', \
    waits_until = NULL";
const ONE: &str = "\
    SELECT reading, started_at, pages, people, total, cursor, waits_until, problem, problem_at \
    FROM list_reads WHERE tenant_id = $1 AND list = $2";
const ADVANCE: &str = "\
    UPDATE list_reads SET pages = pages + 1, people = people + $4, \
    total = coalesce($5, total), cursor = $6, waits_until = NULL \
    WHERE tenant_id = $1 AND list = $2 AND pages = $3 AND reading = true";
const ADD_PAGE: &str = "\
    INSERT INTO list_pages (tenant_id, list, number, people) VALUES ($1, $2, $3, $4)";
const WAIT: &str = "\
    UPDATE list_reads SET waits_until = $3 WHERE tenant_id = $1 AND list = $2 AND reading = true";
const PAGES: &str = "\
    SELECT people FROM list_pages WHERE tenant_id = $1 AND list = $2 ORDER BY number";
const CLEAR_PAGES: &str = "DELETE FROM list_pages WHERE tenant_id = $1 AND list = $2";
const END: &str = "\
    UPDATE list_reads SET reading = false, waits_until = NULL, problem = $3, problem_at = $4 \
    WHERE tenant_id = $1 AND list = $2";
const STALE: &str = "\
    SELECT due.tenant_id, due.list FROM (\
    SELECT id AS tenant_id, 'crm' AS list, crm_users_at AS read_at FROM tenants \
    UNION ALL SELECT tenant_id, id AS list, calendar_users_at AS read_at FROM profiles) due \
    JOIN tenants t ON t.id = due.tenant_id AND t.state = 'active' \
    LEFT JOIN list_reads r ON r.tenant_id = due.tenant_id AND r.list = due.list \
    WHERE coalesce(due.read_at, r.problem_at) < $1 AND coalesce(r.reading, false) = false \
    AND coalesce(r.problem_at, 0) < $1 ORDER BY coalesce(due.read_at, r.problem_at), due.list";

#[derive(sqlx::FromRow)]
struct ReadRow {
    reading: bool,
    started_at: i64,
    pages: i64,
    people: i64,
    total: Option<i64>,
    cursor: String,
    waits_until: Option<i64>,
    problem: Option<String>,
    problem_at: Option<i64>,
}

impl TryFrom<ReadRow> for ListRead {
    type Error = StorageError;

    fn try_from(row: ReadRow) -> StorageResult<Self> {
        Ok(Self {
            reading: row.reading,
            started_at: Timestamp::from_micros(row.started_at),
            pages: column("list_reads", "pages").count(row.pages)?,
            people: column("list_reads", "people").count(row.people)?,
            total: row
                .total
                .map(|total| column("list_reads", "total").count(total))
                .transpose()?,
            cursor: row.cursor,
            waits_until: instant(row.waits_until),
            problem: row.problem.zip(instant(row.problem_at)),
        })
    }
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    tenant_id: String,
    list: String,
}

impl TryFrom<KeyRow> for (TenantId, ListKey) {
    type Error = StorageError;

    fn try_from(row: KeyRow) -> StorageResult<Self> {
        Ok((
            column("list_reads", "tenant_id").parse(&row.tenant_id)?,
            column("list_reads", "list").word(&row.list, ListKey::from_word)?,
        ))
    }
}

impl Unit {
    async fn clear_list_pages(&mut self, tenant: TenantId, list: ListKey) -> StorageResult<()> {
        let statement = sqlx::query(CLEAR_PAGES)
            .bind(tenant.to_string())
            .bind(list.word());
        self.run(statement).await?;
        Ok(())
    }
}

#[async_trait]
impl ListReadRepository for Unit {
    async fn begin_list_read(
        &mut self,
        tenant: TenantId,
        list: ListKey,
        at: Timestamp,
    ) -> StorageResult<()> {
        self.clear_list_pages(tenant, list).await?;
        let statement = sqlx::query(BEGIN)
            .bind(tenant.to_string())
            .bind(list.word())
            .bind(at.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn list_read(
        &mut self,
        tenant: TenantId,
        list: ListKey,
    ) -> StorageResult<Option<ListRead>> {
        let query = sqlx::query_as::<_, ReadRow>(ONE)
            .bind(tenant.to_string())
            .bind(list.word());
        model(self.one(query).await?)
    }

    async fn add_list_part(
        &mut self,
        tenant: TenantId,
        list: ListKey,
        part: &ListPart,
    ) -> StorageResult<bool> {
        let advanced = sqlx::query(ADVANCE)
            .bind(tenant.to_string())
            .bind(list.word())
            .bind(i64::from(part.number))
            .bind(i64::from(part.count))
            .bind(part.total.map(i64::from))
            .bind(&part.cursor);
        if self.run(advanced).await? == 0 {
            return Ok(false);
        }
        let statement = sqlx::query(ADD_PAGE)
            .bind(tenant.to_string())
            .bind(list.word())
            .bind(i64::from(part.number))
            .bind(&part.people);
        self.run(statement).await?;
        Ok(true)
    }

    async fn set_list_waiting(
        &mut self,
        tenant: TenantId,
        list: ListKey,
        until: Timestamp,
    ) -> StorageResult<()> {
        let statement = sqlx::query(WAIT)
            .bind(tenant.to_string())
            .bind(list.word())
            .bind(until.as_micros());
        self.run(statement).await?;
        Ok(())
    }

    async fn list_parts(&mut self, tenant: TenantId, list: ListKey) -> StorageResult<Vec<String>> {
        let query = sqlx::query_as::<_, (String,)>(PAGES)
            .bind(tenant.to_string())
            .bind(list.word());
        let rows = self.all(query).await?;
        Ok(rows.into_iter().map(|(people,)| people).collect())
    }

    async fn end_list_read(
        &mut self,
        tenant: TenantId,
        list: ListKey,
        problem: Option<(&str, Timestamp)>,
    ) -> StorageResult<()> {
        self.clear_list_pages(tenant, list).await?;
        let statement = sqlx::query(END)
            .bind(tenant.to_string())
            .bind(list.word())
            .bind(problem.map(|(problem, _)| problem))
            .bind(problem.map(|(_, at)| at.as_micros()));
        self.run(statement).await?;
        Ok(())
    }

    async fn stale_lists(&mut self, before: Timestamp) -> StorageResult<Vec<(TenantId, ListKey)>> {
        let query = sqlx::query_as::<_, KeyRow>(STALE).bind(before.as_micros());
        models(self.all(query).await?)
    }
}
