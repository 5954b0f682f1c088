//! Mails are rendered when they are decided and wait in the outbox, sealed.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use synchronizer_domain::activation::Couple;
use synchronizer_domain::bulk::MailPace;
use synchronizer_domain::ids::{JobId, LinkId, MailId, TenantId};
use synchronizer_domain::link::{Cause, LinkFacts, Party, Side};
use synchronizer_domain::mail::{MailKind, MailState, OutboxMail};
use synchronizer_domain::{Timestamp, routes};
use synchronizer_mail::{
    Breakage, Envelope, InvitationMail, MailError, ReactivationMail, Rendered, compose, message_id,
};
use synchronizer_storage::{Invitation, NewJob, Sealed, UnitOfWork};

use crate::Core;
use crate::failure::FaultResult;
use crate::outbox::SEND_MAIL;

pub(crate) const TABLE: &str = "mails";

/// A rendered mail, as it waits. The message is base64 because it is bytes.
#[derive(Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub to: String,
    message: String,
}

impl Waiting {
    pub(crate) fn message(&self) -> Vec<u8> {
        STANDARD.decode(&self.message).unwrap_or_default()
    }
}

/// Everything that is written when an invitation is mailed.
pub(crate) struct InvitationParcel {
    invitation: Invitation,
    mail: OutboxMail,
    sealed: Sealed,
    job: NewJob,
}

/// The turns of a company's mails. One that sends a thousand at once gets a thousand turns,
/// so that another's mail between them is due before most of them.
pub(crate) struct MailTurns {
    next: Timestamp,
    gap: Duration,
}

impl MailTurns {
    fn take(&mut self) -> Timestamp {
        let turn = self.next;
        self.next = turn.plus(self.gap);
        turn
    }
}

impl Core {
    /// Mints an invitation and renders its mail; nothing is stored yet.
    pub(crate) fn pack_invitation(
        &self,
        key: (TenantId, LinkId),
        couple: &Couple,
        recipient: &str,
    ) -> FaultResult<InvitationParcel> {
        self.pack(
            key,
            MailKind::Invitation,
            couple,
            recipient,
            |url, until| {
                self.templates.invitation(
                    couple.locale,
                    &InvitationMail {
                        tenant_name: couple.tenant_name.clone(),
                        person_name: couple.crm_name.clone(),
                        crm_account: first_of(&couple.crm_email, &couple.crm_name),
                        system: couple.system,
                        calendar_account: couple.calendar_account.clone(),
                        by_company: couple.by_company,
                        invited_by: couple.invited_by.clone(),
                        url,
                        expires_at: until,
                        contact_email: couple.contact_email.clone(),
                    },
                )
            },
        )
    }

    /// Mints an invitation for what broke and renders the mail that asks to mend it. None
    /// when nothing waits for the person.
    pub(crate) fn pack_reactivation(
        &self,
        key: (TenantId, LinkId),
        couple: &Couple,
        recipient: &str,
        (facts, reminder): (&LinkFacts, bool),
    ) -> FaultResult<Option<InvitationParcel>> {
        let Some(since) = facts.waits_since() else {
            return Ok(None);
        };
        let broken = |side| {
            facts
                .broken(side)
                .filter(|(cause, _)| cause.party() != Party::Company)
                .map(|(cause, _)| cause)
        };
        let (crm, calendar) = (broken(Side::Crm), broken(Side::Calendar));
        let breakage = match (crm, calendar) {
            (None, Some(cause)) => breakage_of(cause),
            _ => Breakage::Refused,
        };
        self.pack(
            key,
            MailKind::Reactivation,
            couple,
            recipient,
            |url, until| {
                self.templates.reactivation(
                    couple.locale,
                    &ReactivationMail {
                        tenant_name: couple.tenant_name.clone(),
                        person_name: couple.crm_name.clone(),
                        crm_account: crm.map(|_| first_of(&couple.crm_email, &couple.crm_name)),
                        calendar_account: calendar.map(|_| couple.calendar_account.clone()),
                        system: couple.system,
                        breakage,
                        since,
                        reminder,
                        url,
                        expires_at: until,
                        contact_email: couple.contact_email.clone(),
                    },
                )
            },
        )
        .map(Some)
    }

