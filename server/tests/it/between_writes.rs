//! The portal's process is killed (SIGKILL) just before and just after every single commit
//! between *Link* and *active*, once each, and started again. Whatever the moment: the
//! people involved do what people do, reload and go on, and everything ends as if nothing
//! had happened.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use synchronizer_domain::mail::MailState;
use synchronizer_domain::status::LinksView;
use synchronizer_domain::usecases::{LinkRow, LinkUsersView};
use synchronizer_server::config::Config;
use synchronizer_server::{OsRng, Role, SystemClock};
use synchronizer_storage::{AuditFilter, Storage};
use synchronizer_storage_sql::COMMITS;
use synchronizer_testkit::{Browser, Page};

use crate::support::{
    Answer, Api, Database, MOMENT, Process, TestApp, TestOptions, ZOE, ZOE_MAIL, invitation_in,
    microsoft_profile, person, raise_knife, signed_up_admin,
};

const PROCESS: &str = "between_writes::the_portal_under_the_knife";
/// No journey has as many commits; a story that never ends would be a mistake of its own.
const TOO_MANY: usize = 200;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the other tests of this file start it as a process of its own"]
async fn the_portal_under_the_knife() {
    let moment = std::env::var(MOMENT).unwrap().parse().unwrap();
    raise_knife(COMMITS, moment);
    let config = Config::load(None).unwrap();
    let clock = Arc::new(SystemClock);
    let _running = synchronizer_server::start(&config, Role::All, clock, Arc::new(OsRng))
        .await
        .unwrap();
    std::future::pending::<()>().await;
}

/// What is left when everybody is done, without ids, times and secrets.
#[derive(Debug, PartialEq, Eq)]
struct Ending {
    link: String,
    invitation: String,
    grants: Vec<String>,
    audit: Vec<String>,
    mails: Vec<String>,
}

struct Scene {
    app: TestApp,
    admin: Browser,
    profile: String,
    /// How often the process was found dead.
    deaths: usize,
}

impl Scene {
    /// A company with a profile, and nobody linked; the portal is down.
    async fn set(database: &Database) -> Self {
        let mut app = TestApp::with(TestOptions {
            database: Some(database.url()),
            ..TestOptions::process()
        })
        .await;
        let admin = signed_up_admin(&app).await;
        let api = Api {
            app: &app,
            browser: &admin,
        };
        let profile = microsoft_profile(&api).await;
        // The lists of people are read when the page is first opened.
        api.view(&profile).await;
        app.kill();
        Self {
            app,
            admin,
            profile,
            deaths: 0,
        }
    }

    /// Plays the whole journey on a copy of the database, with a kill at this moment.
    async fn play(&mut self, database: &Database, moment: usize) -> Ending {
        self.app.config.database.url = database.url().into();
        self.app.sandbox.control().delete_mails();
        self.deaths = 0;
        let mut process =
            Process::under_the_knife(PROCESS, moment, &self.app.config, self.app.folder.path());
        let _ready_or_dead = process.is_ready(&self.app.config).await;
        self.app.adopt(process);

        self.link().await;
        self.wait_for(|links| {
            links
                .iter()
                .any(|row| row.invitation.as_ref().map(|mail| mail.mail) == Some(MailState::Sent))
        })
        .await;
        self.activate().await;
        self.wait_for(|links| links.iter().any(|row| row.status.state.word() == "active"))
            .await;
        self.settle().await;
        let links = self.links().await;
        let ending = self.ending(&links[0]).await;
        self.app.kill();
        ending
    }

    /// Starts the portal again if it has died.
    async fn revive(&mut self) {
        if self.app.has_ended() {
            self.deaths += 1;
            self.app.restart().await;
        }
    }

