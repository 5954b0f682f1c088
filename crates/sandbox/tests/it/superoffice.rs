//! The stand-in for SuperOffice as a portal and a browser see it.

use crate::support::{CALLBACK, START, VERIFIER, World, callback, form_body, request_id, world};
use serde_json::Value;
use synchronizer_sandbox::{
    NORDLICHT_CTX, SUPEROFFICE_CLIENT_ID as ID, SUPEROFFICE_CLIENT_SECRET as SECRET, System,
};

const ADMIN: &str = "ingvild.saetre-holm@nordlicht.example";
const ZOE: &str = "zoe.mueller@nordlicht.example";

impl World {
    fn so(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.superoffice_url())
    }

    async fn so_start(&self, changes: &[(&str, &str)]) -> reqwest::Response {
        let endpoint = self.so("/login/common/oauth/authorize");
        self.authorize(&endpoint, ID, "openid", changes).await
    }

    async fn so_sign_in(&self, person: &str) -> reqwest::Response {
        let request = request_id(self.so_start(&[]).await).await;
        let fields = [("request", request.as_str()), ("person", person)];
        self.post(&self.so("/login/signin"), &fields).await
    }

    async fn so_code(&self, person: &str) -> String {
        self.sandbox
            .control()
            .approve_company(NORDLICHT_CTX)
            .unwrap();
        callback(&self.so_sign_in(person).await)["code"].clone()
    }

    async fn so_redeem(&self, code: &str, changes: &[(&str, &str)]) -> reqwest::Response {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("client_id", ID),
            ("client_secret", SECRET),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changes {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        self.post(&self.so("/login/common/oauth/tokens"), &fields)
            .await
    }

    async fn so_tokens(&self, person: &str) -> Value {
        let code = self.so_code(person).await;
        let response = self.so_redeem(&code, &[]).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    async fn so_refresh(&self, token: &str) -> reqwest::Response {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", ID),
            ("client_secret", SECRET),
            ("refresh_token", token),
        ];
        self.post(&self.so("/login/common/oauth/tokens"), &fields)
            .await
    }

    async fn so_api(&self, path: &str, token: &str) -> reqwest::Response {
        let address = self.so(&format!("/{NORDLICHT_CTX}/api/v1/{path}"));
        self.get(&address).bearer_auth(token).send().await.unwrap()
    }

    async fn so_users(&self, query: &[(&str, &str)], token: &str) -> Value {
        let path = format!("archive/InternalUsers?{}", form_body(query));
        let response = self.so_api(&path, token).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }
}

#[tokio::test]
async fn discovery_lies_below_login_but_the_issuer_does_not() {
    let world = world().await;
    let document = world
        .get_json(&world.so("/login/.well-known/openid-configuration"))
        .await;
    assert_eq!(document["issuer"], world.sandbox.superoffice_url());
    assert_eq!(
        document["token_endpoint"],
        world.so("/login/common/oauth/tokens")
    );
    let upper = world.so("/Login/.Well-Known/JWKS");
    assert_eq!(world.get_json(&upper).await["keys"][0]["kty"], "RSA");
}

#[tokio::test]
async fn an_administrator_approves_once_and_colleagues_follow() {
    let world = world().await;
    let early = world.so_sign_in(ZOE).await;
    assert_eq!(early.status(), 403);
    assert!(early.text().await.unwrap().contains("does not have access"));

    let page = world.so_sign_in(ADMIN).await;
    assert_eq!(page.status(), 200);
    let request = request_id(page).await;
    let fields = [("request", request.as_str()), ("action", "approve")];
    let back = world.post(&world.so("/login/approve"), &fields).await;
    let answer = callback(&back);
    assert_eq!(answer["state"], "st&1");
    assert!(answer.contains_key("code"));

    assert!(callback(&world.so_sign_in(ZOE).await).contains_key("code"));
}

