//! Sealed values by the key that sealed them: the second byte of each (crate `vault`).

use async_trait::async_trait;
use synchronizer_storage::{
    SealRepository, Sealed, SealedKey, SealedPlace, SealedRow, StorageResult,
};

use super::Unit;

/// The statements of one column.
struct Statements {
    list: &'static str,
    count: &'static str,
    put: &'static str,
}

/// Table, column, the three parts of the row's key, and what the vault bound the value to.
macro_rules! statements {
    ($table:literal, $value:literal, $tenant:literal, $first:literal, $second:literal, $bound:literal) => {
        Statements {
            list: concat!(
                "SELECT ",
                $tenant,
                " AS tenant, ",
                $first,
                " AS first_part, ",
                $second,
                " AS second_part, ",
                $bound,
                " AS bound_to, ",
                $value,
                " AS value FROM ",
                $table,
                " WHERE ",
                $value,
                " IS NOT NULL AND substr(",
                $value,
                ", 2, 1) <> $1 AND (",
                $tenant,
                ", ",
                $first,
                ", ",
                $second,
                ") > ($2, $3, $4) ",
                "ORDER BY tenant, first_part, second_part LIMIT $5"
            ),
            count: concat!(
                "SELECT count(*) FROM ",
                $table,
                " WHERE ",
                $value,
                " IS NOT NULL AND substr(",
                $value,
                ", 2, 1) <> $1"
            ),
            put: concat!(
                "UPDATE ",
                $table,
                " SET ",
                $value,
                " = $1 WHERE ",
                $tenant,
                " = $2 AND ",
                $first,
                " = $3 AND ",
                $second,
                " = $4 AND ",
                $value,
                " = $5"
            ),
        }
    };
}

const fn statements(place: SealedPlace) -> Statements {
    match place {
        SealedPlace::CrmConnections => statements!(
            "crm_connections",
            "secret",
            "tenant_id",
            "tenant_id",
            "CAST('' AS text)",
            "tenant_id"
        ),
        SealedPlace::SystemUsers => statements!(
            "crm_system_users",
            "secret",
            "tenant_id",
            "tenant_id",
            "CAST('' AS text)",
            "tenant_id"
        ),
        SealedPlace::Directories => statements!(
            "profiles",
            "directory_secret",
            "tenant_id",
            "id",
            "CAST('' AS text)",
            "id"
        ),
        SealedPlace::Grants => {
            statements!("grants", "secret", "tenant_id", "link_id", "side", "id")
        }
        SealedPlace::Tokens => {
            statements!(
                "grant_tokens",
                "access",
                "tenant_id",
                "link_id",
                "side",
                "grant_id"
            )
        }
        SealedPlace::Mails => {
            statements!(
                "outbox",
                "sealed",
                "tenant_id",
                "id",
                "CAST('' AS text)",
                "id"
            )
        }
        SealedPlace::Revocations => {
            statements!(
                "revocations",
                "secret",
                "tenant_id",
                "id",
                "CAST('' AS text)",
                "id"
            )
        }
        SealedPlace::Attempts => statements!(
            "attempts",
            "secrets",
            "CAST('' AS text)",
            "id",
            "CAST('' AS text)",
            "id"
        ),
        SealedPlace::Signups => statements!(
            "signups",
            "secret",
            "CAST('' AS text)",
            "id",
            "CAST('' AS text)",
            "id"
        ),
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    tenant: String,
    first_part: String,
    second_part: String,
    bound_to: String,
    value: Vec<u8>,
}

#[async_trait]
impl SealRepository for Unit {
    async fn sealed_otherwise(
        &mut self,
        place: SealedPlace,
        key: u8,
        after: &SealedKey,
        limit: u32,
    ) -> StorageResult<Vec<SealedRow>> {
        let query = sqlx::query_as::<_, Row>(statements(place).list)
            .bind(vec![key])
            .bind(&after.tenant)
            .bind(&after.first)
            .bind(&after.second)
            .bind(i64::from(limit));
        let rows = self.all(query).await?;
        Ok(rows
            .into_iter()
            .map(|row| SealedRow {
                key: SealedKey {
                    tenant: row.tenant,
                    first: row.first_part,
                    second: row.second_part,
                },
                bound_to: row.bound_to,
                value: Sealed(row.value),
            })
            .collect())
    }

    async fn count_sealed_otherwise(&mut self, place: SealedPlace, key: u8) -> StorageResult<u64> {
        let query = sqlx::query_as::<_, (i64,)>(statements(place).count).bind(vec![key]);
        let counted = self.one(query).await?.map_or(0, |(count,)| count);
        Ok(u64::try_from(counted).unwrap_or(0))
    }

    async fn seal_anew(
        &mut self,
        place: SealedPlace,
        row: &SealedRow,
        value: &Sealed,
    ) -> StorageResult<bool> {
        let statement = sqlx::query(statements(place).put)
            .bind(&value.0)
            .bind(&row.key.tenant)
            .bind(&row.key.first)
            .bind(&row.key.second)
            .bind(&row.value.0);
        Ok(self.run(statement).await? == 1)
    }
}
