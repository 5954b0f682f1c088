//! What goes wrong at Google, and the way out.

use std::time::Duration;

use synchronizer_domain::connection::{CheckOutcome, ConnectionReport};
use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::link::Party;
use synchronizer_sandbox::{GoogleConsent, System};
use synchronizer_testkit::{Browser, Page};
use url::Url;

use crate::support::{BOXES, HAKON, Story, ZOE, at_google, google_story, google_story_of, says};

async fn at_consent(story: &Story, person: &Browser) -> Page {
    let page = story.second_step(person).await;
    person
        .press(&page, "Sign in with Google", &[])
        .await
        .unwrap()
}

async fn finish(story: &Story) {
    let person = Browser::new();
    let page = person.open(&story.invitation).await.unwrap();
    let page = person.press(&page, "get started", &[]).await.unwrap();
    says(&page, 200, &["Step 2 of 2"]);
    let page = person
        .press(&page, "Sign in with Google", &[])
        .await
        .unwrap();
    let page = at_google(&person, page, ZOE, BOXES).await;
    says(&page, 200, &["Your calendar is linked"]);
    let row = story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
    assert_eq!(row.status.cause, None);
}

#[tokio::test]
async fn boxes_that_stay_empty_are_named_and_asked_for_again_sc_50() {
    let story = google_story().await;
    let person = Browser::new();
    let page = at_consent(&story, &person).await;
    let page = at_google(&person, page, ZOE, &[("box-4", "yes")]).await;
    says(
        &page,
        200,
        &[
            "A permission is missing",
            "Tick these boxes at Google",
            "View and edit events on all your calendars",
        ],
    );
    assert!(
        !page
            .text()
            .contains("See the list of your Google calendars")
    );
    story.expect("partly", Some("scope_missing")).await;
    assert_eq!(story.grants().await.len(), 1);
    let page = person.follow(&page, "Sign in again").await.unwrap();
    let page = person
        .press(&page, "Sign in with Google", &[])
        .await
        .unwrap();
    // Nothing ticked at all: both are named.
    let page = at_google(&person, page, ZOE, &[]).await;
    says(
        &page,
        200,
        &[
            "View and edit events on all your calendars",
            "See the list of your Google calendars",
        ],
    );
    finish(&story).await;
}

#[tokio::test]
async fn another_account_is_refused_and_the_right_one_is_named_sc_53() {
    let story = google_story().await;
    let person = Browser::new();
    for (account, shown) in [
        (HAKON, "hakon.nystrom@nordlicht.example"),
        (
            "zoe.mueller.privat@mail.example",
            "zoe.mueller.privat@mail.example",
        ),
        (
            "jonas.lindqvist@fjordkraft.example",
            "jonas.lindqvist@fjordkraft.example",
        ),
    ] {
        let page = person.open(&story.invitation).await.unwrap();
        let page = person.press(&page, "get started", &[]).await.unwrap();
        let page = if page.text().contains("Step 1 of 2") {
            let page = person
                .press(&page, "Sign in with SuperOffice", &[])
                .await
                .unwrap();
            crate::support::at_superoffice(&person, page, ZOE).await
        } else {
            page
        };
        let page = person
            .press(&page, "Sign in with Google", &[])
            .await
            .unwrap();
        let page = at_google(&person, page, account, BOXES).await;
        says(
            &page,
            403,
            &[
                "another Google account",
                shown,
                "zoe.mueller@nordlicht.example",
            ],
        );
        story.expect("partly", Some("wrong_account")).await;
        assert_eq!(story.grants().await.len(), 1, "{account}");
    }
    finish(&story).await;
}

#[tokio::test]
async fn cancelling_stores_nothing_and_can_be_mended() {
    let story = google_story().await;
    let person = Browser::new();
    let page = at_consent(&story, &person).await;
    let page = person.press(&page, ZOE, &[]).await.unwrap();
    let page = person.press(&page, "Cancel", &[]).await.unwrap();
    says(&page, 200, &["You cancelled at Google"]);
    story.expect("partly", Some("consent_denied")).await;
    assert_eq!(story.grants().await.len(), 1);
    finish(&story).await;
}

#[tokio::test]
async fn an_organisation_that_restricts_the_application_is_told_not_the_person() {
    let story = google_story().await;
    let control = story.app.sandbox.control();
    let person = Browser::new();
    control.set_google(|google| google.consent = GoogleConsent::AdminPolicy);
    let page = at_consent(&story, &person).await;
    let page = at_google(&person, page, ZOE, BOXES).await;
    says(&page, 200, &["Google wants an administrator"]);
    story.expect("attention", Some("admin_approval")).await;
    assert_eq!(
        story.row().await.status.cause.unwrap().party,
        Party::Company
    );
    control.set_google(|google| google.consent = GoogleConsent::Allow);
    finish(&story).await;
}

