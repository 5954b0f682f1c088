//! Headers of every answer, cookies, and redirects that stay here.

use synchronizer_sandbox::System;
use synchronizer_testkit::{Browser, Page};

use crate::support::{
    HAKON, Story, TestApp, TestOptions, ZOE, at_superoffice, says, sign_in, signed_up_admin,
};

/// What every answer of the portal has.
#[track_caller]
fn assert_guarded(page: &Page) {
    let at = format!("{} {}", page.status, page.url);
    assert_eq!(page.header("x-content-type-options"), "nosniff", "{at}");
    assert_eq!(page.header("x-frame-options"), "DENY", "{at}");
    assert_eq!(page.header("referrer-policy"), "same-origin", "{at}");
    assert_eq!(
        page.header("cross-origin-opener-policy"),
        "same-origin",
        "{at}"
    );
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{part} is not in {policy} of {at}");
    }
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
        "{at}: {policy}"
    );
    assert!(
        !page.html.contains("style=\"") && !page.html.contains(" onclick="),
        "{at}: inline style or script"
    );
    assert!(
        page.header("server").is_empty() && page.header("x-powered-by").is_empty(),
        "{at}"
    );
}

#[track_caller]
fn assert_public(page: &Page) {
    assert_guarded(page);
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("script-src 'none'"),
        "{}: {policy}",
        page.url
    );
    assert!(!page.html.contains("<script"), "{}", page.url);
    assert_eq!(page.header("cache-control"), "no-store", "{}", page.url);
}

/// The nonce that the policy allows, which the page's scripts carry.
#[track_caller]
fn assert_portal(page: &Page) -> String {
    assert_guarded(page);
    let policy = page.header("content-security-policy");
    let (_, rest) = policy
        .split_once("script-src 'self' 'nonce-")
        .unwrap_or_else(|| panic!("{}: {policy}", page.url));
    let (nonce, rest) = rest.split_once('\'').unwrap();
    assert!(
        rest.trim_start().starts_with("'wasm-unsafe-eval';"),
        "{policy}"
    );
    assert!(nonce.len() >= 16, "{policy}");
    assert!(
        page.html.contains(&format!("nonce=\"{nonce}\"")),
        "{}",
        page.url
    );
    assert_eq!(page.header("cache-control"), "no-store", "{}", page.url);
    nonce.to_owned()
}

#[tokio::test]
async fn public_pages_and_errors_allow_no_script_and_no_frame() {
    let story = Story::start().await;
    let person = Browser::new();
    for path in [
        "/sign-in",
        "/no-such-page",
        "/i/unknown",
        "/activate/unknown",
        "/sign-up?id=x",
        "/auth/go/x",
        "/health",
        "/ready",
    ] {
        person.open(&story.app.url(path)).await.unwrap();
    }
    let page = story.at_sign_in(&person).await;
    at_superoffice(&person, page, HAKON).await;
    let page = story.at_sign_in(&person).await;
    let answer = person
        .press_until(&page, ZOE, &[], "/auth/superoffice")
        .await
        .unwrap();
    story
        .app
        .sandbox
        .control()
        .set_unavailable(System::SuperOffice, true);
    says(&person.open(answer.as_str()).await.unwrap(), 503, &[]);
    story
        .app
        .sandbox
        .control()
        .set_unavailable(System::SuperOffice, false);
    story.finish().await;
    person.open(&story.invitation).await.unwrap();
    sign_in(&story.app, &person, ZOE).await;

    let history = person.history();
    let ours: Vec<_> = history
        .iter()
        .filter(|page| page.url.host_str() == Some("localhost"))
        .collect();
    for status in [200, 303, 403, 404, 410, 503] {
        assert!(
            ours.iter().any(|page| page.status == status),
            "no {status} among the pages"
        );
    }
    for page in ours {
        assert_public(page);
    }
    let refused = person
        .client()
        .post(story.app.url("/sign-out"))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status().as_u16(), 403);
    assert!(
        refused.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("script-src 'none'")
    );
}

#[tokio::test]
async fn portal_pages_allow_only_their_own_script_by_a_fresh_nonce() {
    let story = Story::start().await;
    let mut nonces = Vec::new();
    for path in ["/profiles", "/profiles", "/profiles/new"] {
        nonces.push(assert_portal(
            &story.admin.open(&story.app.url(path)).await.unwrap(),
        ));
    }
    for page in ["systems", "settings", "link-users"] {
        let address = story
            .app
            .url(&format!("/profiles/{}/{page}", story.profile));
        nonces.push(assert_portal(&story.admin.open(&address).await.unwrap()));
    }
    let unknown = story
        .admin
        .open(
            &story
                .app
                .url("/profiles/01890000-0000-7000-8000-000000000000/systems"),
        )
        .await
        .unwrap();
    assert_eq!(unknown.status, 404);
    nonces.push(assert_portal(&unknown));
    let count = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), count, "a nonce was used twice");
    let data = story
        .admin
        .client()
        .post(story.app.url("/api/session/me"))
        .header("origin", story.app.url(""))
        .send()
        .await
        .unwrap();
    assert_eq!(data.status().as_u16(), 200);
    assert_eq!(data.headers()["cache-control"], "no-store");
    assert_eq!(data.headers()["x-content-type-options"], "nosniff");
}

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
