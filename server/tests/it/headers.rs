//! Headers of every answer.

use synchronizer_sandbox::System;
use synchronizer_testkit::{Browser, Page};

use crate::support::{HAKON, Story, ZOE, at_superoffice, says, sign_in};

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
