//! An administrator links colleagues with an Exchange server; they activate, with their own
//! password or by the service account.

use synchronizer_domain::connection::{CheckKind, CheckOutcome};
use synchronizer_domain::error::{ErrorCode, UseCaseError};
use synchronizer_domain::lists::{ListSource, Proposal};
use synchronizer_domain::matching::MatchReason;
use synchronizer_sandbox::{EXCHANGE_PASSWORD, ExchangeSwitches};

use crate::support::{
    Api, ExchangeStory, TestApp, ZOE, ZOE_MAIL, find, says, searching, signed_up_admin, tested,
};

#[tokio::test]
async fn the_address_book_is_searched_and_the_chosen_person_is_kept() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("exchange").await;
    let report = tested(&api, &profile, &[]).await;
    assert!(report.passed(), "{report:?}");
    let ok = |kind: CheckKind| {
        report
            .checks
            .iter()
            .any(|check| check.kind == kind && matches!(check.outcome, CheckOutcome::Ok { .. }))
    };
    assert!(
        ok(CheckKind::ServerReached)
            && ok(CheckKind::DirectorySignIn)
            && ok(CheckKind::AddressBook)
    );
    api.finish_profile(&profile, "Plant").await;
    let view = api.view(&profile).await;
    assert_eq!(view.calendar.source, ListSource::Typed { at_least: 2 });
    assert_eq!(view.calendar.total(), 0);

    let short = api
        .call("linking/search", &searching(&profile, " z "))
        .await;
    let refused = UseCaseError::field("query", ErrorCode::TooShort { min: 2 });
    assert_eq!((short.status, short.error()), (422, refused.into()));
    let found = find(&api, &profile, "zo").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].key, ZOE_MAIL);
    assert!(find(&api, &profile, "nobody of this name").await.is_empty());

    let crm = api.people(&profile, "crm").await;
    let crm = crm.iter().find(|one| one.name == ZOE).unwrap();
    let link = |calendar: &'static str| {
        [
            ("profile", profile.clone()),
            ("crm", crm.key.clone()),
            ("calendar", calendar.to_owned()),
        ]
    };
    let call = async |calendar: &'static str| {
        let arguments = link(calendar);
        let arguments = arguments
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        api.call("linking/link", &arguments).await.status
    };
    // An address that the address book does not have, and one that only another company has.
    assert_eq!(call("invented@nordlicht.example").await, 404);
    assert_eq!(call("jonas.lindqvist@fjordkraft.example").await, 404);
    assert_eq!(call(ZOE_MAIL).await, 200);
    assert_eq!(api.people(&profile, "calendar").await.len(), 1);
    assert!(find(&api, &profile, "zo").await[0].linked);
    let arguments = [("profile", profile.as_str()), ("crm", "18")];
    let proposals: Vec<Proposal> = api.ok("linking/proposals", &arguments).await;
    // Günther's CRM address is an alias of his mailbox.
    assert_eq!(proposals[0].person.key, "g.oeztuerk@nordlicht.example");
    assert_eq!(proposals[0].reason, MatchReason::Alias);
}

#[tokio::test]
async fn a_person_activates_with_the_own_password_by_ntlm_or_basic() {
    for switches in [
        ExchangeSwitches {
            basic_disabled: true,
            ..ExchangeSwitches::default()
        },
        ExchangeSwitches {
            ntlm_disabled: true,
            ..ExchangeSwitches::default()
        },
    ] {
        let story = ExchangeStory::with(ZOE, ZOE_MAIL, ZOE_MAIL, false, |app| {
            app.sandbox.control().set_exchange(switches);
        })
        .await;
        says(&story.page, 200, &["Step 2 of 2"]);
        assert!(story.page.html.contains(&format!("value=\"{ZOE_MAIL}\"")));
        let done = story
            .submit("NORDLICHT\\zoe.mueller", EXCHANGE_PASSWORD)
            .await;
        says(&done, 200, &["Your calendar is linked"]);
        assert!(!done.html.contains("<script"), "a public page ships script");
        story
            .api()
            .wait_for_state(&story.profile, &story.link, "active")
            .await;
    }
}

#[tokio::test]
async fn with_impersonation_the_person_signs_in_to_superoffice_only() {
    let story = ExchangeStory::start(ZOE, ZOE_MAIL, ZOE_MAIL, true).await;
    says(&story.page, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
    let grants = crate::support::grants(&story.app).await;
    assert!(
        grants
            .iter()
            .any(|grant| grant.identity.contains("\"impersonated\":true"))
    );
}