    /// After something went wrong: it was the kill, and nothing else.
    async fn after_a_failure(&mut self, what: &str) {
        for _ in 0..200 {
            if self.app.has_ended() {
                return self.revive().await;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the portal lives, but: {what}");
    }

    /// What a server function says of the profile, as often as it takes.
    async fn ask(&mut self, endpoint: &str) -> Answer {
        loop {
            let api = Api {
                app: &self.app,
                browser: &self.admin,
            };
            match api.attempt(endpoint, &[("profile", &self.profile)]).await {
                Ok(answer) => return answer,
                Err(error) => self.after_a_failure(&error).await,
            }
        }
    }

    /// The heads of both lists.
    async fn view(&mut self) -> LinkUsersView {
        self.ask("linking/view").await.read()
    }

    /// The linked users.
    async fn links(&mut self) -> Vec<LinkRow> {
        let view: LinksView = self.ask("status/links").await.read();
        view.rows
    }

    /// The administrator links Zoë, and looks whether it was done when nothing answers.
    async fn link(&mut self) {
        loop {
            if !self.links().await.is_empty() {
                return;
            }
            let view = self.view().await;
            let arguments = [
                ("profile", self.profile.as_str()),
                ("crm", person(&view.crm.first, ZOE).key.as_str()),
                ("calendar", person(&view.calendar.first, ZOE).key.as_str()),
            ];
            let api = Api {
                app: &self.app,
                browser: &self.admin,
            };
            match api.attempt("linking/link", &arguments).await {
                Ok(answer) => assert_eq!(answer.status, 200, "{}", answer.text),
                Err(error) => self.after_a_failure(&error).await,
            }
        }
    }

    async fn wait_for(&mut self, is_there: impl Fn(&[LinkRow]) -> bool) {
        for _ in 0..600 {
            if is_there(&self.links().await) {
                return;
            }
            self.revive().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let links = self.links().await;
        panic!(
            "it never came to that: {links:?}\n{:?}",
            self.app.mails_to(ZOE_MAIL)
        );
    }

    /// Zoë goes through the pages; when nothing answers she opens her mail's link again.
    async fn activate(&mut self) {
        let zoe = Browser::new();
        let invitation = invitation_in(&self.app.mail_to(ZOE_MAIL).await);
        loop {
            match walk(&zoe, &invitation).await {
                Ok(()) => return,
                Err(error) => self.after_a_failure(&error).await,
            }
        }
    }

    /// Waits until the mail and the check are done and forgotten.
    async fn settle(&mut self) {
        let storage = self.storage().await;
        for _ in 0..600 {
            let mut unit = storage.read().await.unwrap();
            let next = unit.next_job_at(&["send-mail", "connection-check"]).await;
            if next.unwrap().is_none() {
                return;
            }
            drop(unit);
            self.revive().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("jobs stay open");
    }

    async fn storage(&self) -> Arc<dyn Storage> {
        synchronizer_storage_sql::connect(&self.app.config.database.url)
            .await
            .unwrap()
    }

    /// What the database holds.
    async fn ending(&self, row: &LinkRow) -> Ending {
        let storage = self.storage().await;
        let mut unit = storage.read().await.unwrap();
        let (tenant, _) = unit.versions().await.unwrap()[0];
        let profile = self.profile.parse().unwrap();
        let links = unit.links_of_profile(tenant, profile).await.unwrap();
        assert_eq!(links.len(), 1);
        let mut grants: Vec<_> = unit
            .grants(tenant, Some(profile))
            .await
            .unwrap()
            .into_iter()
            .map(|grant| {
                let (side, refused) = (grant.side, grant.refused);
                format!("{side:?} {} {} {refused:?}", grant.identity, grant.scopes)
            })
            .collect();
        grants.sort();
        let entries = unit
            .audit(tenant, &AuditFilter::default(), 200)
            .await
            .unwrap();
        let mut audit: Vec<_> = entries
            .into_iter()
            .map(|entry| format!("{} {} {}", entry.actor, entry.action, entry.subject))
            .map(|line| line.replace(&row.id.to_string(), "the link"))
            .collect();
        audit.sort();
        let mails = unit.mails_of_profile(tenant, profile).await.unwrap();
        let mails = mails
            .iter()
            .map(|mail| format!("{:?} {} {:?}", mail.kind, mail.to, mail.state));
        let invitation = row.invitation.as_ref().map(|mail| {
            let (opened, used) = (mail.opened_at.is_some(), mail.used_at.is_some());
            (mail.mail, opened, used, mail.expired)
        });
        Ending {
            link: format!(
                "{} {} {:?} {}",
                row.crm.name,
                row.calendar.name,
                row.status.cause,
                row.status.state.word()
            ),
            invitation: format!("{invitation:?}"),
            grants,
            audit,
            mails: mails.collect(),
        }
    }

    /// One logical mail: a second copy only in the gap between *accepted* and *noted*, and
    /// then the same to the last letter.
    fn copies_of_the_mail(&self) -> usize {
        let mails = self.app.sandbox.mails();
        let ids: BTreeSet<_> = mails.iter().map(|mail| &mail.message_id).collect();
        let texts: BTreeSet<_> = mails.iter().map(|mail| &mail.text).collect();
        assert_eq!((ids.len(), texts.len()), (1, 1), "{mails:?}");
        mails.len()
    }
}

/// From the mail to the last page, wherever the journey stands.
async fn walk(zoe: &Browser, invitation: &str) -> Result<(), String> {
    let mut page = zoe.open(invitation).await?;
    if page.text().contains("get started") {
        page = zoe.press(&page, "get started", &[]).await?;
    }
    if page.text().contains("Step 1 of 2") {
        page = zoe.press(&page, "Sign in with SuperOffice", &[]).await?;
        page = pick(zoe, page, "I approve").await?;
    }
    if page.text().contains("Step 2 of 2") {
        page = zoe.press(&page, "Sign in with Microsoft", &[]).await?;
        page = pick(zoe, page, "Accept").await?;
    }
    // Used up: both grants were stored before the kill.
    let is_over = page.text().contains("Your calendar is linked") || page.status == 410;
    if is_over {
        return Ok(());
    }
    Err(format!("{} {}", page.url, page.text()))
}

/// Picks Zoë at a stand-in, and agrees where it asks.
async fn pick(zoe: &Browser, page: Page, agree: &str) -> Result<Page, String> {
    let page = zoe.press(&page, ZOE, &[]).await?;
    if page.text().contains(agree) {
        return zoe.press(&page, agree, &[]).await;
    }
    Ok(page)
}

/// Every moment, from the first to the one that is never reached.
async fn every_moment(database: Database) {
    let mut scene = Scene::set(&database).await;
    let copy = database.copy().await;
    let undisturbed = scene.play(&copy, 0).await;
    copy.remove().await;
    assert_eq!((scene.deaths, scene.copies_of_the_mail()), (0, 1));
    let (mut killed, mut doubled) = (0, 0);
    for moment in 1..TOO_MANY {
        let copy = database.copy().await;
        let ending = scene.play(&copy, moment).await;
        copy.remove().await;
        assert_eq!(ending, undisturbed, "killed at moment {moment}");
        let copies = scene.copies_of_the_mail();
        assert!(copies <= 2, "{copies} copies, killed at moment {moment}");
        doubled += copies - 1;
        if scene.deaths == 0 {
            break;
        }
        assert_eq!(scene.deaths, 1, "a process died by itself");
        killed += 1;
    }
    database.remove().await;
    assert!(
        (20..TOO_MANY - 1).contains(&killed),
        "{killed} kills: the story is not what it was"
    );
    assert!(doubled <= 1, "{doubled} doubled mails");
}

#[tokio::test]
async fn a_kill_around_any_commit_changes_nothing_of_the_ending() {
    every_moment(Database::sqlite()).await;
}

#[tokio::test]
async fn a_kill_around_any_commit_changes_nothing_on_postgres_either() {
    if let Some(database) = Database::postgres().await {
        every_moment(database).await;
    }
}
