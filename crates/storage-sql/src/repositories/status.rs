//! Tables of links. State and date stand here a second time, as SQL, so that the database
//! can filter and sort by them; the contract compares them with
//! `synchronizer_domain::link::derive_status` over every combination of facts. What is
//! shown is always what the domain derives.

use std::collections::HashMap;

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{LinkId, TenantId};
use synchronizer_domain::link::{GrantFact, Link, LinkFacts, LinkState};
use synchronizer_domain::mail::MailState;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::status::LinkSort;
use synchronizer_storage::{
    LinkFilter, ListedLink, MailedInvitation, Slice, StateFilter, StatusRepository, StorageError,
    StorageResult,
};

use super::links::LinkRow;
use super::{Unit, dialect, models};
use crate::values::{column, instant, to_json};

/// Any state, in place of one's place in `LinkState::ALL`.
const ANY: i64 = -1;
/// Any but deleted.
const LIVING: i64 = -2;

/// The links of a filter with the place of their state: $1 tenant, $2 profile, $3 system,
/// $4 words, $5 notice, $6 when its invitations were minted.
macro_rules! found {
    ($also:literal, $join:literal) => {
        concat!(
            "SELECT l.id, l.crm_folded, l.calendar_folded, l.checked_at, l.created_at, ",
            $also,
            "CASE WHEN l.deleted_at IS NOT NULL THEN 6 WHEN l.paused_at IS NOT NULL THEN 5 ",
            "WHEN c.refused_at IS NOT NULL OR k.refused_at IS NOT NULL ",
            "OR l.cause NOT IN ('consent_denied', 'scope_missing', 'wrong_person', ",
            "'wrong_account') THEN 0 ",
            "WHEN c.link_id IS NULL AND k.link_id IS NULL THEN 1 ",
            "WHEN c.link_id IS NULL OR k.link_id IS NULL THEN 2 ",
            "WHEN l.first_run_at IS NULL THEN 3 ELSE 4 END AS state ",
            "FROM links l ",
            "LEFT JOIN grants c ON c.tenant_id = l.tenant_id AND c.link_id = l.id ",
            "AND c.side = 'crm' ",
            "LEFT JOIN grants k ON k.tenant_id = l.tenant_id AND k.link_id = l.id ",
            "AND k.side = 'calendar' ",
            $join,
            "WHERE l.tenant_id = $1 AND ($2 = '' OR l.profile_id = $2) ",
            "AND ($3 = '' OR l.system = $3) AND NOT ",
            dialect::lacks_a_word!("l.crm_folded || ' ' || l.calendar_folded", "$4"),
            " AND ($5 <> 'gone' OR l.crm_gone_at IS NOT NULL OR l.calendar_gone_at IS NOT NULL) ",
            "AND ($5 <> 'unanswered' OR (SELECT max(i.created_at) FROM invitations i ",
            "WHERE i.tenant_id = l.tenant_id AND i.link_id = l.id) <= $6) ",
            "AND ($5 = '' OR EXISTS (SELECT 1 FROM profiles q WHERE q.tenant_id = l.tenant_id ",
            "AND q.id = l.profile_id AND q.disabled_at IS NULL AND q.deleted_at IS NULL))"
        )
    };
}
pub(super) use found;

/// Whom a notice tells of in these states: whoever has to answer still, and of those who
/// are gone the ones who were not paused for it.
macro_rules! told {
    () => {
        "($5 <> 'unanswered' OR state IN (1, 2)) AND ($5 <> 'gone' OR state < 5)"
    };
}
pub(super) use told;

/// A part of the table: $7 state, $8 limit, $9 offset.
macro_rules! part {
    ($also:literal, $join:literal, $order:literal) => {
        concat!(
            "SELECT id FROM (",
            found!($also, $join),
            ") found WHERE ($7 = -1 OR state = $7 OR ($7 = -2 AND state <> 6)) ",
            "AND ",
            told!(),
            " ORDER BY ",
            $order,
            " LIMIT $8 OFFSET $9"
        )
    };
}

