//! The client against a tenant in this process.

mod hosts;
mod system;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::collections::HashMap;

use super::*;
use crate::test_support::{Idp, NONCE, Server, secret, sign};

#[derive(Default)]
struct Tenant {
    origin: String,
    running: bool,
    state: String,
    valid_until: String,
    state_calls: u32,
    misdirected: u32,
    /// The API lives below `/moved` now.
    moved: bool,
    users: Vec<Value>,
    /// Ignores the filter, as a broken server would.
    stuck: bool,
    queries: Vec<String>,
    status: Option<(u16, Value)>,
    principal: Value,
}

type Shared = Arc<Mutex<Tenant>>;

async fn state(State(tenant): State<Shared>) -> Response {
    let mut tenant = tenant.lock().unwrap();
    tenant.state_calls += 1;
    let below = if tenant.moved { "/moved" } else { "" };
    axum::Json(json!({
        "ContextIdentifier": "Cust1", "State": tenant.state, "IsRunning": tenant.running,
        "ValidUntil": tenant.valid_until, "Api": format!("{}{below}/Cust1/api", tenant.origin),
    }))
    .into_response()
}

/// Refuses what a real tenant would refuse.
fn refusal(tenant: &mut Tenant, headers: &HeaderMap) -> Option<Response> {
    if tenant.misdirected > 0 {
        tenant.misdirected -= 1;
        return Some(StatusCode::MISDIRECTED_REQUEST.into_response());
    }
    if headers["authorization"] != "Bearer access-1" {
        return Some(StatusCode::UNAUTHORIZED.into_response());
    }
    let (status, body) = tenant.status.clone()?;
    Some((StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response())
}

async fn users(
    State(tenant): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let mut tenant = tenant.lock().unwrap();
    let here = if tenant.moved { "/moved/" } else { "/Cust1/" };
    if !uri.path().starts_with(here) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    if let Some(refusal) = refusal(&mut tenant, &headers) {
        return refusal;
    }
    tenant.queries.push(query["$filter"].clone());
    let after: u64 = query["$filter"]
        .rsplit(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let top: usize = query["$top"].parse().unwrap();
    let stuck = tenant.stuck;
    let page: Vec<Value> = tenant
        .users
        .iter()
        .filter(|user| stuck || user["associateDbId"].as_u64().is_none_or(|id| id > after))
        .take(top)
        .cloned()
        .collect();
    axum::Json(json!({"odata.metadata": "x", "odata.nextLink": null, "value": page}))
        .into_response()
}

async fn principal(State(tenant): State<Shared>, headers: HeaderMap) -> Response {
    let mut tenant = tenant.lock().unwrap();
    match refusal(&mut tenant, &headers) {
        Some(refusal) => refusal,
        None => axum::Json(tenant.principal.clone()).into_response(),
    }
}

struct World {
    idp: Idp,
    server: Server,
    tenant: Shared,
    client: SuperOffice,
}

async fn world() -> World {
    let idp = Idp::start().await;
    let tenant: Shared = Arc::default();
    let router = Router::new()
        .route("/api/state/Cust1", get(state))
        .route("/Cust1/api/v1/archive/InternalUsers", get(users))
        .route("/moved/Cust1/api/v1/archive/InternalUsers", get(users))
        .route("/old/Cust1/api/v1/archive/InternalUsers", get(users))
        .route("/Cust1/api/v1/User/currentPrincipal", get(principal))
        .with_state(Arc::clone(&tenant));
    let server = Server::start(router).await;
    {
        let mut tenant = tenant.lock().unwrap();
        tenant.origin = server.origin();
        tenant.running = true;
        tenant.state = "Running".to_owned();
        tenant.valid_until = "2027-02-01T00:00:00.1234567Z".to_owned();
    }
    let client = SuperOffice::new(
        idp.superoffice(),
        http::client("test", None).unwrap(),
        format!("{}/api/state/{{ctx}}", server.origin()),
        "online.example".to_owned(),
    );
    World {
        idp,
        server,
        tenant,
        client,
    }
}

impl World {
    fn set(&self, change: impl FnOnce(&mut Tenant)) {
        change(&mut self.tenant.lock().unwrap());
    }

    async fn users(&self) -> Result<Vec<CrmUser>, ProviderError> {
        let (mut users, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self
                .client
                .users(&ContextId::new("Cust1"), &secret("access-1"), &cursor)
                .await?;
            users.extend(page.people);
            match page.next {
                Some(next) => cursor = next,
                None => return Ok(users),
            }
        }
    }
}

fn user(id: u64) -> Value {
    json!({"PrimaryKey": id.to_string(), "EntityName": "all", "associateDbId": id, "assocName": format!("U{id}"),
        "fullName": format!("User {id}"), "personEmail": format!("u{id}@example.net"), "userName": format!("u{id}@example.net"),
        "assocType": "Employee", "isActive": true, "isLocation": false})
}

#[tokio::test]
async fn the_identity_comes_from_the_id_token() {
    let world = world().await;
    let mut claims = world.idp.claims();
    for (name, value) in [
        ("ctx", json!("Cust1")),
        ("associateid", json!("42")),
        ("is_administrator", json!("TRUE")),
        ("email", json!("login@example.net")),
        ("upn", json!("kari@example.net")),
        ("so_primary_email_address", json!("kari.n@example.net")),
        ("company_name", json!("Example\r\nAS")),
    ] {
        claims[format!("{CLAIM}{name}")] = value;
    }
    world.idp.give(&sign(&claims), json!({}));
    let (identity, tokens) = world
        .client
        .redeem(&secret("code"), None, &secret(NONCE))
        .await
        .unwrap();
    let expected = CrmIdentity {
        environment: "online.example".to_owned(),
        context: ContextId::new("Cust1"),
        associate: AssociateId::new("42"),
        name: "kari@example.net".to_owned(),
        email: "kari.n@example.net".to_owned(),
        company: "Example  AS".to_owned(),
        is_admin: true,
    };
    assert_eq!(identity, expected);
    assert!(tokens.refresh_token.is_some());
}

#[tokio::test]
async fn an_id_token_without_a_usable_tenant_is_refused() {
    let world = world().await;
    for (context, associate) in [
        (json!(null), json!("42")),
        (json!("../x"), json!("42")),
        (json!("Cust1"), json!("")),
        (json!("Cust1"), json!("KN")),
    ] {
        let mut claims = world.idp.claims();
        claims[format!("{CLAIM}ctx")] = context;
        claims[format!("{CLAIM}associateid")] = associate;
        world.idp.give(&sign(&claims), json!({}));
        let result = world
            .client
            .redeem(&secret("c"), None, &secret(NONCE))
            .await;
        assert_eq!(result.unwrap_err().kind(), &ErrorKind::Protocol);
    }
}

#[tokio::test]
async fn a_sign_in_can_be_led_to_one_tenant() {
    let world = world().await;
    let context = ContextId::new("Cust1");
    let begun = world
        .client
        .begin(Some(&context), Some("kari@example.net"))
        .await
        .unwrap();
    let query: HashMap<_, _> = begun.url.query_pairs().into_owned().collect();
    assert_eq!(query["acr_values"], "tenant:Cust1");
    assert_eq!(query["login_hint"], "kari@example.net");
    assert_eq!(query["scope"], "openid");
}

#[tokio::test]
async fn users_are_read_page_after_page() {
    let world = world().await;
    world.set(|tenant| tenant.users = (1..=1_234).map(user).collect());
    let users = world.users().await.unwrap();
    assert_eq!(users.len(), 1_234);
    assert_eq!(users[1_233].id.as_str(), "1234");
    let queries = world.tenant.lock().unwrap().queries.clone();
    assert_eq!(
        queries,
        [
            "associateDbId gt 0",
            "associateDbId gt 500",
            "associateDbId gt 1000"
        ]
    );
}

#[tokio::test]
async fn only_employees_are_listed_and_retired_ones_marked() {
    let world = world().await;
    let changed = |id, name: &str, value: Value| {
        let mut user = user(id);
        user[name] = value;
        user
    };
    world.set(|tenant| {
        tenant.users = vec![
            user(1),
            changed(2, "assocType", json!("Resource")),
            changed(3, "assocType", json!(13)),
            changed(4, "isLocation", json!(true)),
            changed(5, "isActive", json!(false)),
            changed(6, "personEmail", json!("not an address")),
            changed(7, "fullName", Value::Null),
            changed(8, "assocType", json!(0)),
            changed(9, "isActive", json!("False")),
        ];
    });
    let users = world.users().await.unwrap();
    let seen: Vec<_> = users
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
        seen,
        [
            ("1", "User 1", "u1@example.net", true),
            ("5", "User 5", "u5@example.net", false),
            ("6", "User 6", "", true),
            ("7", "u7@example.net", "u7@example.net", true),
            ("8", "User 8", "u8@example.net", true),
            ("9", "User 9", "u9@example.net", false),
        ]
    );
}

#[tokio::test]
async fn a_list_that_does_not_advance_is_an_error() {
    let world = world().await;
    world.set(|tenant| {
        tenant.users = (1..=500).map(user).collect();
        tenant.stuck = true;
    });
    let error = world.users().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Protocol);
}