#[tokio::test]
async fn somebody_who_never_comes_back_from_google_counts_as_waiting_for_approval() {
    let story = google_story().await;
    let control = story.app.sandbox.control();
    let person = Browser::new();
    control.set_google(|google| google.consent = GoogleConsent::AdminPolicySilent);
    let page = at_consent(&story, &person).await;
    let page = at_google(&person, page, ZOE, BOXES).await;
    says(&page, 400, &["admin needs to review"]);
    story.expect("partly", None).await;
    story.app.clock.advance(Duration::from_secs(31 * 60));
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "attention")
        .await;
    story.expect("attention", Some("admin_approval")).await;
    control.set_google(|google| google.consent = GoogleConsent::Allow);
    finish(&story).await;
}

#[tokio::test]
async fn a_calendar_service_that_is_off_is_said() {
    let story = google_story_of("Mette Kjær", "post@nordlicht.example").await;
    let person = Browser::new();
    let page = story.at_sign_in(&person).await;
    let page = crate::support::at_superoffice(&person, page, "Mette Kjær").await;
    let page = person
        .press(&page, "Sign in with Google", &[])
        .await
        .unwrap();
    let page = at_google(&person, page, "Mette Kjær", BOXES).await;
    says(
        &page,
        200,
        &[
            "No calendar that we may change",
            "ask your administrator whether the calendar is switched on",
        ],
    );
    story.expect("attention", Some("no_calendar")).await;
}

#[tokio::test]
async fn an_outage_and_throttling_are_nobodys_fault() {
    let story = google_story().await;
    let control = story.app.sandbox.control();
    let person = Browser::new();
    control.set_google(|google| google.token_down = true);
    let page = at_consent(&story, &person).await;
    let page = at_google(&person, page, ZOE, BOXES).await;
    says(&page, 503, &["Google does not answer"]);
    story.expect("partly", None).await;
    control.set_google(|google| {
        google.token_down = false;
        google.throttled = true;
    });
    let page = person.follow(&page, "Try again").await.unwrap();
    let page = person
        .press(&page, "Sign in with Google", &[])
        .await
        .unwrap();
    let page = at_google(&person, page, ZOE, BOXES).await;
    says(&page, 503, &["Google does not answer"]);
    story.expect("partly", None).await;
    control.set_google(|google| google.throttled = false);
    finish(&story).await;
}

#[tokio::test]
async fn a_withdrawn_directory_sign_in_is_said_and_linked_people_go_on() {
    let story = google_story().await;
    finish_first(&story).await;
    let control = story.app.sandbox.control();
    let admin = "ingvild.saetre-holm@nordlicht.example";
    assert_eq!(control.revoke_refresh(System::Google, admin), Ok(1));
    let report: ConnectionReport = story
        .api()
        .ok("profiles/test", &[("profile", &story.profile)])
        .await;
    assert!(
        report.checks.iter().any(|check| matches!(
            &check.outcome,
            CheckOutcome::Failed { reason: ErrorCode::DirectoryRefused, answer }
                if answer.contains("expired or revoked")
        )),
        "{report:?}"
    );
    story.expect("active", None).await;
    let page = story.admin.open(&story.app.url("/profiles")).await.unwrap();
    says(&page, 200, &["Sign in with Google"]);
}

async fn finish_first(story: &Story) {
    let person = Browser::new();
    let page = at_consent(story, &person).await;
    let page = at_google(&person, page, ZOE, BOXES).await;
    says(&page, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
}

#[tokio::test]
async fn answers_do_not_travel_between_providers() {
    let story = google_story().await;
    let person = Browser::new();
    let over = ["This sign-in is no longer valid"];
    let answer = |page: Page| {
        let person = person.clone();
        async move {
            let page = person.press(&page, ZOE, &[]).await.unwrap();
            person
                .press_until(&page, "Continue", BOXES, "/auth/google/callback")
                .await
                .unwrap()
        }
    };
    let mut url: Url = answer(at_consent(&story, &person).await).await;
    for path in ["/auth/microsoft/callback", "/auth/superoffice/callback"] {
        url.set_path(path);
        let page = person.open(url.as_str()).await.unwrap();
        says(&page, 200, &over);
    }
    // The state was spent by the first try.
    url.set_path("/auth/google/callback");
    says(&person.open(url.as_str()).await.unwrap(), 200, &over);
    story.expect("partly", None).await;
    // An issuer, where one is told, must be Google's.
    let page = person.open(&story.invitation).await.unwrap();
    let page = person.press(&page, "get started", &[]).await.unwrap();
    let page = person
        .press(&page, "Sign in with Google", &[])
        .await
        .unwrap();
    let mut url = answer(page).await;
    url.query_pairs_mut()
        .append_pair("iss", "https://evil.example");
    let page = person.open(url.as_str()).await.unwrap();
    says(&page, 502, &["could not accept the answer of Google"]);
    assert_eq!(story.grants().await.len(), 1);
    finish(&story).await;
}
