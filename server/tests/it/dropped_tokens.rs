//! An access token that has not ended and is refused all the same says nothing about the
//! grant: it is renewed once, and only then somebody is asked.

use synchronizer_domain::ids::{JobId, LinkId};
use synchronizer_sandbox::System;
use synchronizer_storage::NewJob;
use synchronizer_testkit::Browser;

use crate::support::{BOXES, Story, ZOE, ZOE_MAIL, at_google, google_story, says};

/// Checks the link's connections once more, now, and waits until that has ended.
async fn check(story: &Story) {
    let core = story.app.core();
    let link: LinkId = story.link.parse().unwrap();
    let mut unit = core.storage.write().await.unwrap();
    let tenant = unit.versions().await.unwrap()[0].0;
    let id = JobId::mint(&*core.clock, &*core.rng);
    let job = NewJob {
        id,
        tenant,
        kind: "connection-check",
        payload: serde_json::json!({ "link": link }).to_string(),
        dedup_key: id.to_string(),
        run_at: core.clock.now(),
    };
    assert!(unit.add_job(&job).await.unwrap());
    unit.commit().await.unwrap();
    core.wake.notify();
    for _ in 0..800 {
        let mut unit = core.storage.read().await.unwrap();
        let next = unit.next_job_at(&["connection-check"]).await.unwrap();
        if next.is_none() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the check does not end");
}

/// How often a system's token endpoint was asked so far.
fn renewals(story: &Story, system: System) -> usize {
    let requests = story.app.sandbox.control().requests();
    requests
        .iter()
        .filter(|request| {
            let path = &request.path;
            request.system == system
                && request.method == "POST"
                && (path.ends_with("/token") || path.ends_with("/tokens"))
        })
        .count()
}

async fn survives(story: &Story, calendar: System) {
    let control = story.app.sandbox.control();
    // The tokens that the first check got are still good.
    check(story).await;
    let mails = story.app.mails_to(ZOE_MAIL).len();
    for system in [System::SuperOffice, calendar] {
        let before = renewals(story, system);
        assert!(control.drop_access_tokens(system) > 0);
        check(story).await;
        story.expect("active", None).await;
        assert_eq!(renewals(story, system), before + 1, "{system:?}");
    }
    assert_eq!(story.app.mails_to(ZOE_MAIL).len(), mails);

    // Where renewing is refused too, the person is asked.
    control.revoke_refresh(calendar, ZOE_MAIL).unwrap();
    check(story).await;
    story.expect("attention", Some("calendar_refused")).await;
    story.app.wait_for_mails(ZOE_MAIL, mails + 1).await;
}

#[tokio::test]
async fn a_token_that_graph_or_superoffice_drops_is_renewed_before_anybody_is_asked() {
    let story = Story::start().await;
    story.finish().await;
    survives(&story, System::Microsoft).await;
}

#[tokio::test]
async fn a_token_that_google_drops_is_renewed_before_anybody_is_asked() {
    let story = google_story().await;
    let zoe = Browser::new();
    let page = story.second_step(&zoe).await;
    let page = zoe.press(&page, "Sign in with Google", &[]).await.unwrap();
    let page = at_google(&zoe, page, ZOE, BOXES).await;
    says(&page, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
    survives(&story, System::Google).await;
}