#[tokio::test]
async fn the_host_is_cached_and_asked_again_after_421() {
    let world = world().await;
    world.set(|tenant| tenant.users = vec![user(1)]);
    world.users().await.unwrap();
    world.users().await.unwrap();
    assert_eq!(world.tenant.lock().unwrap().state_calls, 1);
    world.set(|tenant| tenant.misdirected = 1);
    assert_eq!(world.users().await.unwrap().len(), 1);
    assert_eq!(world.tenant.lock().unwrap().state_calls, 2);
    world.set(|tenant| tenant.misdirected = 2);
    let error = world.users().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_host_without_lasting_validity_is_asked_every_time() {
    let world = world().await;
    world.set(|tenant| {
        tenant.users = vec![user(1)];
        tenant.valid_until = "2020-01-01T00:00:00Z".to_owned();
    });
    world.users().await.unwrap();
    world.users().await.unwrap();
    assert_eq!(world.tenant.lock().unwrap().state_calls, 2);
}

#[tokio::test]
async fn a_tenant_that_is_not_running_is_unavailable() {
    let world = world().await;
    for (state, kind) in [
        ("Suspended", ErrorKind::Unavailable),
        ("OfflineMaintenance", ErrorKind::Unavailable),
        ("Deleted", ErrorKind::NotFound),
    ] {
        world.set(|tenant| {
            tenant.running = false;
            tenant.state = state.to_owned();
        });
        let error = world.users().await.unwrap_err();
        assert_eq!(error.kind(), &kind);
        assert!(error.detail().contains(state));
    }
}

#[tokio::test]
async fn refusals_of_the_api_say_who_must_act() {
    let world = world().await;
    for (status, kind) in [
        (401, ErrorKind::NeedsPerson),
        (403, ErrorKind::ScopeMissing),
        (429, ErrorKind::Throttled { retry_after: None }),
        (500, ErrorKind::Unavailable),
    ] {
        world.set(|tenant| {
            tenant.status = Some((
                status,
                json!({"Error": true, "ErrorType": "SoX", "ErrorMessage": "m"}),
            ));
        });
        let error = world.users().await.unwrap_err();
        assert_eq!(error.kind(), &kind);
        assert_eq!(error.detail(), format!("HTTP {status} SoX"));
    }
}

#[tokio::test]
async fn the_principal_of_another_tenant_is_refused() {
    let world = world().await;
    let body = |context: &str| {
        json!({"UserType": "InternalAssociate", "Associate": "KN", "AssociateId": 42, "FullName": "Kari Nordmann",
            "EMailAddress": "kari@example.net", "FunctionRights": ["admin-all"], "DatabaseContextIdentifier": context})
    };
    world.set(|tenant| tenant.principal = body("Cust1"));
    let (context, access) = (ContextId::new("Cust1"), secret("access-1"));
    let principal = world
        .client
        .current_principal(&context, &access)
        .await
        .unwrap();
    let expected = Principal {
        associate: AssociateId::new("42"),
        name: "Kari Nordmann".to_owned(),
        email: "kari@example.net".to_owned(),
        function_rights: vec!["admin-all".to_owned()],
    };
    assert_eq!(principal, expected);
    world.set(|tenant| tenant.principal = body("Cust2"));
    let error = world
        .client
        .current_principal(&context, &access)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Protocol);
}
