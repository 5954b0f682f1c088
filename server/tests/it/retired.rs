//! Tokens of links that are deleted: kept for a while, then revoked and erased, and never
//! taken from somebody who was linked anew.

use std::time::Duration;

use synchronizer_domain::Clock;
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::link::LinkAction;
use synchronizer_services::Housekeeping;
use synchronizer_testkit::Browser;

use crate::support::{
    ADMIN, BOXES, Story, ZOE, ZOE_MAIL, at_google, at_superoffice, google_story, google_story_of,
    invitation_in, says,
};

const DAY: Duration = Duration::from_secs(86_400);
const INGVILD_MAIL: &str = "ingvild.saetre-holm@nordlicht.example";

/// Goes the whole way with a mail's address.
async fn activate(story: &Story, name: &str) {
    let person = Browser::new();
    let page = story.at_sign_in(&person).await;
    let page = at_superoffice(&person, page, name).await;
    let page = person
        .press(&page, "Sign in with Google", &[])
        .await
        .unwrap();
    let page = at_google(&person, page, name, BOXES).await;
    says(&page, 200, &["Your calendar is linked"]);
    let api = story.api();
    api.wait_for_state(&story.profile, &story.link, "active")
        .await;
}

/// How often providers were asked to revoke, when no such job is left.
async fn revoked(story: &Story) -> usize {
    let storage = &story.app.core().storage;
    for _ in 0..800 {
        let mut unit = storage.read().await.unwrap();
        // A job that somebody holds counts as due: its lease is two seconds.
        let soon = story.app.clock.now().plus(Duration::from_secs(3));
        let next = unit.next_job_at(&["revoke-token"]).await.unwrap();
        if next.is_none_or(|at| at > soon) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let requests = story.app.sandbox.control().requests();
    let asked = requests
        .iter()
        .filter(|one| one.path.to_lowercase().ends_with("/revoke"));
    asked.count()
}

async fn sweep(story: &Story) {
    Housekeeping(story.app.core().clone()).sweep().await;
}

#[tokio::test]
async fn sc_97_a_link_that_was_deleted_long_ago_loses_its_tokens_at_the_providers_too() {
    let story = google_story().await;
    activate(&story, ZOE).await;
    story.api().delete(&story.link).await;
    story.app.clock.advance(DAY * 29);
    sweep(&story).await;
    assert_eq!((story.grants().await.len(), revoked(&story).await), (2, 0));

    story.app.clock.advance(DAY * 2);
    sweep(&story).await;
    assert_eq!(story.grants().await, []);
    // SuperOffice and Google, once each however often it is swept.
    sweep(&story).await;
    assert_eq!(revoked(&story).await, 2);

    // The link comes back without its connections, and its person is invited like a new one.
    story.sign_in_again().await;
    let link = [story.link.as_str()];
    let answer = story.api().act("undelete", &link, "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    story.expect("invited", None).await;
    assert_eq!(story.app.mails_to(ZOE_MAIL).len(), 1);
    story
        .api()
        .ok::<()>("linking/resend", &[("link", &story.link)])
        .await;
    let mails = story.app.wait_for_mails(ZOE_MAIL, 2).await;
    let story = Story {
        invitation: invitation_in(&mails[1]),
        ..story
    };
    activate(&story, ZOE).await;
}

#[tokio::test]
async fn who_was_linked_anew_keeps_the_new_link_when_the_old_one_is_erased() {
    let story = google_story().await;
    activate(&story, ZOE).await;
    let old = story.link.clone();
    story.api().delete(&old).await;
    let link = story.api().link(&story.profile, ZOE, ZOE).await;
    let mails = story.app.wait_for_mails(ZOE_MAIL, 2).await;
    let story = Story {
        invitation: invitation_in(&mails[1]),
        link,
        ..story
    };
    activate(&story, ZOE).await;
    let api = story.api();
    let answer = api.act(LinkAction::Erase.word(), &[&old], ZOE).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    // At Google one revoked token ends everything that the account gave.
    assert_eq!(revoked(&story).await, 0);
    works(&story).await;
}

#[tokio::test]
async fn an_account_that_reads_the_lists_goes_on_when_its_own_link_is_erased() {
    let story = google_story_of(ADMIN, INGVILD_MAIL).await;
    activate(&story, ADMIN).await;
    let api = story.api();
    for (action, typed) in [("delete", ""), ("erase", ADMIN)] {
        let answer = api.act(action, &[&story.link], typed).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    assert_eq!(revoked(&story).await, 0);
    let profile = [("profile", story.profile.as_str())];
    let report: ConnectionReport = api.ok("profiles/test", &profile).await;
    assert!(report.passed(), "{report:?}");
}

/// Both connections of the link are tried with fresh tokens.
async fn works(story: &Story) {
    let api = story.api();
    let checked = story.row().await.checked_at;
    story.app.clock.advance(Duration::from_secs(5_400));
    let answer = api.act("check", &[&story.link], "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    for _ in 0..400 {
        let row = story.row().await;
        assert_eq!(row.status.state.word(), "active", "{row:?}");
        if row.checked_at > checked {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it was not tried: {:?}", story.row().await);
}
