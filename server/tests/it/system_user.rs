//! A company's system user reads the CRM; an administrator's sign-in stands by.

use std::time::Duration;

use synchronizer_domain::account::AccountView;
use synchronizer_domain::alarm::AlarmKind;
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_sandbox::System;
use synchronizer_storage::ListKey;

use crate::support::{Api, TestApp, TestOptions, says, signed_up_admin};

/// The administrator's sign-in name.
const MAIL: &str = "ingvild.saetre-holm@nordlicht.example";
const AUTHENTICATE: &str = "/login/api/partnersystemuser/authenticate";
const RENEW: &str = "/login/common/oauth/tokens";

async fn with_system_user() -> TestApp {
    TestApp::with(TestOptions {
        system_user: true,
        ..TestOptions::default()
    })
    .await
}

/// How often the CRM was asked at a path.
fn asked(app: &TestApp, path: &str) -> usize {
    let requests = app.sandbox.control().requests();
    requests
        .iter()
        .filter(|seen| seen.system == System::SuperOffice)
        .filter(|seen| seen.path.to_ascii_lowercase().ends_with(path))
        .count()
}

async fn tested(api: &Api<'_>) -> ConnectionReport {
    api.ok("account/test-crm", &[]).await
}

async fn passes(api: &Api<'_>) {
    let report = tested(api).await;
    assert!(report.passed(), "{report:?}");
}

async fn account(api: &Api<'_>) -> AccountView {
    api.ok("account/view", &[]).await
}

#[tokio::test]
async fn the_system_user_reads_and_the_administrator_may_lose_the_sign_in() {
    let app = with_system_user().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    passes(&api).await;
    assert!(account(&api).await.crm.system_user);
    let page = admin.open(&app.url("/account")).await.unwrap();
    says(
        &page,
        200,
        &["The system user; Ingvild Sætre-Holm’s sign-in stands by"],
    );
    assert!(asked(&app, AUTHENTICATE) >= 1);

    // From here on only the system user can read; a refused or rested ticket is renewed.
    let control = app.sandbox.control();
    control.revoke_refresh(System::SuperOffice, MAIL).unwrap();
    passes(&api).await;
    control.set_system_user_refused(false);
    passes(&api).await;
    assert!(asked(&app, AUTHENTICATE) >= 2, "the CRM ended all tickets");
    app.clock.advance(Duration::from_secs(7 * 3_600));
    passes(&api).await;
    assert!(asked(&app, AUTHENTICATE) >= 3, "the ticket rested too long");
}

#[tokio::test]
async fn without_the_system_user_the_administrators_sign_in_is_used() {
    let app = with_system_user().await;
    let control = app.sandbox.control();
    control.set_system_user_refused(true);
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    passes(&api).await;
    let view = account(&api).await;
    assert!(!view.crm.system_user && view.crm.connected, "{view:?}");
    let before = asked(&app, RENEW);
    passes(&api).await;
    assert_eq!(asked(&app, RENEW) - before, 1, "renewed once, and used");
    control.set_system_user_refused(false);
    passes(&api).await;
    assert!(account(&api).await.crm.system_user);
    // Refused later on: forgotten, and the sign-in steps in at once.
    control.set_system_user_refused(true);
    passes(&api).await;
    let view = account(&api).await;
    assert!(!view.crm.system_user && view.crm.connected, "{view:?}");
}

#[tokio::test]
async fn a_restart_needs_no_administrator_for_the_system_user() {
    let mut app = with_system_user().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    passes(&api).await;
    let control = app.sandbox.control();
    control.revoke_refresh(System::SuperOffice, MAIL).unwrap();
    app.restart().await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    passes(&api).await;
}

#[tokio::test]
async fn a_list_goes_on_at_once_when_the_system_user_is_refused_in_use() {
    let app = with_system_user().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    passes(&api).await;
    let profile = api.create_profile("microsoft365").await;
    // Its ticket is at hand when the CRM stops taking it.
    let control = app.sandbox.control();
    control.set_system_user_refused(true);
    let arguments = [("profile", profile.as_str()), ("side", "crm")];
    api.ok::<()>("linking/refresh", &arguments).await;
    let core = app.core();
    let tenant = core.storage.read().await.unwrap().versions().await.unwrap()[0].0;
    for round in 0.. {
        let mut unit = core.storage.read().await.unwrap();
        let read = unit.list_read(tenant, ListKey::Crm).await.unwrap();
        if let Some(read) = read.filter(|read| !read.reading) {
            assert_eq!(read.problem, None);
            break;
        }
        assert!(round < 400, "the list is not read");
        drop(unit);
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let mut unit = core.storage.read().await.unwrap();
    let alarms = unit.alarms(tenant).await.unwrap();
    assert_eq!(alarms[0].kind, AlarmKind::SystemUserRefused);
    drop(unit);
    let page = admin.open(&app.url("/profiles")).await.unwrap();
    says(&page, 200, &["refuses your company’s system user"]);
    assert_eq!(app.mails_to("operator@portal.example"), []);

    // Once it is accepted again, nobody hears of it any more.
    control.set_system_user_refused(false);
    passes(&api).await;
    let page = admin.open(&app.url("/profiles")).await.unwrap();
    assert!(!page.text().contains("system user"), "{}", page.text());
}
