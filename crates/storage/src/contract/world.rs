//! Rows for the cases, with predictable ids and a clock that moves a second per row.

use std::sync::Arc;

use synchronizer_domain::bulk::{BatchKind, BatchRowState};
use synchronizer_domain::clock::FixedClock;
use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::ids::{
    ActivationId, AssociateId, AttemptId, AuditId, BatchId, CalendarUserId, ContextId, GrantId,
    ImportId, InvitationId, JobId, LinkId, MailId, ProfileId, RevocationId, SessionId, SignupId,
    TenantId,
};
use synchronizer_domain::link::{Link, LinkFlags, Side};
use synchronizer_domain::mail::{MailKind, MailState, OutboxMail};
use synchronizer_domain::profile::{
    CalendarSystem, Directory, Profile, ProfileSettings, ProfileState,
};
use synchronizer_domain::rng::SeededRng;
use synchronizer_domain::tenant::{CrmConnection, Tenant, TenantState};
use synchronizer_domain::{Clock, Locale, Timestamp};

use crate::{
    Activation, Admin, Attempt, AuditEntry, Batch, BatchRow, Grant, Import, Invitation, NewJob,
    Revocation, Sealed, SecretHash, Session, Signup, Storage, UnitOfWork,
};

/// An instant; rows of a [`World`] begin at 1,000.
pub(super) const fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

/// A hash that is easily told from another.
pub(super) const fn hash(byte: u8) -> SecretHash {
    [byte; 32]
}

/// Sealed bytes that are easily told from others.
pub(super) fn sealed(byte: u8) -> Sealed {
    Sealed(vec![byte, 0, 255])
}

/// A CRM user.
pub(super) fn crm_user(id: &str, name: &str) -> CrmUser {
    CrmUser {
        id: AssociateId::new(id),
        name: name.to_owned(),
        email: format!("{id}@crm.example"),
        active: true,
    }
}

/// A calendar user.
pub(super) fn calendar_user(id: &str, name: &str) -> CalendarUser {
    CalendarUser {
        id: CalendarUserId::new(id),
        name: name.to_owned(),
        email: format!("{id}@calendar.example"),
        aliases: vec![format!("{id}.alias@calendar.example")],
        active: true,
    }
}

/// A database and what makes rows for it.
pub(super) struct World {
    pub(super) storage: Arc<dyn Storage>,
    clock: FixedClock,
    rng: SeededRng,
}