#[tokio::test]
async fn the_id_token_carries_the_documented_claims() {
    let world = world().await;
    let tokens = world.so_tokens(ADMIN).await;
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    let access = tokens["access_token"].as_str().unwrap();
    assert!(access.starts_with("8A:Cust10427."));
    let jwks = world.so("/login/.well-known/jwks");
    let claims = world
        .claims(&jwks, tokens["id_token"].as_str().unwrap(), ID)
        .await;
    assert_eq!(claims["iss"], world.sandbox.superoffice_url());
    assert_eq!(claims["iat"], START.to_string());
    assert_eq!(claims["nbf"], START - 60);
    assert_eq!(claims["exp"], START + 300);
    assert_eq!(claims["nonce"], "n1");
    let identity = |name: &str| &claims[format!("http://schemes.superoffice.net/identity/{name}")];
    assert_eq!(identity("ctx"), "Cust10427");
    assert_eq!(identity("associateid"), "5");
    assert_eq!(identity("is_administrator"), "True");
    assert_eq!(identity("company_name"), "Nordlicht Consulting AS");
    assert_eq!(*identity("webapi_url"), world.so("/Cust10427/api/"));
}

#[tokio::test]
async fn a_wrong_verifier_buys_nothing_and_burns_the_code() {
    let world = world().await;
    let code = world.so_code(ZOE).await;
    let wrong = "b".repeat(50);
    let refused = world.so_redeem(&code, &[("code_verifier", &wrong)]).await;
    assert_eq!(refused.status(), 400);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["error"], "invalid_grant");
    assert_eq!(world.so_redeem(&code, &[]).await.status(), 400);
}

#[tokio::test]
async fn a_code_is_redeemed_once_and_within_ten_minutes() {
    let world = world().await;
    let code = world.so_code(ZOE).await;
    assert_eq!(world.so_redeem(&code, &[]).await.status(), 200);
    assert_eq!(world.so_redeem(&code, &[]).await.status(), 400);
    let code = world.so_code(ZOE).await;
    world.advance(600);
    assert_eq!(world.so_redeem(&code, &[]).await.status(), 400);
}

#[tokio::test]
async fn redirect_uri_and_client_are_checked() {
    let world = world().await;
    let elsewhere = [("redirect_uri", "http://localhost:8080/other")];
    let page = world.so_start(&elsewhere).await;
    assert_eq!(page.status(), 400);
    assert!(page.text().await.unwrap().contains("InvalidRedirectUrl"));
    let unknown = world.so_start(&[("client_id", "nobody")]).await;
    assert_eq!(unknown.status(), 400);

    let code = world.so_code(ZOE).await;
    assert_eq!(world.so_redeem(&code, &elsewhere).await.status(), 400);
    let code = world.so_code(ZOE).await;
    let wrong = world.so_redeem(&code, &[("client_secret", "guess")]).await;
    assert_eq!(wrong.status(), 401);
}

#[tokio::test]
async fn the_secret_may_travel_in_the_header() {
    let world = world().await;
    let code = world.so_code(ZOE).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let response = world
        .http
        .post(world.so("/login/common/oauth/tokens"))
        .basic_auth(ID, Some(SECRET))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form_body(&fields))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn cancelling_comes_back_as_access_denied() {
    let world = world().await;
    let request = request_id(world.so_start(&[]).await).await;
    let fields = [("request", request.as_str()), ("action", "cancel")];
    let answer = callback(&world.post(&world.so("/login/signin"), &fields).await);
    assert_eq!(answer["error"], "access_denied");
    assert_eq!(answer["state"], "st&1");
}

#[tokio::test]
async fn a_mistyped_name_keeps_the_page_open() {
    let world = world().await;
    let request = request_id(world.so_start(&[]).await).await;
    let fields = [("request", request.as_str()), ("user_name", "zoé")];
    let page = world.post(&world.so("/login/signin"), &fields).await;
    assert_eq!(page.status(), 422);
    let html = page.text().await.unwrap();
    assert!(html.contains("value=\"zoé\""));
    assert!(html.contains("role=\"alert\""));
}

