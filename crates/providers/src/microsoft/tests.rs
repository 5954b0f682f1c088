//! The client against Entra and Graph in this process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::*;
use crate::test_support::{Idp, NONCE, Server, secret, sign};

#[derive(Default)]
struct Graph {
    pages: Vec<Value>,
    basic_only: bool,
    selects: Vec<String>,
    answer: Option<(u16, Option<&'static str>, Value)>,
}

type Shared = Arc<Mutex<Graph>>;

async fn users(
    State(graph): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let mut graph = graph.lock().unwrap();
    assert_eq!(headers[header::AUTHORIZATION], "Bearer access-1");
    if let Some((status, retry_after, body)) = graph.answer.clone() {
        let mut response =
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response();
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.parse().unwrap());
        }
        return response;
    }
    if let Some(select) = query.get("$select") {
        graph.selects.push(select.clone());
        if graph.basic_only && select.contains("accountEnabled") {
            let body = json!({"error": {"code": "Authorization_RequestDenied", "message": "no"}});
            return (StatusCode::FORBIDDEN, axum::Json(body)).into_response();
        }
    }
    let page: usize = query
        .get("$skiptoken")
        .map_or(0, |token| token.parse().unwrap());
    axum::Json(graph.pages[page].clone()).into_response()
}

async fn fixed(State(graph): State<Shared>) -> Response {
    axum::Json(graph.lock().unwrap().pages[0].clone()).into_response()
}

struct World {
    idp: Idp,
    server: Server,
    graph: Shared,
    client: Microsoft,
}

async fn world() -> World {
    let idp = Idp::start().await;
    let graph: Shared = Arc::default();
    let router = Router::new()
        .route("/v1.0/users", get(users))
        .route("/v1.0/me", get(fixed))
        .route("/v1.0/me/calendar", get(fixed))
        .with_state(Arc::clone(&graph));
    let server = Server::start(router).await;
    let client = Microsoft::new(
        idp.microsoft(),
        crate::http::client("test", None).unwrap(),
        server.url.join("/v1.0").unwrap(),
    );
    World {
        idp,
        server,
        graph,
        client,
    }
}

impl World {
    fn set(&self, change: impl FnOnce(&mut Graph)) {
        change(&mut self.graph.lock().unwrap());
    }

    async fn users(&self) -> Result<Vec<CalendarUser>, ProviderError> {
        let (mut users, mut cursor) = (BTreeMap::new(), String::new());
        loop {
            let page = self.client.users(&secret("access-1"), &cursor).await?;
            users.extend(page.people.into_iter().map(|user| (user.id.clone(), user)));
            match page.next {
                Some(next) => cursor = next,
                None => return Ok(users.into_values().collect()),
            }
        }
    }

    fn give(&self, scope: &str, more: Value) {
        let mut claims = self.idp.claims();
        claims["iss"] = json!(format!("{}/t-1/v2.0", self.idp.server.origin()));
        for (name, value) in [
            ("tid", "t-1"),
            ("oid", "o-1"),
            ("ver", "2.0"),
            ("name", "Mia Vik"),
            ("preferred_username", "mia@acme.example"),
        ] {
            claims[name] = json!(value);
        }
        let mut body = json!({"scope": scope});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.idp.give(&sign(&claims), body);
    }

    async fn redeem_person(&self) -> Result<(MicrosoftAccount, TokenSet), ProviderError> {
        self.client
            .redeem_person(&secret("code"), Some(&secret("verifier")), &secret(NONCE))
            .await
    }
}

#[tokio::test]
async fn a_person_is_asked_for_the_calendar_and_may_choose_the_account() {
    let world = world().await;
    let begun = world
        .client
        .begin_person(Some("mia@acme.example"))
        .await
        .unwrap();
    let query: HashMap<_, _> = begun.url.query_pairs().into_owned().collect();
    assert_eq!(query["prompt"], "select_account");
    assert_eq!(query["login_hint"], "mia@acme.example");
    assert!(query["scope"].contains("https://graph.microsoft.com/Calendars.ReadWrite"));
    assert!(query["scope"].contains("offline_access"));
    let directory = world.client.begin_directory().await.unwrap();
    assert!(!directory.url.as_str().contains("Calendars"));
}

#[tokio::test]
async fn an_account_is_tenant_and_object() {
    let world = world().await;
    world.give(
        "https://graph.microsoft.com/Calendars.ReadWrite openid",
        json!({}),
    );
    let (account, tokens) = world.redeem_person().await.unwrap();
    let expected = MicrosoftAccount {
        tid: "t-1".to_owned(),
        oid: "o-1".to_owned(),
        username: "mia@acme.example".to_owned(),
        name: "Mia Vik".to_owned(),
    };
    assert_eq!(account, expected);
    assert_eq!(tokens.scopes.len(), 2);
}

