//! Companies sign up, people sign in, sessions end.

use std::time::Duration;

use synchronizer_domain::session::{Me, Role};
use synchronizer_domain::usecases::ProfileCard;
use synchronizer_server::config::SignupMode;
use synchronizer_testkit::Browser;

use crate::support::{
    ADMIN, Api, HAKON, Story, TestApp, TestOptions, ZOE, says, sign_in, signed_up_admin,
};

const HOUR: Duration = Duration::from_secs(3_600);

async fn portal(signup: SignupMode, allowed: &[&str]) -> TestApp {
    let allowed = allowed
        .iter()
        .map(|context| (*context).to_owned())
        .collect();
    TestApp::with(TestOptions {
        signup,
        allowed,
        ..TestOptions::default()
    })
    .await
}

/// Status of the call that every page makes.
async fn who_am_i(app: &TestApp, browser: &Browser) -> u16 {
    Api { app, browser }.call("session/me", &[]).await.status
}

#[tokio::test]
async fn a_user_of_an_unknown_company_is_told_whom_to_ask() {
    let app = portal(SignupMode::Open, &[]).await;
    app.sandbox.control().approve_company("Cust10427").unwrap();
    let page = sign_in(&app, &Browser::new(), ZOE).await;
    says(
        &page,
        403,
        &[
            "Your company is not set up here",
            "Ask a SuperOffice administrator",
            "Nothing was stored",
        ],
    );
}

#[tokio::test]
async fn a_company_that_may_not_sign_up_is_named() {
    for app in [
        portal(SignupMode::Closed, &["Cust10427"]).await,
        portal(SignupMode::List, &["Cust20881"]).await,
    ] {
        let page = sign_in(&app, &Browser::new(), ADMIN).await;
        says(
            &page,
            403,
            &[
                "Your company cannot sign up here",
                "Nordlicht Consulting AS",
                "Cust10427",
            ],
        );
    }
}

#[tokio::test]
async fn a_listed_company_signs_up_and_its_second_administrator_just_signs_in() {
    let app = portal(SignupMode::List, &["Cust10427"]).await;
    let first = signed_up_admin(&app).await;
    let second = Browser::new();
    let page = sign_in(&app, &second, HAKON).await;
    assert_eq!(
        (page.status, page.url.path()),
        (200, "/profiles"),
        "{}",
        page.text()
    );
    for browser in [&first, &second] {
        let me: Me = Api { app: &app, browser }.ok("session/me", &[]).await;
        assert_eq!(
            (me.tenant_name.as_str(), me.role),
            ("Nordlicht Consulting AS", Role::Admin)
        );
    }
}

#[tokio::test]
async fn two_administrators_who_confirm_at_once_share_one_company() {
    let app = portal(SignupMode::Open, &[]).await;
    let (first, second) = (Browser::new(), Browser::new());
    let one = sign_in(&app, &first, ADMIN).await;
    let other = sign_in(&app, &second, HAKON).await;
    says(
        &other,
        200,
        &["Set up Synchronizer for Nordlicht Consulting AS"],
    );
    let (one, other) = tokio::join!(
        first.press(&one, "Set up", &[]),
        second.press(&other, "Set up", &[])
    );
    for page in [one.unwrap(), other.unwrap()] {
        assert_eq!(
            (page.status, page.url.path()),
            (200, "/profiles"),
            "{}",
            page.text()
        );
    }
    Api {
        app: &app,
        browser: &first,
    }
    .create_profile("caldav")
    .await;
    let seen: Vec<ProfileCard> = Api {
        app: &app,
        browser: &second,
    }
    .ok("profiles/list", &[])
    .await;
    assert_eq!(seen.len(), 1);
}

#[tokio::test]
async fn a_sign_up_belongs_to_its_browser_and_ends() {
    let app = portal(SignupMode::Open, &[]).await;
    let admin = Browser::new();
    let page = sign_in(&app, &admin, ADMIN).await;
    let over = ["This sign-in is no longer valid"];
    let stranger = Browser::new();
    says(&stranger.open(page.url.as_str()).await.unwrap(), 200, &over);
    says(
        &stranger.press(&page, "Set up", &[]).await.unwrap(),
        200,
        &over,
    );
    app.clock.advance(Duration::from_secs(31 * 60));
    says(
        &admin.press(&page, "Set up", &[]).await.unwrap(),
        200,
        &over,
    );
    let tenants = app
        .core()
        .storage
        .read()
        .await
        .unwrap()
        .versions()
        .await
        .unwrap();
    assert_eq!(tenants, []);
}

