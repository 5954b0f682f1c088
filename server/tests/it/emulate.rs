//! Google's and Microsoft's sign-in by stand-ins that others wrote: real discovery, PKCE,
//! nonce, keys, refresh tokens (Microsoft's work once). They run when
//! `SYNCHRONIZER_TEST_NODE_PEERS` names the folder of the peers. What they do not have is
//! ours: Google's directory is the sandbox's, Microsoft's Graph stands below.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use synchronizer_sandbox::{
    GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET,
};
use synchronizer_testkit::{Browser, Page};

use crate::support::{
    Api, HOUR, NodePeer, Story, TestApp, ZOE, ZOE_MAIL, google_story, linked_with, says,
    signed_up_admin,
};

const MIA: &str = "mia@acme.example";
const MAX: &str = "max@acme.example";
/// The organisation of both at Microsoft.
const TID: &str = "5b0b6a3f-1c7e-4f0e-9d1a-2f6f6c0a9e11";

fn microsoft(app: &TestApp) -> Option<NodePeer> {
    let person =
        |email: &str, name: &str| json!({ "email": email, "name": name, "tenant_id": TID });
    let seed = json!({
        // The first one is who a token is said to belong to that nobody knows.
        "users": [person(MIA, "Mia Vik"), person(MAX, "Max Holm")],
        "oauth_clients": [{
            "client_id": MICROSOFT_CLIENT_ID,
            "client_secret": MICROSOFT_CLIENT_SECRET,
            "name": "Synchronizer",
            "tenant_id": TID,
            "redirect_uris": [app.url("/auth/microsoft/callback")],
        }],
    });
    NodePeer::start(
        "emulate.mjs",
        &json!({ "service": "microsoft", "seed": seed }),
    )
}

fn google(app: &TestApp) -> Option<NodePeer> {
    let calendar = |id: &str, role: &str| {
        json!({
            "id": id, "user_email": ZOE_MAIL, "summary": id,
            "primary": role == "owner", "access_role": role,
        })
    };
    let seed = json!({
        "users": [
            { "email": ZOE_MAIL, "name": ZOE, "hd": "nordlicht.example" },
            { "email": MIA, "name": "Mia Vik", "hd": "acme.example" },
        ],
        "oauth_clients": [{
            "client_id": GOOGLE_CLIENT_ID,
            "client_secret": GOOGLE_CLIENT_SECRET,
            "name": "Synchronizer",
            "redirect_uris": [app.url("/auth/google/callback")],
        }],
        "calendars": [calendar("primary", "owner"), calendar("holidays", "reader")],
    });
    NodePeer::start("emulate.mjs", &json!({ "service": "google", "seed": seed }))
}

/// Graph as far as a link needs it: the list of people, and a calendar for whoever has a
/// token. Whose token it is the stand-in decides.
#[derive(Clone)]
struct Graph {
    sign_in: String,
    people: Value,
}

async fn graph(peer: &NodePeer) -> String {
    let me = format!("{}/v1.0/me", peer.address);
    let request = Browser::new().client().get(&me).bearer_auth("anything");
    let mia: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(mia["mail"], MIA, "{mia}");
    let state = Graph {
        sign_in: peer.address.clone(),
        people: json!({ "@odata.count": 1, "value": [{
            "id": mia["id"], "displayName": "Mia Vik", "mail": MIA, "userPrincipalName": MIA,
            "accountEnabled": true, "userType": "Member", "proxyAddresses": [],
        }]}),
    };
    let router = Router::new()
        .route(
            "/v1.0/users",
            get(|State(graph): State<Graph>| async { Json(graph.people) }),
        )
        .route("/v1.0/me", get(whose))
        .route("/v1.0/me/calendar", get(calendar))
        .with_state(state);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, router).await });
    format!("http://{address}/v1.0")
}

async fn whose(State(graph): State<Graph>, headers: HeaderMap) -> Response {
    let request = Browser::new()
        .client()
        .get(format!("{}/v1.0/me", graph.sign_in))
        .header(header::AUTHORIZATION, &headers[header::AUTHORIZATION]);
    let answer = request.send().await.unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    (status, Json(answer.json::<Value>().await.unwrap())).into_response()
}

async fn calendar(headers: HeaderMap) -> Response {
    if headers.contains_key(header::AUTHORIZATION) {
        let calendar = json!({ "id": "AAMkAGI-primary", "name": "Calendar", "canEdit": true });
        return Json(calendar).into_response();
    }
    StatusCode::UNAUTHORIZED.into_response()
}

