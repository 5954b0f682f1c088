//! Secrets are in no log, not even at level TRACE, in no file of the database, on no page.
//! The portal runs as a process of its own, so that its log is its own. Google's, Exchange's
//! and the mail server's are in `secrets_of_systems`.

use synchronizer_domain::usecases::PersonalLink;
use synchronizer_testkit::Browser;

use crate::support::{
    CaldavStory, HAKON, Hunt, PASSWORD, Process, Story, TestApp, TestOptions, ZOE, at_superoffice,
    basic, make_calendar, radicale, says, sign_in,
};

#[tokio::test]
async fn the_microsoft_journey_leaks_nothing() {
    let story = Story::with(TestOptions::process()).await;
    let (wrong, cancelled, user) = (Browser::new(), Browser::new(), Browser::new());
    let page = story.at_sign_in(&wrong).await;
    at_superoffice(&wrong, page, HAKON).await;
    let page = story.at_sign_in(&cancelled).await;
    cancelled.press(&page, "Cancel", &[]).await.unwrap();
    let copied: PersonalLink = story
        .api()
        .ok("linking/copy-link", &[("link", &story.link)])
        .await;
    story
        .api()
        .ok::<()>("linking/resend", &[("link", &story.link)])
        .await;
    story.app.wait_for_mails(crate::support::ZOE_MAIL, 2).await;
    let person = story.finish().await;
    sign_in(&story.app, &user, ZOE).await;
    for page in [
        "/profiles",
        &format!("/profiles/{}/link-users", story.profile),
        "/me",
    ] {
        says(
            &story.admin.open(&story.app.url(page)).await.unwrap(),
            200,
            &[],
        );
    }
    Browser::new().open(&story.invitation).await.unwrap();
    let mut hunt = Hunt::of(
        &story.app,
        &[&story.admin, &wrong, &cancelled, &person, &user],
    );
    hunt.add("invitation", copied.url.rsplit_once('/').unwrap().1);
    hunt.assert_nothing_leaked(&story.app);
}

#[tokio::test]
async fn the_caldav_journey_leaks_nothing() {
    const WRONG: &str = "Planted-Wr0ng-93e5";
    let Some((server, _folder)) = radicale().await else {
        return;
    };
    make_calendar(server.url(), "guenther", "Work").await;
    let story = CaldavStory::with(TestOptions::process(), server.url()).await;
    says(
        &story.submit(server.url(), "guenther", WRONG).await,
        422,
        &[],
    );
    says(
        &story
            .submit("http://127.0.0.1:9/", "guenther", PASSWORD)
            .await,
        422,
        &[],
    );
    says(
        &story
            .submit("https://10.0.0.1/", "guenther", PASSWORD)
            .await,
        422,
        &[],
    );
    says(&story.submit(server.url(), "zoe", PASSWORD).await, 403, &[]);
    says(
        &story.submit(server.url(), "guenther", PASSWORD).await,
        200,
        &[],
    );
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
    let mut hunt = Hunt::of(&story.app, &[&story.admin, &story.person]);
    for password in [PASSWORD, WRONG] {
        hunt.add("password", password);
        for name in ["guenther", "zoe"] {
            hunt.add("password", &basic(name, password));
        }
    }
    hunt.assert_nothing_leaked(&story.app);
}

#[tokio::test]
async fn a_start_that_fails_tells_no_secret() {
    let app = TestApp::start().await;
    let planted = "Planted-D4tabase-word";
    for (database, smtp) in [
        (
            format!("postgres://portal:{planted}@127.0.0.1:1/portal"),
            "smtp://127.0.0.1:25".to_owned(),
        ),
        (
            format!("mysql://portal:{planted}@127.0.0.1/portal"),
            format!("gopher://mail:{planted}@127.0.0.1:25"),
        ),
    ] {
        let mut config = app.config.clone();
        config.server.listen.set_port(0);
        config.database.url = database.into();
        config.smtp.url = smtp.into();
        let said = Process::refused(&config, app.folder.path());
        assert!(said.contains("database"), "{said}");
        assert!(!said.contains(planted), "{said}");
    }
}