/// Both directions of an order.
macro_rules! orders {
    ($up:ident, $down:ident, $also:literal, $join:literal, $key:literal, $turned:literal) => {
        const $up: &str = part!($also, $join, $key);
        const $down: &str = part!($also, $join, $turned);
    };
}

orders!(
    BY_STATE,
    BY_STATE_DOWN,
    "",
    "",
    "state, created_at DESC, id DESC",
    "state DESC, created_at DESC, id DESC"
);
orders!(
    BY_CRM,
    BY_CRM_DOWN,
    "",
    "",
    "crm_folded, id",
    "crm_folded DESC, id DESC"
);
orders!(
    BY_CALENDAR,
    BY_CALENDAR_DOWN,
    "",
    "",
    "calendar_folded, id",
    "calendar_folded DESC, id DESC"
);
orders!(
    BY_PROFILE,
    BY_PROFILE_DOWN,
    "p.name_folded, ",
    "JOIN profiles p ON p.tenant_id = l.tenant_id AND p.id = l.profile_id ",
    "name_folded, crm_folded, id",
    "name_folded DESC, crm_folded, id"
);
orders!(
    BY_CHECKED,
    BY_CHECKED_DOWN,
    "",
    "",
    "coalesce(checked_at, 0), crm_folded, id",
    "coalesce(checked_at, 0) DESC, crm_folded, id"
);
orders!(
    BY_NEXT,
    BY_NEXT_DOWN,
    "j.run_at, ",
    "LEFT JOIN jobs j ON j.tenant_id = l.tenant_id AND j.kind = 'keep-link' \
     AND j.dedup_key = l.id AND j.state = 'open' ",
    "coalesce(run_at, 9223372036854775807), crm_folded, id",
    "coalesce(run_at, 9223372036854775807) DESC, crm_folded, id"
);
orders!(
    BY_SINCE,
    BY_SINCE_DOWN,
    "CASE WHEN l.deleted_at IS NOT NULL THEN l.deleted_at \
     WHEN l.paused_at IS NOT NULL THEN l.paused_at \
     WHEN c.refused_at <= k.refused_at THEN c.refused_at \
     WHEN c.refused_at > k.refused_at THEN k.refused_at \
     WHEN c.refused_at IS NOT NULL THEN c.refused_at \
     WHEN k.refused_at IS NOT NULL THEN k.refused_at \
     WHEN l.cause NOT IN ('consent_denied', 'scope_missing', 'wrong_person', 'wrong_account') \
     THEN l.cause_at \
     WHEN c.link_id IS NULL AND k.link_id IS NULL THEN l.created_at \
     WHEN c.link_id IS NULL THEN k.granted_at \
     WHEN k.link_id IS NULL THEN c.granted_at \
     WHEN l.first_run_at >= c.granted_at AND l.first_run_at >= k.granted_at \
     THEN l.first_run_at \
     WHEN c.granted_at >= k.granted_at THEN c.granted_at ELSE k.granted_at END AS since, ",
    "",
    "since, crm_folded, id",
    "since DESC, crm_folded, id"
);

const fn statement(sort: LinkSort, descending: bool) -> &'static str {
    match (sort, descending) {
        (LinkSort::State, false) => BY_STATE,
        (LinkSort::State, true) => BY_STATE_DOWN,
        (LinkSort::Crm, false) => BY_CRM,
        (LinkSort::Crm, true) => BY_CRM_DOWN,
        (LinkSort::Calendar, false) => BY_CALENDAR,
        (LinkSort::Calendar, true) => BY_CALENDAR_DOWN,
        (LinkSort::Profile, false) => BY_PROFILE,
        (LinkSort::Profile, true) => BY_PROFILE_DOWN,
        (LinkSort::Since, false) => BY_SINCE,
        (LinkSort::Since, true) => BY_SINCE_DOWN,
        (LinkSort::Checked, false) => BY_CHECKED,
        (LinkSort::Checked, true) => BY_CHECKED_DOWN,
        (LinkSort::Next, false) => BY_NEXT,
        (LinkSort::Next, true) => BY_NEXT_DOWN,
    }
}

