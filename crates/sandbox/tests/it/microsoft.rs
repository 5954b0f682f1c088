//! The stand-in for Microsoft as a portal and a browser see it.

mod library;
mod types;

use std::collections::HashMap;

use crate::support::{CALLBACK, VERIFIER, World, callback, request_id, world};
use serde_json::Value;
use synchronizer_sandbox::{
    ConsentMode, MICROSOFT_CLIENT_ID as ID, MICROSOFT_CLIENT_SECRET as SECRET, NORDLICHT_TID,
    System,
};

const ADMIN: &str = "ingvild.saetre-holm@nordlicht.example";
const ZOE: &str = "zoe.mueller@nordlicht.example";
const CALENDAR: &str =
    "openid profile offline_access User.Read https://graph.microsoft.com/Calendars.ReadWrite";
const DIRECTORY: &str = "openid profile offline_access User.Read User.ReadBasic.All";

impl World {
    pub fn ms(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.microsoft_url())
    }

    async fn ms_start(&self, scope: &str, changes: &[(&str, &str)]) -> reqwest::Response {
        let endpoint = self.ms("/organizations/oauth2/v2.0/authorize");
        self.authorize(&endpoint, ID, scope, changes).await
    }

    /// Signs in; the answer is the consent page, the approval page or the redirect.
    async fn ms_sign_in(&self, person: &str, scope: &str) -> reqwest::Response {
        let request = request_id(self.ms_start(scope, &[]).await).await;
        let fields = [("request", request.as_str()), ("user_name", person)];
        self.post(&self.ms("/organizations/login"), &fields).await
    }

    async fn ms_consent(
        &self,
        person: &str,
        scope: &str,
        fields: &[(&str, &str)],
    ) -> HashMap<String, String> {
        let page = self.ms_sign_in(person, scope).await;
        if page.status() == 302 {
            return callback(&page);
        }
        let request = request_id(page).await;
        let mut all = vec![("request", request.as_str())];
        all.extend_from_slice(fields);
        callback(&self.post(&self.ms("/organizations/consent"), &all).await)
    }

    async fn ms_code(&self, person: &str, scope: &str) -> String {
        let answer = self
            .ms_consent(person, scope, &[("action", "accept")])
            .await;
        answer["code"].clone()
    }

    async fn ms_token(&self, fields: &[(&str, &str)]) -> reqwest::Response {
        let mut all = vec![("client_id", ID), ("client_secret", SECRET)];
        for field in fields {
            all.retain(|(known, _)| *known != field.0);
            all.push(*field);
        }
        let address = self.ms("/organizations/oauth2/v2.0/token");
        self.post(&address, &all).await
    }

    async fn ms_redeem(&self, code: &str, changes: &[(&str, &str)]) -> reqwest::Response {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changes {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        self.ms_token(&fields).await
    }

    pub async fn ms_tokens(&self, person: &str, scope: &str) -> Value {
        let code = self.ms_code(person, scope).await;
        let response = self.ms_redeem(&code, &[]).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    async fn ms_refresh(&self, token: &str) -> reqwest::Response {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.ms_token(&fields).await
    }

    async fn graph(&self, path: &str, tokens: &Value) -> reqwest::Response {
        let token = tokens["access_token"].as_str().unwrap();
        let address = self.ms(&format!("/v1.0{path}"));
        self.get(&address).bearer_auth(token).send().await.unwrap()
    }

    async fn graph_json(&self, path: &str, tokens: &Value) -> Value {
        let response = self.graph(path, tokens).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }
}

async fn refusal(response: reqwest::Response) -> (u16, String, i64) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    let code = body["error_codes"][0].as_i64().unwrap();
    let text = body["error_description"].as_str().unwrap();
    assert!(text.starts_with(&format!("AADSTS{code}: ")), "{text}");
    assert!(body["trace_id"].is_string() && body["correlation_id"].is_string());
    (status, body["error"].as_str().unwrap().to_owned(), code)
}

