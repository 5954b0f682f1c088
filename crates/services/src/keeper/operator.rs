//! One mail to whoever runs the installation, when something went wrong that only they can
//! mend. However many companies it concerns, the first one's alarm sends it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use synchronizer_domain::alarm::Alarm;
use synchronizer_domain::ids::{JobId, MailId, TenantId};
use synchronizer_jobs::{Handler, JobError};
use synchronizer_mail::{Envelope, compose, message_id, operator_alarm};
use synchronizer_storage::{Job, NewJob, StorageResult, UnitOfWork};

use crate::Core;

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
        let rendered = operator_alarm(&alarm, core.settings.public_url.as_str());
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
        if is_first && self.settings.operator.is_some() {
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
        }
        Ok(true)
    }
}
