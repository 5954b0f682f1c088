//! Signing in through an identity provider that others wrote stands in for SuperOffice's:
//! real PKCE, nonce, issuer and keys. Runs when `SYNCHRONIZER_TEST_NODE_PEERS` names the
//! folder of the peers.

use serde_json::json;
use synchronizer_domain::session::{Me, Role};
use synchronizer_sandbox::{SUPEROFFICE_CLIENT_ID, SUPEROFFICE_CLIENT_SECRET};
use synchronizer_testkit::{Browser, Page};

use crate::support::{Api, NodePeer, TestApp, says};

/// None where no folder of peers is named.
fn provider(app: &TestApp) -> Option<NodePeer> {
    let person = |associate: &str, context: &str, is_admin: &str| {
        let claim = |name: &str| format!("http://schemes.superoffice.net/identity/{name}");
        json!({
            claim("associateid"): associate,
            claim("ctx"): context,
            claim("company_name"): "Nordlicht Consulting AS",
            claim("email"): "someone@nordlicht.example",
            claim("is_administrator"): is_admin,
            claim("webapi_url"): format!("{}/{context}/api/", app.sandbox.superoffice_url()),
        })
    };
    let options = json!({
        "client": SUPEROFFICE_CLIENT_ID,
        "secret": SUPEROFFICE_CLIENT_SECRET,
        "redirect": app.url("/auth/superoffice/callback"),
        "people": {
            "ingvild": person("7", "Cust10427", "True"),
            "zoe": person("42", "Cust10427", "False"),
            "nobody": json!({ "name": "without a company" }),
        },
    });
    NodePeer::start("oidc_provider.mjs", &options)
}

/// A portal whose SuperOffice signs people in by the other provider.
async fn portal() -> Option<(TestApp, NodePeer)> {
    let mut app = TestApp::start().await;
    let provider = provider(&app)?;
    app.config.superoffice.authority = provider.address.parse().unwrap();
    app.config.superoffice.state_url =
        format!("{}/api/state/{{ctx}}", app.sandbox.superoffice_url());
    app.restart().await;
    Some((app, provider))
}

/// The provider's sign-in form.
async fn form(app: &TestApp, browser: &Browser) -> Page {
    let page = browser.open(&app.url("/sign-in")).await.unwrap();
    browser
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap()
}

/// Signs in with a login, and consents where the provider asks.
async fn sign_in(app: &TestApp, browser: &Browser, login: &str) -> Page {
    let page = form(app, browser).await;
    let typed = [("login", login), ("password", "anything")];
    let page = browser.press(&page, "Sign-in", &typed).await.unwrap();
    if page.text().contains("Authorize") {
        return browser.press(&page, "Continue", &[]).await.unwrap();
    }
    page
}

#[tokio::test]
async fn a_company_signs_up_and_in_through_a_provider_that_others_wrote() {
    let Some((app, provider)) = portal().await else {
        return;
    };
    let admin = Browser::new();
    let page = sign_in(&app, &admin, "ingvild").await;
    says(&page, 200, &["Nordlicht Consulting AS"]);
    let page = admin.press(&page, "Set up", &[]).await.unwrap();
    assert_eq!((page.status, page.url.path()), (200, "/profiles"));
    let me: Me = Api {
        app: &app,
        browser: &admin,
    }
    .ok("session/me", &[])
    .await;
    assert_eq!(me.role, Role::Admin);

    // The provider demanded a challenge; it names itself in the answer.
    let steps = admin.history();
    let locations: Vec<_> = steps
        .iter()
        .filter_map(|page| page.headers.get("location")?.to_str().ok())
        .collect();
    let answer = locations
        .iter()
        .find(|location| location.contains("/auth/superoffice/callback"))
        .unwrap();
    assert!(answer.contains("iss=http"), "{answer}");

    let zoe = Browser::new();
    let page = sign_in(&app, &zoe, "zoe").await;
    assert_eq!((page.status, page.url.path()), (200, "/me"));

    // An answer that names another provider, or comes again, is refused.
    let page = admin.open(answer).await.unwrap();
    says(&page, 200, &["no longer valid"]);
    drop(provider);
}

#[tokio::test]
async fn an_identity_without_a_company_is_refused_although_its_signature_is_good() {
    let Some((app, _provider)) = portal().await else {
        return;
    };
    let page = sign_in(&app, &Browser::new(), "nobody").await;
    assert_ne!(page.url.path(), "/profiles");
    assert!(!page.text().contains("Set up"), "{}", page.text());
    let tenants = app.core().storage.read().await.unwrap().versions().await;
    assert_eq!(tenants.unwrap(), []);
}

#[tokio::test]
async fn cancelling_there_is_no_sign_in_here() {
    let Some((app, _provider)) = portal().await else {
        return;
    };
    let person = Browser::new();
    let page = form(&app, &person).await;
    let page = person.follow(&page, "Cancel").await.unwrap();
    assert!(page.url.as_str().starts_with(&app.url("/")), "{}", page.url);
    assert!(page.text().contains("Nothing was"), "{}", page.text());
}
