//! A provider that asks to be left alone for a while is left alone: an active link stays
//! active, nobody is asked, and it is looked at again when the time is over.

use std::time::Duration;

use synchronizer_domain::{Clock, Timestamp};
use synchronizer_sandbox::{Control, EXCHANGE_PASSWORD, ExchangeSwitches, System};
use synchronizer_testkit::Browser;

use crate::support::{
    Api, BOXES, ExchangeStory, HOUR, Story, TestApp, ZOE, ZOE_MAIL, at_google, google_story, says,
};

/// Half an hour, in seconds: longer than any delay of our own at the first try.
const WAIT: u64 = 1_800;

struct Scene<'a> {
    app: &'a TestApp,
    api: Api<'a>,
    profile: &'a str,
    link: &'a str,
}

impl<'a> Scene<'a> {
    fn of(story: &'a Story) -> Self {
        Self {
            app: &story.app,
            api: story.api(),
            profile: &story.profile,
            link: &story.link,
        }
    }

    /// When the link is looked at next, once nobody looks at it.
    async fn next_look(&self) -> Timestamp {
        self.app.settled().await;
        self.app.next_job(&["keep-link"]).await.unwrap()
    }

    /// The state is what it was, and nobody heard of anything.
    async fn is_untouched(&self) {
        let row = self.api.row(self.profile, self.link).await;
        assert_eq!(
            (row.status.state.word(), row.status.cause),
            ("active", None),
            "{row:?}"
        );
        assert_eq!(self.app.mails_to(ZOE_MAIL).len(), 1);
        assert_eq!(self.app.alarms().await, []);
    }

    /// Throttles, lets the keeper look, and waits until it may look again.
    async fn bears(&self, system: System, throttle: impl Fn(&Control, Option<u64>)) {
        let control = self.app.sandbox.control();
        let planned = self.next_look().await;
        throttle(&control, Some(WAIT));
        let refused = || {
            let requests = control.requests();
            requests
                .iter()
                .filter(|request| request.system == system && is_refusal(request.status))
                .count()
        };
        let before = refused();
        self.app.clock.advance(planned.since(self.app.clock.now()));
        let looked_at = planned;
        for _ in 0..800 {
            if refused() > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let next = self.next_look().await;
        assert!(refused() > before, "{system:?} was not asked");
        let wait = next.since(looked_at);
        assert!(wait >= Duration::from_secs(WAIT), "{system:?}: {wait:?}");
        self.is_untouched().await;

        // Shortly before the time is over it is still left alone.
        let (all, almost) = (self.app.requests_to(system), Duration::from_secs(120));
        let rest = next.since(self.app.clock.now());
        self.app.clock.advance(rest.saturating_sub(almost));
        self.app.settled().await;
        assert_eq!(self.app.requests_to(system), all, "{system:?} was asked");
        throttle(&control, None);
        self.app.clock.advance(almost);
        let later = self.next_look().await;
        assert!(later > next, "{system:?} is not looked at again");
        assert!(self.app.requests_to(system) > all, "{system:?}");
        self.is_untouched().await;
    }
}

/// 429, or 503 as Exchange says that it is busy.
fn is_refusal(status: u16) -> bool {
    matches!(status, 429 | 500 | 503)
}

fn api_of(system: System) -> impl Fn(&Control, Option<u64>) {
    move |control, wait| control.set_throttle_api(system, wait)
}

fn tokens_of(system: System) -> impl Fn(&Control, Option<u64>) {
    move |control, wait| control.set_throttle_token(system, wait)
}

#[tokio::test]
async fn throttling_at_microsoft_and_superoffice_changes_no_state_and_is_waited_for() {
    let story = Story::active().await;
    let scene = Scene::of(&story);
    for system in [System::Microsoft, System::SuperOffice] {
        scene.bears(system, api_of(system)).await;
        scene.bears(system, tokens_of(system)).await;
    }
}

#[tokio::test]
async fn throttling_at_google_changes_no_state_and_is_waited_for() {
    let story = google_story().await;
    let zoe = Browser::new();
    let page = story.second_step(&zoe).await;
    let page = zoe.press(&page, "Sign in with Google", &[]).await.unwrap();
    let page = at_google(&zoe, page, ZOE, BOXES).await;
    says(&page, 200, &["Your calendar is linked"]);
    let api = story.api();
    api.wait_for_state(&story.profile, &story.link, "active")
        .await;
    let scene = Scene::of(&story);
    scene.bears(System::Google, api_of(System::Google)).await;
    scene.bears(System::Google, tokens_of(System::Google)).await;
}

#[tokio::test]
async fn a_busy_exchange_server_changes_no_state_and_is_waited_for() {
    let story = ExchangeStory::start(ZOE, ZOE_MAIL, ZOE_MAIL, false).await;
    let done = story.submit(ZOE_MAIL, EXCHANGE_PASSWORD).await;
    says(&done, 200, &["Your calendar is linked"]);
    let scene = Scene {
        app: &story.app,
        api: story.api(),
        profile: &story.profile,
        link: &story.link,
    };
    scene
        .api
        .wait_for_state(scene.profile, scene.link, "active")
        .await;
    let busy = |control: &Control, wait: Option<u64>| {
        control.set_exchange(ExchangeSwitches {
            busy_ms: wait.map(|seconds| seconds * 1_000),
            ..ExchangeSwitches::default()
        });
    };
    scene.bears(System::Exchange, busy).await;
}

#[tokio::test]
async fn a_role_that_may_not_use_the_crm_is_shown_to_administrators_and_mails_nobody() {
    let story = Story::active().await;
    let control = story.app.sandbox.control();
    control.set_crm_right_missing(ZOE_MAIL, true);
    story.settled().await;
    story.later(HOUR);
    let api = story.api();
    api.wait_for_state(&story.profile, &story.link, "attention")
        .await;
    story.expect("attention", Some("crm_right_missing")).await;
    let address = format!("/profiles/{}/link-users", story.profile);
    let page = story.admin.open(&story.app.url(&address)).await.unwrap();
    says(
        &page,
        200,
        &[
            "The CRM user may not use the diary",
            "An administrator of SuperOffice gives the person the right",
        ],
    );
    // It is tried again from time to time; nobody is mailed, nothing was refused.
    for _ in 0..3 {
        story.settled().await;
        story.later(HOUR);
    }
    story.settled().await;
    story.expect("attention", Some("crm_right_missing")).await;
    assert_eq!(story.mails(), 1);
    let refused = story.grants().await;
    assert!(refused.iter().all(|grant| grant.refused.is_none()));

    // The right is given: the link mends itself, without the person.
    control.set_crm_right_missing(ZOE_MAIL, false);
    story.later(HOUR);
    api.wait_for_state(&story.profile, &story.link, "active")
        .await;
    story.settled().await;
    story.expect("active", None).await;
    assert_eq!(story.mails(), 1);
}
