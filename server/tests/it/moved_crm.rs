//! A company's CRM moves to another host: one process finds out, all follow, also after a
//! restart.

use synchronizer_domain::connection::ConnectionReport;
use synchronizer_sandbox::System;
use synchronizer_server::Role;
use synchronizer_testkit::Browser;

use crate::support::{ADMIN, Answer, Story, sign_in};

/// How often the CRM was asked where a company is, and how often the wrong host was.
fn asked(story: &Story) -> (usize, usize) {
    let requests = story.app.sandbox.control().requests();
    let of = |chosen: fn(&str, u16) -> bool| {
        requests
            .iter()
            .filter(|seen| seen.system == System::SuperOffice && chosen(&seen.path, seen.status))
            .count()
    };
    (
        of(|path, _| path.starts_with("/api/state/")),
        of(|_, status| status == 421),
    )
}

async fn test_crm(story: &Story) {
    let report: ConnectionReport = story.api().ok("account/test-crm", &[]).await;
    assert!(report.passed(), "{report:?}");
}

#[tokio::test]
async fn where_the_crm_moved_is_found_out_once_for_all_processes_and_restarts() {
    let mut story = Story::start().await;
    // Before the company signed up there was no place to keep it: a restart asks once more.
    story.app.restart().await;
    test_crm(&story).await;
    let (states, wrong) = asked(&story);
    // Another process has the old host in mind, too.
    let other = story.app.replica(Role::Portal).await;
    let ask_other = || async {
        let client = story.admin.client();
        let answer = client
            .post(format!(
                "http://localhost:{}/api/account/test-crm",
                other.address.port()
            ))
            .header("accept", "application/json")
            .header("origin", story.app.url(""))
            .header("sec-fetch-site", "same-origin")
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let report: ConnectionReport = Answer { status, text }.read();
        assert!(report.passed(), "{report:?}");
    };
    ask_other().await;
    assert_eq!(
        asked(&story),
        (states, wrong),
        "it was told by the database"
    );

    story.app.sandbox.control().set_moved_host(true);
    test_crm(&story).await;
    assert_eq!(asked(&story), (states + 1, wrong + 1));
    // The other process meets the old host once and needs no answer of its own.
    ask_other().await;
    assert_eq!(asked(&story), (states + 1, wrong + 2));
    ask_other().await;
    assert_eq!(asked(&story), (states + 1, wrong + 2));
    other.stop().await;

    story.app.restart().await;
    test_crm(&story).await;
    let page = sign_in(&story.app, &Browser::new(), ADMIN).await;
    assert_eq!(page.url.path(), "/profiles", "{}", page.text());
    assert_eq!(
        asked(&story),
        (states + 1, wrong + 2),
        "the restart knew it"
    );
}
