//! Open pages hear of changes, whichever replica made them.

use std::time::Duration;

use synchronizer_server::Role;
use synchronizer_testkit::Browser;

use crate::support::{Story, Stream, ZOE, at_microsoft, signed_up_foreign_admin};

/// The change counter of the story's company.
async fn version(story: &Story) -> i64 {
    let mut unit = story.app.core().storage.read().await.unwrap();
    let versions = unit.versions().await.unwrap();
    versions.iter().map(|(_, version)| *version).max().unwrap()
}

#[tokio::test]
async fn each_step_of_an_activation_is_heard_on_every_replica() {
    let story = Story::start().await;
    let replica = story.app.replica(Role::Portal).await;
    let elsewhere = format!("http://localhost:{}/events", replica.address.port());
    let mut here = Stream::open(&story.admin, &story.app.url("/events")).await;
    let mut there = Stream::open(&story.admin, &elsewhere).await;
    let before = version(&story).await;
    here.reaches(before).await;
    there.reaches(before).await;

    let zoe = Browser::new();
    let page = story.second_step(&zoe).await;
    let half = version(&story).await;
    assert!(half > before);
    here.reaches(half).await;
    there.reaches(half).await;

    let page = zoe
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    at_microsoft(&zoe, page, ZOE).await;
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
    let done = version(&story).await;
    assert!(done > half);
    here.reaches(done).await;
    there.reaches(done).await;
    drop((here, there));
    replica.stop().await;
}

#[tokio::test]
async fn another_company_hears_nothing() {
    let story = Story::start().await;
    let stranger = signed_up_foreign_admin(&story.app).await;
    let mut own = Stream::open(&story.admin, &story.app.url("/events")).await;
    let mut foreign = Stream::open(&stranger, &story.app.url("/events")).await;
    foreign.next().await;
    let before = version(&story).await;
    own.reaches(before).await;
    story.second_step(&Browser::new()).await;
    let after = version(&story).await;
    own.reaches(after).await;
    assert!(foreign.is_silent(Duration::from_millis(600)).await);
}
