//! Notices.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{AssociateId, ProfileId, TenantId};
use synchronizer_domain::notice::{Fact, NoticeKind};
use synchronizer_storage::{NoticeRepository, StorageResult};

use super::status::{found, told};
use super::{Unit, dialect};
use crate::values::column;

const NEW: &str = "\
    SELECT u.id, u.came_at FROM crm_users u \
    WHERE u.tenant_id = $1 AND u.came_at IS NOT NULL AND u.active = true \
    AND NOT EXISTS (SELECT 1 FROM links l WHERE l.tenant_id = u.tenant_id \
    AND l.crm_user_id = u.id AND l.deleted_at IS NULL) ORDER BY u.name_folded, u.id";

/// Whom a table shows that is asked for a notice, and when they joined: at the later of
/// both sides, or with their last invitation.
const FACTS: &str = concat!(
    "SELECT profile_id, count(*), min(joined), max(joined) FROM (",
    found!(
        "l.profile_id, CASE WHEN $5 = 'unanswered' THEN (SELECT max(n.created_at) \
         FROM invitations n WHERE n.tenant_id = l.tenant_id AND n.link_id = l.id) \
         WHEN l.crm_gone_at IS NULL OR l.calendar_gone_at > l.crm_gone_at \
         THEN l.calendar_gone_at ELSE l.crm_gone_at END AS joined, ",
        ""
    ),
    ") found WHERE state <> 6 AND ",
    told!(),
    " GROUP BY profile_id ORDER BY profile_id"
);
const DISMISSED: &str = "SELECT kind, seen_until FROM notices_dismissed WHERE tenant_id = $1";
const DISMISS: &str = "\
    INSERT INTO notices_dismissed (tenant_id, kind, seen_until) \
    SELECT id, $2, $3 FROM tenants WHERE id = $1 \
    ON CONFLICT (tenant_id, kind) DO UPDATE SET seen_until = excluded.seen_until \
    WHERE notices_dismissed.seen_until < excluded.seen_until";

#[async_trait]
impl NoticeRepository for Unit {
    async fn new_crm_users(
        &mut self,
        tenant: TenantId,
    ) -> StorageResult<Vec<(AssociateId, Timestamp)>> {
        let query = sqlx::query_as::<_, (String, i64)>(NEW).bind(tenant.to_string());
        let rows = self.all(query).await?;
        Ok(rows
            .into_iter()
            .map(|(id, at)| (AssociateId::new(id), Timestamp::from_micros(at)))
            .collect())
    }

    async fn notice_facts(
        &mut self,
        tenant: TenantId,
        invited_before: Timestamp,
    ) -> StorageResult<Vec<(ProfileId, NoticeKind, Fact)>> {
        let mut facts = Vec::new();
        for kind in NoticeKind::ALL.iter().filter(|kind| kind.is_of_links()) {
            let query = sqlx::query_as::<_, (String, i64, i64, i64)>(FACTS)
                .bind(tenant.to_string())
                .bind("")
                .bind("")
                .bind("[]")
                .bind(kind.word())
                .bind(invited_before.as_micros());
            for (profile, count, oldest, newest) in self.all(query).await? {
                let fact = Fact {
                    count: column("links", "count").count(count)?,
                    oldest: Timestamp::from_micros(oldest),
                    newest: Timestamp::from_micros(newest),
                };
                facts.push((column("links", "profile_id").parse(&profile)?, *kind, fact));
            }
        }
        Ok(facts)
    }

    async fn dismissed_notices(
        &mut self,
        tenant: TenantId,
    ) -> StorageResult<Vec<(NoticeKind, Timestamp)>> {
        let query = sqlx::query_as::<_, (String, i64)>(DISMISSED).bind(tenant.to_string());
        let kind = column("notices_dismissed", "kind");
        self.all(query)
            .await?
            .into_iter()
            .map(|(word, at)| {
                let kind = kind.word(&word, NoticeKind::from_word)?;
                Ok((kind, Timestamp::from_micros(at)))
            })
            .collect()
    }

    async fn dismiss_notice(
        &mut self,
        tenant: TenantId,
        kind: NoticeKind,
        seen: Timestamp,
    ) -> StorageResult<()> {
        let statement = sqlx::query(DISMISS)
            .bind(tenant.to_string())
            .bind(kind.word())
            .bind(seen.as_micros());
        self.run(statement).await?;
        Ok(())
    }
}
