//! Bad input: a clear 4xx, nothing changed, never a stack trace or an empty page.

use leptos::server_fn::Bytes;
use leptos::server_fn::error::FromServerFnError;
use synchronizer_app::AppError;
use synchronizer_domain::usecases::ProfileDetail;
use synchronizer_testkit::Browser;

use crate::support::{Api, Story, TestApp, says, signed_up_admin};

/// A raw form post; status, content type and body.
async fn post(
    app: &TestApp,
    browser: &Browser,
    path: &str,
    body: Vec<u8>,
) -> (u16, String, String) {
    let answer = browser
        .client()
        .post(app.url(path))
        .header("origin", app.url(""))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap();
    let kind = answer
        .headers()
        .get("content-type")
        .map(|kind| kind.to_str().unwrap().to_owned());
    (
        answer.status().as_u16(),
        kind.unwrap_or_default(),
        answer.text().await.unwrap(),
    )
}

#[tokio::test]
async fn wrong_values_name_their_field_and_change_nothing() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api
        .caldav_profile("https://dav.nordlicht.example/", "Field team")
        .await;
    let other = api
        .caldav_profile("https://dav.nordlicht.example/", "Office")
        .await;
    let detail = async |profile: &str| -> ProfileDetail {
        api.ok("profiles/detail", &[("profile", profile)]).await
    };
    let before = detail(&profile).await;
    let settings = async |name: &str, contact: &str| {
        let (profile, locale) = (("profile", profile.as_str()), ("mail_locale", "en"));
        let arguments = [profile, locale, ("name", name), ("contact_email", contact)];
        api.call("profiles/save-settings", &arguments).await
    };
    let long = "ø".repeat(121);
    for (name, contact, field, code) in [
        ("", "", "name", "error.required"),
        (" \u{200b}\n", "", "name", "error.required"),
        (long.as_str(), "", "name", "error.too_long"),
        ("OFFICE", "", "name", "error.name_taken"),
        (
            "Field team",
            "nobody at home",
            "contact_email",
            "error.bad_email",
        ),
    ] {
        let wrong = settings(name, contact).await.wrong();
        assert_eq!((wrong[0].0.as_str(), wrong[0].1.key()), (field, code));
    }
    let many: String = (0..20_001).map(|number| format!("u{number}\n")).collect();
    for (server, people, field, code) in [
        ("", "zoe", "server", "error.required"),
        (
            "https://user:secret@dav.example/",
            "zoe",
            "server",
            "error.bad_url",
        ),
        ("https://dav.example/", "", "people", "error.required"),
        (
            "https://dav.example/",
            "zoe\nzoe",
            "people",
            "error.line_duplicate",
        ),
        (
            "https://dav.example/",
            &many,
            "people",
            "error.too_many_lines",
        ),
    ] {
        let arguments = [
            ("profile", profile.as_str()),
            ("server", server),
            ("people", people),
            ("then", "next"),
        ];
        let wrong = api.call("profiles/save-caldav", &arguments).await.wrong();
        assert_eq!((wrong[0].0.as_str(), wrong[0].1.key()), (field, code));
    }
    assert_eq!(detail(&profile).await, before);
    assert_eq!(detail(&other).await.name, "Office");
}

#[tokio::test]
async fn a_form_without_script_says_what_is_wrong_on_its_own_page() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api
        .caldav_profile("https://dav.nordlicht.example/", "Field team")
        .await;
    let settings = app.url(&format!("/profiles/{profile}/settings"));
    let page = admin.open(&settings).await.unwrap();
    let page = admin.press(&page, "Save", &[("name", " ")]).await.unwrap();
    assert_eq!(page.url.path(), format!("/profiles/{profile}/settings"));
    says(&page, 200, &["Nothing was typed here"]);
    let page = admin
        .press(&page, "Save", &[("name", "Office")])
        .await
        .unwrap();
    assert!(
        !page.text().contains("Nothing was typed here"),
        "{}",
        page.text()
    );
    let detail: ProfileDetail = api.ok("profiles/detail", &[("profile", &profile)]).await;
    assert_eq!(detail.name, "Office");
}