#[tokio::test]
async fn granted_scopes_are_a_set_with_or_without_prefix() {
    let world = world().await;
    for (scope, fine) in [
        ("User.Read calendars.readwrite", true),
        ("https://graph.microsoft.com/Calendars.ReadWrite", true),
        ("HTTPS://GRAPH.MICROSOFT.COM/CALENDARS.READWRITE", true),
        ("User.Read Calendars.Read", false),
        ("Calendars.ReadWrite.Shared", false),
        ("https://evil.example/Calendars.ReadWrite", false),
    ] {
        world.give(scope, json!({}));
        let result = world.redeem_person().await;
        assert_eq!(result.is_ok(), fine, "{scope}");
        if let Err(error) = result {
            assert_eq!(error.kind(), &ErrorKind::ScopeMissing);
        }
    }
}

#[tokio::test]
async fn access_that_does_not_last_is_refused() {
    let world = world().await;
    world.give("Calendars.ReadWrite", json!({"refresh_token": null}));
    let error = world.redeem_person().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::ScopeMissing);
    assert!(error.detail().contains("offline_access"));
}

#[tokio::test]
async fn users_are_read_along_the_next_links() {
    let world = world().await;
    let next = format!("{}/v1.0/users?$skiptoken=1", world.server.origin());
    world.set(|graph| {
        graph.pages = vec![
            json!({"@odata.nextLink": next, "value": [
                {"id": "b", "displayName": "Mia\nVik", "mail": "mia@acme.example", "userPrincipalName": "mv@acme.example",
                 "accountEnabled": true, "userType": "Member",
                 "proxyAddresses": ["SMTP:mia@acme.example", "smtp:Mia.Vik@acme.example", "X500:/o=x", "smtp:mv@acme.example"]},
                {"id": "g", "displayName": "Guest", "mail": "g@other.example", "userType": "Guest"}]}),
            json!({"value": [
                {"id": "a", "displayName": null, "mail": null, "userPrincipalName": "per@acme.example", "accountEnabled": false},
                {"id": "b", "displayName": "Mia Vik", "mail": "mia@acme.example", "userPrincipalName": "mia@acme.example"}]}),
        ];
    });
    let users = world.users().await.unwrap();
    let ids: Vec<_> = users.iter().map(|user| user.id.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(users[0].name, "per@acme.example");
    assert_eq!(users[0].email, "per@acme.example");
    assert!(!users[0].active);
    assert!(users[1].active);
}

#[tokio::test]
async fn proxy_addresses_become_aliases() {
    let world = world().await;
    world.set(|graph| {
        graph.pages = vec![json!({"value": [{"id": "b", "displayName": "Mia", "mail": "mia@acme.example",
            "userPrincipalName": "mv@acme.example", "proxyAddresses":
            ["SMTP:mia@acme.example", "smtp:Mia.Vik@acme.example", "X500:/o=x", "SIP:x@acme.example"]}]})];
    });
    let users = world.users().await.unwrap();
    assert_eq!(
        users[0].aliases,
        ["Mia.Vik@acme.example", "mv@acme.example"]
    );
}

#[tokio::test]
async fn a_next_link_to_another_host_is_refused() {
    let world = world().await;
    for link in [
        "https://evil.example/v1.0/users?x",
        "http://127.0.0.1:1/v1.0/users",
        "not a link",
    ] {
        world.set(|graph| graph.pages = vec![json!({"@odata.nextLink": link, "value": []})]);
        let error = world.users().await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Protocol, "{link}");
    }
}

#[tokio::test]
async fn a_list_in_circles_ends_in_an_error() {
    let world = world().await;
    let next = format!("{}/v1.0/users?$skiptoken=0", world.server.origin());
    world.set(|graph| graph.pages = vec![json!({"@odata.nextLink": next, "value": []})]);
    let error = world.users().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Protocol);
}

#[tokio::test]
async fn without_the_larger_right_the_basic_columns_are_read() {
    let world = world().await;
    world.set(|graph| {
        graph.basic_only = true;
        graph.pages =
            vec![json!({"value": [{"id": "a", "displayName": "A", "mail": "a@acme.example"}]})];
    });
    let users = world.users().await.unwrap();
    assert!(users[0].active);
    let selects = world.graph.lock().unwrap().selects.clone();
    assert_eq!(selects.len(), 2);
    assert!(!selects[1].contains("proxyAddresses"));
}

