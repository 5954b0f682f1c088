//! The client against a Google in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};

use super::*;
use crate::test_support::{CLIENT, Idp, NONCE, NOW, Server, clock, secret, sign};

#[derive(Default)]
struct Apis {
    answers: Vec<(u16, Value)>,
    seen: Vec<(String, HashMap<String, String>)>,
    bodies: Vec<Value>,
}

type Shared = Arc<Mutex<Apis>>;

async fn call(
    State(apis): State<Shared>,
    Path(path): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut apis = apis.lock().unwrap();
    assert_eq!(headers[header::AUTHORIZATION], "Bearer access-1");
    apis.seen.push((path, query));
    if let Ok(body) = serde_json::from_str(&body) {
        apis.bodies.push(body);
    }
    let (status, answer) = apis.answers.remove(0);
    (StatusCode::from_u16(status).unwrap(), axum::Json(answer)).into_response()
}

struct World {
    idp: Idp,
    apis: Shared,
    google: Google,
    _server: Server,
}

async fn world() -> World {
    let idp = Idp::start().await;
    let apis = Shared::default();
    let router = Router::new()
        .route("/{*path}", any(call))
        .with_state(Arc::clone(&apis));
    let server = Server::start(router).await;
    let root = |path: &str| server.url.join(path).unwrap();
    let google = Google::new(
        idp.provider(idp.config(System::Google), clock()),
        crate::http::client("test", None).unwrap(),
        root("directory/v1/"),
        root("calendar/v3"),
    );
    World {
        idp,
        apis,
        google,
        _server: server,
    }
}

impl World {
    fn answer(&self, answers: impl IntoIterator<Item = (u16, Value)>) {
        self.apis.lock().unwrap().answers = answers.into_iter().collect();
    }

    fn seen(&self) -> Vec<(String, HashMap<String, String>)> {
        self.apis.lock().unwrap().seen.clone()
    }

    fn give(&self, claims: Value, scope: &str) {
        let mut all = self.idp.claims();
        for (name, value) in claims.as_object().unwrap() {
            all[name] = value.clone();
        }
        self.idp.give(&sign(&all), json!({ "scope": scope }));
    }

    async fn redeem(&self) -> Result<GoogleSignIn, ProviderError> {
        let (code, verifier) = (secret("code"), secret("verifier"));
        self.google
            .redeem_person(&code, &verifier, &secret(NONCE))
            .await
    }

    fn last_form(&self) -> HashMap<String, String> {
        let script = self.idp.script.lock().unwrap();
        script.forms.last().unwrap().iter().cloned().collect()
    }
}

const GOOD: &str = "https://www.googleapis.com/auth/calendar.calendarlist.readonly openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/calendar.events";

