//! An administrator links a colleague with a CalDAV server; the colleague activates.

use synchronizer_domain::connection::ConnectionReport;

use crate::support::{CaldavStory, PASSWORD, make_calendar, radicale, says};

#[tokio::test]
async fn credentials_are_tried_before_they_are_stored() {
    let Some((server, _folder)) = radicale().await else {
        return;
    };
    make_calendar(server.url(), "guenther", "Work").await;
    let story = CaldavStory::start(server.url()).await;
    let api = story.api();
    let report: ConnectionReport = api
        .ok("profiles/test", &[("profile", &story.profile)])
        .await;
    assert!(report.passed(), "{report:?}");

    let refused = story
        .submit(server.url(), "guenther", "wrong-password")
        .await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.html.contains("value=\"guenther\""),
        "the user name is kept"
    );
    assert!(
        !refused.html.contains("wrong-password"),
        "the password is not"
    );
    story.expect_nothing_stored().await;

    let done = story.submit(server.url(), "guenther", PASSWORD).await;
    says(&done, 200, &["Your calendar is linked"]);
    assert!(!done.html.contains("<script"), "a public page ships script");
    api.wait_for_state(&story.profile, &story.link, "active")
        .await;
}

#[tokio::test]
async fn a_person_without_a_calendar_may_have_one_made() {
    let Some((server, _folder)) = radicale().await else {
        return;
    };
    let story = CaldavStory::start(server.url()).await;
    let offered = story.submit(server.url(), "guenther", PASSWORD).await;
    says(&offered, 422, &["Make a calendar"]);
    story.expect_nothing_stored().await;
    let fields = [("password", PASSWORD)];
    let done = story
        .person
        .press(&offered, "Check and save", &fields)
        .await
        .unwrap();
    says(&done, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
}