    fn pack(
        &self,
        (tenant, link): (TenantId, LinkId),
        kind: MailKind,
        couple: &Couple,
        recipient: &str,
        render: impl FnOnce(SecretString, Timestamp) -> Result<Rendered, MailError>,
    ) -> FaultResult<InvitationParcel> {
        let id = MailId::mint(&*self.clock, &*self.rng);
        let now = self.now();
        let (invitation, secret) =
            self.mint_invitation((tenant, link), Some(id), &couple.invited_by);
        let url = self.absolute(&routes::invitation(secret.expose_secret()));
        let rendered = render(url.into(), invitation.expires_at)?;
        let envelope = Envelope {
            from: self.settings.mail_from.clone(),
            from_name: Some(couple.tenant_name.clone()),
            to_name: couple.crm_name.clone(),
            to_address: recipient.to_owned(),
            reply_to: Some(couple.contact_email.clone()).filter(|address| !address.is_empty()),
            message_id: message_id(id, &self.settings.mail_from),
            date: now,
        };
        let waiting = Waiting {
            to: recipient.to_owned(),
            message: STANDARD.encode(compose(&envelope, &rendered)?),
        };
        let sealed = self.seal(
            &tenant.to_string(),
            TABLE,
            &id.to_string(),
            &serde_json::to_string(&waiting)?.into(),
        );
        let mail = OutboxMail {
            id,
            tenant,
            link,
            kind,
            locale: couple.locale,
            to: recipient.to_owned(),
            state: MailState::Queued,
            attempts: 0,
            answer: String::new(),
            created_at: now,
            sent_at: None,
        };
        let job = NewJob {
            id: JobId::mint(&*self.clock, &*self.rng),
            tenant,
            kind: SEND_MAIL,
            payload: serde_json::json!({ "mail": id }).to_string(),
            dedup_key: id.to_string(),
            run_at: now,
        };
        Ok(InvitationParcel {
            invitation,
            mail,
            sealed,
            job,
        })
    }

    /// Stores a parcel in the caller's transaction.
    pub(crate) async fn post_invitation(
        &self,
        unit: &mut dyn UnitOfWork,
        parcel: &InvitationParcel,
    ) -> Result<(), synchronizer_storage::StorageError> {
        let mut turns = self.mail_turns(unit, parcel.mail.tenant).await?;
        self.post_in_turn(unit, parcel, &mut turns).await
    }

    /// The same for one of many of a company.
    pub(crate) async fn post_in_turn(
        &self,
        unit: &mut dyn UnitOfWork,
        parcel: &InvitationParcel,
        turns: &mut MailTurns,
    ) -> Result<(), synchronizer_storage::StorageError> {
        unit.add_mail(&parcel.mail, &parcel.sealed).await?;
        unit.add_invitation(&parcel.invitation).await?;
        let job = NewJob {
            run_at: turns.take(),
            ..parcel.job.clone()
        };
        unit.add_job(&job).await?;
        Ok(())
    }

    /// When the company's next mails may leave.
    pub(crate) async fn mail_turns(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
    ) -> Result<MailTurns, synchronizer_storage::StorageError> {
        let now = self.now();
        let Some(rate) = self.settings.mail_tenant_rate.filter(|rate| *rate > 0) else {
            return Ok(MailTurns {
                next: now,
                gap: Duration::ZERO,
            });
        };
        let gap = Duration::from_secs(60) / rate;
        let (_, waiting) = unit.waiting_jobs(tenant, SEND_MAIL).await?;
        // One that left a moment ago had a turn too.
        let sent = unit
            .last_turn_done(tenant, SEND_MAIL, now.minus(gap))
            .await?;
        let next = waiting
            .max(sent)
            .map_or(now, |last| last.plus(gap).max(now));
        Ok(MailTurns { next, gap })
    }

    /// How fast the company's mails leave, and how many wait already.
    pub(crate) async fn mail_pace(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
    ) -> FaultResult<MailPace> {
        let (waiting, last) = unit.waiting_jobs(tenant, SEND_MAIL).await?;
        let last_in = last.map_or(0, |last| last.since(self.now()).as_secs());
        Ok(MailPace {
            waiting,
            last_in: u32::try_from(last_in).unwrap_or(u32::MAX),
            of_company: self.settings.mail_tenant_rate,
            of_process: self.settings.mail_rate_per_minute,
        })
    }

    /// Opens a waiting mail.
    pub(crate) fn open_mail(&self, mail: &OutboxMail, sealed: &Sealed) -> FaultResult<Waiting> {
        let text = self.open(
            &mail.tenant.to_string(),
            TABLE,
            &mail.id.to_string(),
            sealed,
        )?;
        Ok(serde_json::from_str(text.expose_secret())?)
    }
}

/// What the mail says of a cause.
const fn breakage_of(cause: Cause) -> Breakage {
    match cause {
        Cause::PasswordRefused => Breakage::Password,
        Cause::ScopeMissing => Breakage::Scope,
        Cause::CalendarReadOnly | Cause::NoCalendar => Breakage::Calendar,
        _ => Breakage::Refused,
    }
}

fn first_of(one: &str, other: &str) -> String {
    if one.is_empty() {
        other.to_owned()
    } else {
        one.to_owned()
    }
}
