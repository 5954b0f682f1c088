//! A linked person's own page: what is linked, and what they decide about it.

use std::time::Duration;

use synchronizer_domain::bulk::ActReport;
use synchronizer_domain::link::{LinkAction, Pauser};
use synchronizer_sandbox::System;
use synchronizer_testkit::{Browser, Page};

use crate::support::{
    Api, BOXES, CaldavStory, HAKON, PASSWORD, Story, ZOE, ZOE_MAIL, at_google, at_microsoft,
    at_superoffice, google_story_of, invitation_in, make_calendar, radicale, says, sign_in,
};

const HOUR: Duration = Duration::from_secs(3_600);
const NOEL: (&str, &str) = ("Noël D’Amico", "noel.damico@nordlicht.example");

async fn open(story: &Story, browser: &Browser, path: &str) -> Page {
    browser.open(&story.app.url(path)).await.unwrap()
}

/// Posts without a form, as somebody would who makes addresses up.
async fn post(story: &Story, browser: &Browser, path: &str) -> u16 {
    let request = browser
        .client()
        .post(story.app.url(path))
        .header("origin", story.app.url(""))
        .form(&[("calendar", "x")]);
    request.send().await.unwrap().status().as_u16()
}

/// Noël's link with Google, active; his account has several calendars.
async fn noels() -> (Story, Browser) {
    let story = google_story_of(NOEL.0, NOEL.1).await;
    let noel = Browser::new();
    let page = story.at_sign_in(&noel).await;
    let page = at_superoffice(&noel, page, NOEL.0).await;
    let page = noel.press(&page, "Sign in with Google", &[]).await.unwrap();
    let page = at_google(&noel, page, NOEL.0, BOXES).await;
    says(&page, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
    (story, noel)
}

async fn calendar_in_use(story: &Story) -> String {
    let all = story.grants().await;
    let grant = all
        .into_iter()
        .find(|one| one.side.word() == "calendar")
        .unwrap();
    let identity: serde_json::Value = serde_json::from_str(&grant.identity).unwrap();
    identity["calendar"]["name"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn both_connections_are_shown_and_the_link_is_paused_and_resumed() {
    let story = Story::start().await;
    let zoe = story.finish().await;
    let page = open(&story, &zoe, "/me").await;
    let month = [
        "SuperOffice CRM",
        "Microsoft 365",
        "Connected",
        ZOE_MAIL,
        "Since",
    ];
    says(&page, 200, &month);
    assert!(!page.html.contains("<script"), "a public page ships script");

    let page = zoe.press(&page, "Pause my link", &[]).await.unwrap();
    says(&page, 200, &["Your link is paused.", "Resume my link"]);
    story.expect("paused", None).await;
    // A reload pauses nothing again, and says nothing of the past on the plain page.
    let page = open(&story, &zoe, "/me").await;
    assert!(!page.text().contains("Your link is paused."));
    says(&page, 200, &["This link is paused", "Paused by you since"]);
    assert_eq!(story.row().await.paused_by, Some(Pauser::Person));
    let page = zoe.press(&page, "Resume my link", &[]).await.unwrap();
    says(&page, 200, &["Your link goes on."]);
    story.expect("active", None).await;

    // What an administrator paused says so, on both sides.
    story.api().act("pause", &[&story.link], "").await;
    let page = open(&story, &zoe, "/me").await;
    says(&page, 200, &["Paused by an administrator of your company"]);
    let page = format!("/profiles/{}/link-users", story.profile);
    let page = open(&story, &story.admin, &page).await;
    says(&page, 200, &["Paused by", "an administrator"]);
    assert_eq!(story.row().await.paused_by, Some(Pauser::Admin));
    story.api().act("resume", &[&story.link], "").await;
    assert_eq!(story.row().await.paused_by, None);

    // Administrators see who did it.
    let log = story.api().call("account/audit", &[]).await.text;
    for action in ["Paused the link", "Resumed the link"] {
        assert!(log.contains(action), "{log}");
    }
    assert!(log.contains(ZOE), "{log}");
}

#[tokio::test]
async fn only_the_broken_half_is_reconnected_from_ones_own_page() {
    let story = Story::start().await;
    let zoe = story.finish().await;
    let control = story.app.sandbox.control();
    control.revoke_refresh(System::Microsoft, ZOE_MAIL).unwrap();
    story.app.clock.advance(HOUR);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "attention")
        .await;
    let page = open(&story, &zoe, "/me").await;
    says(
        &page,
        200,
        &[
            "Your calendar no longer accepts your sign-in",
            "Reconnect Microsoft 365",
            "Sign-in refused",
            "What to do",
        ],
    );
    let page = zoe
        .press(&page, "Reconnect Microsoft 365", &[])
        .await
        .unwrap();
    says(&page, 200, &["Sign in with Microsoft"]);
    assert!(!page.text().contains("Sign in with SuperOffice"));
    let page = zoe
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = at_microsoft(&zoe, page, ZOE).await;
    says(&page, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
}

#[tokio::test]
async fn a_half_that_works_is_connected_anew_only_when_its_person_finishes() {
    let story = Story::start().await;
    let zoe = story.finish().await;
    let before = story.grants().await;
    let page = open(&story, &zoe, "/me").await;
    let page = zoe
        .press(&page, "Reconnect Microsoft 365", &[])
        .await
        .unwrap();
    says(
        &page,
        200,
        &["You connect Microsoft 365 again", "stays in use"],
    );
    let step = page.url.clone();
    // Another account, or none, leaves everything as it was.
    let page = zoe
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = at_microsoft(&zoe, page, HAKON).await;
    says(&page, 403, &["another Microsoft account"]);
    assert_eq!(story.grants().await, before);
    story.expect("active", None).await;

    let page = zoe.open(step.as_str()).await.unwrap();
    let page = zoe
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = at_microsoft(&zoe, page, ZOE).await;
    says(&page, 200, &["Your calendar is linked"]);
    let after = story.grants().await;
    let id = |grants: &[synchronizer_storage::Grant], side: &str| {
        grants
            .iter()
            .find(|grant| grant.side.word() == side)
            .unwrap()
            .id
    };
    assert_eq!(id(&before, "crm"), id(&after, "crm"));
    assert_ne!(id(&before, "calendar"), id(&after, "calendar"));
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;

    // The CRM half as well; the calendar is not asked for.
    let page = open(&story, &zoe, "/me").await;
    let page = zoe
        .press(&page, "Reconnect SuperOffice", &[])
        .await
        .unwrap();
    let page = zoe
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    let page = at_superoffice(&zoe, page, ZOE).await;
    says(&page, 200, &["Your calendar is linked"]);
}

#[tokio::test]
async fn another_calendar_is_chosen_among_those_that_are_there_now() {
    let (story, noel) = noels().await;
    let page = open(&story, &noel, "/me").await;
    let page = noel.follow(&page, "Choose another calendar").await.unwrap();
    says(
        &page,
        200,
        &[
            "Choose your calendar",
            "Main calendar",
            "In use",
            "Projects",
            "On duty",
        ],
    );
    assert!(!page.text().contains("Team"), "read only: {}", page.text());
    let chosen = [("calendar", "c_projects0417@group.calendar.google.com")];
    let page = noel.press(&page, "Use", &chosen).await.unwrap();
    says(
        &page,
        200,
        &["Your choice is saved.", "“Projects” is linked."],
    );
    assert_eq!(calendar_in_use(&story).await, "Projects");
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;

    // One that was never offered changes nothing, and the page says what to do.
    let page = noel.follow(&page, "Choose another calendar").await.unwrap();
    let strange = [("calendar", "c_team0417@group.calendar.google.com")];
    let page = noel.press(&page, "Use", &strange).await.unwrap();
    says(
        &page,
        422,
        &["Choose one of the calendars", "Nothing was changed."],
    );
    assert_eq!(calendar_in_use(&story).await, "Projects");
}

#[tokio::test]
async fn a_calendar_system_that_is_down_is_told_and_nothing_changes() {
    let (story, noel) = noels().await;
    let control = story.app.sandbox.control();
    let path = format!("/me/links/{}/calendar", story.link);
    control.set_unavailable(System::Google, true);
    let page = open(&story, &noel, &path).await;
    says(&page, 200, &["Nothing was changed.", "Try again"]);
    assert_eq!(post(&story, &noel, &path).await, 503);
    story.expect("active", None).await;
    control.set_unavailable(System::Google, false);
    let page = noel.follow(&page, "Try again").await.unwrap();
    says(&page, 200, &["Projects"]);
}

#[tokio::test]
async fn a_refused_password_is_tried_once_and_breaks_the_link_at_once() {
    let Some((server, folder)) = radicale().await else {
        return;
    };
    make_calendar(server.url(), "guenther", "Work").await;
    make_calendar(server.url(), "guenther", "Home").await;
    let story = CaldavStory::start(server.url()).await;
    let done = story.submit(server.url(), "guenther", PASSWORD).await;
    says(&done, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
    let address = story.app.url(&format!("/me/links/{}/calendar", story.link));
    let page = story.person.open(&address).await.unwrap();
    says(&page, 200, &["Choose your calendar", "Work", "Home"]);

    // The password was changed there.
    let users = folder.path().join("users");
    let text = std::fs::read_to_string(&users).unwrap();
    std::fs::write(&users, text.replace(PASSWORD, "Changed-there-9")).unwrap();
    let page = story.person.open(&address).await.unwrap();
    says(
        &page,
        200,
        &["The calendar server did not accept your password"],
    );
    let row = story.api().row(&story.profile, &story.link).await;
    assert_eq!(row.status.state.word(), "attention", "{row:?}");
}

#[tokio::test]
async fn mails_come_in_the_language_that_the_person_chose() {
    let story = Story::start().await;
    let zoe = story.finish().await;
    let page = open(&story, &zoe, "/me").await;
    let page = zoe
        .press(&page, "Save", &[("language", "de")])
        .await
        .unwrap();
    says(
        &page,
        200,
        &["Ihre Sprache ist gespeichert.", "Mein Kalender"],
    );
    let control = story.app.sandbox.control();
    control.revoke_refresh(System::Microsoft, ZOE_MAIL).unwrap();
    story.app.clock.advance(HOUR);
    let mails = story.app.wait_for_mails(ZOE_MAIL, 2).await;
    let html = mails[1].html.clone().unwrap();
    assert!(html.contains("<html lang=\"de\""), "{html}");
    // Nonsense changes nothing.
    let page = open(&story, &zoe, "/me?lang=en").await;
    let page = zoe
        .press(&page, "Save", &[("language", "tlh")])
        .await
        .unwrap();
    says(&page, 200, &["My calendar"]);
}

#[tokio::test]
async fn every_link_of_a_person_is_listed_the_living_one_first() {
    let story = Story::start().await;
    let zoe = story.finish().await;
    story.api().delete(&story.link).await;
    let page = open(&story, &zoe, "/me").await;
    says(&page, 200, &["This link was deleted"]);
    assert!(!page.text().contains("Pause my link"), "{}", page.text());
    // A new link, in another profile and another system.
    let api = story.api();
    let caldav = api
        .caldav_profile("https://dav.nordlicht.example/", "Field team")
        .await;
    api.link(&caldav, ZOE, "Bjørn Kvernmo").await;
    let page = open(&story, &zoe, "/me").await;
    let text = page.text();
    let place =
        |text: &str, part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
    assert!(place(&text, "You are invited") < place(&text, "This link was deleted"));
    says(
        &page,
        200,
        &["SuperOffice and CalDAV", "SuperOffice and Microsoft 365"],
    );
}

#[tokio::test]
async fn nobody_reaches_anothers_link() {
    let story = Story::start().await;
    let zoe = story.finish().await;
    let other = Browser::new();
    sign_in(&story.app, &other, HAKON).await;
    let foreign = crate::support::signed_up_foreign_admin(&story.app).await;
    let version = async || {
        let core = story.app.core();
        let mut versions = core.storage.read().await.unwrap().versions().await.unwrap();
        versions.sort();
        versions
    };
    let before = version().await;
    for deed in [
        "pause",
        "resume",
        "calendar",
        "continue",
        "reconnect/crm",
        "reconnect/calendar",
    ] {
        let path = format!("/me/links/{}/{deed}", story.link);
        for browser in [&story.admin, &other, &foreign] {
            assert_eq!(post(&story, browser, &path).await, 404, "{deed}");
        }
        let nobody = Browser::new();
        assert_eq!(post(&story, &nobody, &path).await, 303, "{deed}");
    }
    let nonsense = format!("/me/links/{}/reconnect/everything", story.link);
    assert_eq!(post(&story, &zoe, &nonsense).await, 404);
    assert_eq!(version().await, before);
    story.expect("active", None).await;
}

#[tokio::test]
async fn what_an_administrator_deleted_cannot_be_paused_or_reconnected() {
    let story = Story::start().await;
    let zoe = story.finish().await;
    story.api().delete(&story.link).await;
    for deed in ["pause", "continue", "reconnect/crm"] {
        let path = format!("/me/links/{}/{deed}", story.link);
        assert_eq!(post(&story, &zoe, &path).await, 404, "{deed}");
    }
    assert!(LinkAction::Undelete.applies_to(story.row().await.status.state));
}

#[tokio::test]
async fn an_own_page_without_a_link_says_what_comes_next() {
    let story = Story::start().await;
    let other = Browser::new();
    let page = sign_in(&story.app, &other, HAKON).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let page = open(&story, &other, "/me").await;
    says(
        &page,
        200,
        &[
            "Nothing is linked for you yet",
            "Language",
            "Sign out everywhere",
        ],
    );
    let api = Api {
        app: &story.app,
        browser: &other,
    };
    assert_eq!(api.call("session/me", &[]).await.status, 200);
    assert!(invitation_in(&story.app.mail_to(ZOE_MAIL).await).contains("/i/"));
}

#[tokio::test]
async fn a_mishap_is_read_again_in_another_language() {
    let story = Story::start().await;
    let person = Browser::new();
    let page = story.at_sign_in(&person).await;
    let page = at_superoffice(&person, page, HAKON).await;
    says(&page, 403, &["signed in to SuperOffice as somebody else"]);
    let page = person.follow(&page, "Deutsch").await.unwrap();
    says(&page, 403, &["als jemand anderes", ZOE]);
    // Who came instead stands in no address and is not remembered.
    assert!(!page.text().contains(HAKON), "{}", page.text());
    let page = person.follow(&page, "English").await.unwrap();
    let page = person
        .follow(&page, "Sign in with another account")
        .await
        .unwrap();
    says(&page, 200, &["Step 1 of 2"]);
    // A word that is no mishap of a step shows the step, and another browser nothing.
    let address = format!("{}?mishap=not_found", page.url);
    says(&person.open(&address).await.unwrap(), 200, &["Step 1 of 2"]);
    let address = format!("{}?mishap=wrong_person", page.url);
    let other = Browser::new();
    let page = other.open(&address).await.unwrap();
    says(&page, 200, &["The time for this page is over"]);
    let page = other.follow(&page, "Deutsch").await.unwrap();
    says(&page, 200, &["Die Zeit für diese Seite ist abgelaufen"]);
}

#[tokio::test]
async fn an_administrator_tests_a_connection_and_sees_what_it_found() {
    let story = Story::start().await;
    story.finish().await;
    let control = story.app.sandbox.control();
    let before = story.row().await.checked_at;
    let report: ActReport = story.api().act("check", &[&story.link], "").await.read();
    assert_eq!(report.done.len(), 1, "{report:?}");
    for _ in 0..400 {
        if story.row().await.checked_at > before {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(story.row().await.checked_at > before);
    control.revoke_refresh(System::Microsoft, ZOE_MAIL).unwrap();
    story.api().act("check", &[&story.link], "").await;
    let row = story
        .api()
        .wait_for_state(&story.profile, &story.link, "attention")
        .await;
    assert_eq!(
        row.status.cause.map(|found| found.cause.word()),
        Some("calendar_refused")
    );
    // What is refused cannot be tried.
    let report: ActReport = story.api().act("check", &[&story.link], "").await.read();
    assert_eq!((report.done.len(), report.skipped), (0, 1), "{report:?}");
}
