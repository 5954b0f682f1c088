//! The person signs in as somebody else, cancels, allows too little, or may not allow it.
//! Nothing is stored, the page says what to do, and the same mail still works.

use std::time::Duration;

use synchronizer_domain::link::{Cause, Party};
use synchronizer_sandbox::ConsentMode;
use synchronizer_storage::Grant;
use synchronizer_testkit::Browser;

use crate::support::{HAKON, Story, ZOE, ZOE_MAIL, at_microsoft, at_superoffice, says};

/// Words of the sides that were granted.
fn sides(grants: &[Grant]) -> Vec<&'static str> {
    grants.iter().map(|grant| grant.side.word()).collect()
}

#[tokio::test]
async fn somebody_else_at_superoffice_is_named_and_refused() {
    let story = Story::start().await;
    let person = Browser::new();
    let page = story.at_sign_in(&person).await;
    let page = at_superoffice(&person, page, HAKON).await;
    says(
        &page,
        403,
        &[
            "signed in to SuperOffice as somebody else",
            "Nothing was stored",
        ],
    );
    says(
        &page,
        403,
        &[ZOE, ZOE_MAIL, HAKON, "hakon.nystrom@nordlicht.example"],
    );
    story.expect("invited", Some("wrong_person")).await;
    assert_eq!(story.grants().await, []);

    let page = person
        .follow(&page, "Sign in with another account")
        .await
        .unwrap();
    says(&page, 200, &["Step 1 of 2"]);
    let page = person
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    let page = at_superoffice(&person, page, ZOE).await;
    says(&page, 200, &["Step 2 of 2"]);
    story.expect("partly", None).await;
    story.finish().await;
}

#[tokio::test]
async fn another_microsoft_account_is_named_and_refused_also_a_foreign_one() {
    let story = Story::start().await;
    let person = Browser::new();
    let mut page = story.second_step(&person).await;
    for (name, account) in [
        (HAKON, "hakon.nystrom@nordlicht.example"),
        ("Jonas Lindqvist", "jonas.lindqvist@fjordkraft.example"),
    ] {
        page = person
            .press(&page, "Sign in with Microsoft", &[])
            .await
            .unwrap();
        page = at_microsoft(&person, page, name).await;
        says(
            &page,
            403,
            &[
                "another Microsoft account",
                "Nothing was stored",
                ZOE,
                ZOE_MAIL,
                name,
                account,
            ],
        );
        story.expect("partly", Some("wrong_account")).await;
        assert_eq!(sides(&story.grants().await), ["crm"]);
        page = person
            .follow(&page, "Sign in with another account")
            .await
            .unwrap();
        says(&page, 200, &["Step 2 of 2"]);
    }
    story.finish().await;
}

#[tokio::test]
async fn cancelling_at_superoffice_stores_nothing() {
    let story = Story::start().await;
    let person = Browser::new();
    let page = story.at_sign_in(&person).await;
    let page = person.press(&page, "Cancel", &[]).await.unwrap();
    says(
        &page,
        200,
        &["You cancelled at SuperOffice", "Nothing was stored"],
    );
    story.expect("invited", Some("consent_denied")).await;
    assert_eq!(story.grants().await, []);
    let page = person.follow(&page, "Sign in again").await.unwrap();
    says(&page, 200, &["Step 1 of 2"]);
    story.finish().await;
}

#[tokio::test]
async fn cancelling_at_microsoft_keeps_the_first_half() {
    let story = Story::start().await;
    let person = Browser::new();
    let page = story.second_step(&person).await;
    let page = person
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = person.press(&page, ZOE, &[]).await.unwrap();
    let page = person.press(&page, "Cancel", &[]).await.unwrap();
    says(
        &page,
        200,
        &[
            "You cancelled at Microsoft",
            "What you finished before is kept",
        ],
    );
    story.expect("partly", Some("consent_denied")).await;
    assert_eq!(sides(&story.grants().await), ["crm"]);
    let page = person.follow(&page, "Sign in again").await.unwrap();
    says(&page, 200, &["Step 2 of 2"]);
    story.finish().await;
}

