//! Names of the sandbox's people, and the clicks that sign them in.

use synchronizer_testkit::{Browser, Page};

use super::TestApp;

pub const ADMIN: &str = "Ingvild Sætre-Holm";
pub const ZOE: &str = "Zoë Müller";
pub const GUENTHER: &str = "Günther Öztürk";
pub const HAKON: &str = "Håkon Nyström";
pub const RENEE: &str = "Renée van ’t Hoff";
pub const RENEE_MAIL: &str = "renee.vanthoff@nordlicht.example";
pub const ZOE_MAIL: &str = "zoe.mueller@nordlicht.example";
/// Administrator of the other company.
pub const FOREIGN_ADMIN: &str = "Sigrid Aune";

/// Picks a person at the CRM stand-in, approving the company where it asks.
pub async fn at_superoffice(browser: &Browser, page: Page, person: &str) -> Page {
    let page = browser.press(&page, person, &[]).await.unwrap();
    if page.html.contains("action=\"/login/approve\"") {
        browser.press(&page, "I approve", &[]).await.unwrap()
    } else {
        page
    }
}

/// Picks an account at Microsoft's stand-in and accepts what it asks.
pub async fn at_microsoft(browser: &Browser, page: Page, person: &str) -> Page {
    let page = browser.press(&page, person, &[]).await.unwrap();
    if page.text().contains("Accept") {
        browser.press(&page, "Accept", &[]).await.unwrap()
    } else {
        page
    }
}

/// Signs a person in to the portal and returns where that leads.
pub async fn sign_in(app: &TestApp, browser: &Browser, person: &str) -> Page {
    let page = browser.open(&app.url("/sign-in")).await.unwrap();
    let page = browser
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    at_superoffice(browser, page, person).await
}

/// Signs the administrator's company up and leaves a signed-in browser.
pub async fn signed_up_admin(app: &TestApp) -> Browser {
    let browser = Browser::new();
    let page = sign_in(app, &browser, ADMIN).await;
    assert!(
        page.text().contains("Nordlicht Consulting AS"),
        "{}",
        page.text()
    );
    let page = browser.press(&page, "Set up", &[]).await.unwrap();
    assert!(
        page.url.path() == "/profiles",
        "{} {}",
        page.url,
        page.text()
    );
    browser
}

/// The same for the other company's administrator.
pub async fn signed_up_foreign_admin(app: &TestApp) -> Browser {
    let browser = Browser::new();
    let page = sign_in(app, &browser, FOREIGN_ADMIN).await;
    let page = browser.press(&page, "Set up", &[]).await.unwrap();
    assert_eq!(page.url.path(), "/profiles", "{}", page.text());
    browser
}
