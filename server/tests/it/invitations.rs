//! Invitations that are used, unknown, too old or withdrawn, and activations that are over.

use std::time::Duration;

use synchronizer_testkit::Browser;

use crate::support::{Api, Story, ZOE, ZOE_MAIL, at_superoffice, invitation_in, says, sign_in};

const DAY: Duration = Duration::from_secs(86_400);

/// Presses the invitation's button without having seen the page.
async fn press_blindly(story: &Story, address: &str) -> (u16, String) {
    let answer = Browser::new()
        .client()
        .post(address)
        .header("origin", story.app.url(""))
        .header("sec-fetch-site", "same-origin")
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn looking_at_an_invitation_changes_nothing() {
    let story = Story::start().await;
    for _ in 0..3 {
        let page = Browser::new().open(&story.invitation).await.unwrap();
        says(&page, 200, &["Let’s get started", ZOE]);
    }
    let head = Browser::new()
        .client()
        .head(&story.invitation)
        .send()
        .await
        .unwrap();
    assert_eq!(head.status().as_u16(), 200);
    assert!(head.headers().get("set-cookie").is_none());
    story.expect("invited", None).await;
    story.finish().await;
}

#[tokio::test]
async fn a_used_invitation_says_so_and_opens_nothing() {
    let story = Story::start().await;
    story.finish().await;
    let page = Browser::new().open(&story.invitation).await.unwrap();
    says(&page, 410, &["This invitation was used"]);
    let (status, html) = press_blindly(&story, &story.invitation).await;
    assert_eq!(status, 410);
    assert!(html.contains("This invitation was used"));
}

/// The last part of the address of an invitation.
fn secret_of(address: &str) -> &str {
    address
        .rsplit_once('/')
        .map_or(address, |(_, secret)| secret)
}

#[tokio::test]
async fn a_withdrawn_invitation_looks_like_an_unknown_one() {
    let story = Story::start().await;
    let unknown = story
        .app
        .url("/i/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let page = Browser::new().open(&unknown).await.unwrap();
    says(
        &page,
        404,
        &["This invitation does not work", "Nothing was changed"],
    );
    let posted = press_blindly(&story, &unknown).await;
    assert_eq!(posted.0, 404);

    story.api().delete(&story.link).await;
    let withdrawn = Browser::new().open(&story.invitation).await.unwrap();
    // Each page links to itself in the other languages.
    let alike = |html: &str| html.replace(secret_of(&story.invitation), secret_of(&unknown));
    assert_eq!(
        (withdrawn.status, alike(&withdrawn.html)),
        (page.status, page.html)
    );
    let (status, html) = press_blindly(&story, &story.invitation).await;
    assert_eq!((status, alike(&html)), posted);

    let back = story.api().act("undelete", &[&story.link], "").await;
    assert_eq!(back.status, 200, "{}", back.text);
    story.finish().await;
}

#[tokio::test]
async fn an_activation_ends_when_its_link_is_deleted() {
    let story = Story::start().await;
    let person = Browser::new();
    let page = story.second_step(&person).await;
    story.api().delete(&story.link).await;
    let late = person
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    says(&late, 200, &["The time for this page is over"]);
    assert_eq!(story.grants().await.len(), 1);
}

#[tokio::test]
async fn after_two_weeks_an_invitation_is_too_old_and_there_are_two_ways_on() {
    let story = Story::start().await;
    story.app.clock.advance(DAY * 14 - Duration::from_secs(60));
    let page = Browser::new().open(&story.invitation).await.unwrap();
    says(&page, 200, &["Let’s get started"]);
    story.app.clock.advance(DAY);
    let page = Browser::new().open(&story.invitation).await.unwrap();
    says(
        &page,
        410,
        &["This invitation is too old", "works for 14 days"],
    );
    assert_eq!(press_blindly(&story, &story.invitation).await.0, 410);

    // The person's own page needs no mail.
    let me = Browser::new();
    let page = sign_in(&story.app, &me, ZOE).await;
    says(&page, 200, &["You are invited"]);
    let page = me.press(&page, "Continue", &[]).await.unwrap();
    says(&page, 200, &["Step 1 of 2"]);

    // A new mail works, the old one stays too old.
    let admin = Browser::new();
    sign_in(&story.app, &admin, crate::support::ADMIN).await;
    let api = Api {
        app: &story.app,
        browser: &admin,
    };
    api.ok::<()>("linking/resend", &[("link", &story.link)])
        .await;
    let mails = story.app.wait_for_mails(ZOE_MAIL, 2).await;
    let person = Browser::new();
    let page = person.open(&invitation_in(&mails[1])).await.unwrap();
    let page = person.press(&page, "get started", &[]).await.unwrap();
    let page = person
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    says(
        &at_superoffice(&person, page, ZOE).await,
        200,
        &["Step 2 of 2"],
    );
    assert_eq!(
        Browser::new().open(&story.invitation).await.unwrap().status,
        410
    );
}

#[tokio::test]
async fn after_half_an_hour_an_activation_is_over_and_the_mail_opens_another() {
    let story = Story::start().await;
    let person = Browser::new();
    let page = story.second_step(&person).await;
    story.app.clock.advance(Duration::from_secs(29 * 60));
    says(
        &person.open(page.url.as_str()).await.unwrap(),
        200,
        &["Step 2 of 2"],
    );
    story.app.clock.advance(Duration::from_secs(2 * 60));
    says(
        &person.open(page.url.as_str()).await.unwrap(),
        200,
        &["The time for this page is over"],
    );
    let late = person
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    says(
        &late,
        200,
        &[
            "The time for this page is over",
            "What you finished is kept",
        ],
    );
    story.expect("partly", None).await;
    // What was finished is kept: the mail leads to the second step.
    let page = person.open(&story.invitation).await.unwrap();
    let page = person.press(&page, "get started", &[]).await.unwrap();
    says(&page, 200, &["Step 2 of 2"]);
    story.finish().await;
}

#[tokio::test]
async fn an_activation_belongs_to_the_browser_that_began_it() {
    let story = Story::start().await;
    let page = story.second_step(&Browser::new()).await;
    let stranger = Browser::new();
    // One with a mark of its own, one without.
    for with_mark in [false, true] {
        if with_mark {
            let own = stranger.open(&story.invitation).await.unwrap();
            stranger.press(&own, "get started", &[]).await.unwrap();
        }
        let seen = stranger.open(page.url.as_str()).await.unwrap();
        says(&seen, 200, &["The time for this page is over"]);
        assert!(
            !seen.text().contains(ZOE) && !seen.text().contains("Nordlicht"),
            "{}",
            seen.text()
        );
        let pressed = stranger
            .press(&page, "Sign in with Microsoft", &[])
            .await
            .unwrap();
        says(&pressed, 200, &["The time for this page is over"]);
    }
    story.finish().await;
}
