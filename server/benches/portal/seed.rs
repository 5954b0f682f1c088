//! A portal with 1,000 linked people.

use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use synchronizer_domain::bulk::{BatchRowState, Bulk};
use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::ids::{
    AssociateId, CalendarUserId, ContextId, ProfileId, SessionId, TenantId,
};
use synchronizer_domain::profile::{
    CalendarSystem, Directory, Profile, ProfileSettings, ProfileState,
};
use synchronizer_domain::session::{Actor, Role as PersonRole};
use synchronizer_domain::tenant::{CrmConnection, Tenant, TenantState};
use synchronizer_domain::{Clock, Locale};
use synchronizer_jobs::Handler;
use synchronizer_sandbox::{
    MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET, SUPEROFFICE_CLIENT_ID, SUPEROFFICE_CLIENT_SECRET,
    Sandbox, SandboxOptions,
};
use synchronizer_server::config::Config;
use synchronizer_server::{OsRng, Role, Running, SystemClock, start as start_portal};
use synchronizer_services::RunBatch;
use synchronizer_storage::{Sealed, Session};
use synchronizer_vault::{fresh_key, hash_secret, mint_secret};
use tempfile::TempDir;

use crate::row;

pub const LINKS: usize = 1_000;

/// A running portal without a worker.
pub struct Bench {
    pub sandbox: Sandbox,
    pub config: Config,
    pub portal: Running,
    pub actor: Actor,
    pub profile: ProfileId,
    pub cookie: SecretString,
    _folder: TempDir,
}

impl Bench {
    pub async fn stop(self) {
        self.portal.stop().await;
        self.sandbox.shutdown().await;
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.portal.address)
    }

    pub fn cookie_header(&self) -> String {
        format!("session={}", self.cookie.expose_secret())
    }
}

pub fn people(count: usize) -> (Vec<CrmUser>, Vec<CalendarUser>) {
    let name = |n: usize| format!("Person {n:05} Nordmann");
    let email = |n: usize| format!("person.{n:05}@bench.example");
    let crm = (0..count)
        .map(|n| CrmUser {
            id: AssociateId::new(n.to_string()),
            name: name(n),
            email: email(n),
            active: true,
        })
        .collect();
    let calendar = (0..count)
        .map(|n| CalendarUser {
            id: CalendarUserId::new(format!("login{n}")),
            name: name(n),
            email: email(n).to_uppercase(),
            aliases: Vec::new(),
            active: true,
        })
        .collect();
    (crm, calendar)
}

pub async fn start() -> Bench {
    let sandbox = synchronizer_sandbox::start(SandboxOptions::default())
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut config = Config::default();
    config.server.listen = ([127, 0, 0, 1], port).into();
    config.server.public_url = format!("http://localhost:{port}").parse().unwrap();
    config.database.url = format!("sqlite://{}", folder.path().join("bench.db").display()).into();
    config.vault.keys = vec![fresh_key(&OsRng, 1)];
    config.smtp.url = format!("smtp://{}", sandbox.smtp_addr()).into();
    config.smtp.from = "sync@bench.example".to_owned();
    config.smtp.rate_per_minute = 0;
    config.superoffice.authority = format!("{}/login", sandbox.superoffice_url())
        .parse()
        .unwrap();
    config.superoffice.client_id = SUPEROFFICE_CLIENT_ID.to_owned();
    config.superoffice.client_secret = SUPEROFFICE_CLIENT_SECRET.into();
    config.microsoft.client_id = MICROSOFT_CLIENT_ID.to_owned();
    config.microsoft.client_secret = MICROSOFT_CLIENT_SECRET.into();
    let portal = start_portal(
        &config,
        Role::Portal,
        Arc::new(SystemClock),
        Arc::new(OsRng),
    )
    .await
    .unwrap();
    let (actor, profile, cookie) = fill(&portal).await;
    Bench {
        sandbox,
        config,
        portal,
        actor,
        profile,
        cookie,
        _folder: folder,
    }
}

async fn fill(portal: &Running) -> (Actor, ProfileId, SecretString) {
    let core = &portal.core;
    let now = SystemClock.now();
    let tenant = Tenant {
        id: TenantId::mint(&SystemClock, &OsRng),
        environment: "bench".to_owned(),
        context: ContextId::new("Cust1"),
        name: "Bench AS".to_owned(),
        state: TenantState::Active,
        created_at: now,
    };
    let profile = Profile {
        id: ProfileId::mint(&SystemClock, &OsRng),
        tenant: tenant.id,
        name: "Everybody".to_owned(),
        system: CalendarSystem::Caldav,
        state: ProfileState::Active,
        disabled: None,
        deleted: None,
        settings: ProfileSettings {
            mail_locale: Locale::En,
            contact_email: "it@bench.example".to_owned(),
        },
        directory: Directory::Caldav {
            server: "https://dav.bench.example/".to_owned(),
        },
        created_at: now,
    };
    let connection = CrmConnection {
        associate: AssociateId::new("1"),
        name: "Admin".to_owned(),
        connected: true,
        since: now,
    };
    let cookie = mint_secret(&OsRng);
    let session = Session {
        id: SessionId::mint(&SystemClock, &OsRng),
        secret_hash: hash_secret(&cookie),
        tenant: tenant.id,
        associate: AssociateId::new("1"),
        name: "Admin".to_owned(),
        email: "admin@bench.example".to_owned(),
        is_admin: true,
        device: String::new(),
        created_at: now,
        seen_at: now,
        expires_at: now.plus(Duration::from_secs(3_600)),
    };
    let actor = Actor {
        session: session.id,
        tenant: tenant.id,
        associate: session.associate.clone(),
        name: session.name.clone(),
        email: session.email.clone(),
        role: PersonRole::Admin,
    };
    let (crm, calendar) = people(LINKS);
    let mut unit = core.storage.write().await.unwrap();
    unit.add_tenant(&tenant).await.unwrap();
    unit.put_crm_connection(tenant.id, &connection, &Sealed(vec![0]))
        .await
        .unwrap();
    unit.add_profile(&profile).await.unwrap();
    unit.add_session(&session).await.unwrap();
    unit.replace_crm_users(tenant.id, &crm, now).await.unwrap();
    unit.replace_calendar_users(tenant.id, profile.id, &calendar, now)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    (actor, profile.id, cookie)
}

/// Links everybody in one action, from the request to the end of its batch. Mails go out
/// afterwards, measured apart.
pub async fn link_everybody(bench: &Bench) {
    let (crm, calendar) = people(LINKS);
    let pairs = crm.into_iter().zip(calendar);
    let pairs = pairs.map(|(crm, calendar)| (crm.id, calendar.id)).collect();
    let core = &bench.portal.core;
    let started = Instant::now();
    core.link_several(&bench.actor, bench.profile, pairs)
        .await
        .unwrap();
    let now = SystemClock.now();
    let mut unit = core.storage.write().await.unwrap();
    let lease = now.plus(Duration::from_secs(60));
    let handler = RunBatch(core.clone());
    let jobs = unit
        .claim_jobs(&[handler.kind()], "bench", now, lease, 1)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    for job in &jobs {
        handler.run(job).await.unwrap();
    }
    let seconds = started.elapsed().as_secs_f64();
    let batch = core.batch(&bench.actor, bench.profile).await.unwrap();
    let done = batch.map(|batch| batch.count(BatchRowState::Done));
    assert_eq!(done, u32::try_from(LINKS).ok());
    row(
        "link and invite 1,000 pairs in one action",
        seconds,
        "s",
        "2 s",
        Some(seconds <= 2.0),
    );
}
