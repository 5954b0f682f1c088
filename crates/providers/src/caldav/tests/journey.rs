//! Probe, sign-in, check and creation against answers by table.

use super::fake::{Fake, client, radicale, xandikos};
use crate::caldav::*;
use crate::test_support::secret;

fn summary(account: &CaldavAccount) -> Vec<(String, String, bool, bool)> {
    account
        .calendars
        .iter()
        .map(|calendar| {
            let path = Url::parse(calendar.id.as_str()).unwrap().path().to_owned();
            (
                path,
                calendar.name.clone(),
                calendar.writable,
                calendar.events,
            )
        })
        .collect()
}

fn row(path: &str, name: &str, writable: bool, events: bool) -> (String, String, bool, bool) {
    (path.to_owned(), name.to_owned(), writable, events)
}

#[tokio::test]
async fn an_account_in_radicales_shape_is_found() {
    let fake = Fake::start().await;
    radicale(&fake);
    fake.close();
    let account = client()
        .sign_in(fake.server.url.as_str(), "zoe", &secret("pw"))
        .await
        .unwrap();
    assert_eq!(account.principal.path(), "/zoe/");
    assert_eq!(account.home.path(), "/zoe/");
    assert_eq!(
        account.addresses,
        ["zoe+cal@nordlicht.example", "zoe@nordlicht.example"]
    );
    assert_eq!(
        summary(&account),
        [
            row("/zoe/main/", "Work & travel", true, true),
            row("/zoe/tasks%20only/", "tasks only", true, false),
            row("/zoe/holidays/", "Holidays", false, true),
        ]
    );
}

#[tokio::test]
async fn an_account_in_xandikos_shape_is_found() {
    let fake = Fake::start().await;
    xandikos(&fake);
    fake.close();
    let account = client()
        .sign_in(fake.server.url.as_str(), "zoe", &secret("pw"))
        .await
        .unwrap();
    assert_eq!(account.home.path(), "/dav/zoe/calendars/");
    assert!(account.addresses.is_empty());
    assert_eq!(
        summary(&account),
        [row("/dav/zoe/calendars/calendar/", "calendar", true, true)]
    );
}

