//! Access tokens for links. However many ask in however many processes, one renews and all
//! use what it got (SC-49). A rotated refresh token is stored before anything is done with
//! the access token that came with it.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use synchronizer_domain::Timestamp;
use synchronizer_domain::alarm::{Alarm, AlarmKind};
use synchronizer_domain::ids::{LinkId, TenantId};
use synchronizer_domain::link::{Cause, Side};
use synchronizer_providers::oidc::TokenSet;
use synchronizer_providers::{ErrorKind, ProviderError};
use synchronizer_storage::{Grant, GrantTokens, Sealed, StorageError};
use tracing::{error, trace, warn};

use super::refuse::Broken;
use super::verdict::{Verdict, of_refresh};
use crate::Core;
use crate::attempts::Provider;
use crate::failure::{Fault, FaultResult};
use crate::grants::{self, GrantIdentity};

pub(crate) const TABLE: &str = "grant_tokens";
/// Where the TRACE lines go that stand between a provider's answer and our store.
pub const RENEWALS: &str = "synchronizer_services::renewals";
/// Longer than any renewal: discovery and token request have half a minute each.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often one that waits for another's renewal looks.
const LOOK: Duration = Duration::from_millis(100);
/// How often a fresh answer is written before it is given up.
const WRITES: u32 = 5;
/// A refused registration is tried again after this time: replacing the secret mends all.
const OURS_AGAIN: Duration = Duration::from_secs(300);

/// What an access token must be good for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    /// It lives at least this much longer.
    pub lasts: Duration,
    /// It was got no earlier.
    pub since: Option<Timestamp>,
}

impl Need {
    /// Good for a few calls.
    pub(crate) const NOW: Self = Self {
        lasts: Duration::from_secs(60),
        since: None,
    };

    fn is_met(&self, tokens: &GrantTokens, now: Timestamp) -> bool {
        let lasts = matches!(tokens.access, Some((_, until)) if until > now.plus(self.lasts));
        let fresh = match self.since {
            None => true,
            Some(since) => tokens.refreshed_at.is_some_and(|at| at >= since),
        };
        lasts && fresh
    }
}

/// Why there is no access token.
#[derive(Debug)]
pub(crate) enum NoAccess {
    /// No grant, or one that needs no token.
    Missing,
    /// The grant is refused; that is noted.
    Refused(Cause),
    /// The grant is good, but cannot be used now; that is noted.
    Stopped(Cause),
    /// It may work later.
    Later {
        /// No sooner, when somebody said so.
        after: Option<Duration>,
        /// For the log.
        reason: String,
    },
    /// Our own failure.
    Fault(Fault),
}

