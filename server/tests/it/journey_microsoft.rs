//! An administrator links a colleague with Microsoft 365; the colleague activates.

use synchronizer_testkit::Browser;

use crate::support::{
    ADMIN, Api, TestApp, ZOE, at_microsoft, at_superoffice, invitation_in, microsoft_profile,
    signed_up_admin,
};

#[tokio::test]
async fn a_linked_person_activates_and_the_row_turns_active() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = microsoft_profile(&api).await;
    let link = api.link(&profile, ZOE, ZOE).await;

    let mail = app.mail_to("zoe.mueller@nordlicht.example").await;
    let zoe = Browser::new();
    let page = zoe.open(&invitation_in(&mail)).await.unwrap();
    assert!(
        page.text().contains("Nordlicht Consulting AS") && page.text().contains(ADMIN),
        "{}",
        page.text()
    );
    api.wait_for_state(&profile, &link, "invited").await;

    let page = zoe.press(&page, "get started", &[]).await.unwrap();
    let page = zoe
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    let page = at_superoffice(&zoe, page, ZOE).await;
    assert!(page.text().contains("Step 2 of 2"), "{}", page.text());
    api.wait_for_state(&profile, &link, "partly").await;

    let page = zoe
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = at_microsoft(&zoe, page, ZOE).await;
    assert_eq!(page.status, 200);
    assert!(!page.html.contains("<script"), "a public page ships script");
    api.wait_for_state(&profile, &link, "active").await;

    let again = Browser::new().open(&invitation_in(&mail)).await.unwrap();
    assert_eq!(again.status, 410, "{}", again.text());
}