#[tokio::test]
async fn the_issuer_is_a_template_for_organizations_and_concrete_for_a_tenant() {
    let world = world().await;
    let read = async |tenant: &str| {
        let path = format!("/{tenant}/v2.0/.well-known/openid-configuration");
        world.get_json(&world.ms(&path)).await
    };
    for tenant in ["organizations", "common"] {
        let document = read(tenant).await;
        assert_eq!(document["issuer"], world.ms("/{tenantid}/v2.0"));
        let token = format!("/{tenant}/oauth2/v2.0/token");
        assert_eq!(document["token_endpoint"], world.ms(&token));
        let keys = world.get_json(document["jwks_uri"].as_str().unwrap()).await;
        assert_eq!(keys["keys"][0]["issuer"], world.ms("/{tenantid}/v2.0"));
    }
    let own = world.ms(&format!("/{NORDLICHT_TID}/v2.0"));
    assert_eq!(read(NORDLICHT_TID).await["issuer"], own);
    assert_eq!(read("nordlicht.example").await["issuer"], own);
    let unknown = world.ms("/nowhere.example/v2.0/.well-known/openid-configuration");
    let answer = world.get(&unknown).send().await.unwrap();
    assert_eq!(
        refusal(answer).await,
        (400, "invalid_tenant".to_owned(), 90002)
    );
}

#[tokio::test]
async fn a_person_consents_once_and_gets_an_id_token() {
    let world = world().await;
    let page = world.ms_sign_in(ZOE, CALENDAR).await;
    assert_eq!(page.status(), 200);
    let html = page.text().await.unwrap();
    assert!(html.contains("Permissions requested"));
    assert!(html.contains("Calendars.ReadWrite"));

    let tokens = world.ms_tokens(ZOE, CALENDAR).await;
    let scope = tokens["scope"].as_str().unwrap();
    assert!(scope.contains("https://graph.microsoft.com/Calendars.ReadWrite"));
    assert!(!scope.contains("offline_access"));
    let seconds = tokens["expires_in"].as_i64().unwrap();
    assert!((3_600..5_400).contains(&seconds));

    let jwks = world.ms("/organizations/discovery/v2.0/keys");
    let token = tokens["id_token"].as_str().unwrap();
    let claims = world.claims(&jwks, token, ID).await;
    assert_eq!(claims["iss"], world.ms(&format!("/{NORDLICHT_TID}/v2.0")));
    assert_eq!(claims["tid"], NORDLICHT_TID);
    assert_eq!(claims["preferred_username"], ZOE);
    assert_eq!(claims["nonce"], "n1");
    assert_eq!(claims["ver"], "2.0");
    assert_ne!(claims["sub"], claims["oid"]);

    let again = callback(&world.ms_sign_in(ZOE, CALENDAR).await);
    assert_eq!(again["state"], "st&1");
    assert!(again.contains_key("code") && again.contains_key("session_state"));
}

#[tokio::test]
async fn the_expected_account_comes_first() {
    let world = world().await;
    let page = world.ms_start(CALENDAR, &[("login_hint", ZOE)]).await;
    let html = page.text().await.unwrap();
    let zoe = html.find(ZOE).unwrap();
    let admin = html.find(ADMIN).unwrap();
    assert!(zoe < admin);
    assert_eq!(html.matches(ZOE).count(), 1);
}

#[tokio::test]
async fn cancelling_the_consent_is_access_denied() {
    let world = world().await;
    let answer = world
        .ms_consent(ZOE, CALENDAR, &[("action", "cancel")])
        .await;
    assert_eq!(answer["error"], "access_denied");
    assert!(answer["error_description"].starts_with("AADSTS65004"));
    assert_eq!(answer["state"], "st&1");
}

