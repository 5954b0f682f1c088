//! A company that the operator suspended, a company whose CRM is not running, and one whose
//! CRM moved to another host.

use synchronizer_domain::account::AccountView;
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::ids::ContextId;
use synchronizer_domain::tenant::TenantState;
use synchronizer_testkit::Browser;

use crate::support::{ADMIN, Story, TestOptions, ZOE, ZOE_MAIL, says, sign_in};

async fn set(story: &Story, state: TenantState) {
    let core = story.app.core();
    let context = ContextId::new("Cust10427");
    assert!(core.set_company_state(&context, state).await.unwrap());
    let unknown = ContextId::new("Cust1");
    assert!(!core.set_company_state(&unknown, state).await.unwrap());
}

#[tokio::test]
async fn a_suspended_company_stands_still_and_goes_on_where_it_was() {
    let story = Story::start().await;
    let person = Browser::new();
    story.begin(&person).await;
    set(&story, TenantState::Suspended).await;

    // Administrators may look, and are told; nothing can be changed.
    let page = story.admin.open(&story.app.url("/profiles")).await.unwrap();
    says(
        &page,
        200,
        &["This company is suspended.", "Oslo and Bergen"],
    );
    let page = sign_in(&story.app, &Browser::new(), ADMIN).await;
    says(&page, 200, &["This company is suspended."]);
    let api = story.api();
    let mails = story.app.mails_to(ZOE_MAIL).len();
    for (function, arguments) in [
        ("linking/resend", [("link", story.link.as_str())]),
        ("account/save", [("mail_locale", "nb")]),
        ("account/add-administrator", [("who", ZOE_MAIL)]),
        ("profiles/create", [("system", "caldav")]),
    ] {
        assert_eq!(
            api.call(function, &arguments).await.status,
            403,
            "{function}"
        );
    }
    // Nor does anybody leave for a provider.
    let systems = format!("/profiles/{}/systems", story.profile);
    for (page, button) in [
        (systems.as_str(), "Approve"),
        (&systems, "another account"),
        ("/account", "Replace"),
    ] {
        let page = story.admin.open(&story.app.url(page)).await.unwrap();
        let page = story.admin.press(&page, button, &[]).await.unwrap();
        says(&page, 403, &["Your company is suspended here"]);
    }
    // Other people get a page; no activation begins or goes on.
    let page = sign_in(&story.app, &Browser::new(), ZOE).await;
    says(&page, 403, &["Your company is suspended here"]);
    let page = Browser::new().open(&story.invitation).await.unwrap();
    says(&page, 403, &["Your company is suspended here"]);
    let begun = person.history();
    let begun = begun
        .iter()
        .rev()
        .find(|page| page.url.path().starts_with("/activate/"))
        .unwrap();
    let page = person.open(begun.url.as_str()).await.unwrap();
    says(&page, 403, &["Your company is suspended here"]);
    assert_eq!(story.app.mails_to(ZOE_MAIL).len(), mails);
    let account: AccountView = api.ok("account/view", &[]).await;
    assert_eq!(account.state, TenantState::Suspended);

    set(&story, TenantState::Active).await;
    let page = person.open(begun.url.as_str()).await.unwrap();
    says(&page, 200, &["Step 1 of 2"]);
    story.finish().await;
}

#[tokio::test]
async fn a_crm_that_is_not_running_is_told_from_one_that_refuses() {
    let story = Story::start().await;
    let control = story.app.sandbox.control();
    for state in ["Suspended", "OfflineMaintenance", "MigrationPending"] {
        control.set_tenant_state("Cust10427", state);
        // What is known of the host holds for an hour.
        story
            .app
            .clock
            .advance(std::time::Duration::from_secs(3_700));
        let api = story.api();
        let report: ConnectionReport = api.ok("account/test-crm", &[]).await;
        assert!(!report.passed(), "{state}: {report:?}");
        let account: AccountView = api.ok("account/view", &[]).await;
        assert!(
            account.crm.connected,
            "{state}: nobody has to sign in again"
        );
    }
    control.set_tenant_state("Cust10427", "OnlineMaintenance");
    let report: ConnectionReport = story.api().ok("account/test-crm", &[]).await;
    assert!(report.passed(), "{report:?}");
}

#[tokio::test]
async fn a_crm_that_moved_is_followed_in_both_directions() {
    let story = Story::start().await;
    let api = story.api();
    let control = story.app.sandbox.control();
    for moved in [true, false, true] {
        control.set_moved_host(moved);
        let report: ConnectionReport = api.ok("account/test-crm", &[]).await;
        assert!(report.passed(), "{moved}: {report:?}");
    }
    // Sign-ins, too, read the person from the new host.
    let page = sign_in(&story.app, &Browser::new(), ADMIN).await;
    assert_eq!(page.url.path(), "/profiles", "{}", page.text());
}

#[tokio::test]
async fn mails_of_one_company_wait_for_their_turns_and_say_how_long() {
    let story = Story::with(TestOptions {
        mail_rate: 1,
        ..TestOptions::default()
    })
    .await;
    let api = story.api();
    for _ in 0..5 {
        api.ok::<()>("linking/resend", &[("link", &story.link)])
            .await;
    }
    // The invitation left a moment ago; these leave a minute after it and after each other.
    let account: AccountView = api.ok("account/view", &[]).await;
    assert_eq!(account.mails.waiting, 5, "{account:?}");
    let seconds = account.mails.seconds.unwrap();
    assert!((240..=300).contains(&seconds), "{seconds}");
    let page = story.admin.open(&story.app.url("/account")).await.unwrap();
    says(
        &page,
        200,
        &["5 mails wait to be sent.", "Done in about 5 minutes."],
    );
    assert_eq!(story.app.mails_to(ZOE_MAIL).len(), 1);
    story.app.clock.advance(std::time::Duration::from_secs(305));
    story.app.core().wake.notify();
    story.app.wait_for_mails(ZOE_MAIL, 6).await;
}
