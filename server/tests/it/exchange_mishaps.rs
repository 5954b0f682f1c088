//! Exchange: what does not work is said, with what to do, and never locks an account.

use synchronizer_domain::connection::{CheckKind, CheckOutcome, ConnectionReport};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::link::{Cause, LinkState};
use synchronizer_sandbox::{EXCHANGE_PASSWORD, ExchangeSwitches, System};

use crate::support::{
    Api, ExchangeStory, TestApp, ZOE, ZOE_MAIL, find, grants, save_exchange, says, searching,
    signed_up_admin, tested,
};

fn failure(report: &ConnectionReport, kind: CheckKind) -> Option<ErrorCode> {
    report
        .checks
        .iter()
        .find(|check| check.kind == kind)
        .and_then(|check| match &check.outcome {
            CheckOutcome::Failed { reason, .. } => Some(reason.clone()),
            _ => None,
        })
}

async fn zoe() -> ExchangeStory {
    ExchangeStory::start(ZOE, ZOE_MAIL, ZOE_MAIL, false).await
}

#[tokio::test]
async fn a_wrong_or_locked_password_keeps_the_user_name_and_stores_nothing() {
    let story = zoe().await;
    let page = story
        .submit("NORDLICHT\\zoe.mueller", "Planted-wrong-9")
        .await;
    says(
        &page,
        422,
        &[
            "did not accept this user name and password",
            "may lock the account",
        ],
    );
    assert!(
        page.html.contains("value=\"NORDLICHT\\zoe.mueller\""),
        "{}",
        page.html
    );
    assert!(!page.html.contains("Planted-wrong-9"));
    story.app.sandbox.control().set_exchange(ExchangeSwitches {
        locked: [ZOE_MAIL.to_owned()].into(),
        ..ExchangeSwitches::default()
    });
    let page = story.submit(ZOE_MAIL, EXCHANGE_PASSWORD).await;
    says(&page, 422, &["did not accept this user name and password"]);
    assert_eq!(grants(&story.app).await.len(), 1);
    let page = story.submit(" ", "").await;
    assert_eq!(
        (
            page.status,
            page.text().matches("Nothing was typed here").count()
        ),
        (422, 2)
    );
}

#[tokio::test]
async fn somebody_elses_account_is_told_from_a_wrong_password() {
    let story = zoe().await;
    let page = story
        .submit("noel.damico@nordlicht.example", EXCHANGE_PASSWORD)
        .await;
    assert_eq!(page.status, 403, "{}", page.text());
    assert!(
        page.text().contains("noel.damico@nordlicht.example"),
        "{}",
        page.text()
    );
    let row = story.api().row(&story.profile, &story.link).await;
    assert_eq!(row.status.cause.unwrap().cause, Cause::WrongAccount);
    assert_eq!(grants(&story.app).await.len(), 1);
}

#[tokio::test]
async fn a_busy_or_absent_server_asks_nobody_for_another_password() {
    let story = zoe().await;
    story.app.sandbox.control().set_exchange(ExchangeSwitches {
        busy_ms: Some(4_000),
        ..ExchangeSwitches::default()
    });
    let page = story.submit(ZOE_MAIL, EXCHANGE_PASSWORD).await;
    says(&page, 422, &["busy", "4 seconds", "Nothing was stored"]);
    story
        .app
        .sandbox
        .control()
        .set_unavailable(System::Exchange, true);
    let page = story.submit(ZOE_MAIL, EXCHANGE_PASSWORD).await;
    assert_eq!(page.status, 422);
    let row = story.api().row(&story.profile, &story.link).await;
    assert_eq!(
        (row.status.state, row.status.cause),
        (LinkState::Partly, None)
    );
}

