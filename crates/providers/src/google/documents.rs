//! The client between the stand-in and Google's own discovery documents: every request that
//! it makes is one that Google describes, and every answer that it reads is one that Google
//! gives. Runs when `SYNCHRONIZER_TEST_GOOGLE_DOCUMENTS` names a folder with them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::response::Response;
use secrecy::ExposeSecret as _;
use synchronizer_domain::rng::SeededRng;
use synchronizer_sandbox::{GOOGLE_CLIENT_ID, Sandbox, SandboxOptions, start};
use synchronizer_testkit::{Exchange, GoogleDocuments};

use super::*;
use crate::oidc::{IssuerRule, OidcConfig};
use crate::test_support::{NOW, Server, clock};

const ADMIN: &str = "ingvild.saetre-holm@nordlicht.example";
const NOEL: &str = "noel.damico@nordlicht.example";
const METTE: &str = "mette.kjaer@nordlicht.example";

/// The methods that the client calls today.
const CALLED: [&str; 3] = [
    "calendar.calendarList.list",
    "calendar.calendars.insert",
    "directory.users.list",
];

/// Stands between client and stand-in and writes down what passes.
struct Wire {
    to: String,
    http: reqwest::Client,
    /// The bearer token of each request beside it.
    passed: Mutex<Vec<(String, Exchange)>>,
}

async fn pass_on(State(wire): State<Arc<Wire>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let authorization = parts.headers[AUTHORIZATION].to_str().unwrap().to_owned();
    let address = format!("{}{}", wire.to, parts.uri);
    let answer = wire
        .http
        .request(parts.method.clone(), &address)
        .header(AUTHORIZATION, &authorization)
        .header(CONTENT_TYPE, "application/json")
        .body(body.clone())
        .send()
        .await
        .unwrap();
    let status = answer.status();
    let bytes = answer.bytes().await.unwrap();
    let exchange = Exchange {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: Url::parse(&address)
            .unwrap()
            .query_pairs()
            .into_owned()
            .collect(),
        scopes: Vec::new(),
        body: serde_json::from_slice(&body).ok(),
        status: status.as_u16(),
        answer: serde_json::from_slice(&bytes).unwrap_or_default(),
    };
    wire.passed.lock().unwrap().push((authorization, exchange));
    Response::builder()
        .status(status)
        .body(Body::from(bytes))
        .unwrap()
}

struct World {
    sandbox: Sandbox,
    wire: Arc<Wire>,
    google: Google,
    _server: Server,
}

async fn world() -> World {
    let sandbox = start(SandboxOptions {
        clock: Arc::new(|| NOW),
        ..SandboxOptions::default()
    })
    .await
    .unwrap();
    let http = crate::http::client("test", None).unwrap();
    let wire = Arc::new(Wire {
        to: sandbox.google_url().to_owned(),
        http: http.clone(),
        passed: Mutex::default(),
    });
    let router = Router::new()
        .fallback(pass_on)
        .with_state(Arc::clone(&wire));
    let server = Server::start(router).await;
    let base = Url::parse(sandbox.google_url()).unwrap();
    let oidc = OidcProvider::new(
        http.clone(),
        clock(),
        Arc::new(SeededRng::new(7)),
        OidcConfig {
            system: System::Google,
            discovery_url: base.join("/.well-known/openid-configuration").unwrap(),
            issuer: IssuerRule::Exact(sandbox.google_url().to_owned()),
            client_id: GOOGLE_CLIENT_ID.to_owned(),
            client_secret: None,
            redirect_uri: Url::parse("http://localhost:8080/auth/callback").unwrap(),
            pkce: true,
        },
    );
    let root = |path: &str| server.url.join(path).unwrap();
    World {
        google: Google::new(
            oidc,
            http,
            root("/admin/directory/v1"),
            root("/calendar/v3"),
        ),
        sandbox,
        wire,
        _server: server,
    }
}