impl World {
    pub(super) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            clock: FixedClock::at_micros(at(1_000).as_micros()),
            rng: SeededRng::new(1),
        }
    }

    fn tick(&self) -> Timestamp {
        self.clock.advance_millis(1_000);
        self.clock.now()
    }

    pub(super) async fn write(&self) -> Box<dyn UnitOfWork> {
        self.storage.write().await.unwrap()
    }

    pub(super) async fn read(&self) -> Box<dyn UnitOfWork> {
        self.storage.read().await.unwrap()
    }

    pub(super) fn tenant(&self, context: &str) -> Tenant {
        Tenant {
            created_at: self.tick(),
            id: TenantId::mint(&self.clock, &self.rng),
            environment: "online.example".to_owned(),
            context: ContextId::new(context),
            name: format!("Company {context}"),
            state: TenantState::Active,
        }
    }

    pub(super) async fn add_tenant(&self, context: &str) -> Tenant {
        let tenant = self.tenant(context);
        let mut unit = self.write().await;
        unit.add_tenant(&tenant).await.unwrap();
        unit.commit().await.unwrap();
        tenant
    }

    pub(super) fn crm_connection(&self) -> CrmConnection {
        CrmConnection {
            associate: AssociateId::new("7"),
            name: "Ada Admin".to_owned(),
            connected: true,
            since: self.tick(),
        }
    }

    pub(super) fn profile(&self, tenant: &Tenant, name: &str) -> Profile {
        Profile {
            created_at: self.tick(),
            id: ProfileId::mint(&self.clock, &self.rng),
            tenant: tenant.id,
            name: name.to_owned(),
            system: CalendarSystem::Microsoft365,
            state: ProfileState::Draft,
            disabled: None,
            deleted: None,
            settings: ProfileSettings {
                mail_locale: Locale::Nb,
                contact_email: "help@company.example".to_owned(),
            },
            directory: Directory::None,
        }
    }

    pub(super) async fn add_profile(&self, tenant: &Tenant, name: &str) -> Profile {
        let profile = self.profile(tenant, name);
        let mut unit = self.write().await;
        unit.add_profile(&profile).await.unwrap();
        unit.commit().await.unwrap();
        profile
    }

    pub(super) fn link(&self, profile: &Profile, crm: &str, calendar: &str) -> Link {
        Link {
            created_at: self.tick(),
            id: LinkId::mint(&self.clock, &self.rng),
            tenant: profile.tenant,
            profile: profile.id,
            crm: crm_user(crm, "Zoë Müller"),
            calendar: calendar_user(calendar, "Zoe Mueller"),
            flags: LinkFlags::default(),
        }
    }

    pub(super) async fn add_link(&self, profile: &Profile, crm: &str, calendar: &str) -> Link {
        let link = self.link(profile, crm, calendar);
        let mut unit = self.write().await;
        unit.add_link(&link, profile.system).await.unwrap();
        unit.commit().await.unwrap();
        link
    }

    /// A tenant with a profile and a link.
    pub(super) async fn add_company(&self, context: &str) -> (Tenant, Profile, Link) {
        let tenant = self.add_tenant(context).await;
        let profile = self.add_profile(&tenant, "Office").await;
        let link = self.add_link(&profile, "1", "one").await;
        (tenant, profile, link)
    }

    pub(super) fn grant(&self, link: &Link, side: Side) -> Grant {
        Grant {
            granted_at: self.tick(),
            id: GrantId::mint(&self.clock, &self.rng),
            tenant: link.tenant,
            link: link.id,
            side,
            identity: "{\"account\":\"zoe\"}".to_owned(),
            secret: sealed(1),
            scopes: "openid Calendars.ReadWrite".to_owned(),
            refused: None,
            version: 1,
        }
    }

    pub(super) fn invitation(&self, link: &Link, secret: u8) -> Invitation {
        let created_at = self.tick();
        Invitation {
            id: InvitationId::mint(&self.clock, &self.rng),
            tenant: link.tenant,
            link: link.id,
            secret_hash: hash(secret),
            mail: Some(MailId::mint(&self.clock, &self.rng)),
            created_at,
            expires_at: at(created_at.as_secs() + 1_000),
            opened_at: None,
            used_at: None,
            revoked_at: None,
            invited_by: "Ada Admin".to_owned(),
        }
    }

    pub(super) fn activation(&self, invitation: &Invitation, browser: u8) -> Activation {
        let created_at = self.tick();
        Activation {
            id: ActivationId::mint(&self.clock, &self.rng),
            tenant: invitation.tenant,
            link: invitation.link,
            invitation: Some(invitation.id),
            again: None,
            browser: hash(browser),
            created_at,
            expires_at: at(created_at.as_secs() + 100),
        }
    }

    pub(super) fn attempt(&self, state: u8, browser: u8) -> Attempt {
        let created_at = self.tick();
        Attempt {
            id: AttemptId::mint(&self.clock, &self.rng),
            state: hash(state),
            browser: hash(browser),
            provider: "superoffice".to_owned(),
            purpose: "{\"for\":\"sign-in\"}".to_owned(),
            secrets: sealed(2),
            created_at,
            expires_at: at(created_at.as_secs() + 100),
        }
    }

    pub(super) fn signup(&self, browser: u8) -> Signup {
        Signup {
            expires_at: at(self.tick().as_secs() + 100),
            id: SignupId::mint(&self.clock, &self.rng),
            browser: hash(browser),
            identity: "{}".to_owned(),
            secret: sealed(3),
        }
    }

    pub(super) fn session(&self, tenant: &Tenant, secret: u8) -> Session {
        let created_at = self.tick();
        Session {
            id: SessionId::mint(&self.clock, &self.rng),
            secret_hash: hash(secret),
            tenant: tenant.id,
            associate: AssociateId::new("7"),
            name: "Ada Admin".to_owned(),
            email: "ada@company.example".to_owned(),
            is_admin: true,
            device: "Firefox, Linux".to_owned(),
            created_at,
            seen_at: created_at,
            expires_at: at(created_at.as_secs() + 100),
        }
    }

    pub(super) fn admin(&self, associate: &str, name: &str) -> Admin {
        Admin {
            associate: AssociateId::new(associate),
            name: name.to_owned(),
            email: format!("{associate}@crm.example"),
            from_crm: true,
            added_by: String::new(),
            signed_in_at: Some(self.tick()),
            removed_at: None,
        }
    }

    pub(super) fn mail(&self, link: &Link) -> OutboxMail {
        OutboxMail {
            created_at: self.tick(),
            id: MailId::mint(&self.clock, &self.rng),
            tenant: link.tenant,
            link: link.id,
            kind: MailKind::Invitation,
            locale: Locale::Sv,
            to: link.crm.email.clone(),
            state: MailState::Queued,
            attempts: 0,
            answer: String::new(),
            sent_at: None,
        }
    }

    pub(super) fn job(&self, tenant: &Tenant, key: &str, run_at: Timestamp) -> NewJob {
        self.tick();
        NewJob {
            id: JobId::mint(&self.clock, &self.rng),
            tenant: tenant.id,
            kind: "send-mail",
            payload: "{\"n\":1}".to_owned(),
            dedup_key: key.to_owned(),
            run_at,
        }
    }

    pub(super) fn revocation(&self, tenant: &Tenant) -> Revocation {
        Revocation {
            created_at: self.tick(),
            id: RevocationId::mint(&self.clock, &self.rng),
            tenant: tenant.id,
            system: "superoffice".to_owned(),
            secret: sealed(4),
        }
    }

    pub(super) fn audit(&self, tenant: &Tenant, action: &str) -> AuditEntry {
        AuditEntry {
            at: self.tick(),
            id: AuditId::mint(&self.clock, &self.rng),
            tenant: tenant.id,
            actor: "Ada Admin".to_owned(),
            action: action.to_owned(),
            subject: "something".to_owned(),
            detail: "{}".to_owned(),
        }
    }

    pub(super) fn batch(&self, profile: &Profile) -> Batch {
        Batch {
            created_at: self.tick(),
            id: BatchId::mint(&self.clock, &self.rng),
            tenant: profile.tenant,
            profile: profile.id,
            kind: BatchKind::Link,
            started_by: "Ada Admin".to_owned(),
            ended_at: None,
            waits_until: None,
        }
    }

    pub(super) fn import(&self, profile: &Profile) -> Import {
        Import {
            created_at: self.tick(),
            id: ImportId::mint(&self.clock, &self.rng),
            tenant: profile.tenant,
            profile: profile.id,
            file_name: "pairs.csv".to_owned(),
            guessed: false,
            content: "a@crm.example;a@calendar.example\n".to_owned(),
        }
    }

    /// A batch with this many waiting rows.
    pub(super) async fn add_batch(&self, profile: &Profile, rows: u32) -> (Batch, Vec<BatchRow>) {
        let batch = self.batch(profile);
        let rows = (0..rows).map(batch_row).collect::<Vec<_>>();
        let mut unit = self.write().await;
        unit.add_batch(&batch, &rows).await.unwrap();
        unit.commit().await.unwrap();
        (batch, rows)
    }
}

fn batch_row(position: u32) -> BatchRow {
    BatchRow {
        position,
        crm: AssociateId::new(position.to_string()),
        crm_name: format!("Zoë \"{position}\" Müller"),
        calendar: CalendarUserId::new(format!("c{position}")),
        calendar_name: "Zoe Mueller".to_owned(),
        link: None,
        state: BatchRowState::Waiting,
        reason: None,
    }
}
