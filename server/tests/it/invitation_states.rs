//! What the row of a linked user says of the invitation: queued, sent, opened, expired, and
//! refused with the mail server's answer.

use std::time::Duration;

use synchronizer_domain::mail::MailState;
use synchronizer_sandbox::MailRefusal;
use synchronizer_testkit::Browser;

use crate::support::{RENEE, RENEE_MAIL, Story, ZOE_MAIL};

const DAY: Duration = Duration::from_secs(86_400);

async fn says(story: &Story, words: &str, not: &str) {
    let row = story.row_text().await;
    assert!(row.contains(words) && !row.contains(not), "{words}: {row}");
}

#[tokio::test]
async fn an_invitation_is_opened_by_who_presses_its_button_and_expires() {
    let story = Story::start().await;
    says(&story, "Sent", "Opened").await;
    let person = Browser::new();
    let page = person.open(&story.invitation).await.unwrap();
    says(&story, "Sent", "Opened").await;
    person.press(&page, "get started", &[]).await.unwrap();
    says(&story, "Opened", "Sent").await;
    let opened = story.row().await.invitation.unwrap().opened_at.unwrap();

    // The first time counts.
    story.app.clock.advance(DAY);
    let page = person.open(&story.invitation).await.unwrap();
    person.press(&page, "get started", &[]).await.unwrap();
    story.sign_in_again().await;
    let invitation = story.row().await.invitation.unwrap();
    assert_eq!(invitation.opened_at, Some(opened));

    story.app.clock.advance(DAY * 14);
    story.sign_in_again().await;
    says(&story, "Expired", "Opened").await;
    assert!(story.row().await.invitation.unwrap().expired);
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_ends_there_and_says_what_the_server_said() {
    let story = Story::start().await;
    let api = story.api();
    let control = story.app.sandbox.control();
    control.set_recipient_refused(ZOE_MAIL, Some(MailRefusal::Unknown));
    api.ok::<()>("linking/resend", &[("link", &story.link)])
        .await;
    let answered = async |state: MailState| {
        for _ in 0..800 {
            let invitation = story.row().await.invitation.unwrap();
            if invitation.mail == state && !invitation.answer.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{:?}", story.row().await.invitation);
    };
    answered(MailState::Failed).await;
    says(&story, "Mail refused", "Mail waits").await;
    says(&story, "550 5.1.1 nobody here has this address", "Sent").await;
    story.expect("invited", None).await;

    // Nobody tries it again: another person's mail goes its way, days later too.
    let tries = || {
        let requests = control.requests();
        let refused = requests.iter().filter(|one| one.status == 550);
        refused.count()
    };
    assert_eq!(tries(), 1);
    story.app.clock.advance(DAY * 2);
    story.sign_in_again().await;
    story.api().link(&story.profile, RENEE, RENEE).await;
    story.app.wait_for_mails(RENEE_MAIL, 1).await;
    assert_eq!((tries(), story.app.mails_to(ZOE_MAIL).len()), (1, 1));

    // With a mended address a further mail is sent.
    control.set_recipient_refused(ZOE_MAIL, None);
    let resend = [("link", story.link.as_str())];
    story.api().ok::<()>("linking/resend", &resend).await;
    story.app.wait_for_mails(ZOE_MAIL, 2).await;
    story.api().wait_for_sent(&story.profile, &story.link).await;
    says(&story, "Sent", "Mail refused").await;
}

#[tokio::test]
async fn a_mail_that_is_refused_for_now_waits_with_the_answer_and_is_sent_later() {
    let story = Story::start().await;
    let control = story.app.sandbox.control();
    control.set_recipient_refused(ZOE_MAIL, Some(MailRefusal::Full));
    let resend = [("link", story.link.as_str())];
    story.api().ok::<()>("linking/resend", &resend).await;
    for _ in 0..800 {
        if !story.row().await.invitation.unwrap().answer.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    says(&story, "Mail waits to be sent", "Mail refused").await;
    says(&story, "452 4.2.2 the mailbox is full", "Sent").await;
    assert_eq!(story.app.mails_to(ZOE_MAIL).len(), 1);

    control.set_recipient_refused(ZOE_MAIL, None);
    for _ in 0..800 {
        if story.row().await.invitation.unwrap().mail == MailState::Sent {
            break;
        }
        story.app.clock.advance(Duration::from_secs(30));
        story.app.core().wake.notify();
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    says(&story, "Sent", "Mail waits").await;
    let mails = story.app.mails_to(ZOE_MAIL);
    assert!(mails.len() >= 2);
    assert!(
        mails[1..]
            .iter()
            .all(|mail| mail.message_id == mails[1].message_id)
    );
}