#[tokio::test]
async fn server_functions_answer_what_they_cannot_read_with_a_4xx() {
    let story = Story::start().await;
    let (app, admin) = (&story.app, &story.admin);
    let before = story.row().await;
    for (path, body) in [
        ("/api/linking/view", b"profile=%FF%FE".to_vec()),
        ("/api/linking/view", b"profile=\xFF\xFE".to_vec()),
        ("/api/linking/view", b"profile=nonsense".to_vec()),
        ("/api/linking/view", Vec::new()),
        ("/api/linking/act", b"action=delete&links[0]=%00".to_vec()),
        ("/api/linking/act", b"action=delete&action=pause".to_vec()),
        ("/api/profiles/create", b"system=abacus".to_vec()),
    ] {
        let (status, _, body) = post(app, admin, path, body).await;
        assert!((400..500).contains(&status), "{path} {status} {body}");
        assert_eq!(
            AppError::de(Bytes::from(body.clone())),
            AppError::BadRequest,
            "{path}: {body}"
        );
    }
    let long = ["/api/linking/link", "/api/linking/act"].map(|path| (path, vec![b'x'; 3 << 20]));
    for (path, body) in long {
        let (status, _, body) = post(app, admin, path, [b"link=", body.as_slice()].concat()).await;
        assert!((400..500).contains(&status), "{path} {status} {body}");
    }
    let (status, _, _) = post(app, admin, "/api/no/such/function", Vec::new()).await;
    assert_eq!(status, 404);
    assert_eq!(story.row().await, before);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_with_a_page() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let body = vec![b'a'; (4 << 20) + 1];
    for path in ["/activate/x/credentials", "/sign-in", "/no-such-page"] {
        let (status, kind, page) = post(&app, &admin, path, body.clone()).await;
        assert_eq!(status, 413, "{path}");
        assert!(kind.starts_with("text/html"), "{kind}");
        assert!(page.contains("the most that is taken at once"), "{page}");
        // In another language it can be read at an address of its own.
        assert!(page.contains("/mishap/too_large?lang=nl"), "{page}");
    }
    let page = admin.open(&app.url("/mishap/too_large?lang=nl")).await;
    says(&page.unwrap(), 413, &["Dat is te veel in één keer"]);
    admin
        .open(&app.url("/mishap/too_large?lang=en"))
        .await
        .unwrap();
    let (status, _, _) = post(&app, &admin, "/api/profiles/save-caldav", body).await;
    assert_eq!(status, 413);
    assert_eq!(admin.open(&app.url("/profiles")).await.unwrap().status, 200);
}

#[tokio::test]
async fn the_page_of_a_refused_form_leads_back_to_it() {
    let app = TestApp::start().await;
    let browser = Browser::new();
    let answer = browser
        .client()
        .post(app.url("/sign-in"))
        .header("origin", app.url(""))
        .header("referer", app.url("/sign-in?return=%2Faccount"))
        .body(vec![b'a'; 5 << 20])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 413);
    let page = answer.text().await.unwrap();
    assert!(page.contains("href=\"/sign-in\""), "{page}");
    assert!(page.contains("Try again"), "{page}");
}

#[tokio::test]
async fn public_addresses_answer_what_they_cannot_read_with_a_page() {
    let app = TestApp::start().await;
    let browser = Browser::new();
    for path in [
        "/i/%FF%FE",
        "/i/",
        "/i/a/b",
        "/activate/%FF",
        "/auth/go/%FF",
        "/sign-up",
        "/sign-up?id=%FF",
        "/auth/superoffice/callback?state=a&state=b",
        "/auth/microsoft/callback?state=%FF",
        "/profiles/%FF/systems",
        "/no-such-page",
    ] {
        let page = browser.open(&app.url(path)).await.unwrap();
        assert!(page.status < 500, "{path} {} {}", page.status, page.html);
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{path} {} {}",
            page.status,
            page.html
        );
        assert!(page.html.contains("<h1"), "{path} {}", page.html);
    }
    for (path, body) in [
        ("/sign-up", "id=nonsense"),
        ("/sign-up", ""),
        ("/sign-in", "return=1&return=2"),
        ("/i/%FF", ""),
        ("/activate/nonsense/credentials", "server=%FF"),
        ("/activate/nonsense/credentials", "server=1&server=2"),
        ("/activate/nonsense/calendar", "calendar"),
        ("/no-such-page", "a=b"),
    ] {
        let (status, kind, html) = post(&app, &browser, path, body.as_bytes().to_vec()).await;
        assert!(status < 500, "{path} {status} {html}");
        assert!(
            kind.starts_with("text/html") && html.contains("<h1"),
            "{path} {status} {kind} {html}"
        );
    }
    // No form at all.
    let answer = browser
        .client()
        .post(app.url("/activate/nonsense/credentials"))
        .header("origin", app.url(""))
        .header("content-type", "application/json")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_client_error(), "{}", answer.status());
    assert!(answer.text().await.unwrap().contains("<h1"));
    // A method that nobody offers.
    let answer = browser
        .client()
        .get(app.url("/sign-out"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 405);
}
