//! The secret of our own registration comes to its end (SC-56).

use std::time::Duration;

use synchronizer_domain::Clock;
use synchronizer_server::Role;
use synchronizer_services::{Core, Housekeeping};
use synchronizer_testkit::Browser;

use crate::support::{ADMIN, Story, ZOE, says, sign_in};

const DAY: Duration = Duration::from_secs(86_400);
const OPERATOR: &str = "operator@portal.example";

/// Waits until nothing is to be told any more.
async fn told(core: &Core) {
    for _ in 0..800 {
        let mut unit = core.storage.read().await.unwrap();
        if unit
            .next_job_at(&["tell-operator"])
            .await
            .unwrap()
            .is_none()
        {
            return;
        }
        drop(unit);
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the operator is not told");
}

#[tokio::test]
async fn a_client_secret_that_ends_is_told_in_time_and_once_sc_56() {
    let mut story = Story::start().await;
    let ends = story.app.clock.now().plus(DAY * 40).date();
    story
        .app
        .config
        .microsoft
        .client_secret_expires
        .clone_from(&ends);
    story.app.restart().await;
    let replica = story.app.replica(Role::Worker).await;

    let (soon, over) = ("will soon refuse", "client secret has ended");
    for (days, mails, seen) in [
        (5, 0, None),
        // 40 days before its end it was; the day begins at midnight.
        (6, 1, Some(soon)),
        (10, 1, Some(soon)),
        (13, 2, Some(soon)),
        (5, 3, Some(soon)),
        (1, 4, Some(over)),
        (100, 4, Some(over)),
    ] {
        story.app.clock.advance(DAY * days);
        for core in [story.app.core(), &replica.core] {
            Housekeeping(core.clone()).sweep().await;
        }
        told(story.app.core()).await;
        let sent = story.app.mails_to(OPERATOR);
        assert_eq!(sent.len(), mails, "{days} {sent:?}");
        let browser = Browser::new();
        sign_in(&story.app, &browser, ADMIN).await;
        let page = browser.open(&story.app.url("/profiles")).await.unwrap();
        let text = page.text();
        for sentence in [soon, over] {
            assert_eq!(text.contains(sentence), seen == Some(sentence), "{text}");
        }
    }
    let subjects: Vec<String> = story
        .app
        .mails_to(OPERATOR)
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    let ending = format!("The client secret at Microsoft ends on {ends}");
    let ended = "The client secret at Microsoft has ended";
    assert_eq!(subjects, [&ending, &ending, &ending, ended]);

    // Nobody else is bothered, and a company that does not use Microsoft hears nothing.
    let zoe = Browser::new();
    let page = sign_in(&story.app, &zoe, ZOE).await;
    assert!(!page.text().contains("client secret"), "{}", page.text());
    let foreign = crate::support::signed_up_foreign_admin(&story.app).await;
    let page = foreign.open(&story.app.url("/profiles")).await.unwrap();
    says(&page, 200, &[]);
    assert!(!page.text().contains("client secret"), "{}", page.text());

    // A new secret with its day ends it.
    story.app.config.microsoft.client_secret_expires = story.app.clock.now().plus(DAY * 300).date();
    replica.stop().await;
    story.app.restart().await;
    let browser = Browser::new();
    sign_in(&story.app, &browser, ADMIN).await;
    let page = browser.open(&story.app.url("/profiles")).await.unwrap();
    assert!(!page.text().contains("client secret"), "{}", page.text());
}