#[tokio::test]
async fn a_chosen_tenant_admits_nobody_else() {
    let world = world().await;
    let page = world.so_start(&[("acr_values", "tenant:Cust20881")]).await;
    let request = request_id(page).await;
    let fields = [("request", request.as_str()), ("user_name", ZOE)];
    let refused = world.post(&world.so("/login/signin"), &fields).await;
    assert_eq!(refused.status(), 403);
}

#[tokio::test]
async fn refreshing_gives_no_new_refresh_token() {
    let world = world().await;
    let tokens = world.so_tokens(ZOE).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    for _ in 0..2 {
        let answer = world.so_refresh(refresh).await;
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.unwrap();
        assert!(body.get("refresh_token").is_none());
        assert!(body["id_token"].is_string());
        assert_ne!(body["access_token"], tokens["access_token"]);
    }
    assert_eq!(world.so_refresh("made-up").await.status(), 400);
}

#[tokio::test]
async fn with_strict_rotation_a_refresh_token_works_once() {
    let world = world().await;
    let tokens = world.so_tokens(ZOE).await;
    let control = world.sandbox.control();
    control.set_strict_rotation(System::SuperOffice, true);
    let old = tokens["refresh_token"].as_str().unwrap();
    let fresh: Value = world.so_refresh(old).await.json().await.unwrap();
    assert_eq!(world.so_refresh(old).await.status(), 400);
    let new = fresh["refresh_token"].as_str().unwrap();
    assert_eq!(world.so_refresh(new).await.status(), 200);
}

#[tokio::test]
async fn a_person_without_the_right_is_told_and_others_are_let_in() {
    let world = world().await;
    let control = world.sandbox.control();
    control.set_crm_right_missing(ZOE, true);
    for (person, status) in [(ZOE, 403), (ADMIN, 200)] {
        let tokens = world.so_tokens(person).await;
        let access = tokens["access_token"].as_str().unwrap();
        let call = world.so_api("User/currentPrincipal", access).await;
        assert_eq!(call.status(), status, "{person}");
    }
    control.set_crm_right_missing(ZOE, false);
    let tokens = world.so_tokens(ZOE).await;
    let access = tokens["access_token"].as_str().unwrap();
    let call = world.so_api("User/currentPrincipal", access).await;
    assert_eq!(call.status(), 200);
}

#[tokio::test]
async fn revoking_ends_the_tokens_of_one_person_until_the_next_sign_in() {
    let world = world().await;
    let zoe = world.so_tokens(ZOE).await;
    let admin = world.so_tokens(ADMIN).await;
    let control = world.sandbox.control();
    assert_eq!(control.revoke_refresh(System::SuperOffice, ZOE), Ok(1));
    let of = |tokens: &Value| tokens["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(world.so_refresh(&of(&zoe)).await.status(), 400);
    let access = zoe["access_token"].as_str().unwrap();
    let call = world.so_api("User/currentPrincipal", access).await;
    assert_eq!(call.status(), 401);
    assert_eq!(world.so_refresh(&of(&admin)).await.status(), 200);
    let again = world.so_tokens(ZOE).await;
    assert_eq!(world.so_refresh(&of(&again)).await.status(), 200);
}

#[tokio::test]
async fn the_tenant_state_names_the_api_without_a_slash() {
    let world = world().await;
    let state = world.get_json(&world.so("/api/state/cust10427")).await;
    assert_eq!(state["ContextIdentifier"], "Cust10427");
    assert_eq!(state["Api"], world.so("/Cust10427/api"));
    assert_eq!(state["State"], "Running");
    assert_eq!(state["IsRunning"], true);
    assert_eq!(state["ValidUntil"], "2026-03-02T09:00:00.0000000Z");
    let unknown = world.get(&world.so("/api/state/Cust1")).send().await;
    assert_eq!(unknown.unwrap().status(), 404);
}

#[tokio::test]
async fn current_principal_tells_who_and_which_rights() {
    let world = world().await;
    let tokens = world.so_tokens(ADMIN).await;
    let access = tokens["access_token"].as_str().unwrap();
    let response = world.so_api("user/CURRENTPRINCIPAL", access).await;
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["AssociateId"], 5);
    assert_eq!(body["DatabaseContextIdentifier"], "Cust10427");
    assert!(
        body["FunctionRights"]
            .as_array()
            .unwrap()
            .contains(&"admin-all".into())
    );
}