const COUNTS: &str = concat!(
    "SELECT CAST(state AS bigint), count(*) FROM (",
    found!("", ""),
    ") found WHERE ",
    told!(),
    " GROUP BY state ORDER BY state"
);

const LISTED: &str = concat!(
    "SELECT l.tenant_id, l.id, l.profile_id, l.crm_user_id, l.crm_name, l.crm_email, ",
    "l.crm_active, l.calendar_user_id, l.calendar_name, l.calendar_email, ",
    "l.calendar_aliases, l.calendar_active, l.created_at, l.paused_at, l.paused_by, ",
    "l.deleted_at, l.first_run_at, l.cause, l.cause_at, l.system, l.checked_at, ",
    "l.crm_gone_at, l.calendar_gone_at, ",
    "c.granted_at AS crm_granted, c.refused_cause AS crm_cause, c.refused_at AS crm_refused, ",
    "k.granted_at AS calendar_granted, k.refused_cause AS calendar_cause, ",
    "k.refused_at AS calendar_refused, j.run_at AS next_at, i.created_at AS invited_at, ",
    "i.expires_at, i.opened_at, i.used_at, o.state AS mail_state, o.answer AS mail_answer, ",
    "coalesce(o.sent_at, o.created_at) AS mail_at ",
    "FROM links l ",
    "LEFT JOIN grants c ON c.tenant_id = l.tenant_id AND c.link_id = l.id AND c.side = 'crm' ",
    "LEFT JOIN grants k ON k.tenant_id = l.tenant_id AND k.link_id = l.id ",
    "AND k.side = 'calendar' ",
    "LEFT JOIN jobs j ON j.tenant_id = l.tenant_id AND j.kind = 'keep-link' ",
    "AND j.dedup_key = l.id AND j.state = 'open' ",
    "LEFT JOIN invitations i ON i.tenant_id = l.tenant_id AND i.id = (",
    "SELECT n.id FROM invitations n WHERE n.tenant_id = l.tenant_id AND n.link_id = l.id ",
    "AND n.mail_id IS NOT NULL ORDER BY n.created_at DESC, n.id DESC LIMIT 1) ",
    "LEFT JOIN outbox o ON o.tenant_id = l.tenant_id AND o.id = (",
    "SELECT m.id FROM outbox m WHERE m.tenant_id = l.tenant_id AND m.link_id = l.id ",
    "ORDER BY m.created_at DESC, m.id DESC LIMIT 1) ",
    "WHERE l.tenant_id = $1 AND l.id IN (",
    dialect::listed!("$2"),
    ")"
);

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    link: LinkRow,
    system: String,
    checked_at: Option<i64>,
    crm_gone_at: Option<i64>,
    calendar_gone_at: Option<i64>,
    crm_granted: Option<i64>,
    crm_cause: Option<String>,
    crm_refused: Option<i64>,
    calendar_granted: Option<i64>,
    calendar_cause: Option<String>,
    calendar_refused: Option<i64>,
    next_at: Option<i64>,
    invited_at: Option<i64>,
    expires_at: Option<i64>,
    opened_at: Option<i64>,
    used_at: Option<i64>,
    mail_state: Option<String>,
    mail_answer: Option<String>,
    mail_at: Option<i64>,
}

fn fact(granted: Option<i64>, cause: Option<&str>, at: Option<i64>) -> StorageResult<GrantFact> {
    let refused = column("grants", "refused_cause").cause(cause, at)?;
    Ok(match (granted, refused) {
        (None, _) => GrantFact::Missing,
        (Some(_), None) => GrantFact::Good,
        (Some(_), Some((cause, at))) => GrantFact::Refused(cause, at),
    })
}

impl TryFrom<ListedRow> for ListedLink {
    type Error = StorageError;

