//! People linked with Google, and the clicks at its stand-in.

use synchronizer_domain::connection::ConnectionReport;
use synchronizer_testkit::{Browser, Page};

use super::{ADMIN, Api, Story, TestApp, ZOE, ZOE_MAIL, invitation_in, signed_up_admin};

/// The boxes of a person's consent page, both ticked.
pub const BOXES: &[(&str, &str)] = &[("box-3", "yes"), ("box-4", "yes")];

/// Picks an account at Google's stand-in, ticks these boxes and goes on.
pub async fn at_google(
    browser: &Browser,
    page: Page,
    person: &str,
    boxes: &[(&str, &str)],
) -> Page {
    let page = browser.press(&page, person, &[]).await.unwrap();
    if page.text().contains("Synchronizer wants to") || page.text().contains("Select what") {
        browser.press(&page, "Continue", boxes).await.unwrap()
    } else {
        page
    }
}

/// A Google profile whose users are read by the administrator's sign-in.
pub async fn google_profile(api: &Api<'_>) -> String {
    let profile = api.create_profile("google").await;
    let systems = api.app.url(&format!("/profiles/{profile}/systems"));
    let page = api.browser.open(&systems).await.unwrap();
    let page = api
        .browser
        .press(&page, "Sign in with Google", &[])
        .await
        .unwrap();
    let page = at_google(api.browser, page, ADMIN, &[]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let report: ConnectionReport = api.ok("profiles/test", &[("profile", &profile)]).await;
    assert!(report.passed(), "{report:?}");
    api.finish_profile(&profile, "Oslo and Bergen").await;
    profile
}

/// A linked person of a profile who has not begun yet.
pub async fn linked(app: TestApp, admin: Browser, profile: String, who: (&str, &str)) -> Story {
    let (name, mail) = who;
    linked_with(app, admin, profile, (name, name, mail)).await
}

/// The same where the person has another name in the calendar system.
pub async fn linked_with(
    app: TestApp,
    admin: Browser,
    profile: String,
    (crm, calendar, mail): (&str, &str, &str),
) -> Story {
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let link = api.link(&profile, crm, calendar).await;
    let invitation = invitation_in(&app.mail_to(mail).await);
    api.wait_for_sent(&profile, &link).await;
    Story {
        app,
        admin,
        profile,
        link,
        invitation,
    }
}

/// Somebody is linked with Google, and the mail is there.
pub async fn google_story_of(name: &str, mail: &str) -> Story {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = google_profile(&api).await;
    linked(app, admin, profile, (name, mail)).await
}

/// Zoë is linked with Google.
pub async fn google_story() -> Story {
    google_story_of(ZOE, ZOE_MAIL).await
}