#[tokio::test]
async fn one_refusal_of_the_service_account_stops_further_tries() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("exchange").await;
    let report = tested(&api, &profile, &[("password", "wrong")]).await;
    assert_eq!(
        failure(&report, CheckKind::DirectorySignIn),
        Some(ErrorCode::PasswordRefused)
    );
    api.finish_profile(&profile, "Plant").await;
    let asked = || {
        app.sandbox
            .control()
            .requests()
            .iter()
            .filter(|one| one.system == System::Exchange)
            .count()
    };
    let before = asked();
    let again: ConnectionReport = api.ok("profiles/test", &[("profile", &profile)]).await;
    assert_eq!(
        failure(&again, CheckKind::DirectorySignIn),
        Some(ErrorCode::PasswordRefused)
    );
    let search = api.call("linking/search", &searching(&profile, "zo")).await;
    assert_eq!(
        search.error(),
        UseCaseError::refused(ErrorCode::DirectoryRefused).into()
    );
    // Saving something else without a new password tries nothing either.
    let kept = tested(
        &api,
        &profile,
        &[("password", ""), ("people", "kim@nordlicht.example")],
    )
    .await;
    assert!(!kept.passed());
    assert_eq!(asked(), before, "the account was tried again");
    let report = tested(&api, &profile, &[]).await;
    assert!(report.passed(), "{report:?}");
    assert_eq!(find(&api, &profile, "zo").await.len(), 1);
}

#[tokio::test]
async fn a_stored_password_is_not_sent_to_another_server() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("exchange").await;
    assert!(tested(&api, &profile, &[]).await.passed());
    for change in [
        ("server", "http://127.0.0.1:9/"),
        ("account", "svc-plain@nordlicht.example"),
        ("username", "other"),
    ] {
        let answer = save_exchange(&api, &profile, &[("password", ""), change]).await;
        let wanted = UseCaseError::field("password", ErrorCode::Required);
        assert_eq!(
            (answer.status, answer.error()),
            (422, wanted.into()),
            "{change:?}"
        );
    }
}

#[tokio::test]
async fn an_account_without_the_role_is_found_out_by_the_test_and_by_the_first_person() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("exchange").await;
    let plain = [
        ("people", ZOE_MAIL),
        ("account", "svc-plain@nordlicht.example"),
        ("impersonation", "yes"),
    ];
    let report = tested(&api, &profile, &plain).await;
    assert_eq!(
        failure(&report, CheckKind::Impersonation),
        Some(ErrorCode::ImpersonationDenied),
        "{report:?}"
    );

    // The mailbox of a disabled account is not opened for anybody.
    let story = ExchangeStory::with(
        ZOE,
        ZOE_MAIL,
        "torbjorn.ahl@nordlicht.example",
        true,
        |_| {},
    )
    .await;
    says(&story.page, 200, &["There is nothing to enter"]);
    let page = story
        .person
        .press(&story.page, "Check my calendar", &[])
        .await
        .unwrap();
    says(&page, 422, &["could not open your calendar"]);
    let row = story.api().row(&story.profile, &story.link).await;
    assert_eq!(row.status.cause.unwrap().cause, Cause::ImpersonationDenied);
    assert_eq!(row.status.state, LinkState::NeedsAttention);
}

#[tokio::test]
async fn addresses_that_are_forbidden_or_in_the_cloud_are_refused_with_a_sentence() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("exchange").await;
    for (server, code) in [
        ("outlook.office365.com", ErrorCode::ExchangeOnline),
        ("ftp://mail.example", ErrorCode::BadUrl),
    ] {
        let answer = save_exchange(&api, &profile, &[("server", server)]).await;
        assert_eq!(
            answer.error(),
            UseCaseError::field("server", code).into(),
            "{server}"
        );
    }
    for server in [
        "http://10.0.0.1/EWS/Exchange.asmx",
        "https://169.254.169.254/",
    ] {
        let report = tested(&api, &profile, &[("server", server)]).await;
        let reason = report.checks.iter().find_map(|check| match &check.outcome {
            CheckOutcome::Failed { reason, .. } => Some(reason.clone()),
            _ => None,
        });
        assert_eq!(
            reason,
            Some(ErrorCode::AddressForbidden),
            "{server} {report:?}"
        );
    }
}

#[tokio::test]
async fn a_busy_server_is_left_alone_by_the_search() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("exchange").await;
    assert!(tested(&api, &profile, &[]).await.passed());
    app.sandbox.control().set_exchange(ExchangeSwitches {
        busy_ms: Some(60_000),
        ..ExchangeSwitches::default()
    });
    let search = async || api.call("linking/search", &searching(&profile, "zo")).await;
    assert!(matches!(search().await.error().to_string().as_str(), text if !text.is_empty()));
    app.sandbox.control().reset();
    let refused = search().await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(
        app.sandbox
            .control()
            .requests()
            .iter()
            .all(|one| one.system != System::Exchange)
    );
    app.clock.advance(std::time::Duration::from_secs(61));
    assert_eq!(find(&api, &profile, "zo").await.len(), 1);
}
