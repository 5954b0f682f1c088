//! Several processes of the built program on one PostgreSQL, behind one address: nothing
//! is done twice, pages hear of what happens elsewhere, and people may be served by
//! another process with every click.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use synchronizer_domain::link::LinkState;
use synchronizer_domain::mail::MailState;
use synchronizer_domain::usecases::LinkRow;
use synchronizer_storage::{AuditEntry, AuditFilter, Storage};
use synchronizer_testkit::Browser;

use crate::support::{
    Api, Balancer, Database, Process, Stream, TestApp, TestOptions, ZOE, ZOE_MAIL, at_microsoft,
    at_superoffice, invitation_in, microsoft_profile, says, signed_up_admin,
};

/// A process and where it listens.
struct Replica {
    process: Process,
    address: SocketAddr,
}

struct Cluster {
    app: TestApp,
    balancer: Balancer,
    replicas: Vec<Replica>,
    admin: Browser,
    profile: String,
    database: Database,
}

impl Cluster {
    /// Processes with these roles, the first of which serves until told otherwise. None
    /// without PostgreSQL.
    async fn start(roles: &[&str]) -> Option<Self> {
        let database = Database::postgres().await?;
        let mut app = TestApp::with(TestOptions {
            database: Some(database.url()),
            ..TestOptions::process()
        })
        .await;
        app.kill();
        let public = app.config.server.listen;
        let mut replicas = Vec::new();
        for role in roles {
            let mut config = app.config.clone();
            config.server.listen.set_port(free_port().await);
            replicas.push(Replica {
                process: Process::start_as(role, &config, app.folder.path()).await,
                address: config.server.listen,
            });
        }
        let balancer = Balancer::start(public, replicas[0].address).await;
        let admin = signed_up_admin(&app).await;
        let profile = microsoft_profile(&Api {
            app: &app,
            browser: &admin,
        })
        .await;
        Some(Self {
            app,
            balancer,
            replicas,
            admin,
            profile,
            database,
        })
    }

    fn api(&self) -> Api<'_> {
        Api {
            app: &self.app,
            browser: &self.admin,
        }
    }

    /// From here on this replica serves.
    fn serve_from(&self, replica: usize) {
        self.balancer.send_to(self.replicas[replica].address);
    }

    /// Status of a server function at one replica.
    async fn call(&self, replica: usize, endpoint: &str, arguments: &[(&str, &str)]) -> u16 {
        let port = self.replicas[replica].address.port();
        let request = self
            .admin
            .client()
            .post(format!("http://localhost:{port}/api/{endpoint}"))
            .header("accept", "application/json")
            .header("origin", self.app.url(""))
            .header("sec-fetch-site", "same-origin")
            .form(arguments);
        request.send().await.unwrap().status().as_u16()
    }

    /// The change notices of the administrator's page at one replica.
    async fn page_at(&self, replica: usize) -> Stream {
        let port = self.replicas[replica].address.port();
        Stream::open(&self.admin, &format!("http://localhost:{port}/events")).await
    }

    async fn storage(&self) -> std::sync::Arc<dyn Storage> {
        synchronizer_storage_sql::connect(&self.app.config.database.url)
            .await
            .unwrap()
    }

    async fn version(&self) -> i64 {
        let mut unit = self.storage().await.read().await.unwrap();
        unit.versions().await.unwrap()[0].1
    }

    /// How often each thing is in the audit log, by action and subject.
    async fn audit(&self) -> BTreeMap<(String, String), usize> {
        let mut unit = self.storage().await.read().await.unwrap();
        let (tenant, _) = unit.versions().await.unwrap()[0];
        let mut counts = BTreeMap::new();
        for AuditEntry {
            action, subject, ..
        } in unit
            .audit(tenant, &AuditFilter::default(), 1_000)
            .await
            .unwrap()
        {
            *counts.entry((action, subject)).or_default() += 1;
        }
        counts
    }

    async fn end(self) {
        let Self {
            replicas, database, ..
        } = self;
        drop(replicas);
        database.remove().await;
    }
}

async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

/// Everybody with the same e-mail on either side: CRM user, calendar user, e-mail.
async fn couples(api: &Api<'_>, profile: &str) -> Vec<(String, String, String)> {
    let mut calendars: BTreeMap<_, _> = api
        .people(profile, "calendar")
        .await
        .into_iter()
        .map(|one| (one.email, one.key))
        .collect();
    api.people(profile, "crm")
        .await
        .into_iter()
        .filter(|one| one.active)
        .filter_map(|one| {
            let calendar = calendars.remove(one.email.as_str())?;
            Some((one.key, calendar, one.email))
        })
        .collect()
}

fn is_sent(row: &LinkRow) -> bool {
    row.invitation.as_ref().map(|mail| mail.mail) == Some(MailState::Sent)
}

