//! Trying without end, and requests that nobody sends by accident.

use leptos::server_fn::axum::server_fn_paths;
use reqwest::Method;
use synchronizer_domain::ErrorCode;
use synchronizer_server::http::endpoints;
use synchronizer_testkit::Browser;

use crate::support::{Answer, Callers, Story, TestApp, TestOptions, says};

const HEADER: &str = "x-forwarded-for";

async fn behind_proxy() -> TestApp {
    TestApp::with(TestOptions {
        client_address: HEADER,
        ..TestOptions::default()
    })
    .await
}

async fn ask(app: &TestApp, method: Method, path: &str, visitor: &str) -> reqwest::Response {
    Browser::new()
        .client()
        .request(method, app.url(path))
        .header("origin", app.url(""))
        .header(HEADER, visitor)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn guessing_invitations_and_sign_ins_ends_with_a_page_that_says_so() {
    let app = behind_proxy().await;
    for (method, path) in [
        (
            Method::GET,
            "/i/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ),
        (Method::POST, "/sign-in"),
    ] {
        let mut refused = None;
        for _ in 0..200 {
            // What a visitor writes into the header stands before what the proxy adds.
            let visitor = "10.9.9.9, 203.0.113.7";
            let answer = ask(&app, method.clone(), path, visitor).await;
            if answer.status().as_u16() == 429 {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.expect("nobody stops it");
        let wait: u64 = refused.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(refused.headers()["cache-control"], "no-store");
        let page = refused.text().await.unwrap();
        assert!(page.contains("Too many tries"), "{page}");
        assert!(page.contains("/mishap/too_many?lang=de"), "{page}");
        let other = ask(&app, method.clone(), path, "203.0.113.8").await;
        assert_ne!(other.status().as_u16(), 429, "somebody else goes on");
        app.clock.advance(std::time::Duration::from_secs(wait + 1));
        let again = ask(&app, method, path, "203.0.113.7").await;
        assert_ne!(again.status().as_u16(), 429, "after the wait it goes on");
    }
}

#[tokio::test]
async fn visitors_of_one_ipv6_network_are_one_visitor() {
    let app = behind_proxy().await;
    let mut last = 0;
    for n in 0..200 {
        let visitor = format!("2001:db8:1:2::{n:x}");
        last = ask(&app, Method::POST, "/sign-in", &visitor)
            .await
            .status()
            .as_u16();
    }
    assert_eq!(last, 429);
    let other = ask(&app, Method::POST, "/sign-in", "2001:db8:1:3::1").await;
    assert_ne!(other.status().as_u16(), 429);
}

#[tokio::test]
async fn passwords_for_one_account_are_tried_a_few_times_whoever_asks() {
    let app = TestApp::start().await;
    let path = "/activate/01890000-0000-7000-8000-000000000000/credentials";
    let mut statuses = Vec::new();
    for _ in 0..14 {
        statuses.push(ask(&app, Method::POST, path, "").await.status().as_u16());
    }
    assert!(
        statuses[..10].iter().all(|status| *status != 429),
        "{statuses:?}"
    );
    assert!(
        statuses[10..].iter().all(|status| *status == 429),
        "{statuses:?}"
    );
    let other = "/activate/01890000-0000-7000-8000-000000000001/credentials";
    let other = ask(&app, Method::POST, other, "").await;
    assert_ne!(other.status().as_u16(), 429);
}

#[tokio::test]
async fn a_company_that_asks_without_end_is_slowed_and_told_in_its_own_words() {
    let story = Story::start().await;
    let api = story.api();
    let mut refused: Option<Answer> = None;
    for _ in 0..2_500 {
        let answer = api.call("session/me", &[]).await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("nobody stops it");
    let wanted = synchronizer_domain::UseCaseError::refused(ErrorCode::TooMany).into();
    assert_eq!(refused.error(), wanted);
    story.app.clock.advance(std::time::Duration::from_secs(60));
    story.row().await;
}

/// What no form and no script of ours sends.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let deep = 50_000;
    vec![
        (
            "application/json",
            [vec![b'['; deep], vec![b']'; deep]].concat(),
        ),
        ("application/json", b"{\"a\":".repeat(deep)),
        (FORM, b"\xff\xfe=\xff".to_vec()),
        (FORM, b"profile=%FF%FE&link=%00&who=%ED%A0%80".to_vec()),
        (
            FORM,
            [b"links".to_vec(), b"[a]".repeat(deep), b"=1".to_vec()].concat(),
        ),
        (FORM, b"a=1&".repeat(deep)),
        ("multipart/form-data; boundary=x", b"--x\r\n".repeat(100)),
        ("text/plain", vec![0; 1_000]),
    ]
}

#[tokio::test]
async fn deep_damaged_and_foreign_bodies_are_refused_everywhere_and_change_nothing() {
    let callers = Callers::start().await;
    let app = &callers.story.app;
    let before = callers.snapshot().await;
    let functions = server_fn_paths().map(|(path, _)| path.to_owned());
    let nobodys = "01890000-0000-7000-8000-000000000000";
    let plain = endpoints().into_iter().map(|endpoint| {
        endpoint
            .path
            .replace("{id}", nobodys)
            .replace("{attempt}", nobodys)
            .replace("{secret}", nobodys)
    });
    // They end the sign-in with which all this is tried, or need no arguments to do something.
    let ends = [
        "/sign-out",
        "/api/account/end-other-sign-ins",
        "/api/account/test-crm",
    ];
    // Without a required argument a damaged body is as good as an empty one.
    let harmless = |path: &str| {
        ["/api/session/me", "/api/profiles/list", "/api/account/view"].contains(&path)
            || path.starts_with("/api/account/")
            || path.starts_with("/api/status/")
            || path == "/api/notices/list"
            || ["/sign-in", "/account/crm"].contains(&path)
    };
    for path in functions.chain(plain) {
        if ends.contains(&path.as_str()) || path == "/events" {
            continue;
        }
        for (kind, body) in bodies() {
            let answer = callers
                .story
                .admin
                .client()
                .post(app.url(&path))
                .header("origin", app.url(""))
                .header("sec-fetch-site", "same-origin")
                .header("content-type", kind)
                .body(body)
                .send()
                .await
                .unwrap();
            let status = answer.status().as_u16();
            assert!(status < 500, "{path} {kind} {status}");
            if path.starts_with("/api/") && !harmless(&path) {
                assert!((400..500).contains(&status), "{path} {kind} {status}");
            }
        }
        let damaged = app.url(&format!("{path}?x=%FF%FE&x=%00"));
        let answer = callers
            .story
            .admin
            .client()
            .get(damaged)
            .send()
            .await
            .unwrap();
        assert!(answer.status().as_u16() < 500, "{path} {}", answer.status());
    }
    assert_eq!(callers.snapshot().await, before);
    let page = callers
        .story
        .admin
        .open(&app.url("/account"))
        .await
        .unwrap();
    says(&page, 200, &["Nordlicht Consulting AS"]);
}