#[tokio::test]
async fn signing_out_ends_the_session_itself_not_only_the_cookie() {
    let story = Story::start().await;
    let page = story.admin.open(&story.app.url("/me")).await.unwrap();
    let cookie = session_cookie(&story.admin);
    assert_eq!(with_cookie(&story.app, &cookie).await, 200);
    let page = story.admin.press(&page, "Sign out", &[]).await.unwrap();
    says(&page, 200, &["You are signed out"]);
    assert_eq!(who_am_i(&story.app, &story.admin).await, 401);
    // Somebody who copied the cookie has nothing either.
    assert_eq!(with_cookie(&story.app, &cookie).await, 303);
}

/// The newest session cookie that a browser was given, as `name=value`.
fn session_cookie(browser: &Browser) -> String {
    let history = browser.history();
    let cookies = history
        .iter()
        .flat_map(|page| page.headers.get_all("set-cookie"));
    let mut cookies = cookies.filter_map(|value| value.to_str().ok()?.split(';').next());
    cookies
        .rfind(|pair| pair.starts_with("session="))
        .unwrap()
        .to_owned()
}

/// Status of the person's own page with a cookie that was copied.
async fn with_cookie(app: &TestApp, cookie: &str) -> u16 {
    let request = Browser::new();
    let request = request
        .client()
        .get(app.url("/me"))
        .header("cookie", cookie);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_session_ends_after_eight_idle_hours() {
    let app = portal(SignupMode::Open, &[]).await;
    let admin = signed_up_admin(&app).await;
    for _ in 0..3 {
        app.clock.advance(HOUR * 8 - Duration::from_secs(120));
        assert_eq!(who_am_i(&app, &admin).await, 200);
    }
    app.clock.advance(HOUR * 8);
    assert_eq!(who_am_i(&app, &admin).await, 401);
    let page = admin
        .open(&app.url("/profiles?state=active"))
        .await
        .unwrap();
    assert_eq!(
        (page.url.path(), page.url.query()),
        (
            "/sign-in",
            Some("ended=1&return=%2Fprofiles%3Fstate%3Dactive")
        )
    );
    assert!(page.text().contains("Your sign-in has ended."));
    let page = admin
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    let page = crate::support::at_superoffice(&admin, page, ADMIN).await;
    assert_eq!(
        (page.url.path(), page.url.query()),
        ("/profiles", Some("state=active")),
        "back where it was"
    );
}

#[tokio::test]
async fn a_session_ends_after_seven_days_however_busy() {
    let app = portal(SignupMode::Open, &[]).await;
    let admin = signed_up_admin(&app).await;
    for _ in 0..23 {
        app.clock.advance(HOUR * 7);
        assert_eq!(who_am_i(&app, &admin).await, 200);
    }
    app.clock.advance(HOUR * 7 - Duration::from_secs(120));
    assert_eq!(who_am_i(&app, &admin).await, 200);
    app.clock.advance(Duration::from_secs(180));
    assert_eq!(who_am_i(&app, &admin).await, 401);
}

#[tokio::test]
async fn each_sign_in_has_a_cookie_of_its_own() {
    let app = portal(SignupMode::Open, &[]).await;
    let admin = signed_up_admin(&app).await;
    let before = session_cookie(&admin);
    let planted = Browser::new();
    // A cookie that somebody planted does not become a session.
    let page = planted
        .client()
        .get(app.url("/sign-in"))
        .header("cookie", "session=planted")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status().as_u16(), 200);
    let page = admin.open(&app.url("/me")).await.unwrap();
    admin.press(&page, "Sign out", &[]).await.unwrap();
    sign_in(&app, &admin, ADMIN).await;
    assert_ne!(session_cookie(&admin), before);
}