#[tokio::test]
async fn two_processes_share_the_work_and_do_nothing_twice() {
    let Some(mut cluster) = Cluster::start(&["all", "all"]).await else {
        return;
    };
    let couples = couples(&cluster.api(), &cluster.profile).await;
    assert!(couples.len() >= 5, "{couples:?}");
    // Everybody is linked on both at once, as by two administrators in a hurry.
    for (crm, calendar, _) in &couples {
        let arguments = [
            ("profile", cluster.profile.as_str()),
            ("crm", crm),
            ("calendar", calendar),
        ];
        let (here, there) = tokio::join!(
            cluster.call(0, "linking/link", &arguments),
            cluster.call(1, "linking/link", &arguments)
        );
        let mut answers = [here, there];
        answers.sort_unstable();
        assert_eq!(answers, [200, 409], "one of them was first");
    }
    for _ in 0..400 {
        let rows = cluster.api().links(&cluster.profile).await;
        if rows.len() == couples.len() && rows.iter().all(is_sent) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let rows = cluster.api().links(&cluster.profile).await;
    assert!(
        rows.len() == couples.len() && rows.iter().all(is_sent),
        "{rows:?}"
    );
    for (_, _, address) in &couples {
        assert_eq!(cluster.app.mails_to(address).len(), 1, "{address}");
    }
    let audit = cluster.audit().await;
    let created: Vec<_> = audit
        .iter()
        .filter(|((action, _), _)| action == "link.created")
        .map(|(_, count)| *count)
        .collect();
    assert_eq!(created, vec![1; couples.len()]);

    // One process dies; the other one goes on alone.
    let lost = cluster.replicas.remove(0);
    drop(lost.process);
    cluster.serve_from(0);
    let zoe = Browser::new();
    let invitation = invitation_in(&cluster.app.mail_to(ZOE_MAIL).await);
    let page = zoe.open(&invitation).await.unwrap();
    says(&page, 200, &["get started"]);
    cluster.end().await;
}

#[tokio::test]
async fn every_click_may_be_served_by_another_process() {
    let Some(cluster) = Cluster::start(&["portal", "portal", "worker"]).await else {
        return;
    };
    let (first, second) = (cluster.replicas[0].address, cluster.replicas[1].address);
    let mut here = cluster.page_at(0).await;
    let mut there = cluster.page_at(1).await;
    let link = cluster.api().link(&cluster.profile, ZOE, ZOE).await;
    cluster.api().wait_for_sent(&cluster.profile, &link).await;
    let sent = cluster.version().await;
    here.reaches(sent).await;
    there.reaches(sent).await;

    let zoe = Browser::new();
    let invitation = invitation_in(&cluster.app.mail_to(ZOE_MAIL).await);
    let page = zoe.open(&invitation).await.unwrap();
    assert_eq!(cluster.balancer.served("/i/"), first);
    cluster.serve_from(1);
    let page = zoe.press(&page, "get started", &[]).await.unwrap();
    assert_eq!(cluster.balancer.served("/activate/"), second);
    let page = zoe
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    // Left from the second, the answer comes to the first.
    assert_eq!(cluster.balancer.served("/auth/go/"), second);
    cluster.serve_from(0);
    let page = at_superoffice(&zoe, page, ZOE).await;
    assert_eq!(cluster.balancer.served("/auth/superoffice/"), first);
    says(&page, 200, &["Step 2 of 2"]);
    let half = cluster.version().await;
    assert!(half > sent);
    here.reaches(half).await;
    there.reaches(half).await;

    let page = zoe
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    assert_eq!(cluster.balancer.served("/auth/go/"), first);
    cluster.serve_from(1);
    let page = at_microsoft(&zoe, page, ZOE).await;
    assert_eq!(cluster.balancer.served("/auth/microsoft/"), second);
    says(&page, 200, &["Your calendar is linked"]);
    let row = cluster
        .api()
        .wait_for_state(&cluster.profile, &link, "active")
        .await;
    assert_eq!(row.status.state, LinkState::Active);
    let done = cluster.version().await;
    here.reaches(done).await;
    there.reaches(done).await;

    assert_eq!(cluster.app.mails_to(ZOE_MAIL).len(), 1);
    let audit = cluster.audit().await;
    for action in [
        "link.created",
        "activation.crm_granted",
        "activation.calendar_granted",
        "link.checked",
    ] {
        let count = audit.get(&(action.to_owned(), link.clone()));
        assert_eq!(count, Some(&1), "{action}");
    }
    // The answer of a provider is taken once, wherever it is shown again.
    let answers = zoe.history();
    let answer = answers
        .iter()
        .filter_map(|page| page.headers.get("location")?.to_str().ok())
        .find(|location| location.contains("/auth/microsoft/callback"))
        .unwrap();
    for replica in 0..2 {
        cluster.serve_from(replica);
        let page = zoe.open(answer).await.unwrap();
        says(&page, 200, &["no longer valid"]);
    }
    drop((here, there));
    cluster.end().await;
}

#[tokio::test]
async fn a_portal_alone_keeps_the_mail_until_a_worker_comes() {
    let Some(mut cluster) = Cluster::start(&["portal", "worker"]).await else {
        return;
    };
    // The worker reads the lists of people, and is gone before anybody is linked.
    cluster.api().view(&cluster.profile).await;
    drop(cluster.replicas.remove(1).process);
    let link = cluster.api().link(&cluster.profile, ZOE, ZOE).await;
    let row = cluster.api().row(&cluster.profile, &link).await;
    assert_eq!(
        row.invitation.map(|invitation| invitation.mail),
        Some(MailState::Queued)
    );
    let mut config = cluster.app.config.clone();
    config.server.listen.set_port(free_port().await);
    let process = Process::start_as("worker", &config, cluster.app.folder.path()).await;
    cluster.replicas.push(Replica {
        process,
        address: config.server.listen,
    });
    cluster.api().wait_for_sent(&cluster.profile, &link).await;
    assert_eq!(cluster.app.mails_to(ZOE_MAIL).len(), 1);
    // Pages are the portal's work.
    let port = config.server.listen.port();
    let page = Browser::new()
        .open(&format!("http://localhost:{port}/sign-in"))
        .await
        .unwrap();
    assert_eq!(page.status, 404);
    cluster.end().await;
}
