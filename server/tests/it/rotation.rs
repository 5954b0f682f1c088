//! Refresh tokens that work once: the new one is stored before anything is done with what
//! came with it. Where a process dies between the provider's answer and our store, the
//! outcome is the documented one (docs/adr/0013): the person is asked once, and nothing is
//! tried over and over.

use std::sync::Arc;
use std::time::Duration;

use synchronizer_sandbox::System;
use synchronizer_server::config::Config;
use synchronizer_server::{OsRng, Role};
use synchronizer_services::RENEWALS;
use synchronizer_testkit::{Browser, ShiftedClock};

use crate::support::{
    AHEAD, BOXES, HOUR, MOMENT, Process, Story, ZOE, ZOE_MAIL, at_google, at_microsoft,
    google_story, invitation_in, raise_knife, says,
};

const PROCESS: &str = "rotation::the_portal_under_the_knife";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the other tests of this file start it as a process of its own"]
async fn the_portal_under_the_knife() {
    let number = |name: &str| std::env::var(name).unwrap().parse().unwrap();
    raise_knife(RENEWALS, usize::try_from(number(MOMENT)).unwrap());
    let clock = ShiftedClock::default();
    clock.advance(Duration::from_micros(number(AHEAD)));
    let config = Config::load(None).unwrap();
    let _running = synchronizer_server::start(&config, Role::All, Arc::new(clock), Arc::new(OsRng))
        .await
        .unwrap();
    std::future::pending::<()>().await;
}

/// Renews over hours and restarts; each renewal ends the refresh token before it.
async fn renews_over_restarts(mut story: Story, calendar: System) {
    let systems = [System::SuperOffice, calendar];
    for system in systems {
        let control = story.app.sandbox.control();
        control.set_strict_rotation(system, true);
    }
    for turn in 0..4 {
        story.settled().await;
        let asked = |story: &Story| systems.map(|system| story.app.tokens_asked(system, Some(200)));
        let before = asked(&story);
        story.later(HOUR);
        if turn % 2 == 1 {
            story.app.restart().await;
        }
        for _ in 0..800 {
            let now = asked(&story);
            if now.iter().zip(before).all(|(now, before)| *now > before) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        story.settled().await;
        let now = asked(&story);
        assert!(
            now.iter().zip(before).all(|(now, before)| *now > before),
            "{before:?} {now:?}"
        );
        story.expect("active", None).await;
    }
    for system in systems {
        assert_eq!(story.app.tokens_asked(system, Some(400)), 0, "{system:?}");
    }
    assert_eq!(story.mails(), 1);
}

#[tokio::test]
async fn what_microsoft_and_superoffice_rotate_is_kept_over_restarts() {
    renews_over_restarts(Story::active().await, System::Microsoft).await;
}

#[tokio::test]
async fn what_google_rotates_is_kept_over_restarts() {
    let story = google_story().await;
    let zoe = Browser::new();
    let page = story.second_step(&zoe).await;
    let page = zoe.press(&page, "Sign in with Google", &[]).await.unwrap();
    let page = at_google(&zoe, page, ZOE, BOXES).await;
    says(&page, 200, &["Your calendar is linked"]);
    let api = story.api();
    api.wait_for_state(&story.profile, &story.link, "active")
        .await;
    renews_over_restarts(story, System::Google).await;
}

/// The keeper renews both halves in a process that dies at a line around a store: 1 and 2
/// are SuperOffice's, 3 and 4 Microsoft's; odd ones lie before the store. Then the portal
/// is started again.
async fn killed_at(moment: usize, strict: &[System]) -> Story {
    let mut story = Story::active().await;
    story.settled().await;
    for system in strict {
        let control = story.app.sandbox.control();
        control.set_strict_rotation(*system, true);
    }
    let answered = |story: &Story, system| story.app.tokens_asked(system, Some(200));
    let counted = [System::SuperOffice, System::Microsoft].map(|system| answered(&story, system));
    story.app.stop().await;
    story.later(HOUR);
    let mut process = Process::under_the_knife_later(
        PROCESS,
        (moment, story.app.clock.ahead()),
        &story.app.config,
        story.app.folder.path(),
    );
    for _ in 0..3_000 {
        if process.has_ended() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(process.has_ended(), "nothing was renewed");
    // Whoever died before the store was answered.
    let calendar = [(System::Microsoft, counted[1], usize::from(moment > 2))];
    for (system, before, least) in [(System::SuperOffice, counted[0], 1)]
        .into_iter()
        .chain(calendar)
    {
        let more = answered(&story, system) - before;
        assert!(more >= least, "{system:?} answered {more} times");
    }
    story.app.restart().await;
    story
}

#[tokio::test]
async fn a_kill_around_the_store_of_a_renewal_asks_nobody_where_old_tokens_live_on() {
    for moment in 1..=4 {
        let story = killed_at(moment, &[]).await;
        story.settled().await;
        story.expect("active", None).await;
        assert_eq!(story.mails(), 1, "killed at {moment}");
    }
}

#[tokio::test]
async fn a_kill_after_the_store_of_a_strict_rotation_loses_nothing() {
    let story = killed_at(4, &[System::Microsoft]).await;
    story.settled().await;
    story.later(HOUR);
    story.settled().await;
    story.expect("active", None).await;
    assert_eq!(story.app.tokens_asked(System::Microsoft, Some(400)), 0);
    assert_eq!(story.mails(), 1);
}

#[tokio::test]
async fn a_kill_before_the_store_of_a_strict_rotation_asks_the_person_once() {
    let story = killed_at(3, &[System::Microsoft]).await;
    let api = story.api();
    api.wait_for_state(&story.profile, &story.link, "attention")
        .await;
    story.expect("attention", Some("calendar_refused")).await;
    let mails = story.app.wait_for_mails(ZOE_MAIL, 2).await;
    // The token that was lost is tried once, not over and over.
    for _ in 0..3 {
        story.settled().await;
        assert_eq!(story.app.tokens_asked(System::Microsoft, Some(400)), 1);
        assert_eq!(story.mails(), 2);
        story.later(HOUR * 2);
    }
    story.settled().await;

    let zoe = Browser::new();
    let page = zoe.open(&invitation_in(&mails[1])).await.unwrap();
    let page = zoe.press(&page, "Sign in again", &[]).await.unwrap();
    let page = zoe
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = at_microsoft(&zoe, page, ZOE).await;
    says(&page, 200, &["Your calendar is linked"]);
    api.wait_for_state(&story.profile, &story.link, "active")
        .await;
    story.settled().await;
    story.later(HOUR);
    story.settled().await;
    story.expect("active", None).await;
    assert_eq!(story.mails(), 2);
}