#[tokio::test]
async fn a_permission_that_is_missing_is_asked_for_again() {
    let story = Story::start().await;
    let person = Browser::new();
    let page = story.second_step(&person).await;
    story
        .app
        .sandbox
        .control()
        .set_microsoft_consent(ConsentMode::Partial);
    let page = person
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = at_microsoft(&person, page, ZOE).await;
    says(
        &page,
        200,
        &[
            "A permission is missing",
            "Nothing was stored",
            "make sure that every permission is ticked",
        ],
    );
    story.expect("partly", Some("scope_missing")).await;
    assert_eq!(sides(&story.grants().await), ["crm"]);
    story
        .app
        .sandbox
        .control()
        .set_microsoft_consent(ConsentMode::Allow);
    story.finish().await;
}

#[tokio::test]
async fn a_company_that_wants_an_administrator_is_told_and_the_person_waits() {
    let story = Story::start().await;
    let person = Browser::new();
    let page = story.second_step(&person).await;
    story
        .app
        .sandbox
        .control()
        .set_microsoft_consent(ConsentMode::AdminApproval);
    let page = person
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = person.press(&page, ZOE, &[]).await.unwrap();
    says(&page, 200, &["Need admin approval"]);
    let page = person
        .follow(&page, "Return to the application")
        .await
        .unwrap();
    says(
        &page,
        200,
        &[
            "Microsoft wants an administrator",
            "What you finished is kept",
        ],
    );
    story.expect("attention", Some("admin_approval")).await;
    assert_eq!(
        story.row().await.status.cause.unwrap().party,
        Party::Company
    );
    assert_eq!(sides(&story.grants().await), ["crm"]);
    story
        .app
        .sandbox
        .control()
        .set_microsoft_consent(ConsentMode::Allow);
    story.finish().await;
}

#[tokio::test]
async fn somebody_who_never_comes_back_from_microsoft_counts_as_waiting_for_approval() {
    let story = Story::start().await;
    let person = Browser::new();
    let page = story.second_step(&person).await;
    let page = person
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    says(&page, 200, &["Pick an account"]);
    story.app.clock.advance(Duration::from_secs(31 * 60));
    let api = story.api();
    let row = api
        .wait_for_state(&story.profile, &story.link, "attention")
        .await;
    assert_eq!(row.status.cause.unwrap().cause, Cause::AdminApproval);
    story.finish().await;
}

#[tokio::test]
async fn a_first_sign_in_withdrawn_before_the_check_asks_for_the_person_again() {
    let story = Story::start().await;
    let person = Browser::new();
    let page = story.second_step(&person).await;
    let control = story.app.sandbox.control();
    assert!(
        control
            .revoke_refresh(synchronizer_sandbox::System::SuperOffice, ZOE_MAIL)
            .unwrap()
            > 0
    );
    let page = person
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = at_microsoft(&person, page, ZOE).await;
    says(&page, 200, &["Your calendar is linked"]);
    let row = story
        .api()
        .wait_for_state(&story.profile, &story.link, "attention")
        .await;
    assert_eq!(row.status.cause.unwrap().cause, Cause::CrmRefused);

    // Her mail is used up; her own page goes on.
    let me = Browser::new();
    let page = crate::support::sign_in(&story.app, &me, ZOE).await;
    says(
        &page,
        200,
        &[
            "Needs attention",
            "SuperOffice no longer accepts your sign-in",
        ],
    );
    let page = me.press(&page, "Reconnect SuperOffice", &[]).await.unwrap();
    says(&page, 200, &["SuperOffice no longer accepts your sign-in"]);
    let page = me
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    let page = at_superoffice(&me, page, ZOE).await;
    says(&page, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
}
