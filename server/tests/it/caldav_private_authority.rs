//! CalDAV over https, with a certificate that only the operator's own authority vouches for:
//! Xandikos, and the setting `outbound.extra_ca`.

use std::path::PathBuf;

use synchronizer_domain::connection::{CheckKind, CheckOutcome, ConnectionReport};
use synchronizer_testkit::Xandikos;
use tempfile::TempDir;

use crate::support::{
    Api, CaldavStory, GUENTHER, PASSWORD, TestApp, TestOptions, says, signed_up_admin,
};

/// Günther with the password of the other CalDAV stories (SHA-1, which htpasswd files have).
const USERS: &[&str] = &["guenther:{SHA}uEAKkaXd29YlKUHyqFbGUwS+M3s="];

async fn xandikos() -> Option<(Xandikos, TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let server = Xandikos::start(folder.path(), USERS).await.unwrap()?;
    Some((server, folder))
}

fn trusting(authority: Option<PathBuf>) -> TestOptions {
    TestOptions {
        networks: vec!["127.0.0.1/32"],
        extra_ca: authority,
        ..TestOptions::default()
    }
}

#[tokio::test]
async fn a_server_of_a_private_authority_is_found_tested_and_linked() {
    let Some((server, _folder)) = xandikos().await else {
        return;
    };
    let authority = Some(server.authority().to_owned());
    let story = CaldavStory::with(trusting(authority), server.url()).await;
    let api = story.api();
    let report: ConnectionReport = api
        .ok("profiles/test", &[("profile", &story.profile)])
        .await;
    assert!(report.passed(), "{report:?}");

    let refused = story.submit(server.url(), "guenther", "wrong").await;
    says(&refused, 422, &["did not accept this password"]);
    story.expect_nothing_stored().await;

    // The start page of the server is enough: principal, home and calendar are discovered.
    let done = story.submit(server.url(), "guenther", PASSWORD).await;
    says(&done, 200, &["Your calendar is linked"]);
    api.wait_for_state(&story.profile, &story.link, "active")
        .await;
    let grants = crate::support::grants(&story.app).await;
    assert!(
        grants
            .iter()
            .any(|grant| grant.identity.contains("/guenther/calendars/")),
        "{grants:?}"
    );
}

#[tokio::test]
async fn without_the_setting_the_server_is_not_trusted_and_no_password_reaches_it() {
    let Some((server, folder)) = xandikos().await else {
        return;
    };
    let app = TestApp::with(trusting(None)).await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.caldav_profile(server.url(), "Field team").await;
    let report: ConnectionReport = api.ok("profiles/test", &[("profile", &profile)]).await;
    let reached = report
        .checks
        .iter()
        .find(|check| check.kind == CheckKind::ServerReached)
        .unwrap();
    let CheckOutcome::Failed { answer, .. } = &reached.outcome else {
        panic!("{report:?}");
    };
    assert!(answer.to_lowercase().contains("certificate"), "{answer}");

    let story = CaldavStory::with(trusting(None), server.url()).await;
    let refused = story.submit(server.url(), "guenther", PASSWORD).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    story.expect_nothing_stored().await;
    let log = std::fs::read_to_string(folder.path().join("xandikos.log")).unwrap();
    assert!(!log.contains("request for"), "{log}");
    assert!(!refused.text().contains(GUENTHER) || !refused.html.contains(PASSWORD));
}
