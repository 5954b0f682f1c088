//! The outbox.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{LinkId, MailId, ProfileId, TenantId};
use synchronizer_domain::mail::{MailKind, MailState, OutboxMail};
use synchronizer_storage::{OutboxRepository, Sealed, StorageError, StorageResult};

use super::{Unit, models};
use crate::values::{column, instant, micros};

const ADD: &str = "\
    INSERT INTO outbox (tenant_id, id, link_id, kind, locale, recipient, state, attempts, \
    answer, created_at, sent_at, sealed) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const ONE: &str = "\
    SELECT tenant_id, id, link_id, kind, locale, recipient, state, attempts, answer, \
    created_at, sent_at, sealed FROM outbox WHERE tenant_id = $1 AND id = $2";
const OF_PROFILE: &str = "\
    SELECT o.tenant_id, o.id, o.link_id, o.kind, o.locale, o.recipient, o.state, o.attempts, \
    o.answer, o.created_at, o.sent_at FROM outbox o \
    JOIN links l ON l.tenant_id = o.tenant_id AND l.id = o.link_id \
    WHERE l.tenant_id = $1 AND l.profile_id = $2 ORDER BY o.created_at DESC, o.id DESC";
const LAST: &str = "\
    SELECT max(created_at) FROM outbox WHERE tenant_id = $1 AND link_id = $2 AND kind = $3";
const NOTE: &str = "\
    UPDATE outbox SET state = $3, answer = $4, attempts = attempts + 1, tried_at = $5, \
    sent_at = CASE WHEN $3 = 'sent' THEN $5 END, \
    sealed = CASE WHEN $3 = 'queued' THEN sealed END \
    WHERE tenant_id = $1 AND id = $2 AND state = 'queued'";

#[derive(sqlx::FromRow)]
struct MailRow {
    tenant_id: String,
    id: String,
    link_id: String,
    kind: String,
    locale: String,
    recipient: String,
    state: String,
    attempts: i64,
    answer: String,
    created_at: i64,
    sent_at: Option<i64>,
}

impl TryFrom<MailRow> for OutboxMail {
    type Error = StorageError;

    fn try_from(row: MailRow) -> StorageResult<Self> {
        Ok(Self {
            id: column("outbox", "id").parse(&row.id)?,
            tenant: column("outbox", "tenant_id").parse(&row.tenant_id)?,
            link: column("outbox", "link_id").parse(&row.link_id)?,
            kind: column("outbox", "kind").word(&row.kind, MailKind::from_word)?,
            locale: column("outbox", "locale").parse(&row.locale)?,
            to: row.recipient,
            state: column("outbox", "state").word(&row.state, MailState::from_word)?,
            attempts: column("outbox", "attempts").count(row.attempts)?,
            answer: row.answer,
            created_at: Timestamp::from_micros(row.created_at),
            sent_at: instant(row.sent_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct SealedMailRow {
    #[sqlx(flatten)]
    mail: MailRow,
    sealed: Option<Vec<u8>>,
}

#[async_trait]
impl OutboxRepository for Unit {
    async fn add_mail(&mut self, mail: &OutboxMail, sealed: &Sealed) -> StorageResult<()> {
        let waits = mail.state == MailState::Queued;
        let statement = sqlx::query(ADD)
            .bind(mail.tenant.to_string())
            .bind(mail.id.to_string())
            .bind(mail.link.to_string())
            .bind(mail.kind.word())
            .bind(mail.locale.tag())
            .bind(&mail.to)
            .bind(mail.state.word())
            .bind(i64::from(mail.attempts))
            .bind(&mail.answer)
            .bind(mail.created_at.as_micros())
            .bind(micros(mail.sent_at))
            .bind(waits.then_some(sealed.0.as_slice()));
        self.run(statement).await?;
        Ok(())
    }

    async fn mail(
        &mut self,
        tenant: TenantId,
        id: MailId,
    ) -> StorageResult<Option<(OutboxMail, Option<Sealed>)>> {
        let query = sqlx::query_as::<_, SealedMailRow>(ONE)
            .bind(tenant.to_string())
            .bind(id.to_string());
        self.one(query)
            .await?
            .map(|row| Ok((row.mail.try_into()?, row.sealed.map(Sealed))))
            .transpose()
    }

    async fn mails_of_profile(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Vec<OutboxMail>> {
        let query = sqlx::query_as::<_, MailRow>(OF_PROFILE)
            .bind(tenant.to_string())
            .bind(profile.to_string());
        models(self.all(query).await?)
    }

    async fn last_mail_at(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        kind: MailKind,
    ) -> StorageResult<Option<Timestamp>> {
        let query = sqlx::query_as::<_, (Option<i64>,)>(LAST)
            .bind(tenant.to_string())
            .bind(link.to_string())
            .bind(kind.word());
        Ok(self.one(query).await?.and_then(|(at,)| instant(at)))
    }

    async fn note_mail(
        &mut self,
        tenant: TenantId,
        id: MailId,
        state: MailState,
        answer: &str,
        at: Timestamp,
    ) -> StorageResult<()> {
        let statement = sqlx::query(NOTE)
            .bind(tenant.to_string())
            .bind(id.to_string())
            .bind(state.word())
            .bind(answer)
            .bind(at.as_micros());
        self.run(statement).await?;
        Ok(())
    }
}