#[tokio::test]
async fn a_sign_in_asks_for_lasting_access_and_the_account() {
    let world = world().await;
    for (new_calendar, wanted) in [(false, false), (true, true)] {
        let begun = world
            .google
            .begin_person(Some("zoe@a.example"), new_calendar)
            .await
            .unwrap();
        let query: HashMap<_, _> = begun.url.query_pairs().into_owned().collect();
        for (name, value) in [
            ("access_type", "offline"),
            ("prompt", "consent select_account"),
            ("login_hint", "zoe@a.example"),
            ("response_type", "code"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(query[name], value, "{name}");
        }
        // Granted together, revoked together: other grants of the account stay out.
        assert!(!query.contains_key("include_granted_scopes"));
        assert_eq!(query["scope"].contains(NEW_CALENDAR), wanted);
        assert!(query["scope"].contains(scopes::CALENDAR_EVENTS));
    }
}

#[tokio::test]
async fn who_signed_in_is_read_and_untold_boxes_are_named() {
    let world = world().await;
    let claims = json!({
        "sub": "1139", "email": "Zoe@a.example", "email_verified": true, "hd": "a.example", "name": "Zoë",
    });
    world.give(claims, GOOD);
    let signed_in = world.redeem().await.unwrap();
    assert_eq!(
        signed_in.account,
        GoogleAccount {
            sub: "1139".to_owned(),
            email: "Zoe@a.example".to_owned(),
            email_verified: true,
            domain: Some("a.example".to_owned()),
            name: "Zoë".to_owned(),
        }
    );
    assert_eq!(signed_in.missing, Vec::<&str>::new());
    world.give(json!({ "sub": "7" }), "openid email");
    let signed_in = world.redeem().await.unwrap();
    assert_eq!(signed_in.missing, scopes::REQUIRED_PERSON);
    assert_eq!(
        (
            signed_in.account.name.as_str(),
            signed_in.account.email_verified
        ),
        ("7", false)
    );
}

#[tokio::test]
async fn an_issuer_without_its_scheme_is_googles_too() {
    let world = world().await;
    let bare = world.idp.server.origin().replace("http://", "");
    world.give(json!({ "iss": bare }), GOOD);
    assert!(world.redeem().await.is_ok());
    world.give(json!({ "iss": "elsewhere.example" }), GOOD);
    let error = world.redeem().await.unwrap_err();
    assert!(error.detail().contains("another issuer"), "{error}");
}

#[tokio::test]
async fn a_refresh_names_no_scopes_and_notices_withdrawn_ones() {
    let world = world().await;
    let refresh = || async { world.google.refresh_person(&secret("1//r")).await };
    world.idp.give("", json!({ "scope": GOOD }));
    assert!(refresh().await.is_ok());
    let form = world.last_form();
    assert_eq!(form["grant_type"], "refresh_token");
    assert!(!form.contains_key("scope"));
    world.idp.give("", json!({ "scope": "openid" }));
    assert_eq!(
        *refresh().await.unwrap_err().kind(),
        ErrorKind::ScopeMissing
    );
    // Saying nothing about scopes means that nothing changed.
    world.idp.give("", json!({}));
    assert!(refresh().await.is_ok());
}

#[tokio::test]
async fn users_come_page_by_page_with_aliases_and_suspensions() {
    let world = world().await;
    world.answer([
        (200, json!({ "nextPageToken": "p2", "users": [
            { "id": "2", "primaryEmail": "g@a.example", "name": { "fullName": "Günther" },
              "aliases": ["guenther@a.example", "G@a.example", "nonsense"], "suspended": false },
            { "id": "3", "primaryEmail": "t@a.example", "suspended": true },
        ]})),
        (200, json!({ "users": [{ "id": "1", "primaryEmail": "not an address", "archived": true }] })),
    ]);
    let access = secret("access-1");
    let first = world.google.users(&access, "").await.unwrap();
    let next = first.next.unwrap();
    let last = world.google.users(&access, &next).await.unwrap();
    assert_eq!(last.next, None);
    let users: Vec<_> = first.people.into_iter().chain(last.people).collect();
    let shown: Vec<_> = users
        .iter()
        .map(|user| {
            (
                user.id.as_str(),
                user.name.as_str(),
                user.email.as_str(),
                user.active,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("2", "Günther", "g@a.example", true),
            ("3", "t@a.example", "t@a.example", false),
            ("1", "not an address", "", false),
        ]
    );
    assert_eq!(users[0].aliases, ["guenther@a.example"]);
    let seen = world.seen();
    assert_eq!(seen[0].0, "directory/v1/users");
    assert_eq!(seen[0].1["customer"], "my_customer");
    assert_eq!(seen[1].1["pageToken"], "p2");
}

#[tokio::test]
async fn an_expired_page_is_told_from_a_refused_list() {
    let world = world().await;
    let access = secret("access-1");
    let expired = json!({ "error": { "code": 400, "errors": [{ "reason": "invalid" }] } });
    world.answer([(400, expired.clone()), (400, expired)]);
    let error = world.google.users(&access, "p2").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::CursorExpired);
    let error = world.google.users(&access, "").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Protocol);
    // A position that leads to itself is no list.
    world.answer([(200, json!({ "nextPageToken": "same", "users": [] }))]);
    let error = world.google.users(&access, "same").await.unwrap_err();
    assert!(error.detail().contains("circles"));
}

