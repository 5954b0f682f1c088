//! The stand-in for Google as a portal and a browser see it.

mod documents;
mod library;

use std::collections::HashMap;

use crate::support::{CALLBACK, START, VERIFIER, World, callback, request_id, world};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use synchronizer_sandbox::{
    GOOGLE_CLIENT_ID as ID, GOOGLE_CLIENT_SECRET as SECRET, GoogleConsent, System,
};

const ADMIN: &str = "ingvild.saetre-holm@nordlicht.example";
const ZOE: &str = "zoe.mueller@nordlicht.example";
const NOEL: &str = "noel.damico@nordlicht.example";
const EVENTS: &str = "https://www.googleapis.com/auth/calendar.events";
const LIST: &str = "https://www.googleapis.com/auth/calendar.calendarlist.readonly";
const PERSON: &str = "openid email profile https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/calendar.calendarlist.readonly";
const DIRECTORY: &str =
    "openid email https://www.googleapis.com/auth/admin.directory.user.readonly";
/// The boxes of [`PERSON`]: scopes are numbered in the order asked.
const ALL: &[(&str, &str)] = &[("action", "continue"), ("box-3", "yes"), ("box-4", "yes")];

/// Fields of a form or parameters of an address.
type Fields<'a> = &'a [(&'a str, &'a str)];