#[tokio::test]
async fn graph_errors_say_who_must_act() {
    let world = world().await;
    let seconds = std::time::Duration::from_secs(12);
    for (status, retry_after, code, kind) in [
        (
            401,
            None,
            "InvalidAuthenticationToken",
            ErrorKind::NeedsPerson,
        ),
        (403, None, "ErrorAccessDenied", ErrorKind::ScopeMissing),
        (
            404,
            None,
            "MailboxNotEnabledForRESTAPI",
            ErrorKind::NotFound,
        ),
        (
            404,
            None,
            "ErrorMailboxStoreUnavailable",
            ErrorKind::Unavailable,
        ),
        (
            429,
            Some("12"),
            "TooManyRequests",
            ErrorKind::Throttled {
                retry_after: Some(seconds),
            },
        ),
        (
            503,
            Some("12"),
            "x",
            ErrorKind::Throttled {
                retry_after: Some(seconds),
            },
        ),
        (509, None, "x", ErrorKind::Throttled { retry_after: None }),
        (500, None, "x", ErrorKind::Unavailable),
        (400, None, "ErrorInvalidRequest", ErrorKind::Protocol),
        (
            400,
            None,
            "Directory_ExpiredPageToken",
            ErrorKind::CursorExpired,
        ),
    ] {
        let body =
            json!({"error": {"code": code, "message": "m", "innererror": {"request-id": "r-1"}}});
        world.set(|graph| graph.answer = Some((status, retry_after, body)));
        let error = world.users().await.unwrap_err();
        assert_eq!(error.kind(), &kind, "{status} {code}");
        assert!(error.detail().contains(code));
    }
}

#[tokio::test]
async fn me_and_the_primary_calendar_are_read() {
    let world = world().await;
    world.set(|graph| {
        graph.pages = vec![json!({"id": "o-1", "displayName": "Mia Vik", "mail": null,
            "userPrincipalName": "mia@acme.example", "name": "Calendar", "canEdit": false})];
    });
    let access = secret("access-1");
    let me = world.client.me(&access).await.unwrap();
    let expected = MicrosoftMe {
        oid: "o-1".to_owned(),
        name: "Mia Vik".to_owned(),
        email: "mia@acme.example".to_owned(),
    };
    assert_eq!(me, expected);
    let calendar = world.client.primary_calendar(&access).await.unwrap();
    assert_eq!(calendar.id.as_str(), "o-1");
    assert!(!calendar.writable);
}

#[tokio::test]
async fn a_withdrawn_scope_shows_at_the_next_refresh() {
    let world = world().await;
    world.give("User.Read", json!({"refresh_token": "refresh-2"}));
    let error = world
        .client
        .refresh_person(&secret("refresh-1"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::ScopeMissing);
    let tokens = world
        .client
        .refresh_directory(&secret("refresh-1"))
        .await
        .unwrap();
    assert!(tokens.refresh_token.is_some());
}

#[test]
fn an_organisation_is_asked_at_its_own_address() {
    for (authorize, consent) in [
        (
            "https://login.example/organizations/oauth2/v2.0/authorize?x=y",
            Some("https://login.example/7a1f/v2.0/adminconsent"),
        ),
        (
            "https://login.example/cloud/common/oauth2/v2.0/authorize",
            Some("https://login.example/cloud/7a1f/v2.0/adminconsent"),
        ),
        ("https://login.example/oauth2/v2.0/authorize", None),
        ("https://login.example/a/oauth2/authorize", None),
        ("https://login.example/", None),
    ] {
        let found = admin_consent(&authorize.parse().unwrap(), "7a1f");
        assert_eq!(found.as_ref().map(Url::as_str), consent, "{authorize}");
    }
    let authorize = "https://login.example/common/oauth2/v2.0/authorize";
    assert_eq!(admin_consent(&authorize.parse().unwrap(), ""), None);
    // An id never leaves its place in the path.
    let found = admin_consent(&authorize.parse().unwrap(), "a/../b").unwrap();
    assert_eq!(found.path(), "/a%2F..%2Fb/v2.0/adminconsent");
}

/// What is selected exists by Microsoft's own types. Runs where
/// `SYNCHRONIZER_TEST_NODE_PEERS` names the folder of the peers' scripts.
#[test]
fn every_selected_member_is_one_that_microsoft_publishes() {
    let names = |list: &str| -> Value { list.split(',').collect() };
    let selections = [
        ("all of a user", "(keyof graph.User)[]", names(users::FULL)),
        (
            "enough of a user",
            "(keyof graph.User)[]",
            names(users::BASIC),
        ),
        ("a calendar", "(keyof graph.Calendar)[]", names(CALENDAR)),
    ];
    if let Some(complaints) = synchronizer_testkit::graph_complaints(&selections).unwrap() {
        assert_eq!(complaints, Vec::<String>::new());
    }
}
