//! Answers of identity providers that come twice, from elsewhere, late or broken.

use std::time::Duration;

use synchronizer_sandbox::System;
use synchronizer_testkit::{Browser, Page};
use url::Url;

use crate::support::{ADMIN, Story, TestApp, ZOE, at_microsoft, at_superoffice, says};

const SUPEROFFICE: &str = "/auth/superoffice/callback";
const MICROSOFT: &str = "/auth/microsoft/callback";

/// Signs in to SuperOffice and stops before the answer reaches the portal.
async fn answer_of_superoffice(story: &Story, person: &Browser) -> Url {
    let page = story.at_sign_in(person).await;
    person
        .press_until(&page, ZOE, &[], SUPEROFFICE)
        .await
        .unwrap()
}

/// The address with another value of one parameter.
fn with(url: &Url, name: &str, value: &str) -> Url {
    let mut changed = url.clone();
    let others: Vec<_> = url
        .query_pairs()
        .filter(|(key, _)| key != name)
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect();
    changed
        .query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair(name, value);
    changed
}

fn value(url: &Url, name: &str) -> String {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .unwrap()
        .1
        .into_owned()
}

async fn open(browser: &Browser, url: &Url) -> Page {
    browser.open(url.as_str()).await.unwrap()
}

#[tokio::test]
async fn an_answer_works_once() {
    let story = Story::start().await;
    let person = Browser::new();
    let answer = answer_of_superoffice(&story, &person).await;
    says(&open(&person, &answer).await, 200, &["Step 2 of 2"]);
    says(
        &open(&person, &answer).await,
        200,
        &["This sign-in is no longer valid", "Nothing was changed"],
    );
    story.expect("partly", None).await;
    assert_eq!(story.grants().await.len(), 1);
    story.finish().await;
}

#[tokio::test]
async fn an_answer_to_another_browser_is_refused_and_worth_nothing_afterwards() {
    let story = Story::start().await;
    let (person, thief) = (Browser::new(), Browser::new());
    let answer = answer_of_superoffice(&story, &person).await;
    story.begin(&thief).await;
    for browser in [&Browser::new(), &thief, &person] {
        says(
            &open(browser, &answer).await,
            200,
            &["This sign-in is no longer valid"],
        );
    }
    story.expect("invited", None).await;
    assert_eq!(story.grants().await, []);
    story.finish().await;
}

#[tokio::test]
async fn an_answer_with_a_foreign_state_issuer_or_provider_is_refused() {
    let story = Story::start().await;
    let person = Browser::new();
    let over = ["This sign-in is no longer valid"];
    let answer = answer_of_superoffice(&story, &person).await;
    says(
        &open(&person, &with(&answer, "state", "made-up")).await,
        200,
        &over,
    );
    says(
        &person.open(&story.app.url(SUPEROFFICE)).await.unwrap(),
        200,
        &over,
    );
    // The state is another provider's.
    let mut mixed = answer.clone();
    mixed.set_path(MICROSOFT);
    says(&open(&person, &mixed).await, 200, &over);
    // RFC 9207: an issuer, where it is told, must be the one that was asked.
    let answer = answer_of_superoffice(&story, &person).await;
    let strange = with(&answer, "iss", "https://evil.example");
    says(
        &open(&person, &strange).await,
        502,
        &["could not accept the answer of SuperOffice"],
    );
    story.expect("invited", None).await;
    assert_eq!(story.grants().await, []);
    story.finish().await;
}

#[tokio::test]
async fn a_code_of_another_sign_in_buys_nothing() {
    let story = Story::start().await;
    let (person, thief) = (Browser::new(), Browser::new());
    let stolen = value(&answer_of_superoffice(&story, &person).await, "code");
    let own = answer_of_superoffice(&story, &thief).await;
    // PKCE binds a code to the browser that asked for it.
    let page = open(&thief, &with(&own, "code", &stolen)).await;
    assert!(
        (500..600).contains(&page.status),
        "{} {}",
        page.status,
        page.text()
    );
    assert!(
        page.text().contains("Nothing was stored"),
        "{}",
        page.text()
    );
    assert_eq!(story.grants().await, []);
    story.expect("invited", None).await;
    story.finish().await;
}

#[tokio::test]
async fn two_tabs_do_not_disturb_each_other() {
    let story = Story::start().await;
    let person = Browser::new();
    let first = answer_of_superoffice(&story, &person).await;
    let second = answer_of_superoffice(&story, &person).await;
    says(&open(&person, &first).await, 200, &["Step 2 of 2"]);
    says(&open(&person, &second).await, 200, &["Step 2 of 2"]);
    story.expect("partly", None).await;
}

#[tokio::test]
async fn a_late_answer_is_refused() {
    let story = Story::start().await;
    let person = Browser::new();
    let answer = answer_of_superoffice(&story, &person).await;
    story.app.clock.advance(Duration::from_secs(31 * 60));
    says(
        &open(&person, &answer).await,
        200,
        &["This sign-in is no longer valid"],
    );
    story.expect("invited", None).await;
    story.finish().await;
}

#[tokio::test]
async fn a_provider_that_fails_while_the_answer_is_checked_can_be_tried_again() {
    let story = Story::start().await;
    let person = Browser::new();
    let control = story.app.sandbox.control();
    let answer = answer_of_superoffice(&story, &person).await;
    control.set_unavailable(System::SuperOffice, true);
    let page = open(&person, &answer).await;
    says(
        &page,
        503,
        &["SuperOffice does not answer", "Nothing was changed"],
    );
    story.expect("invited", None).await;
    control.set_unavailable(System::SuperOffice, false);
    let page = person.follow(&page, "Try again").await.unwrap();
    let page = person
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    let page = at_superoffice(&person, page, ZOE).await;
    says(&page, 200, &["Step 2 of 2"]);

    let page = person
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = person.press(&page, ZOE, &[]).await.unwrap();
    let answer = person
        .press_until(&page, "Accept", &[], MICROSOFT)
        .await
        .unwrap();
    control.set_unavailable(System::Microsoft, true);
    let page = open(&person, &answer).await;
    says(
        &page,
        503,
        &["Microsoft does not answer", "what you finished is kept"],
    );
    story.expect("partly", None).await;
    control.set_unavailable(System::Microsoft, false);
    let page = person.follow(&page, "Try again").await.unwrap();
    let page = person
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    says(
        &at_microsoft(&person, page, ZOE).await,
        200,
        &["Your calendar is linked"],
    );
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
}

#[tokio::test]
async fn a_provider_that_is_down_from_the_start_is_asked_again_later() {
    let app = TestApp::start().await;
    let control = app.sandbox.control();
    control.set_unavailable(System::SuperOffice, true);
    let browser = Browser::new();
    let start = browser.open(&app.url("/sign-in")).await.unwrap();
    let page = browser
        .press(&start, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    says(&page, 503, &["SuperOffice does not answer"]);
    control.set_unavailable(System::SuperOffice, false);
    let page = browser.follow(&page, "Try again").await.unwrap();
    let page = browser
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    let page = at_superoffice(&browser, page, ADMIN).await;
    says(
        &page,
        200,
        &["Set up Synchronizer for Nordlicht Consulting AS"],
    );
}
