//! Cookies, and redirects that stay here.

use synchronizer_testkit::{Browser, Page};

use crate::support::{TestApp, TestOptions, at_superoffice, signed_up_admin};

#[tokio::test]
async fn cookies_are_for_this_host_and_not_for_script() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    admin.open(&app.url("/me?lang=nb")).await.unwrap();
    let cookies = set_cookies(&admin.history());
    for name in ["session", "browser", "lang"] {
        assert!(
            cookies
                .iter()
                .any(|cookie| cookie.starts_with(&format!("{name}="))),
            "no {name} in {cookies:?}"
        );
    }
    for cookie in &cookies {
        assert!(
            cookie.contains("HttpOnly")
                && cookie.contains("SameSite=Lax")
                && cookie.contains("Path=/"),
            "{cookie}"
        );
        assert!(!cookie.to_lowercase().contains("domain"), "{cookie}");
    }
}

fn set_cookies(history: &[Page]) -> Vec<String> {
    let ours = history
        .iter()
        .filter(|page| page.url.host_str() == Some("localhost"));
    ours.flat_map(|page| page.headers.get_all("set-cookie"))
        .map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn on_https_cookies_are_secure_and_bound_to_the_host() {
    let app = TestApp::with(TestOptions {
        https: true,
        ..TestOptions::default()
    })
    .await;
    let browser = Browser::new();
    let origin = app.url("");
    assert!(origin.starts_with("https://"));
    let begin = browser
        .client()
        .post(app.behind_proxy("/sign-in"))
        .header("origin", origin);
    let answer = begin.form(&[("a", "b")]).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 303);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-browser="), "{cookie}");
    for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{part} is not in {cookie}");
    }
    assert!(!cookie.to_lowercase().contains("domain"), "{cookie}");
    assert!(answer.headers().contains_key("strict-transport-security"));
    let begin = browser
        .client()
        .post(app.behind_proxy("/sign-in"))
        .header("origin", app.behind_proxy(""));
    assert_eq!(
        begin.send().await.unwrap().status().as_u16(),
        403,
        "the origin is the public one, with its scheme"
    );
    let lang = browser
        .client()
        .get(app.behind_proxy("/sign-in?lang=de"))
        .send()
        .await
        .unwrap();
    let cookie = lang.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("Secure"), "{cookie}");
    assert_eq!(
        synchronizer_server::http::cookie_names(true),
        ("__Host-session", "__Host-browser")
    );
}

#[tokio::test]
async fn no_parameter_leads_to_another_site() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let places = [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil",
    ];
    for place in places {
        let encoded: String = url::form_urlencoded::byte_serialize(place.as_bytes()).collect();
        // Signed in already.
        let page = admin
            .open(&app.url(&format!("/sign-in?return={encoded}")))
            .await
            .unwrap();
        assert_eq!(page.url.path(), "/profiles", "{place}");
        // Signing in.
        let browser = Browser::new();
        let page = browser
            .open(&app.url(&format!("/sign-in?return={encoded}&lang={encoded}")))
            .await
            .unwrap();
        assert!(!page.html.contains("evil"), "{place}: {}", page.html);
        let page = browser
            .press(&page, "Sign in with SuperOffice", &[("return", place)])
            .await
            .unwrap();
        let page = at_superoffice(&browser, page, crate::support::ADMIN).await;
        assert_eq!(
            (page.url.host_str(), page.url.path()),
            (Some("localhost"), "/profiles"),
            "{place}"
        );
        let history = browser.history();
        let leaves = |page: &&Page| {
            page.header("location").contains("evil") || page.header("set-cookie").contains("evil")
        };
        assert!(history.iter().find(leaves).is_none(), "{place}");
    }
    // A host that the request made up leads nowhere either.
    let made_up = Browser::new();
    let request = made_up
        .client()
        .get(app.url("/profiles"))
        .header("host", "evil.example");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["location"], "/sign-in?return=%2Fprofiles");
}
