//! CalDAV: what cannot be used is refused with a sentence, before anything is stored.

use std::net::TcpListener;

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use synchronizer_domain::link::Cause;

use crate::support::{CaldavStory, PASSWORD, TestOptions, make_calendar, radicale, says};

/// A listener at an address that is not on the list of networks.
fn forbidden_listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.2:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    (listener, address)
}

fn was_reached(listener: &TcpListener) -> bool {
    listener.accept().is_ok()
}

#[tokio::test]
async fn a_refused_password_keeps_what_was_typed_but_not_itself() {
    let Some((server, _folder)) = radicale().await else {
        return;
    };
    let story = CaldavStory::start(server.url()).await;
    let page = story
        .submit(server.url(), "guenther", "wrong-password-7")
        .await;
    says(
        &page,
        422,
        &[
            "The server did not accept this password",
            "Nothing was stored",
            "Type it again",
        ],
    );
    assert!(
        page.html.contains("value=\"guenther\"")
            && page.html.contains(&format!("value=\"{}\"", server.url()))
    );
    assert!(!page.html.contains("wrong-password-7"));
    story.expect_nothing_stored().await;
}

#[tokio::test]
async fn empty_fields_are_marked_and_nobody_is_asked() {
    let (listener, address) = forbidden_listener();
    let story = CaldavStory::start(&address).await;
    let page = story.submit("", " ", "").await;
    says(&page, 422, &["Something is missing or wrong"]);
    assert_eq!(
        page.text().matches("Nothing was typed here").count(),
        3,
        "{}",
        page.text()
    );
    let page = story.submit(&address, "guenther", "").await;
    assert_eq!(
        page.text().matches("Nothing was typed here").count(),
        1,
        "{}",
        page.text()
    );
    let page = story.submit(&"x".repeat(501), &"y".repeat(201), "z").await;
    says(
        &page,
        422,
        &["At most 500 characters fit", "At most 200 characters fit"],
    );
    assert!(!was_reached(&listener));
    story.expect_nothing_stored().await;
}

#[tokio::test]
async fn a_server_without_calendars_is_told_from_a_wrong_password() {
    let story = CaldavStory::start("http://127.0.0.1:9/").await;
    let page = story
        .submit(story.app.sandbox.inbox_url(), "guenther", PASSWORD)
        .await;
    says(&page, 422, &["No calendar server answered at this address"]);
    let page = story
        .submit("http://127.0.0.1:9/", "guenther", PASSWORD)
        .await;
    says(&page, 422, &["did not answer", "Nothing was stored"]);
    let page = story.submit("not an address", "guenther", PASSWORD).await;
    assert_eq!(page.status, 422, "{}", page.text());
    story.expect_nothing_stored().await;
}

#[tokio::test]
async fn forbidden_addresses_are_refused_and_never_reached() {
    let (listener, address) = forbidden_listener();
    let story = CaldavStory::start(&address).await;
    let port = listener.local_addr().unwrap().port();
    for server in [
        address.as_str(),
        "https://169.254.169.254/latest/meta-data/",
        "http://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://0x0a000001/",
        &format!("https://[::ffff:127.0.0.2]:{port}/"),
        &format!("https://2130706434:{port}/"),
    ] {
        let page = story.submit(server, "guenther", PASSWORD).await;
        says(&page, 422, &["We do not connect to this address"]);
    }
    assert!(!was_reached(&listener));
    story.expect_nothing_stored().await;
}

#[tokio::test]
async fn a_redirect_to_a_forbidden_address_is_not_followed() {
    let (listener, address) = forbidden_listener();
    let answer = move || {
        let address = address.clone();
        async move {
            (
                StatusCode::TEMPORARY_REDIRECT,
                [(header::LOCATION, address)],
            )
                .into_response()
        }
    };
    let hostile = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}/", hostile.local_addr().unwrap());
    let served =
        tokio::spawn(axum::serve(hostile, axum::Router::new().fallback(answer)).into_future());
    let story = CaldavStory::start(&server).await;
    let page = story.submit(&server, "guenther", PASSWORD).await;
    says(&page, 422, &["We do not connect to this address"]);
    assert!(!was_reached(&listener));
    story.expect_nothing_stored().await;
    served.abort();
}

#[tokio::test]
async fn a_password_travels_by_https_only() {
    let story = CaldavStory::start("https://dav.nordlicht.example/").await;
    for server in ["http://dav.nordlicht.example/", "http://93.184.216.34/"] {
        let page = story.submit(server, "guenther", PASSWORD).await;
        says(&page, 422, &["Passwords travel over https only"]);
    }
    story.expect_nothing_stored().await;
}

#[tokio::test]
async fn loopback_is_forbidden_unless_it_is_listed() {
    let Some((server, _folder)) = radicale().await else {
        return;
    };
    let options = TestOptions {
        networks: Vec::new(),
        ..TestOptions::default()
    };
    let story = CaldavStory::with(options, server.url()).await;
    let by_name = server.url().replace("127.0.0.1", "localhost");
    for address in [server.url(), &by_name] {
        let page = story.submit(address, "guenther", PASSWORD).await;
        says(&page, 422, &["We do not connect to this address"]);
    }
    story.expect_nothing_stored().await;
}

#[tokio::test]
async fn somebody_elses_account_is_refused_although_the_password_is_right() {
    let Some((server, _folder)) = radicale().await else {
        return;
    };
    make_calendar(server.url(), "zoe", "Work").await;
    make_calendar(server.url(), "guenther", "Work").await;
    let story = CaldavStory::start(server.url()).await;
    let page = story.submit(server.url(), "zoe", PASSWORD).await;
    says(
        &page,
        403,
        &[
            "another CalDAV account",
            "guenther.oeztuerk@nordlicht.example",
            "zoe",
            "Nothing was stored",
        ],
    );
    story.expect_nothing_stored().await;
    let row = story.api().row(&story.profile, &story.link).await;
    assert_eq!(row.status.cause.unwrap().cause, Cause::WrongAccount);
    let page = story.submit(server.url(), "guenther", PASSWORD).await;
    says(&page, 200, &["Your calendar is linked"]);
}

#[tokio::test]
async fn with_several_calendars_the_chosen_one_is_stored() {
    let Some((server, _folder)) = radicale().await else {
        return;
    };
    let first = make_calendar(server.url(), "guenther", "Work").await;
    let second = make_calendar(server.url(), "guenther", "Private").await;
    let story = CaldavStory::start(server.url()).await;
    let page = story.submit(server.url(), "guenther", PASSWORD).await;
    says(
        &page,
        200,
        &[
            "Your calendar is linked",
            "Which calendar?",
            "Work",
            "Private",
        ],
    );
    let used = async || {
        let grants = crate::support::grants(&story.app).await;
        let identity = &grants
            .iter()
            .find(|grant| grant.identity.contains("caldav"))
            .unwrap()
            .identity;
        let identity: serde_json::Value = serde_json::from_str(identity).unwrap();
        identity["calendar"]["id"].as_str().unwrap().to_owned()
    };
    let other = if used().await == first {
        &second
    } else {
        &first
    };
    let page = story
        .person
        .press(&page, "Use this calendar", &[("calendar", other)])
        .await
        .unwrap();
    says(&page, 200, &["Your calendar is linked"]);
    assert_eq!(&used().await, other);
    // One that was not offered changes nothing.
    let strange = make_calendar(server.url(), "zoe", "Other").await;
    let page = story
        .person
        .press(&page, "Use this calendar", &[("calendar", &strange)])
        .await
        .unwrap();
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(&used().await, other);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
}