/// Presses a provider's button, and picks an account there.
async fn sign_in(browser: &Browser, page: &Page, button: &str, account: &str) -> Page {
    let page = browser.press(page, button, &[]).await.unwrap();
    browser.press(&page, account, &[]).await.unwrap()
}

/// From the second step to *active*: somebody else first, then the right one; renewed over
/// hours, and what was answered once buys nothing again.
async fn runs_to_the_end(story: &Story, system: &str, (wrong, right): (&str, &str)) {
    let button = format!("Sign in with {system}");
    let person = Browser::new();
    let step = story.second_step(&person).await;
    let page = sign_in(&person, &step, &button, wrong).await;
    let another = format!("another {system} account");
    says(&page, 403, &[&another, "Nothing was stored", wrong]);
    story.expect("partly", Some("wrong_account")).await;
    assert_eq!(story.grants().await.len(), 1, "the CRM's half only");

    let page = person.open(step.url.as_str()).await.unwrap();
    let page = sign_in(&person, &page, &button, right).await;
    says(&page, 200, &["Your calendar is linked"]);
    let api = story.api();
    api.wait_for_state(&story.profile, &story.link, "active")
        .await;
    let first = renewed_at(story).await;
    for _ in 0..3 {
        story.settled().await;
        story.later(HOUR);
    }
    story.settled().await;
    story.expect("active", None).await;
    let renewed = renewed_at(story).await;
    assert!(renewed >= first.plus(HOUR * 2), "{first:?} {renewed:?}");
    assert_eq!(story.mails(), 1);

    let steps = person.history();
    let callback = format!("/auth/{}/callback", system.to_ascii_lowercase());
    let mut answers = steps
        .iter()
        .filter_map(|page| page.headers.get("location")?.to_str().ok())
        .filter(|location| location.contains(&callback));
    let page = person.open(answers.next_back().unwrap()).await.unwrap();
    says(&page, 200, &["no longer valid"]);
    story.expect("active", None).await;
}

/// When the calendar half's access token was got.
async fn renewed_at(story: &Story) -> synchronizer_domain::Timestamp {
    let grants = story.grants().await;
    let grant = grants
        .iter()
        .find(|grant| grant.side == synchronizer_domain::link::Side::Calendar)
        .unwrap();
    let mut unit = story.app.core().storage.read().await.unwrap();
    let tokens = unit
        .grant_tokens(grant.tenant, grant.link, grant.side)
        .await
        .unwrap();
    tokens.unwrap().refreshed_at.unwrap()
}

#[tokio::test]
async fn a_person_is_linked_by_a_microsoft_that_others_wrote() {
    let mut app = TestApp::start().await;
    let Some(peer) = microsoft(&app) else {
        return;
    };
    let authority = format!("{}/{TID}/v2.0", peer.address);
    app.config.microsoft.authority = authority.parse().unwrap();
    app.config.microsoft.graph_url = graph(&peer).await.parse().unwrap();
    app.restart().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("microsoft365").await;
    let systems = app.url(&format!("/profiles/{profile}/systems"));
    let page = admin.open(&systems).await.unwrap();
    let page = sign_in(&admin, &page, "Sign in with Microsoft", MAX).await;
    assert_eq!(page.status, 200, "{}", page.text());
    api.finish_profile(&profile, "Acme").await;
    let story = linked_with(app, admin, profile, (ZOE, "Mia Vik", ZOE_MAIL)).await;
    runs_to_the_end(&story, "Microsoft", (MAX, MIA)).await;
}

#[tokio::test]
async fn a_person_is_linked_by_a_google_that_others_wrote() {
    let mut story = google_story().await;
    let Some(peer) = google(&story.app) else {
        return;
    };
    story.app.config.google.issuer = peer.address.parse().unwrap();
    let calendar = format!("{}/calendar/v3", peer.address);
    story.app.config.google.calendar_url = calendar.parse().unwrap();
    story.app.restart().await;
    runs_to_the_end(&story, "Google", (MIA, ZOE_MAIL)).await;
    let grants = story.grants().await;
    let identity = grants
        .iter()
        .find(|grant| grant.identity.contains("google"));
    let identity: Value = serde_json::from_str(&identity.unwrap().identity).unwrap();
    // Read only calendars are not offered.
    assert_eq!(
        identity["calendars"].as_array().unwrap().len(),
        1,
        "{identity}"
    );
}