    fn try_from(row: ListedRow) -> StorageResult<Self> {
        let link: Link = row.link.try_into()?;
        let mail = row.mail_state.as_deref();
        let mail = mail
            .map(|word| column("outbox", "state").word(word, MailState::from_word))
            .transpose()?;
        let invitation = row.invited_at.zip(row.expires_at);
        Ok(Self {
            system: column("links", "system").word(&row.system, CalendarSystem::from_word)?,
            facts: LinkFacts {
                flags: link.flags,
                crm: fact(row.crm_granted, row.crm_cause.as_deref(), row.crm_refused)?,
                calendar: fact(
                    row.calendar_granted,
                    row.calendar_cause.as_deref(),
                    row.calendar_refused,
                )?,
            },
            granted_at: instant(row.crm_granted.max(row.calendar_granted)),
            checked_at: instant(row.checked_at),
            next_at: instant(row.next_at),
            gone: [instant(row.crm_gone_at), instant(row.calendar_gone_at)],
            invitation: invitation.map(|(invited_at, expires_at)| MailedInvitation {
                // A mail that was cleared away was sent, or given up, long ago.
                mail: mail.unwrap_or(MailState::Sent),
                answer: row.mail_answer.unwrap_or_default(),
                at: Timestamp::from_micros(row.mail_at.unwrap_or(invited_at)),
                opened_at: instant(row.opened_at),
                used_at: instant(row.used_at),
                expires_at: Timestamp::from_micros(expires_at),
            }),
            link,
        })
    }
}

fn place(state: StateFilter) -> i64 {
    match state {
        StateFilter::Living => LIVING,
        StateFilter::All => ANY,
        StateFilter::Only(state) => LinkState::ALL
            .iter()
            .zip(0..)
            .find(|(other, _)| **other == state)
            .map_or(ANY, |(_, place)| place),
    }
}

#[async_trait]
impl StatusRepository for Unit {
    async fn list_links(
        &mut self,
        tenant: TenantId,
        filter: &LinkFilter,
        slice: Slice,
    ) -> StorageResult<Vec<LinkId>> {
        let query = sqlx::query_as::<_, (String,)>(statement(slice.sort, slice.descending))
            .bind(tenant.to_string())
            .bind(filter.profile.map(|id| id.to_string()).unwrap_or_default())
            .bind(filter.system.map(CalendarSystem::word).unwrap_or_default())
            .bind(to_json(&filter.words)?)
            .bind(filter.only.map_or("", |(kind, _)| kind.word()))
            .bind(filter.only.map_or(0, |(_, at)| at.as_micros()))
            .bind(place(filter.state))
            .bind(i64::from(slice.limit))
            .bind(i64::from(slice.offset));
        self.all(query)
            .await?
            .into_iter()
            .map(|(id,)| column("links", "id").parse(&id))
            .collect()
    }

    async fn count_links(
        &mut self,
        tenant: TenantId,
        filter: &LinkFilter,
    ) -> StorageResult<Vec<(LinkState, u32)>> {
        let query = sqlx::query_as::<_, (i64, i64)>(COUNTS)
            .bind(tenant.to_string())
            .bind(filter.profile.map(|id| id.to_string()).unwrap_or_default())
            .bind(filter.system.map(CalendarSystem::word).unwrap_or_default())
            .bind(to_json(&filter.words)?)
            .bind(filter.only.map_or("", |(kind, _)| kind.word()))
            .bind(filter.only.map_or(0, |(_, at)| at.as_micros()));
        let state = column("links", "state");
        self.all(query)
            .await?
            .into_iter()
            .map(|(place, count)| {
                let place = usize::try_from(place).map_err(|_| state.inconsistent())?;
                let found = LinkState::ALL.get(place).copied();
                Ok((
                    found.ok_or_else(|| state.inconsistent())?,
                    state.count(count)?,
                ))
            })
            .collect()
    }

    async fn listed_links(
        &mut self,
        tenant: TenantId,
        ids: &[LinkId],
    ) -> StorageResult<Vec<ListedLink>> {
        let wanted = ids.iter().map(LinkId::to_string).collect::<Vec<_>>();
        let query = sqlx::query_as::<_, ListedRow>(LISTED)
            .bind(tenant.to_string())
            .bind(to_json(&wanted)?);
        let found: Vec<ListedLink> = models(self.all(query).await?)?;
        let mut found: HashMap<LinkId, ListedLink> =
            found.into_iter().map(|one| (one.link.id, one)).collect();
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}
