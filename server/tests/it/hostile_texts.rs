//! What providers say is foreign text: markup, line breaks, text that runs backwards and a
//! megabyte of it stay harmless wherever they are shown, logged or stored.

use synchronizer_domain::connection::{CheckOutcome, ConnectionReport};
use synchronizer_sandbox::System;
use synchronizer_testkit::{Browser, Page};
use url::Url;

use crate::support::{Story, TestOptions, ZOE, at_superoffice, says};

/// Longest answer of a provider that is kept, in characters.
const MAX: usize = 200;

#[track_caller]
fn harmless(text: &str) {
    assert!(text.chars().count() <= MAX, "{} characters", text.len());
    let sly = ['\u{202E}', '\u{2066}', '\u{2028}'];
    let found = text.find(|c: char| c.is_control() || sly.contains(&c));
    assert_eq!(found, None, "{text:?}");
}

/// The answers that failed checks quote.
#[track_caller]
fn quoted(report: &ConnectionReport) -> Vec<String> {
    let answers: Vec<String> = report
        .checks
        .iter()
        .filter_map(|check| match &check.outcome {
            CheckOutcome::Failed { answer, .. } => Some(answer.clone()),
            _ => None,
        })
        .collect();
    assert!(!answers.is_empty(), "{report:?}");
    answers
}

#[track_caller]
fn shows_nothing_foreign(page: &Page) {
    for foreign in ["<img", "evil-line", "\u{202E}", "onerror"] {
        assert!(!page.html.contains(foreign), "{}: {foreign}", page.url);
    }
    for (name, value) in &page.headers {
        let text = format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()));
        assert!(!text.to_ascii_lowercase().contains("evil"), "{text}");
    }
}

/// An answer that refuses with texts of somebody's choice.
async fn refused_with(story: &Story, person: &Browser, error: &str, text: &str) -> Page {
    let page = story.at_sign_in(person).await;
    let answer = person
        .press_until(&page, ZOE, &[], "/auth/superoffice/callback")
        .await
        .unwrap();
    let state = answer.query_pairs().find(|(name, _)| name == "state");
    let state = state.unwrap().1.into_owned();
    let mut hostile = Url::parse(&story.app.url("/auth/superoffice/callback")).unwrap();
    hostile.query_pairs_mut().extend_pairs([
        ("state", state.as_str()),
        ("error", error),
        ("error_description", text),
    ]);
    person.open(hostile.as_str()).await.unwrap()
}

#[tokio::test]
async fn texts_of_providers_do_no_harm_on_pages_in_headers_in_logs_and_in_mails() {
    let mut story = Story::with(TestOptions::process()).await;
    let poison = format!(
        "<img src=x onerror=alert(1)>\r\nevil-line: 1\r\n\u{202E}{}",
        "A".repeat(4_000)
    );
    let person = Browser::new();
    for error in ["access_denied", "server_error", poison.as_str()] {
        shows_nothing_foreign(&refused_with(&story, &person, error, &poison).await);
    }
    for system in [System::SuperOffice, System::Microsoft] {
        let control = story.app.sandbox.control();
        control.set_client_refused(system, true);
        control.set_hostile_texts(system, true);
    }
    let api = story.api();
    let profile = [("profile", story.profile.as_str())];
    let crm: ConnectionReport = api.ok("account/test-crm", &[]).await;
    let both: ConnectionReport = api.ok("profiles/test", &profile).await;
    let mut answers = quoted(&crm);
    answers.extend(quoted(&both));
    for answer in &answers {
        harmless(answer);
        assert!(
            answer.contains("<img src=x"),
            "it was not hostile: {answer}"
        );
    }
    // The person's own sign-in meets the same text at the token endpoint.
    let page = story.at_sign_in(&person).await;
    let page = at_superoffice(&person, page, ZOE).await;
    shows_nothing_foreign(&page);
    for path in [
        "/account",
        &format!("/profiles/{}/link-users", story.profile),
    ] {
        let page = story.admin.open(&story.app.url(path)).await.unwrap();
        says(&page, 200, &[]);
        shows_nothing_foreign(&page);
    }
    // One line is one event: a text of somebody else's never begins a line of its own.
    let log = story.app.log();
    assert!(log.contains("evil-line"), "nothing hostile was logged");
    for line in log.lines() {
        assert!(!line.trim_start().starts_with("evil-line"), "{line}");
        assert!(!line.contains(['\u{202E}', '\u{2028}', '\u{1b}']), "{line}");
        assert!(line.len() < 20_000, "a line of {} bytes", line.len());
    }
    for mail in story.app.sandbox.mails() {
        assert!(!format!("{mail:?}").contains("evil"), "{mail:?}");
    }
    story.app.kill();
}