#[tokio::test]
async fn partial_consent_leaves_the_calendar_out() {
    let world = world().await;
    let control = world.sandbox.control();
    control.set_microsoft_consent(ConsentMode::Partial);
    let tokens = world.ms_tokens(ZOE, CALENDAR).await;
    assert!(!tokens["scope"].as_str().unwrap().contains("Calendars"));
    let refused = world.graph("/me/calendar", &tokens).await;
    assert_eq!(refused.status(), 403);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["error"]["code"], "ErrorAccessDenied");
    assert!(body["error"]["innerError"]["request-id"].is_string());
}

#[tokio::test]
async fn admin_approval_shows_a_page_and_redirects_nobody() {
    let world = world().await;
    let control = world.sandbox.control();
    control.set_microsoft_consent(ConsentMode::AdminApproval);
    let page = world.ms_sign_in(ZOE, CALENDAR).await;
    assert_eq!(page.status(), 200);
    let html = page.text().await.unwrap();
    assert!(html.contains("Need admin approval"));
    assert!(html.contains("error=access_denied"));
    assert!(html.contains("AADSTS90094"));

    let for_all = [("action", "accept"), ("organisation", "yes")];
    world.ms_consent(ADMIN, CALENDAR, &for_all).await;
    assert!(callback(&world.ms_sign_in(ZOE, CALENDAR).await).contains_key("code"));
}

#[tokio::test]
async fn wrong_redeeming_gets_the_documented_codes() {
    let world = world().await;
    let code = async || world.ms_code(ZOE, CALENDAR).await;
    let wrong = "b".repeat(50);
    let attempt = world
        .ms_redeem(&code().await, &[("code_verifier", &wrong)])
        .await;
    assert_eq!(
        refusal(attempt).await,
        (400, "invalid_grant".to_owned(), 501_481)
    );
    let other = [("redirect_uri", "http://localhost:8080/other")];
    let attempt = world.ms_redeem(&code().await, &other).await;
    assert_eq!(refusal(attempt).await.2, 50011);
    let attempt = world
        .ms_redeem(&code().await, &[("client_secret", "x")])
        .await;
    let expected = (401, "invalid_client".to_owned(), 7_000_215);
    assert_eq!(refusal(attempt).await, expected);
    let twice = code().await;
    assert_eq!(world.ms_redeem(&twice, &[]).await.status(), 200);
    assert_eq!(refusal(world.ms_redeem(&twice, &[]).await).await.2, 54005);
    let late = code().await;
    world.advance(600);
    assert_eq!(refusal(world.ms_redeem(&late, &[]).await).await.2, 70008);
    let foreign = [("scope", "https://other.example/Read")];
    let attempt = world.ms_redeem(&code().await, &foreign).await;
    assert_eq!(refusal(attempt).await.2, 70011);
}

