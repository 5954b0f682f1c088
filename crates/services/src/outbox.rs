//! Sends waiting mails. At least once: a second copy can only leave when the process died
//! between the server's *accepted* and our note, and then with the same Message-ID.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use synchronizer_domain::Timestamp;
use synchronizer_domain::activation::INVITATION_DAYS;
use synchronizer_domain::ids::{LinkId, MailId, TenantId};
use synchronizer_domain::link::GrantFact;
use synchronizer_domain::mail::{MailKind, MailState, OutboxMail};
use synchronizer_jobs::{Handler, JobError};
use synchronizer_storage::Job;
use tokio::sync::Mutex;

use crate::checks::{while_disabled, while_suspended};
use crate::keeper::held;
use crate::{Core, grants};

/// Kind of the job.
pub(crate) const SEND_MAIL: &str = "send-mail";
/// After this many tries in vain a mail counts as failed: about a day.
const GIVE_UP: u32 = 30;

#[derive(Deserialize)]
struct Payload {
    mail: MailId,
}

/// Sends mails.
pub struct SendMail {
    core: Core,
    pacer: Mutex<Option<Timestamp>>,
}

impl SendMail {
    /// A sender that keeps the installation's pace.
    #[must_use]
    pub fn new(core: Core) -> Self {
        Self {
            core,
            pacer: Mutex::new(None),
        }
    }

    /// How long this mail must wait for its turn; zero takes the turn.
    async fn turn(&self) -> Duration {
        let Some(rate) = self
            .core
            .settings
            .mail_rate_per_minute
            .filter(|rate| *rate > 0)
        else {
            return Duration::ZERO;
        };
        let gap = Duration::from_secs(60) / rate;
        let now = self.core.now();
        let mut next = self.pacer.lock().await;
        let turn = next.unwrap_or(now).max(now);
        if turn > now {
            return turn.since(now);
        }
        *next = Some(turn.plus(gap));
        Duration::ZERO
    }
}

#[async_trait]
impl Handler for SendMail {
    fn kind(&self) -> &'static str {
        SEND_MAIL
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload =
            serde_json::from_str(&job.payload).map_err(|error| JobError::Fail {
                reason: error.to_string(),
            })?;
        let core = &self.core;
        let found = core
            .storage
            .read()
            .await?
            .mail(job.tenant, payload.mail)
            .await?;
        let Some((mail, Some(sealed))) = found else {
            return Ok(());
        };
        if mail.state != MailState::Queued {
            return Ok(());
        }
        let suspended = core.is_suspended(job.tenant).await;
        if suspended.map_err(|fault| JobError::Retry {
            after: None,
            reason: fault.to_string(),
        })? {
            return Err(while_suspended());
        }
        if let Some(why) = core.withdrawn(&mail).await? {
            return core.note(job.tenant, mail.id, MailState::Failed, why).await;
        }
        if core.is_held(job.tenant, mail.link).await? {
            return Err(while_disabled());
        }
        let mut wait = self.turn().await;
        while wait > Duration::ZERO {
            // The worker's heartbeat keeps the lease while we wait for our turn.
            tokio::time::sleep(wait.min(Duration::from_secs(5))).await;
            wait = self.turn().await;
        }
        let waiting = core
            .open_mail(&mail, &sealed)
            .map_err(|fault| JobError::Retry {
                after: Some(Duration::from_secs(600)),
                reason: fault.to_string(),
            })?;
        let sent = core
            .smtp
            .send(&core.settings.mail_from, &waiting.to, &waiting.message())
            .await;
        let (state, answer, outcome) = match sent {
            Ok(answer) => (MailState::Sent, answer, Ok(())),
            Err(error) if error.permanent || mail.attempts + 1 >= GIVE_UP => (
                MailState::Failed,
                error.answer.clone(),
                Err(JobError::Fail {
                    reason: error.answer,
                }),
            ),
            Err(error) => {
                let retry = JobError::Retry {
                    after: None,
                    reason: error.answer.clone(),
                };
                (MailState::Queued, error.answer, Err(retry))
            }
        };
        core.note(job.tenant, mail.id, state, &answer).await?;
        outcome
    }
}

impl Core {
    /// Why a mail that waits needs not go out any more.
    async fn withdrawn(&self, mail: &OutboxMail) -> Result<Option<&'static str>, JobError> {
        let mut unit = self.storage.read().await?;
        let held = held(&mut *unit, (mail.tenant, mail.link))
            .await
            .map_err(|fault| JobError::Retry {
                after: None,
                reason: fault.to_string(),
            })?;
        let Some(held) = held.filter(|held| held.link.flags.deleted_at.is_none()) else {
            return Ok(Some("withdrawn: the link was deleted"));
        };
        // It may have waited long while its company or profile was stopped.
        let life = Duration::from_secs(INVITATION_DAYS * 86_400);
        if self.now().since(mail.created_at) >= life {
            return Ok(Some("withdrawn: its link expired while it waited"));
        }
        let facts = grants::facts(&held.link, &held.grants);
        let needless = match mail.kind {
            MailKind::Reactivation => facts.waits_since().is_none(),
            // Whoever answered an earlier one while this waited is done.
            MailKind::Invitation => {
                facts.crm == GrantFact::Good && facts.calendar == GrantFact::Good
            }
        };
        Ok(needless.then_some("withdrawn: nothing waits for the person any more"))
    }

    /// Whether the mail's profile is disabled: nobody is mailed until it is enabled again.
    async fn is_held(&self, tenant: TenantId, link: LinkId) -> Result<bool, JobError> {
        let mut unit = self.storage.read().await?;
        let Some(link) = unit.link(tenant, link).await? else {
            return Ok(false);
        };
        let profile = unit.profile(tenant, link.profile).await?;
        Ok(profile.is_some_and(|profile| profile.is_stopped()))
    }

    async fn note(
        &self,
        tenant: TenantId,
        mail: MailId,
        state: MailState,
        answer: &str,
    ) -> Result<(), JobError> {
        let mut unit = self.storage.write().await?;
        unit.note_mail(tenant, mail, state, answer, self.now())
            .await?;
        unit.bump_version(tenant).await?;
        unit.commit().await?;
        Ok(())
    }
}
