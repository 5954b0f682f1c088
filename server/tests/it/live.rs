//! Open pages hear of changes, whichever replica made them.

use std::time::Duration;

use reqwest::Response;
use synchronizer_server::Role;
use synchronizer_testkit::Browser;

use crate::support::{Story, ZOE, at_microsoft, signed_up_foreign_admin};

/// The stream of a signed-in browser.
struct Stream {
    response: Response,
    seen: String,
}

impl Stream {
    async fn open(browser: &Browser, address: &str) -> Self {
        let response = browser
            .client()
            .get(address)
            .header("accept", "text/event-stream")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert!(
            response.headers()["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/event-stream")
        );
        Self {
            response,
            seen: String::new(),
        }
    }

    /// The number in the next change notice.
    async fn next(&mut self) -> i64 {
        let wait = async {
            loop {
                if let Some((event, rest)) = self.seen.split_once("\n\n") {
                    let event = event.to_owned();
                    self.seen = rest.to_owned();
                    if event.contains("event: change") {
                        let data = event
                            .lines()
                            .find_map(|line| line.strip_prefix("data: "))
                            .unwrap();
                        return data.parse().unwrap();
                    }
                    continue;
                }
                let chunk = self
                    .response
                    .chunk()
                    .await
                    .unwrap()
                    .expect("the stream ended");
                self.seen.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wait)
            .await
            .expect("no change notice")
    }

    /// Waits until the notice of this version, or a later one, was heard.
    async fn reaches(&mut self, version: i64) {
        while self.next().await < version {}
    }
}

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
    let silence = tokio::time::timeout(Duration::from_millis(600), foreign.response.chunk()).await;
    assert!(silence.is_err(), "{silence:?}");
    assert_eq!(foreign.seen, "");
}