#[tokio::test]
async fn a_code_belongs_to_its_tenant_segment() {
    let world = world().await;
    let code = world.ms_code(ZOE, CALENDAR).await;
    let fields = [
        ("client_id", ID),
        ("client_secret", SECRET),
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let response = world
        .post(&world.ms("/common/oauth2/v2.0/token"), &fields)
        .await;
    assert_eq!(refusal(response).await.2, 700_005);
}

#[tokio::test]
async fn wrong_authorize_requests_are_refused() {
    let world = world().await;
    let page = world
        .ms_start(CALENDAR, &[("redirect_uri", "http://localhost:8080/x")])
        .await;
    assert_eq!(page.status(), 400);
    assert!(page.text().await.unwrap().contains("AADSTS50011"));
    let answer = callback(&world.ms_start("openid Kalender.Read", &[]).await);
    assert_eq!(answer["error"], "invalid_scope");
    let answer = callback(&world.ms_start(CALENDAR, &[("prompt", "none")]).await);
    assert_eq!(answer["error"], "login_required");
    let fragment = [("response_mode", "fragment")];
    let answer = callback(&world.ms_start(CALENDAR, &fragment).await);
    assert_eq!(answer["error"], "invalid_request");
}

#[tokio::test]
async fn refreshing_rotates_and_the_old_token_stays_valid() {
    let world = world().await;
    let tokens = world.ms_tokens(ZOE, CALENDAR).await;
    let old = tokens["refresh_token"].as_str().unwrap();
    let first: Value = world.ms_refresh(old).await.json().await.unwrap();
    assert_ne!(first["refresh_token"], tokens["refresh_token"]);
    assert_eq!(world.ms_refresh(old).await.status(), 200);
    world.advance(90 * 86_400);
    assert_eq!(refusal(world.ms_refresh(old).await).await.2, 700_082);
    assert_eq!(refusal(world.ms_refresh("x").await).await.2, 70000);
}

#[tokio::test]
async fn with_strict_rotation_a_refresh_token_works_once() {
    let world = world().await;
    let tokens = world.ms_tokens(ZOE, CALENDAR).await;
    let control = world.sandbox.control();
    control.set_strict_rotation(System::Microsoft, true);
    let old = tokens["refresh_token"].as_str().unwrap();
    let first: Value = world.ms_refresh(old).await.json().await.unwrap();
    assert_eq!(refusal(world.ms_refresh(old).await).await.0, 400);
    let new = first["refresh_token"].as_str().unwrap();
    assert_eq!(world.ms_refresh(new).await.status(), 200);
    assert_eq!(
        refusal(world.ms_refresh(new).await).await.1,
        "invalid_grant"
    );
}

#[tokio::test]
async fn apis_and_token_endpoints_are_throttled_with_a_time_to_wait() {
    let world = world().await;
    let tokens = world.ms_tokens(ZOE, CALENDAR).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let control = world.sandbox.control();
    control.set_throttle_api(System::Microsoft, Some(70));
    let refused = world.graph("/me", &tokens).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "70");
    assert_eq!(world.ms_refresh(refresh).await.status(), 200);
    control.set_throttle_api(System::Microsoft, None);
    control.set_throttle_token(System::Microsoft, Some(9));
    assert_eq!(world.graph("/me", &tokens).await.status(), 200);
    let refused = world.ms_refresh(refresh).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "9");
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let world = world().await;
    let tokens = world.ms_tokens(ZOE, "openid profile User.Read").await;
    assert!(tokens.get("refresh_token").is_none());
}

#[tokio::test]
async fn revoked_tokens_say_so() {
    let world = world().await;
    let tokens = world.ms_tokens(ZOE, CALENDAR).await;
    let control = world.sandbox.control();
    assert_eq!(control.revoke_refresh(System::Microsoft, ZOE), Ok(1));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let refused = refusal(world.ms_refresh(refresh).await).await;
    assert_eq!(refused, (400, "invalid_grant".to_owned(), 50173));
    assert_eq!(world.graph("/me", &tokens).await.status(), 401);
    assert!(control.revoke_refresh(System::Microsoft, "nobody").is_err());
}

#[tokio::test]
async fn users_come_in_small_pages_behind_opaque_links() {
    let world = world().await;
    let tokens = world.ms_tokens(ADMIN, DIRECTORY).await;
    let token = tokens["access_token"].as_str().unwrap();
    let mut address =
        world.ms("/v1.0/users?$select=id,displayName,mail,userPrincipalName&$top=999");
    let mut users: Vec<Value> = Vec::new();
    loop {
        let response = world.get(&address).bearer_auth(token).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let page: Value = response.json().await.unwrap();
        let rows = page["value"].as_array().unwrap();
        assert!(rows.len() <= 4);
        users.extend(rows.iter().cloned());
        let Some(next) = page["@odata.nextLink"].as_str() else {
            break;
        };
        assert!(next.contains("skiptoken"));
        address = next.to_owned();
    }
    assert_eq!(users.len(), 15);
    assert!(
        users
            .iter()
            .all(|user| user.get("accountEnabled").is_none())
    );
    let foreign = |user: &Value| {
        user["mail"]
            .as_str()
            .is_some_and(|m| m.contains("fjordkraft"))
    };
    assert!(!users.iter().any(foreign));
}

