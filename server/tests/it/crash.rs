//! The process is killed between the commit and the mail. The mail arrives all the same:
//! once, or a second time with the same Message-ID when the kill came between the mail
//! server's *accepted* and our note of it.

use std::time::Duration;

use synchronizer_domain::link::LinkState;
use synchronizer_domain::mail::MailState;
use synchronizer_domain::usecases::LinkRow;
use synchronizer_domain::{Clock, Timestamp};
use synchronizer_testkit::Browser;

use crate::support::{
    Api, Database, HAKON, RENEE, TestApp, TestOptions, ZOE, ZOE_MAIL, microsoft_profile,
    signed_up_admin,
};

struct Scene {
    app: TestApp,
    admin: Browser,
    profile: String,
    database: String,
}

impl Scene {
    async fn open(database: &Database) -> Self {
        let url = database.url();
        let options = TestOptions {
            database: Some(url.clone()),
            ..TestOptions::process()
        };
        let app = TestApp::with(options).await;
        let admin = signed_up_admin(&app).await;
        let profile = microsoft_profile(&Api {
            app: &app,
            browser: &admin,
        })
        .await;
        Self {
            app,
            admin,
            profile,
            database: url,
        }
    }

    fn api(&self) -> Api<'_> {
        Api {
            app: &self.app,
            browser: &self.admin,
        }
    }

    /// Waits until a worker has taken the mail's job: it can be claimed again later only.
    async fn mail_is_claimed(&self) {
        let storage = synchronizer_storage_sql::connect(&self.database.clone().into())
            .await
            .unwrap();
        for _ in 0..400 {
            let next = storage
                .read()
                .await
                .unwrap()
                .next_job_at(&["send-mail"])
                .await
                .unwrap();
            if next.is_some_and(|at| at > self.now().plus(Duration::from_millis(200))) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nobody took the mail");
    }

    fn now(&self) -> Timestamp {
        self.app.clock.now()
    }
}

fn mail_state(row: &LinkRow) -> Option<MailState> {
    row.invitation.as_ref().map(|invitation| invitation.mail)
}

async fn a_stalled_mail_server(database: Database) {
    let mut scene = Scene::open(&database).await;
    scene.app.sandbox.control().set_smtp_stall(true);
    let link = scene.api().link(&scene.profile, ZOE, ZOE).await;
    let row = scene.api().row(&scene.profile, &link).await;
    assert_eq!(
        (row.status.state, mail_state(&row)),
        (LinkState::Invited, Some(MailState::Queued))
    );
    scene.mail_is_claimed().await;
    let ready = Browser::new().open(&scene.app.url("/ready")).await.unwrap();
    assert_eq!(
        ready.status, 200,
        "the portal answers while the mail server stalls"
    );
    scene.app.kill();
    assert_eq!(scene.app.mails_to(ZOE_MAIL).len(), 0);

    scene.app.sandbox.control().set_smtp_stall(false);
    scene.app.restart().await;
    scene.app.mail_to(ZOE_MAIL).await;
    scene.api().wait_for_sent(&scene.profile, &link).await;
    assert_eq!(scene.app.mails_to(ZOE_MAIL).len(), 1);
    drop(scene);
    database.remove().await;
}

#[tokio::test]
async fn a_mail_that_waits_survives_the_kill_and_arrives_once_sc_73() {
    a_stalled_mail_server(Database::sqlite()).await;
}

#[tokio::test]
async fn a_mail_that_waits_survives_the_kill_on_postgres_too() {
    if let Some(database) = Database::postgres().await {
        a_stalled_mail_server(database).await;
    }
}

#[tokio::test]
async fn a_kill_at_any_moment_after_the_answer_loses_no_mail() {
    let database = Database::sqlite();
    let mut scene = Scene::open(&database).await;
    let people = [
        (ZOE, ZOE_MAIL, 0),
        (HAKON, "hakon.nystrom@nordlicht.example", 2),
        (RENEE, "renee.vanthoff@nordlicht.example", 6),
        ("Noël D’Amico", "noel.damico@nordlicht.example", 15),
        ("Łukasz Żurawski", "lukasz.zurawski@nordlicht.example", 40),
    ];
    for (name, address, delay) in people {
        let link = scene.api().link(&scene.profile, name, name).await;
        tokio::time::sleep(Duration::from_millis(delay)).await;
        scene.app.kill();
        scene.app.restart().await;
        scene.api().wait_for_sent(&scene.profile, &link).await;
        let mails = scene.app.mails_to(address);
        // Twice only when the kill hit the moment between accepted and noted.
        assert!(
            matches!(mails.len(), 1 | 2),
            "{} mails to {name}",
            mails.len()
        );
        assert!(
            mails
                .iter()
                .all(|mail| mail.message_id == mails[0].message_id),
            "{mails:?}"
        );
        assert!(
            mails.iter().all(|mail| mail.text == mails[0].text),
            "{mails:?}"
        );
    }
}

#[tokio::test]
async fn a_kill_between_accepted_and_noted_sends_the_same_mail_again_sc_89() {
    let database = Database::sqlite();
    let mut scene = Scene::open(&database).await;
    let link = scene.api().link(&scene.profile, ZOE, ZOE).await;
    scene.app.mail_to(ZOE_MAIL).await;
    // The server has the mail; our process may not have heard of it yet.
    scene.app.kill();
    scene.app.restart().await;
    scene.api().wait_for_sent(&scene.profile, &link).await;
    let mails = scene.app.mails_to(ZOE_MAIL);
    assert!(matches!(mails.len(), 1 | 2), "{} mails", mails.len());
    assert!(
        mails
            .iter()
            .all(|mail| mail.message_id == mails[0].message_id && mail.text == mails[0].text)
    );
}
