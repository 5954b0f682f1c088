//! Signed-in browsers.

use std::time::Duration;

use secrecy::SecretString;
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::{SessionId, TenantId};
use synchronizer_domain::session::{Actor, Role};
use synchronizer_domain::tenant::CrmIdentity;
use synchronizer_storage::Session;
use synchronizer_vault::{hash_secret, mint_secret};

use crate::Core;
use crate::failure::FaultResult;

/// How long a sign-in lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRules {
    /// It ends after this time without a request.
    pub idle: Duration,
    /// It ends this long after the sign-in in any case.
    pub absolute: Duration,
}

impl SessionRules {
    /// Whether a session is over.
    #[must_use]
    pub(crate) fn is_over(&self, session: &Session, now: Timestamp) -> bool {
        session.expires_at <= now || session.seen_at.plus(self.idle) <= now
    }
}

impl Core {
    /// Starts a session and returns the cookie's secret. The secret is new with every
    /// sign-in, so a planted one is worth nothing.
    pub(crate) async fn start_session(
        &self,
        tenant: TenantId,
        who: &CrmIdentity,
        is_admin: bool,
        device: &str,
    ) -> FaultResult<SecretString> {
        let secret = mint_secret(&*self.rng);
        let now = self.now();
        let mut unit = self.storage.write().await?;
        unit.add_session(&Session {
            id: SessionId::mint(&*self.clock, &*self.rng),
            secret_hash: hash_secret(&secret),
            tenant,
            associate: who.associate.clone(),
            name: who.name.clone(),
            email: who.email.clone(),
            is_admin,
            device: device.to_owned(),
            created_at: now,
            seen_at: now,
            expires_at: now.plus(self.settings.sessions.absolute),
        })
        .await?;
        if is_admin {
            let detail = serde_json::json!({ "device": device });
            self.audit_as(
                &mut *unit,
                tenant,
                &who.name,
                "session.started",
                who.associate.to_string(),
                detail,
            )
            .await?;
        }
        unit.commit().await?;
        Ok(secret)
    }

    /// The person behind a session cookie; none when it ended or never was.
    pub async fn actor(&self, secret: &SecretString) -> Option<Actor> {
        match self.find_actor(secret).await {
            Ok(actor) => actor,
            Err(fault) => {
                crate::failure::log_fault(&*self.rng, &fault);
                None
            }
        }
    }

    async fn find_actor(&self, secret: &SecretString) -> FaultResult<Option<Actor>> {
        let session = self
            .storage
            .read()
            .await?
            .session_by_secret(&hash_secret(secret))
            .await?;
        let now = self.now();
        let Some(session) = session else {
            return Ok(None);
        };
        if self.settings.sessions.is_over(&session, now) {
            return Ok(None);
        }
        if now.since(session.seen_at) >= Duration::from_secs(60) {
            let mut unit = self.storage.write().await?;
            unit.touch_session(session.id, now).await?;
            unit.commit().await?;
        }
        Ok(Some(Actor {
            session: session.id,
            tenant: session.tenant,
            associate: session.associate,
            name: session.name,
            email: session.email,
            role: if session.is_admin {
                Role::Admin
            } else {
                Role::User
            },
        }))
    }

    /// Ends a session.
    pub async fn sign_out(&self, actor: &Actor) {
        let ended = async {
            let mut unit = self.storage.write().await?;
            unit.remove_session(actor.session).await?;
            unit.commit().await
        };
        if let Err(error) = ended.await {
            crate::failure::log_fault(&*self.rng, &error.into());
        }
    }

    /// Ends all sessions of the person.
    pub async fn sign_out_everywhere(&self, actor: &Actor) {
        let ended = async {
            let mut unit = self.storage.write().await?;
            unit.remove_sessions_of(actor.tenant, &actor.associate, None)
                .await?;
            if actor.role == Role::Admin {
                let subject = actor.associate.to_string();
                let detail = serde_json::json!({});
                self.audit(
                    &mut *unit,
                    actor,
                    "session.ended_everywhere",
                    subject,
                    detail,
                )
                .await?;
            }
            unit.commit().await
        };
        if let Err(error) = ended.await {
            crate::failure::log_fault(&*self.rng, &error.into());
        }
    }
}