#[tokio::test]
async fn the_directory_needs_its_scope() {
    let world = world().await;
    let own = world.ms_tokens(ZOE, CALENDAR).await;
    let refused = world.graph("/users", &own).await;
    assert_eq!(refused.status(), 403);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["error"]["code"], "Authorization_RequestDenied");

    let basic = world.ms_tokens(ADMIN, DIRECTORY).await;
    for path in [
        "/users?$select=id,accountEnabled",
        "/users?$filter=accountEnabled%20eq%20true",
    ] {
        assert_eq!(world.graph(path, &basic).await.status(), 403, "{path}");
    }
    let full = world.ms_tokens(ADMIN, "openid User.Read.All").await;
    let query = "/users?$select=id,proxyAddresses&$filter=accountEnabled%20eq%20false";
    let page = world.graph_json(query, &full).await;
    assert_eq!(page["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_administrators_consent_to_the_full_directory() {
    let world = world().await;
    let page = world.ms_sign_in(ZOE, "openid User.Read.All").await;
    assert!(page.text().await.unwrap().contains("Need admin approval"));
}

#[tokio::test]
async fn a_person_sees_the_own_profile_and_calendars() {
    let world = world().await;
    let tokens = world.ms_tokens(ZOE, CALENDAR).await;
    let me = world.graph_json("/me?$select=id,mail", &tokens).await;
    assert_eq!(me["mail"], ZOE);
    assert!(me.get("displayName").is_none());
    let id = me["id"].as_str().unwrap();

    let calendar = world.graph_json("/me/calendar", &tokens).await;
    assert_eq!(calendar["isDefaultCalendar"], true);
    assert_eq!(calendar["canEdit"], true);
    let own = format!("/users/{id}/calendars?$select=id,name,canEdit,isDefaultCalendar");
    let list = world.graph_json(&own, &tokens).await;
    let rows = list["value"].as_array().unwrap();
    assert_eq!(rows[0]["id"], calendar["id"]);
    assert!(rows.iter().any(|row| row["canEdit"] == false));

    let foreign = format!("/users/{ADMIN}/calendar");
    assert_eq!(world.graph(&foreign, &tokens).await.status(), 403);
    assert_eq!(
        world.graph("/me?$select=colour", &tokens).await.status(),
        400
    );
    assert_eq!(world.graph("/me/nothing", &tokens).await.status(), 400);
}

#[tokio::test]
async fn tokens_are_checked() {
    let world = world().await;
    let bare = world.get(&world.ms("/v1.0/me")).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    assert!(bare.headers().contains_key("www-authenticate"));
    let body: Value = bare.json().await.unwrap();
    assert_eq!(body["error"]["code"], "InvalidAuthenticationToken");
    let tokens = world.ms_tokens(ZOE, CALENDAR).await;
    world.advance(tokens["expires_in"].as_i64().unwrap());
    assert_eq!(world.graph("/me", &tokens).await.status(), 401);
}

#[tokio::test]
async fn disabled_and_foreign_accounts_do_not_get_in() {
    let world = world().await;
    let page = world
        .ms_sign_in("torbjorn.ahl@nordlicht.example", CALENDAR)
        .await;
    assert!(page.text().await.unwrap().contains("AADSTS50057"));
    let endpoint = world.ms(&format!("/{NORDLICHT_TID}/oauth2/v2.0/authorize"));
    let page = world.authorize(&endpoint, ID, CALENDAR, &[]).await;
    let request = request_id(page).await;
    let jonas = "jonas.lindqvist@fjordkraft.example";
    let fields = [("request", request.as_str()), ("user_name", jonas)];
    let login = world.ms(&format!("/{NORDLICHT_TID}/login"));
    let page = world.post(&login, &fields).await;
    assert!(page.text().await.unwrap().contains("AADSTS50020"));
}