impl World {
    /// A token of a person as our sign-ins ask for it, but by delegation.
    async fn token(&self, person: &str, scopes: &[&str]) -> (SecretString, Vec<String>) {
        let account = self.sandbox.google_service_account().into();
        let account = ServiceAccount::read(&account).unwrap();
        let tokens = self.google.delegated(&account, person, scopes).await;
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        (tokens.unwrap().access_token, scopes)
    }

    /// What passed with a token, and is forgotten then.
    fn passed(&self, (token, scopes): &(SecretString, Vec<String>)) -> Vec<Exchange> {
        let bearer = format!("Bearer {}", token.expose_secret());
        let mut passed = self.wire.passed.lock().unwrap();
        let (own, others) = passed.drain(..).partition(|(sent, _)| *sent == bearer);
        *passed = others;
        let own: Vec<(String, Exchange)> = own;
        own.into_iter()
            .map(|(_, exchange)| Exchange {
                scopes: scopes.clone(),
                ..exchange
            })
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_and_every_answer_is_as_googles_documents_say() {
    let Some(documents) = GoogleDocuments::from_env().unwrap() else {
        return;
    };
    let world = world().await;
    let admin = world.token(ADMIN, DIRECTORY_SCOPES).await;
    let person = world.token(NOEL, PERSON_SCOPES).await;
    let maker_scopes: Vec<&str> = PERSON_SCOPES
        .iter()
        .copied()
        .chain([NEW_CALENDAR])
        .collect();
    let maker = world.token(NOEL, &maker_scopes).await;
    let nobody = world.token(METTE, PERSON_SCOPES).await;

    let (mut cursor, mut people) = (String::new(), Vec::new());
    loop {
        let page = world.google.users(&admin.0, &cursor).await.unwrap();
        people.extend(page.people);
        match page.next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    // Only what is selected is answered: nothing that is read was forgotten there.
    assert_eq!(people.len(), 13);
    assert!(people.iter().any(|one| one.aliases.len() == 2));
    assert!(people.iter().any(|one| !one.active));
    assert!(people.iter().all(|one| one.name != one.email));
    world
        .google
        .create_calendar(&maker.0, "Work", Some("Europe/Oslo"))
        .await
        .unwrap();
    let calendars = world.google.calendars(&person.0).await.unwrap();
    assert!(calendars[0].primary && calendars[0].calendar.writable);
    assert!(calendars.iter().any(|one| one.calendar.name == "Work"));
    assert!(calendars.iter().any(|one| !one.calendar.writable));
    // Refusals are no less regular requests.
    assert!(world.google.calendars(&nobody.0).await.is_err());
    assert!(world.google.users(&admin.0, "nonsense").await.is_err());

    let mut called = BTreeSet::new();
    for token in [&admin, &person, &maker, &nobody] {
        let passed = world.passed(token);
        assert!(!passed.is_empty());
        for exchange in passed {
            assert_eq!(documents.request(&exchange), Vec::<String>::new());
            assert_eq!(documents.answer(&exchange), Vec::<String>::new());
            called.extend(documents.method(&exchange).map(str::to_owned));
        }
    }
    assert!(called.iter().eq(CALLED), "{called:?}");
    assert!(world.wire.passed.lock().unwrap().is_empty());
}

#[tokio::test]
async fn scopes_that_stand_in_for_another_do_so_in_every_method() {
    let Some(documents) = GoogleDocuments::from_env().unwrap() else {
        return;
    };
    let mut held = 0;
    for id in documents.ids().filter(|id| is_used(id)) {
        let listed = documents.scopes(id);
        for (narrow, wider) in scopes::WIDER {
            if !listed.contains(&narrow) {
                continue;
            }
            for wide in wider {
                assert!(listed.contains(wide), "{id}: {wide} for {narrow}");
                held += 1;
            }
        }
    }
    assert!(held > 10, "{held}");
}

/// The methods that the product needs or will need.
fn is_used(id: &str) -> bool {
    id == "directory.users.list"
        || id == "calendar.calendarList.list"
        || id.starts_with("calendar.events.")
}
