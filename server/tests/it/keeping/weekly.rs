//! Google's sign-ins of a client in testing status end after a week.

use synchronizer_domain::alarm::AlarmKind;
use synchronizer_sandbox::System;
use synchronizer_testkit::Browser;

use super::{DAY, HOUR};
use crate::support::{
    ADMIN, Api, BOXES, Story, ZOE, ZOE_MAIL, at_google, google_story, invitation_in, says, sign_in,
};

const WEEK: std::time::Duration = DAY.saturating_mul(7);

/// Zoë's sign-in at Google dies at this age; the number of mails that she then has.
async fn dies_after(story: &Story, age: std::time::Duration, mails: usize) {
    story.settled().await;
    let control = story.app.sandbox.control();
    control.revoke_refresh(System::Google, ZOE_MAIL).unwrap();
    story.later(age);
    story.app.wait_for_mails(ZOE_MAIL, mails).await;
    story.settled().await;
}

/// Zoë signs in once more, from her newest mail.
async fn mends(story: &Story) {
    let mails = story.app.mails_to(ZOE_MAIL);
    let zoe = Browser::new();
    let page = zoe.open(&invitation_in(mails.last().unwrap())).await;
    let page = zoe.press(&page.unwrap(), "Sign in again", &[]).await;
    let page = zoe.press(&page.unwrap(), "Sign in with Google", &[]).await;
    let page = at_google(&zoe, page.unwrap(), ZOE, BOXES).await;
    says(&page, 200, &["Your calendar is linked"]);
    // The administrator's own session ended days ago.
    let admin = Browser::new();
    sign_in(&story.app, &admin, ADMIN).await;
    let api = Api {
        app: &story.app,
        browser: &admin,
    };
    api.wait_for_state(&story.profile, &story.link, "active")
        .await;
}

async fn begun() -> Story {
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
    story
}

#[tokio::test]
async fn sign_ins_that_end_after_a_week_each_are_explained_to_administrators_sc_57() {
    let story = begun().await;
    dies_after(&story, WEEK, 2).await;
    assert_eq!(story.alarms().await, [], "once is chance");
    mends(&story).await;
    dies_after(&story, WEEK + HOUR, 3).await;
    let alarms = story.alarms().await;
    assert_eq!(alarms.len(), 1, "{alarms:?}");
    assert_eq!(alarms[0].kind, AlarmKind::WeeklyExpiry);
    assert_eq!(alarms[0].system, "google");

    let admin = Browser::new();
    sign_in(&story.app, &admin, ADMIN).await;
    let page = admin.open(&story.app.url("/profiles")).await.unwrap();
    let told = [
        "Sign-ins at Google end after a week.",
        "probably still in testing",
    ];
    says(&page, 200, &told);
}

#[tokio::test]
async fn sign_ins_that_end_at_other_times_are_nobodys_registration() {
    let story = begun().await;
    dies_after(&story, WEEK, 2).await;
    mends(&story).await;
    dies_after(&story, DAY * 3, 3).await;
    assert_eq!(story.alarms().await, []);
}
