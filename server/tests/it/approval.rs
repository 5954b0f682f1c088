//! SuperOffice lets nobody of a company in before its administrator approved the application,
//! or approved it anew.

use synchronizer_domain::account::AccountView;
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_testkit::{Browser, Page};

use crate::support::{ADMIN, Story, ZOE, at_superoffice, says, sign_in};

const COMPANY: &str = "Cust10427";

#[track_caller]
fn names_the_way_out(page: &Page) {
    says(
        page,
        403,
        &[
            "SuperOffice wants Synchronizer to be approved",
            "Nothing was stored",
            "What an administrator does",
            "I approve",
            "Sign in again",
        ],
    );
}

#[tokio::test]
async fn an_administrator_approves_anew_and_everybody_goes_on() {
    let story = Story::start().await;
    let control = story.app.sandbox.control();
    control.set_crm_approval(COMPANY, "NeedsReapproval");
    let person = Browser::new();
    names_the_way_out(&sign_in(&story.app, &person, ZOE).await);
    // In the middle of an activation too; administrators see why the link waits.
    let page = story.at_sign_in(&person).await;
    let page = at_superoffice(&person, page, ZOE).await;
    names_the_way_out(&page);
    let page = person.follow(&page, "Deutsch").await.unwrap();
    says(&page, 403, &["SuperOffice verlangt"]);
    names_the_way_out(&person.follow(&page, "English").await.unwrap());
    story.expect("attention", Some("crm_approval")).await;
    assert_eq!(story.grants().await, []);

    // The administrator's sign-in leads over SuperOffice's page.
    let admin = Browser::new();
    let page = sign_in(&story.app, &admin, ADMIN).await;
    assert_eq!(page.url.path(), "/profiles", "{}", page.text());
    assert!(control.switches().crm_approval.is_empty());
    let page = story.at_sign_in(&person).await;
    says(
        &at_superoffice(&person, page, ZOE).await,
        200,
        &["Step 2 of 2"],
    );
    story.expect("partly", None).await;
    story.finish().await;
}

#[tokio::test]
async fn an_approval_that_ended_stops_administrators_too_and_is_told_on_account() {
    let story = Story::start().await;
    let control = story.app.sandbox.control();
    for word in ["Revoked", "Expired"] {
        control.set_crm_approval(COMPANY, word);
        for name in [ZOE, ADMIN] {
            names_the_way_out(&sign_in(&story.app, &Browser::new(), name).await);
        }
        let report: ConnectionReport = story.api().ok("account/test-crm", &[]).await;
        assert!(!report.passed(), "{report:?}");
        let account: AccountView = story.api().ok("account/view", &[]).await;
        assert!(!account.crm.connected, "{word}");
    }
    control.set_crm_approval(COMPANY, "");
    let report: ConnectionReport = story.api().ok("account/test-crm", &[]).await;
    assert!(report.passed(), "{report:?}");
    let account: AccountView = story.api().ok("account/view", &[]).await;
    assert!(account.crm.connected);
}