impl From<StorageError> for NoAccess {
    fn from(error: StorageError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Fault> for NoAccess {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn later(reason: impl Into<String>) -> NoAccess {
    NoAccess::Later {
        after: None,
        reason: reason.into(),
    }
}

impl Core {
    /// An access token of a side of a link.
    pub(crate) async fn access(
        &self,
        (tenant, link): (TenantId, LinkId),
        side: Side,
        need: Need,
    ) -> Result<SecretString, NoAccess> {
        let began = self.now();
        let patience = tokio::time::Instant::now() + PATIENCE;
        loop {
            let mut unit = self.storage.read().await?;
            let grant = unit.grant(tenant, link, side).await?;
            let tokens = unit.grant_tokens(tenant, link, side).await?;
            drop(unit);
            let grant = grant.ok_or(NoAccess::Missing)?;
            if let Some((cause, _)) = grant.refused {
                return Err(NoAccess::Refused(cause));
            }
            if let Some(tokens) = &tokens {
                if need.is_met(tokens, self.now()) {
                    return self.opened(&grant, tokens);
                }
                // Somebody else tried while we waited: its failure is ours.
                if let Some((failure, at)) = &tokens.failed
                    && *at > began
                {
                    return Err(later(failure));
                }
            }
            let identity: GrantIdentity =
                serde_json::from_str(&grant.identity).map_err(Fault::from)?;
            let provider = identity.provider().ok_or(NoAccess::Missing)?;
            match self.lease(&grant, need).await? {
                Lease::Met(tokens) => return self.opened(&grant, &tokens),
                Lease::Held(fence) => return self.renew(&grant, provider, fence).await,
                Lease::Elsewhere if tokio::time::Instant::now() > patience => {
                    return Err(later("somebody else renews for too long"));
                }
                Lease::Elsewhere => tokio::time::sleep(LOOK).await,
            }
        }
    }

    fn opened(&self, grant: &Grant, tokens: &GrantTokens) -> Result<SecretString, NoAccess> {
        let (sealed, _) = tokens.access.as_ref().ok_or(NoAccess::Missing)?;
        let id = grant.id.to_string();
        Ok(self.open(&grant.tenant.to_string(), TABLE, &id, sealed)?)
    }

    /// Takes the right to renew, unless somebody has it, or was faster than we looked.
    async fn lease(&self, grant: &Grant, need: Need) -> Result<Lease, NoAccess> {
        let (tenant, link, side) = (grant.tenant, grant.link, grant.side);
        let now = self.now();
        let mut unit = self.storage.write().await?;
        let leased = unit
            .lease_tokens(
                tenant,
                link,
                side,
                grant.id,
                now,
                now.plus(self.settings.renewal_lease),
            )
            .await?;
        let Some(fence) = leased else {
            return Ok(Lease::Elsewhere);
        };
        let tokens = unit.grant_tokens(tenant, link, side).await?;
        if let Some(tokens) = tokens.filter(|tokens| need.is_met(tokens, now)) {
            // Dropping the unit gives the lease back.
            return Ok(Lease::Met(tokens));
        }
        unit.commit().await?;
        Ok(Lease::Held(fence))
    }

    async fn renew(
        &self,
        grant: &Grant,
        provider: Provider,
        fence: i64,
    ) -> Result<SecretString, NoAccess> {
        // The lease was taken after the grant was read: somebody may have rotated between.
        let current = self
            .storage
            .read()
            .await?
            .grant(grant.tenant, grant.link, grant.side)
            .await?
            .filter(|current| current.id == grant.id)
            .ok_or_else(|| later("the grant was replaced"))?;
        let secret = grants::open(self, &current)?;
        match self.refresh_at(provider, &secret).await {
            Ok(tokens) => {
                // Crash stories stop a process exactly at these two lines (docs/adr).
                trace!(target: RENEWALS, "answered");
                self.keep_tokens(&current, provider, fence, &secret, &tokens)
                    .await?;
                trace!(target: RENEWALS, "stored");
                Ok(tokens.access_token)
            }
            Err(Unrenewed::Fault(fault)) => Err(fault.into()),
            Err(Unrenewed::Remote(error)) => {
                Err(self.not_renewed(&current, provider, fence, &error).await?)
            }
        }
    }

    async fn refresh_at(
        &self,
        provider: Provider,
        secret: &SecretString,
    ) -> Result<TokenSet, Unrenewed> {
        Ok(match provider {
            Provider::SuperOffice => self.superoffice.refresh(secret).await?,
            Provider::Microsoft => self.microsoft()?.refresh_person(secret).await?,
            Provider::Google => self.google()?.refresh_person(secret).await?,
        })
    }

    /// Stores what a provider gave. The answer is precious: it may hold the only refresh
    /// token that still works, so a database that fails is asked again.
    async fn keep_tokens(
        &self,
        grant: &Grant,
        provider: Provider,
        fence: i64,
        old: &SecretString,
        tokens: &TokenSet,
    ) -> Result<(), NoAccess> {
        let rotated = tokens
            .refresh_token
            .as_ref()
            .filter(|new| new.expose_secret() != old.expose_secret())
            .map(|new| grants::seal(self, grant.tenant, grant.id, new));
        let access = self.seal(
            &grant.tenant.to_string(),
            TABLE,
            &grant.id.to_string(),
            &tokens.access_token,
        );
        let access = (&access, tokens.expires_at);
        for attempt in 1..=WRITES {
            let stored = self
                .write_tokens(grant, provider, fence, rotated.as_ref(), access)
                .await;
            match stored {
                Ok(()) => break,
                Err(error) if attempt == WRITES => return Err(error.into()),
                Err(error) => {
                    warn!(link = %grant.link, error = %error, "fresh tokens could not be stored, trying again");
                    tokio::time::sleep(LOOK * attempt).await;
                }
            }
        }
        Ok(())
    }

    async fn write_tokens(
        &self,
        grant: &Grant,
        provider: Provider,
        fence: i64,
        rotated: Option<&Sealed>,
        access: (&Sealed, Timestamp),
    ) -> Result<(), StorageError> {
        let (tenant, link, side) = (grant.tenant, grant.link, grant.side);
        let mut unit = self.storage.write().await?;
        if let Some(sealed) = rotated {
            // A late answer of an old lease loses to whoever rotated since.
            unit.rotate_grant_secret(tenant, link, side, grant.version, sealed)
                .await?;
        }
        unit.store_tokens(tenant, link, side, fence, access, self.now())
            .await?;
        let system = provider.word();
        if unit
            .clear_alarm(tenant, system, AlarmKind::ClientRefused)
            .await?
        {
            unit.bump_version(tenant).await?;
        }
        unit.commit().await
    }

    /// Notes why nothing was renewed, where it matters.
    async fn not_renewed(
        &self,
        grant: &Grant,
        provider: Provider,
        fence: i64,
        remote: &ProviderError,
    ) -> FaultResult<NoAccess> {
        let reason = format!("{}: {}", remote.system().word(), remote.detail());
        let after = match remote.kind() {
            ErrorKind::Throttled { retry_after } => *retry_after,
            _ => None,
        };
        let after = match of_refresh(remote.system(), remote.kind()) {
            Verdict::Refused(cause) => {
                self.note_broken(Broken::Grant(grant, cause)).await?;
                return Ok(NoAccess::Refused(cause));
            }
            Verdict::Stopped(cause) => {
                self.note_broken(Broken::Link((grant.tenant, grant.link), cause))
                    .await?;
                self.note_failure(grant, fence, &reason).await?;
                return Ok(NoAccess::Stopped(cause));
            }
            Verdict::Ours => {
                self.alarm(grant.tenant, provider.word(), AlarmKind::ClientRefused)
                    .await?;
                Some(OURS_AGAIN)
            }
            Verdict::Later => after,
        };
        self.note_failure(grant, fence, &reason).await?;
        Ok(NoAccess::Later { after, reason })
    }

    async fn note_failure(&self, grant: &Grant, fence: i64, reason: &str) -> FaultResult<()> {
        let mut unit = self.storage.write().await?;
        unit.note_tokens_failed(
            grant.tenant,
            grant.link,
            grant.side,
            fence,
            reason,
            self.now(),
        )
        .await?;
        unit.commit().await?;
        Ok(())
    }

    pub(crate) fn alarm_of(&self, system: &str, kind: AlarmKind) -> Alarm {
        Alarm {
            system: system.to_owned(),
            kind,
            since: self.now(),
        }
    }

    /// Raises an alarm for a company's administrators and, once, in the operator's log.
    pub(crate) async fn alarm(
        &self,
        tenant: TenantId,
        system: &str,
        kind: AlarmKind,
    ) -> FaultResult<()> {
        let alarm = self.alarm_of(system, kind);
        let mut unit = self.storage.write().await?;
        if !self.raise(&mut *unit, tenant, &alarm).await? {
            return Ok(());
        }
        error!(%tenant, system, alarm = kind.word(), "alarm");
        let detail = serde_json::json!({ "alarm": kind.word() });
        self.audit_as(
            &mut *unit,
            tenant,
            "system",
            "alarm.raised",
            system.to_owned(),
            detail,
        )
        .await?;
        unit.bump_version(tenant).await?;
        unit.commit().await?;
        Ok(())
    }
}

enum Lease {
    /// Ours, with its fence.
    Held(i64),
    /// Somebody else's.
    Elsewhere,
    /// Not needed any more.
    Met(GrantTokens),
}

enum Unrenewed {
    Remote(ProviderError),
    Fault(Fault),
}

impl From<ProviderError> for Unrenewed {
    fn from(error: ProviderError) -> Self {
        Self::Remote(error)
    }
}

impl From<Fault> for Unrenewed {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