#[tokio::test]
async fn a_typed_calendar_comes_first() {
    let fake = Fake::start().await;
    radicale(&fake);
    fake.on(
        "PROPFIND /zoe/holidays 0",
        207,
        "<multistatus xmlns=\"DAV:\"><response><href>/zoe/holidays/</href><propstat><prop><current-user-principal><href>/zoe/</href></current-user-principal></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>",
    );
    let typed = format!("{}zoe/holidays", fake.server.url);
    let account = client()
        .sign_in(&typed, "zoe", &secret("pw"))
        .await
        .unwrap();
    assert_eq!(account.calendars[0].name, "Holidays");
    assert_eq!(account.calendars.len(), 3);
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    let fake = Fake::start().await;
    radicale(&fake);
    fake.close();
    let error = client()
        .sign_in(fake.server.url.as_str(), "zoe", &secret("canary-pw"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NeedsPerson);
    assert!(!format!("{error:?}").contains("canary"));
    assert_eq!(fake.asked(), ["PROPFIND / 0"]);
}

#[tokio::test]
async fn a_server_without_basic_is_not_the_persons_fault() {
    let fake = Fake::start().await;
    fake.close();
    fake.table.lock().unwrap().offer = "Digest realm=\"x\", nonce=\"y\"".to_owned();
    let error = client()
        .sign_in(fake.server.url.as_str(), "zoe", &secret("wrong"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Protocol);
}

#[tokio::test]
async fn a_password_does_not_follow_to_another_origin() {
    let fake = Fake::start().await;
    let other = Fake::start().await;
    radicale(&other);
    other.close();
    fake.on_with(
        "PROPFIND / 0",
        301,
        &[("location", other.server.url.as_str())],
        "",
    );
    let error = client()
        .sign_in(fake.server.url.as_str(), "zoe", &secret("pw"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotACalendarServer);
    assert!(
        error.detail().contains(&other.server.origin()),
        "{}",
        error.detail()
    );
    assert_eq!(other.asked(), ["PROPFIND / 0"]);
}

#[tokio::test]
async fn a_home_at_another_origin_is_not_used() {
    let fake = Fake::start().await;
    fake.on(
        "PROPFIND / 0",
        207,
        "<multistatus xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><response><href>/</href><propstat><prop><current-user-principal><href>/</href></current-user-principal><C:calendar-home-set><href>//p42.example/zoe/</href></C:calendar-home-set></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>",
    );
    let error = client()
        .sign_in(fake.server.url.as_str(), "zoe", &secret("pw"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotACalendarServer);
    assert!(error.detail().contains("p42.example"));
}

#[tokio::test]
async fn an_anonymous_answer_counts_as_refused() {
    let fake = Fake::start().await;
    fake.on(
        "PROPFIND / 0",
        207,
        "<multistatus xmlns=\"DAV:\"><response><href>/</href><propstat><prop><current-user-principal><unauthenticated/></current-user-principal></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>",
    );
    let error = client()
        .sign_in(fake.server.url.as_str(), "zoe", &secret("pw"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NeedsPerson);
}

#[tokio::test]
async fn a_user_name_that_cannot_be_sent_is_refused_before_sending() {
    let fake = Fake::start().await;
    let error = client()
        .sign_in(fake.server.url.as_str(), "zoe:x", &secret("pw"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NeedsPerson);
    assert!(fake.asked().is_empty());
}

#[tokio::test]
async fn a_probe_recognises_calendar_servers() {
    let fake = Fake::start().await;
    fake.close();
    let probe = client().probe(fake.server.url.as_str()).await.unwrap();
    assert_eq!(probe.answer, "Test calendars");
    let fake = Fake::start().await;
    xandikos(&fake);
    fake.on_with("PROPFIND / 0", 405, &[], "");
    let probe = client().probe(fake.server.url.as_str()).await.unwrap();
    assert_eq!(probe.url.path(), "/dav");
    let fake = Fake::start().await;
    fake.on_with(
        "PROPFIND / 0",
        403,
        &[("dav", "1, calendar-access"), ("server", "Some/1")],
        "",
    );
    let probe = client().probe(fake.server.url.as_str()).await.unwrap();
    assert_eq!(probe.answer, "Some/1");
}

#[tokio::test]
async fn a_web_server_is_no_calendar_server() {
    for (status, body, kind) in [
        (200, "<html>", ErrorKind::NotACalendarServer),
        (404, "", ErrorKind::NotACalendarServer),
        (207, "<html/>", ErrorKind::NotACalendarServer),
        (405, "", ErrorKind::NotACalendarServer),
        (502, "", ErrorKind::Unavailable),
    ] {
        let fake = Fake::start().await;
        fake.on("PROPFIND / 0", status, body);
        let error = client().probe(fake.server.url.as_str()).await.unwrap_err();
        assert_eq!(error.kind(), &kind, "{status}");
    }
}

#[tokio::test]
async fn a_check_tells_what_became_of_a_calendar() {
    let fake = Fake::start().await;
    let calendar = "<multistatus xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><response><href>/c/</href><propstat><prop><resourcetype><C:calendar/></resourcetype><displayname>C</displayname>RIGHTS</prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>";
    let read_only = calendar.replace(
        "RIGHTS",
        "<current-user-privilege-set><privilege><read/></privilege><privilege><write-content/></privilege></current-user-privilege-set>",
    );
    let id = CalendarId::new(format!("{}c/", fake.server.url));
    for (status, body, expected) in [
        (207, calendar.replace("RIGHTS", "").as_str(), Ok(true)),
        (207, read_only.as_str(), Ok(false)),
        (
            207,
            &calendar.replace("<C:calendar/>", ""),
            Err(ErrorKind::NotFound),
        ),
        (207, "<x/>", Err(ErrorKind::Protocol)),
        (404, "", Err(ErrorKind::NotFound)),
        (410, "", Err(ErrorKind::NotFound)),
        (403, "", Err(ErrorKind::ScopeMissing)),
        (401, "", Err(ErrorKind::NeedsPerson)),
        (503, "", Err(ErrorKind::Unavailable)),
    ] {
        fake.on("PROPFIND /c/ 0", status, body);
        let found = client().check(&id, "zoe", &secret("pw")).await;
        let found = found
            .map(|found| found.writable)
            .map_err(|error| error.kind().clone());
        assert_eq!(found, expected, "{status} {body}");
    }
}

#[tokio::test]
async fn a_new_calendar_takes_the_next_free_name() {
    let fake = Fake::start().await;
    let account = CaldavAccount {
        principal: fake.server.url.clone(),
        home: fake.server.url.join("/zoe/").unwrap(),
        addresses: Vec::new(),
        calendars: Vec::new(),
    };
    fake.on("MKCALENDAR /zoe/crm/ -", 409, "");
    fake.on("MKCALENDAR /zoe/crm-2/ -", 201, "");
    fake.on(
        "PROPFIND /zoe/crm-2/ 0",
        207,
        "<multistatus xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><response><href>/zoe/crm-2/</href><propstat><prop><resourcetype><C:calendar/></resourcetype><displayname>CRM</displayname></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>",
    );
    let calendar = client()
        .create_calendar(&account, "zoe", &secret("pw"), "CRM")
        .await
        .unwrap();
    assert!(calendar.id.as_str().ends_with("/zoe/crm-2/"));
    fake.on("MKCALENDAR /zoe/crm/ -", 403, "");
    let error = client()
        .create_calendar(&account, "zoe", &secret("pw"), "CRM")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::ReadOnly);
}

#[tokio::test]
async fn a_server_that_could_never_be_given_a_password_fails_the_probe() {
    let error = client().probe("http://dav.example/").await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::HttpsRequired);
}
