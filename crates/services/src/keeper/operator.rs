//! One mail to whoever runs the installation, when something went wrong that only they can
//! mend. However many companies it concerns, the first one's alarm sends it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use synchronizer_domain::alarm::Alarm;
use synchronizer_domain::ids::{JobId, MailId, TenantId};
use synchronizer_domain::profile::ProfileState;
use synchronizer_jobs::{Handler, JobError};
use synchronizer_mail::{Envelope, compose, message_id};
use synchronizer_storage::{Job, NewJob, StorageResult, UnitOfWork};

use tracing::error;

use crate::Core;
use crate::attempts::Provider;

/// Kind of the job.
const TELL_OPERATOR: &str = "tell-operator";

#[derive(Serialize, Deserialize)]
struct Payload {
    /// Makes a repeated delivery the same mail.
    mail: MailId,
    alarm: Alarm,
}

/// Mails the operator.
pub struct TellOperator(pub Core);

#[async_trait]
impl Handler for TellOperator {
    fn kind(&self) -> &'static str {
        TELL_OPERATOR
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let core = &self.0;
        let give_up = |reason: String| JobError::Fail { reason };
        let Payload { mail, alarm } =
            serde_json::from_str(&job.payload).map_err(|error| give_up(error.to_string()))?;
        let Some(operator) = &core.settings.operator else {
            return Ok(());
        };
        let from = &core.settings.mail_from;
        let envelope = Envelope {
            from: from.clone(),
            from_name: None,
            to_name: String::new(),
            to_address: operator.clone(),
            reply_to: None,
            message_id: message_id(mail, from),
            date: alarm.since,
        };
        let (locale, portal) = (
            core.settings.operator_locale,
            core.settings.public_url.as_str(),
        );
        let rendered = core
            .templates
            .alarm(locale, &alarm, portal)
            .map_err(|error| give_up(error.to_string()))?;
        let message = compose(&envelope, &rendered).map_err(|error| give_up(error.to_string()))?;
        match core.smtp.send(from, operator, &message).await {
            Ok(_) => Ok(()),
            Err(error) if error.permanent => Err(give_up(error.answer)),
            Err(error) => Err(JobError::Retry {
                after: None,
                reason: error.answer,
            }),
        }
    }
}

impl Core {
    /// Raises an alarm; the first of its kind in the installation is mailed to the operator.
    /// False when it stands already.
    pub(super) async fn raise(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
        alarm: &Alarm,
    ) -> StorageResult<bool> {
        if !unit.raise_alarm(tenant, alarm).await? {
            return Ok(false);
        }
        let is_first = unit.alarm_count(&alarm.system, alarm.kind).await? == 1;
        if is_first {
            self.tell_operator(unit, tenant, alarm).await?;
        }
        Ok(true)
    }

    /// Decides a mail to the operator, when there is an address. Jobs belong to a company:
    /// this one does in name only.
    async fn tell_operator(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
        alarm: &Alarm,
    ) -> StorageResult<()> {
        if self.settings.operator.is_none() {
            return Ok(());
        }
        let payload = Payload {
            mail: MailId::mint(&*self.clock, &*self.rng),
            alarm: alarm.clone(),
        };
        let id = JobId::mint(&*self.clock, &*self.rng);
        unit.add_job(&NewJob {
            id,
            tenant,
            kind: TELL_OPERATOR,
            payload: serde_json::json!(payload).to_string(),
            dedup_key: id.to_string(),
            run_at: self.now(),
        })
        .await?;
        Ok(())
    }

    /// Tells the operator of client secrets that end soon or have ended: once at each step,
    /// whichever of all processes looks first (SC-56). While nobody has signed up, nobody is
    /// told.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn watch_client_secrets(&self) -> StorageResult<()> {
        let now = self.now();
        for secret in &self.settings.client_secrets {
            let (Some(alarm), Some(notice)) = (secret.alarm(now), secret.notice(now)) else {
                continue;
            };
            // Who gives an address later is still told.
            let way = if self.settings.operator.is_some() {
                "mail"
            } else {
                "log"
            };
            let mut unit = self.storage.write().await?;
            let Some((tenant, _)) = unit.versions().await?.into_iter().min() else {
                return Ok(());
            };
            if !unit.claim_notice(&format!("{notice} {way}"), now).await? {
                continue;
            }
            self.tell_operator(&mut *unit, tenant, &alarm).await?;
            unit.commit().await?;
            self.wake.notify();
            let ends = secret.ends_at.date();
            error!(system = secret.system, %ends, alarm = alarm.kind.word(), "alarm");
        }
        Ok(())
    }

    /// The alarms of client secrets that concern a company: those of systems that it uses.
    pub(crate) async fn secret_alarms(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
    ) -> StorageResult<Vec<Alarm>> {
        let now = self.now();
        let secrets = &self.settings.client_secrets;
        let mut alarms: Vec<Alarm> = secrets.iter().filter_map(|one| one.alarm(now)).collect();
        if !alarms.is_empty() {
            let profiles = unit.profiles(tenant).await?;
            alarms.retain(|alarm| {
                alarm.system == Provider::SuperOffice.word()
                    || profiles.iter().any(|profile| {
                        profile.system.word() == alarm.system
                            && profile.state != ProfileState::Deleted
                    })
            });
        }
        Ok(alarms)
    }
}
