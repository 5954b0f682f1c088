//! People are reminded of a link that waits for them after 3, 7 and 21 days, and then left
//! alone.

use synchronizer_domain::link::LinkAction;
use synchronizer_sandbox::{CaughtMail, System};
use synchronizer_testkit::Browser;

use crate::support::{
    ADMIN, Api, DAY, HOUR, Story, ZOE, ZOE_MAIL, at_microsoft, invitation_in, says, sign_in,
};

impl Story {
    /// An active link that broke an hour later; its mail is out.
    async fn broken() -> Self {
        let story = Self::active().await;
        let control = story.app.sandbox.control();
        control.revoke_refresh(System::Microsoft, ZOE_MAIL).unwrap();
        story.later(HOUR);
        story.app.wait_for_mails(ZOE_MAIL, 2).await;
        story.settled().await;
        story
    }

    /// Days pass, and one more mail comes.
    async fn reminded_after(&self, days: u32, mails: usize) -> CaughtMail {
        self.later(DAY * days);
        let mut all = self.app.wait_for_mails(ZOE_MAIL, mails).await;
        self.settled().await;
        assert_eq!(self.mails(), mails);
        all.remove(mails - 1)
    }

    /// Days pass one by one, and nobody is mailed.
    async fn silent_for(&self, days: u32) {
        let mails = self.mails();
        for day in 1..=days {
            self.later(DAY);
            self.app.core().wake.notify();
            self.settled().await;
            assert_eq!(self.mails(), mails, "on day {day}");
        }
    }
}

#[tokio::test]
async fn people_are_reminded_after_3_7_and_21_days_and_then_left_alone() {
    let story = Story::broken().await;
    // The mail that told of it came on day 0; on the days between nobody is mailed.
    story.silent_for(2).await;
    for (days, mails, silent) in [(1, 3, 3), (1, 4, 13), (1, 5, 40)] {
        let mail = story.reminded_after(days, mails).await;
        assert!(mail.text.unwrap().contains("reminder"));
        story.silent_for(silent).await;
    }
    assert_eq!(story.app.next_job(&["remind"]).await, None);

    // The last mail's link has ended long since, and its page says so.
    let mail = story.app.mails_to(ZOE_MAIL).remove(4);
    let zoe = Browser::new();
    let page = zoe.open(&invitation_in(&mail)).await.unwrap();
    says(&page, 410, &[]);
}

#[tokio::test]
async fn a_link_that_was_mended_between_two_reminders_is_not_reminded_of() {
    let story = Story::broken().await;
    story.reminded_after(3, 3).await;
    let mail = story.reminded_after(4, 4).await;
    let zoe = Browser::new();
    let page = zoe.open(&invitation_in(&mail)).await.unwrap();
    let page = zoe.press(&page, "Sign in again", &[]).await.unwrap();
    let page = zoe
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = at_microsoft(&zoe, page, ZOE).await;
    says(&page, 200, &["Your calendar is linked"]);
    story.settled().await;
    story.silent_for(20).await;
}

#[tokio::test]
async fn a_paused_link_is_not_reminded_of() {
    let story = Story::broken().await;
    let mail = story.reminded_after(3, 3).await;
    assert!(mail.text.unwrap().contains("reminder"));
    // The administrator's own session ended days ago.
    let admin = Browser::new();
    sign_in(&story.app, &admin, ADMIN).await;
    let api = Api {
        app: &story.app,
        browser: &admin,
    };
    let answer = api.act(LinkAction::Pause.word(), &[&story.link], "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    story.silent_for(30).await;
}