#[tokio::test]
async fn calendars_have_the_primary_first_and_say_what_can_be_written() {
    let world = world().await;
    world.answer([
        (200, json!({ "nextPageToken": "p2", "items": [
            { "id": "h", "summary": "Holidays", "accessRole": "reader" },
            { "id": "t", "summary": "Team", "accessRole": "writerWithoutPrivateAccess" },
        ]})),
        (200, json!({ "items": [
            { "id": "b", "summary": "Projects", "summaryOverride": "A project", "accessRole": "writer" },
            { "id": "z@a.example", "summary": "z@a.example", "accessRole": "owner", "primary": true },
            { "id": "gone", "summary": "Gone", "accessRole": "owner", "deleted": true },
        ]})),
    ]);
    let calendars = world.google.calendars(&secret("access-1")).await.unwrap();
    let shown: Vec<_> = calendars
        .iter()
        .map(|one| {
            (
                one.calendar.name.as_str(),
                one.calendar.writable,
                one.primary,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("z@a.example", true, true),
            ("A project", true, false),
            ("Holidays", false, false),
            ("Team", false, false),
        ]
    );
    assert_eq!(world.seen()[1].1["pageToken"], "p2");
}

#[tokio::test]
async fn a_calendar_is_made_by_name() {
    let world = world().await;
    world.answer([(
        200,
        json!({ "kind": "calendar#calendar", "id": "c_1", "summary": "Work" }),
    )]);
    let made = world
        .google
        .create_calendar(&secret("access-1"), "Work", None)
        .await
        .unwrap();
    assert_eq!(
        (made.id.as_str(), made.name.as_str(), made.writable),
        ("c_1", "Work", true)
    );
    assert_eq!(world.seen()[0].0, "calendar/v3/calendars");
    assert_eq!(
        world.apis.lock().unwrap().bodies,
        [json!({ "summary": "Work" })]
    );
    world.answer([(200, json!({}))]);
    let empty = world
        .google
        .create_calendar(&secret("access-1"), "Work", Some("Europe/Oslo"))
        .await;
    assert_eq!(
        world.apis.lock().unwrap().bodies[1],
        json!({ "summary": "Work", "timeZone": "Europe/Oslo" })
    );
    assert_eq!(*empty.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn an_assertion_names_account_person_scopes_and_the_discovered_endpoint() {
    let world = world().await;
    let pem = include_str!("../../tests/keys/signing-key.pem");
    let file = json!({
        "type": "service_account", "client_email": "s@p.iam.gserviceaccount.com",
        "private_key_id": "k1", "private_key": pem, "token_uri": "http://evil.example/token",
    });
    let account = ServiceAccount::read(&file.to_string().into()).unwrap();
    let mint = || async {
        let scopes = [scopes::CALENDAR_EVENTS, scopes::CALENDAR_LIST];
        world
            .google
            .delegated(&account, "zoe@a.example", &scopes)
            .await
    };
    world.idp.give("", json!({}));
    let tokens = mint().await.unwrap();
    assert!(tokens.refresh_token.is_none());
    assert_eq!(tokens.expires_at.as_secs(), NOW + 3_600);
    let form = world.last_form();
    assert_eq!(
        form["grant_type"],
        "urn:ietf:params:oauth:grant-type:jwt-bearer"
    );
    let n = include_str!("../../tests/keys/signing-key.n").trim();
    let key = DecodingKey::from_rsa_components(n, "AQAB").unwrap();
    let mut rules = Validation::new(Algorithm::RS256);
    rules.validate_exp = false;
    rules.set_audience(&[format!("{}/token", world.idp.server.origin())]);
    let read = decode::<Value>(&form["assertion"], &key, &rules).unwrap();
    assert_eq!(read.header.kid.as_deref(), Some("k1"));
    assert_eq!(read.claims["iss"], "s@p.iam.gserviceaccount.com");
    assert_eq!(read.claims["sub"], "zoe@a.example");
    assert_eq!(read.claims["iat"], NOW);
    assert_eq!(read.claims["exp"], NOW + 3_600);
    world.idp.set(|script| {
        script.token_status = 401;
        script.token_body = json!({ "error": "unauthorized_client", "error_description": "no" });
    });
    assert_eq!(*mint().await.unwrap_err().kind(), ErrorKind::AdminApproval);
}

#[tokio::test]
async fn revoking_a_dead_token_is_no_failure() {
    let world = world().await;
    for (status, body, fine) in [
        (200, json!({}), true),
        (
            400,
            json!({ "error": "invalid_token", "error_description": "Token expired or revoked" }),
            true,
        ),
        (503, json!({}), false),
    ] {
        world.idp.set(|script| {
            script.token_status = status;
            script.token_body = body;
        });
        let ended = world.google.revoke(&secret("1//r")).await;
        assert_eq!(ended.is_ok(), fine, "{status}");
        assert_eq!(world.last_form()["token"], "1//r");
    }
}

#[tokio::test]
async fn a_client_never_prints_its_secret() {
    let world = world().await;
    let shown = format!("{:?}", world.google);
    assert!(shown.contains(CLIENT) && !shown.contains("client-secret-1"));
}

#[tokio::test]
async fn a_token_tells_whose_it_is() {
    let world = world().await;
    let who = world.google.whose(&secret("access-1")).await.unwrap();
    assert_eq!(who, "1139");
    let error = world.google.whose(&secret("stale")).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::NeedsPerson);
}