#[tokio::test]
async fn access_tokens_expire_and_belong_to_one_tenant() {
    let world = world().await;
    let tokens = world.so_tokens(ZOE).await;
    let access = tokens["access_token"].as_str().unwrap();
    let foreign = world.so("/Cust20881/api/v1/User/currentPrincipal");
    let refused = world.get(&foreign).bearer_auth(access).send().await;
    assert_eq!(refused.unwrap().status(), 401);
    world.advance(3_599);
    let alive = world.so_api("User/currentPrincipal", access).await;
    assert_eq!(alive.status(), 200);
    world.advance(1);
    let dead = world.so_api("User/currentPrincipal", access).await;
    assert_eq!(dead.status(), 401);
}

#[tokio::test]
async fn keyset_paging_reaches_every_user_once() {
    let world = world().await;
    let tokens = world.so_tokens(ADMIN).await;
    let access = tokens["access_token"].as_str().unwrap();
    let mut seen = Vec::new();
    let mut last = 0;
    loop {
        let filter = format!("associateDbId gt {last}");
        let query = [
            ("$select", "associateDbId,fullName,personEmail,isActive"),
            ("$filter", filter.as_str()),
            ("$orderby", "associateDbId asc"),
            ("$top", "200"),
        ];
        let page = world.so_users(&query, access).await;
        let rows = page["value"].as_array().unwrap();
        let Some(end) = rows.last() else { break };
        assert!(rows.len() <= 5);
        last = end["associateDbId"].as_i64().unwrap();
        seen.extend(rows.iter().cloned());
    }
    assert_eq!(seen.len(), 12);
    let retired: Vec<&str> = seen
        .iter()
        .filter(|row| row["isActive"] == false)
        .filter_map(|row| row["fullName"].as_str())
        .collect();
    assert_eq!(retired, ["Torbjörn Ahl"]);
    let bjorn = seen.iter().find(|row| row["associateDbId"] == 44).unwrap();
    assert!(bjorn["personEmail"].is_null());
    assert_eq!(bjorn["PrimaryKey"], "44");
    assert!(bjorn.get("userName").is_none());
}

#[tokio::test]
async fn offset_paging_works_and_ends_with_a_null_link() {
    let world = world().await;
    let tokens = world.so_tokens(ADMIN).await;
    let access = tokens["access_token"].as_str().unwrap();
    let query = [("$skip", "10"), ("$orderby", "associateDbId")];
    let page = world.so_users(&query, access).await;
    assert_eq!(page["value"].as_array().unwrap().len(), 2);
    assert!(page["odata.nextLink"].is_null());
    let first = world.so_users(&[("$top", "2")], access).await;
    assert_eq!(first["value"].as_array().unwrap().len(), 2);
    assert!(first["odata.nextLink"].is_string());
}

#[tokio::test]
async fn bad_queries_and_closed_methods_are_refused() {
    let world = world().await;
    let tokens = world.so_tokens(ADMIN).await;
    let access = tokens["access_token"].as_str().unwrap();
    for path in [
        "archive/InternalUsers?$select=nonsense",
        "archive/InternalUsers?$filter=associateDbId%20ge%205",
        "archive/InternalUsers?$limit=5",
    ] {
        let response = world.so_api(path, access).await;
        assert_eq!(response.status(), 400, "{path}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["Error"], true);
    }
    assert_eq!(world.so_api("User/42", access).await.status(), 403);
    assert_eq!(world.so_api("Sale", access).await.status(), 404);
}

#[tokio::test]
async fn sign_in_pages_ship_no_script_and_let_forms_leave() {
    let world = world().await;
    let page = world.so_start(&[]).await;
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.starts_with("default-src 'none'"));
    assert!(!policy.contains("form-action"));
    assert!(page.headers().get("set-cookie").is_none());
    let html = page.text().await.unwrap();
    assert!(!html.contains("<script"));
    assert!(html.contains("Sandbox stand-in for SuperOffice"));
}