impl World {
    fn g(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.google_url())
    }

    async fn g_start(&self, scope: &str, changes: &[(&str, &str)]) -> reqwest::Response {
        let mut all = vec![("access_type", "offline"), ("prompt", "consent")];
        for (name, value) in changes {
            all.retain(|(known, _)| known != name);
            all.push((name, value));
        }
        self.authorize(&self.g("/o/oauth2/v2/auth"), ID, scope, &all)
            .await
    }

    /// Signs in; the answer is the consent page, a blocking page or the redirect.
    async fn g_sign_in(
        &self,
        person: &str,
        scope: &str,
        changes: &[(&str, &str)],
    ) -> reqwest::Response {
        let request = request_id(self.g_start(scope, changes).await).await;
        let fields = [("request", request.as_str()), ("user_name", person)];
        self.post(&self.g("/signin/account"), &fields).await
    }

    async fn g_consent(
        &self,
        person: &str,
        scope: &str,
        (changes, fields): (Fields<'_>, Fields<'_>),
    ) -> HashMap<String, String> {
        let page = self.g_sign_in(person, scope, changes).await;
        if page.status() == 302 {
            return callback(&page);
        }
        let request = request_id(page).await;
        let mut all = vec![("request", request.as_str())];
        all.extend_from_slice(fields);
        callback(&self.post(&self.g("/signin/consent"), &all).await)
    }

    async fn g_token(&self, fields: &[(&str, &str)]) -> (u16, Value) {
        let mut all = vec![("client_id", ID), ("client_secret", SECRET)];
        for field in fields {
            all.retain(|(known, _)| *known != field.0);
            all.push(*field);
        }
        let response = self.post(&self.g("/token"), &all).await;
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn g_redeem(&self, code: &str, changes: &[(&str, &str)]) -> (u16, Value) {
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
        self.g_token(&fields).await
    }

    async fn g_tokens(&self, person: &str, scope: &str, fields: &[(&str, &str)]) -> Value {
        let answer = self.g_consent(person, scope, (&[], fields)).await;
        let (status, body) = self.g_redeem(&answer["code"], &[]).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    async fn g_refresh(&self, token: &str) -> (u16, Value) {
        self.g_token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    async fn g_call(&self, path: &str, token: &str) -> (u16, Value) {
        let request = self.get(&self.g(path)).bearer_auth(token);
        let response = request.send().await.unwrap();
        let (status, body) = (response.status().as_u16(), response.json().await.unwrap());
        documents::judge("GET", path, (status, &body));
        (status, body)
    }

    /// Makes a calendar.
    async fn g_insert(&self, token: &str, body: &Value) -> (u16, Value) {
        let path = "/calendar/v3/calendars";
        let request = self.http.post(self.g(path)).bearer_auth(token).json(body);
        let response = request.send().await.unwrap();
        let (status, body) = (response.status().as_u16(), response.json().await.unwrap());
        documents::judge("POST", path, (status, &body));
        (status, body)
    }

    /// An assertion of the service account; `changes` replace claims.
    async fn g_assert(&self, changes: Value) -> (u16, Value) {
        let account: Value = serde_json::from_str(&self.sandbox.google_service_account()).unwrap();
        let mut claims = json!({
            "iss": account["client_email"], "sub": ZOE, "scope": format!("{EVENTS} {LIST}"),
            "aud": account["token_uri"], "iat": START, "exp": START + 3_600,
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let key = account["private_key"].as_str().unwrap();
        let key = EncodingKey::from_rsa_pem(key.as_bytes()).unwrap();
        let assertion = encode(&Header::new(Algorithm::RS256), &claims, &key).unwrap();
        self.g_token(&[
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", &assertion),
        ])
        .await
    }
}

fn word(answer: &(u16, Value)) -> (u16, &str, &str) {
    (
        answer.0,
        answer.1["error"].as_str().unwrap_or_default(),
        answer.1["error_description"].as_str().unwrap_or_default(),
    )
}

fn reason(answer: &(u16, Value)) -> (u16, &str) {
    let reason = &answer.1["error"]["errors"][0]["reason"];
    (answer.0, reason.as_str().unwrap_or_default())
}

#[tokio::test]
async fn discovery_names_endpoints_on_its_own_host() {
    let world = world().await;
    let document = world
        .get_json(&world.g("/.well-known/openid-configuration"))
        .await;
    assert_eq!(document["issuer"], world.sandbox.google_url());
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "revocation_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
    ] {
        let address = document[name].as_str().unwrap();
        assert!(address.starts_with(world.sandbox.google_url()), "{name}");
    }
}

#[tokio::test]
async fn a_person_signs_in_and_gets_what_was_ticked() {
    let world = world().await;
    let tokens = world.g_tokens(ZOE, PERSON, ALL).await;
    let claims = world
        .claims(
            &world.g("/oauth2/v3/certs"),
            tokens["id_token"].as_str().unwrap(),
            ID,
        )
        .await;
    assert_eq!(claims["sub"], "110169484474386276303");
    assert_eq!(claims["hd"], "nordlicht.example");
    assert_eq!(claims["nonce"], "n1");
    let scope = tokens["scope"].as_str().unwrap();
    // Long forms, in another order than asked.
    assert!(scope.contains("userinfo.email") && scope.contains(EVENTS) && scope.contains(LIST));
    assert!(!scope.starts_with("openid"));
    let access = tokens["access_token"].as_str().unwrap();
    let (status, who) = world.g_call("/v1/userinfo", access).await;
    assert_eq!((status, &who["email"]), (200, &json!(ZOE)));
}

#[tokio::test]
async fn boxes_are_granular_and_none_is_ticked_before() {
    let world = world().await;
    let one: &[_] = &[("action", "continue"), ("box-4", "yes")];
    for (fields, events, list) in [
        (one, false, true),
        (&[("action", "continue")], false, false),
    ] {
        let tokens = world.g_tokens(ZOE, PERSON, fields).await;
        let scope = tokens["scope"].as_str().unwrap();
        assert_eq!(
            (scope.contains(EVENTS), scope.contains(LIST)),
            (events, list)
        );
    }
    // A single permission has no box.
    let tokens = world
        .g_tokens(ADMIN, DIRECTORY, &[("action", "continue")])
        .await;
    assert!(
        tokens["scope"]
            .as_str()
            .unwrap()
            .contains("admin.directory")
    );
}

#[tokio::test]
async fn lasting_access_comes_only_with_offline_and_a_fresh_consent() {
    let world = world().await;
    for (changes, lasting) in [
        (vec![("access_type", "online")], false),
        (vec![("prompt", "select_account")], false),
        (vec![], true),
        // Consented before, so nobody is asked and nothing lasting is given.
        (vec![("prompt", "select_account")], false),
    ] {
        let answer = world.g_consent(ZOE, PERSON, (&changes, ALL)).await;
        let (_, tokens) = world.g_redeem(&answer["code"], &[]).await;
        let first = changes == [("prompt", "select_account")] && answer["prompt"] == "consent";
        assert_eq!(
            tokens.get("refresh_token").is_some(),
            lasting || first,
            "{changes:?}"
        );
    }
}

#[tokio::test]
async fn with_strict_rotation_a_refresh_token_works_once() {
    let world = world().await;
    let tokens = world.g_tokens(ZOE, PERSON, ALL).await;
    let control = world.sandbox.control();
    control.set_strict_rotation(System::Google, true);
    let old = tokens["refresh_token"].as_str().unwrap().to_owned();
    let (status, fresh) = world.g_refresh(&old).await;
    assert_eq!(status, 200);
    assert_eq!(world.g_refresh(&old).await.0, 400);
    let new = fresh["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(world.g_refresh(&new).await.0, 200);
}

#[tokio::test]
async fn a_refresh_does_not_rotate_and_a_removed_access_is_told() {
    let world = world().await;
    let tokens = world.g_tokens(ZOE, PERSON, ALL).await;
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    let (status, fresh) = world.g_refresh(&refresh).await;
    assert_eq!((status, fresh.get("refresh_token")), (200, None));
    assert_eq!(
        word(&world.g_refresh("1//nonsense").await),
        (400, "invalid_grant", "Bad Request")
    );
    let access = fresh["access_token"].as_str().unwrap().to_owned();
    let revoked = world
        .post(&world.g("/revoke"), &[("token", &refresh)])
        .await;
    assert_eq!(revoked.status(), 200);
    assert_eq!(
        word(&world.g_refresh(&refresh).await),
        (400, "invalid_grant", "Token has been expired or revoked.")
    );
    assert_eq!(
        reason(&world.g_call("/v1/userinfo", &access).await),
        (401, "authError")
    );
    let again = world
        .post(&world.g("/revoke"), &[("token", &refresh)])
        .await;
    let body: Value = again.json().await.unwrap();
    assert_eq!(body["error"], "invalid_token");
}

#[tokio::test]
async fn codes_work_once_with_their_verifier_and_redirect_uri() {
    let world = world().await;
    let code = || async { world.g_consent(ZOE, PERSON, (&[], ALL)).await["code"].clone() };
    let wrong = code().await;
    assert_eq!(
        word(&world.g_redeem(&wrong, &[("code_verifier", "x")]).await).1,
        "invalid_grant"
    );
    let elsewhere = code().await;
    let answer = world
        .g_redeem(&elsewhere, &[("redirect_uri", "http://localhost:8080/x")])
        .await;
    assert_eq!(word(&answer).1, "redirect_uri_mismatch");
    let good = code().await;
    assert_eq!(world.g_redeem(&good, &[]).await.0, 200);
    assert_eq!(word(&world.g_redeem(&good, &[]).await).1, "invalid_grant");
    let late = code().await;
    world.advance(601);
    assert_eq!(word(&world.g_redeem(&late, &[]).await).1, "invalid_grant");
    for (field, status, error) in [
        (("client_secret", "wrong"), 401, "invalid_client"),
        (("client_id", "unknown"), 401, "invalid_client"),
        (("grant_type", "password"), 400, "unsupported_grant_type"),
    ] {
        let answer = world.g_redeem("x", &[field]).await;
        assert_eq!((answer.0, word(&answer).1), (status, error));
    }
}

#[tokio::test]
async fn refusals_come_back_or_stay_on_googles_page() {
    let world = world().await;
    let control = world.sandbox.control();
    let answer = world
        .g_consent(ZOE, PERSON, (&[], &[("action", "cancel")]))
        .await;
    assert_eq!(
        (answer["error"].as_str(), answer["state"].as_str()),
        ("access_denied", "st&1")
    );
    control.set_google(|google| google.consent = GoogleConsent::AdminPolicy);
    let answer = world.g_consent(ZOE, PERSON, (&[], ALL)).await;
    assert_eq!(answer["error"], "admin_policy_enforced");
    // An administrator may.
    let page = world.g_sign_in(ADMIN, DIRECTORY, &[]).await;
    assert_eq!(page.status(), 200);
    control.set_google(|google| google.consent = GoogleConsent::AdminPolicySilent);
    let page = world.g_sign_in(ZOE, PERSON, &[]).await;
    assert_eq!(page.status(), 400);
    assert!(page.text().await.unwrap().contains("admin needs to review"));
    control.set_google(|google| google.consent = GoogleConsent::Partial);
    let tokens = world.g_tokens(ZOE, PERSON, ALL).await;
    assert!(!tokens["scope"].as_str().unwrap().contains(EVENTS));
    for (change, code) in [
        (
            ("redirect_uri", "http://evil.example/"),
            "redirect_uri_mismatch",
        ),
        (("client_id", "unknown"), "invalid_client"),
        (("scope", "openid calendar"), "invalid_request"),
    ] {
        let page = world.g_start(PERSON, &[change]).await;
        assert_eq!(page.status(), 400);
        assert!(page.text().await.unwrap().contains(code), "{code}");
    }
}

#[tokio::test]
async fn the_directory_is_for_administrators_and_comes_in_pages() {
    let world = world().await;
    let tokens = world
        .g_tokens(ADMIN, DIRECTORY, &[("action", "continue")])
        .await;
    let access = tokens["access_token"].as_str().unwrap();
    let path = "/admin/directory/v1/users?customer=my_customer&maxResults=500";
    let mut token = String::new();
    let mut found = Vec::new();
    loop {
        let (status, page) = world.g_call(&format!("{path}{token}"), access).await;
        assert_eq!(status, 200, "{page}");
        found.extend(page["users"].as_array().unwrap().clone());
        match page["nextPageToken"].as_str() {
            Some(next) => token = format!("&pageToken={next}"),
            None => break,
        }
    }
    assert_eq!(found.len(), 13);
    let guenther = found
        .iter()
        .find(|user| user["primaryEmail"] == "g.oeztuerk@nordlicht.example")
        .unwrap();
    assert_eq!(
        guenther["aliases"][0],
        "guenther.oeztuerk@nordlicht.example"
    );
    assert_eq!(
        found
            .iter()
            .filter(|user| user["suspended"] == true)
            .count(),
        1
    );
    // Page tokens expire on demand, and neither customer nor domain may be missing.
    world
        .sandbox
        .control()
        .expire_cursor_after(System::Google, 0);
    let (status, _) = world
        .g_call(&format!("{path}&pageToken=cGFnZTo0"), access)
        .await;
    assert_eq!(status, 400);
    let answer = world.g_call("/admin/directory/v1/users", access).await;
    assert_eq!(reason(&answer), (400, "badRequest"));
    let others = world
        .g_tokens(NOEL, DIRECTORY, &[("action", "continue")])
        .await;
    let others = others["access_token"].as_str().unwrap();
    assert_eq!(
        reason(&world.g_call(path, others).await),
        (403, "forbidden")
    );
    let unscoped = world.g_tokens(ZOE, PERSON, ALL).await;
    let answer = world
        .g_call(path, unscoped["access_token"].as_str().unwrap())
        .await;
    assert_eq!(reason(&answer), (403, "insufficientPermissions"));
}

#[tokio::test]
async fn calendars_are_listed_with_roles_and_one_can_be_made() {
    let world = world().await;
    let path = "/calendar/v3/users/me/calendarList";
    let access = |tokens: &Value| tokens["access_token"].as_str().unwrap().to_owned();
    let noel = access(&world.g_tokens(NOEL, PERSON, ALL).await);
    let (_, first) = world.g_call(path, &noel).await;
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let next = first["nextPageToken"].as_str().unwrap();
    let (_, second) = world
        .g_call(&format!("{path}?pageToken={next}"), &noel)
        .await;
    assert_eq!(second["items"][0]["primary"], true);
    let (_, writable) = world
        .g_call(&format!("{path}?minAccessRole=owner"), &noel)
        .await;
    assert_eq!(writable["items"].as_array().unwrap().len(), 2);
    let mette = access(
        &world
            .g_tokens("mette.kjaer@nordlicht.example", PERSON, ALL)
            .await,
    );
    assert_eq!(
        reason(&world.g_call(path, &mette).await),
        (403, "notACalendarUser")
    );
    // Making one needs a permission of its own.
    let maja = "maja.ostergard@nordlicht.example";
    let poor = access(&world.g_tokens(maja, PERSON, ALL).await);
    let answer = world.g_insert(&poor, &json!({ "summary": "Work" })).await;
    assert_eq!(reason(&answer), (403, "insufficientPermissions"));
    let more = format!("{PERSON} https://www.googleapis.com/auth/calendar.app.created");
    let boxes: Vec<_> = ALL.iter().copied().chain([("box-5", "yes")]).collect();
    let rich = access(&world.g_tokens(maja, &more, &boxes).await);
    let answer = world.g_insert(&rich, &json!({ "summary": " " })).await;
    assert_eq!(reason(&answer), (400, "required"));
    let (status, made) = world.g_insert(&rich, &json!({ "summary": "Work" })).await;
    assert_eq!((status, &made["summary"]), (200, &json!("Work")));
    let (_, list) = world.g_call(path, &rich).await;
    assert_eq!(list["items"][1]["id"], made["id"]);
}

#[tokio::test]
async fn a_service_account_acts_for_people_of_the_domain_that_lists_it() {
    let world = world().await;
    let (status, tokens) = world.g_assert(json!({})).await;
    assert_eq!((status, tokens.get("refresh_token")), (200, None));
    let access = tokens["access_token"].as_str().unwrap();
    let (status, _) = world
        .g_call("/calendar/v3/users/me/calendarList", access)
        .await;
    assert_eq!(status, 200);
    for (changes, status, error) in [
        (
            json!({ "iss": "somebody@else.example" }),
            401,
            "invalid_client",
        ),
        (
            json!({ "aud": "https://elsewhere.example/token" }),
            400,
            "invalid_grant",
        ),
        (json!({ "exp": START + 7_200 }), 400, "invalid_grant"),
        (
            json!({ "iat": START - 9_000, "exp": START - 6_000 }),
            400,
            "invalid_grant",
        ),
        (
            json!({ "sub": "nobody@nordlicht.example" }),
            400,
            "invalid_grant",
        ),
        (
            json!({ "sub": "jonas.lindqvist@fjordkraft.example" }),
            401,
            "unauthorized_client",
        ),
        (
            json!({ "scope": "https://www.googleapis.com/auth/calendar" }),
            400,
            "access_denied",
        ),
        (json!({ "scope": "nonsense" }), 400, "invalid_scope"),
    ] {
        let answer = world.g_assert(changes.clone()).await;
        assert_eq!((answer.0, word(&answer).1), (status, error), "{changes}");
    }
    world
        .sandbox
        .control()
        .set_google(|google| google.delegation = false);
    let answer = world.g_assert(json!({})).await;
    assert_eq!(word(&answer).1, "unauthorized_client");
}

#[tokio::test]
async fn outages_and_throttling_are_switched_on_and_off() {
    let world = world().await;
    let control = world.sandbox.control();
    let tokens = world.g_tokens(ZOE, PERSON, ALL).await;
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    control.set_google(|google| {
        google.token_down = true;
        google.throttled = true;
    });
    assert_eq!(world.g_refresh(refresh).await.0, 503);
    let path = "/calendar/v3/users/me/calendarList";
    assert_eq!(
        reason(&world.g_call(path, access).await),
        (403, "userRateLimitExceeded")
    );
    control.reset();
    assert_eq!(world.g_refresh(refresh).await.0, 200);
    assert_eq!(control.revoke_refresh(System::Google, ZOE), Ok(1));
    assert_eq!(word(&world.g_refresh(refresh).await).1, "invalid_grant");
}
