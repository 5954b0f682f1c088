//! A browser without script and without cookies, and a portal without anything.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use synchronizer_sandbox::{Sandbox, SandboxOptions, start};
use url::Url;

pub const CALLBACK: &str = "http://localhost:8080/auth/callback";
pub const VERIFIER: &str = "a-verifier-of-more-than-forty-three-characters-0123";
/// 2026-03-02 08:00:00 UTC.
pub const START: i64 = 1_772_438_400;

pub struct World {
    pub sandbox: Sandbox,
    pub http: Client,
    clock: Arc<AtomicI64>,
}

pub async fn world() -> World {
    let clock = Arc::new(AtomicI64::new(START));
    let reading = Arc::clone(&clock);
    let options = SandboxOptions {
        clock: Arc::new(move || reading.load(Ordering::SeqCst)),
        ..SandboxOptions::default()
    };
    world_with(options, clock).await
}

/// For clients that others wrote, which know no other time than the machine's.
pub async fn world_of_today() -> World {
    world_with(SandboxOptions::default(), Arc::default()).await
}

async fn world_with(options: SandboxOptions, clock: Arc<AtomicI64>) -> World {
    let options = SandboxOptions {
        redirect_uris: vec![CALLBACK.to_owned()],
        ..options
    };
    World {
        sandbox: start(options).await.unwrap(),
        http: Client::builder().redirect(Policy::none()).build().unwrap(),
        clock,
    }
}

pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

pub fn form_body(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

impl World {
    pub fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn get(&self, address: &str) -> RequestBuilder {
        self.http.get(address)
    }

    pub async fn get_json(&self, address: &str) -> Value {
        let response = self.get(address).send().await.unwrap();
        assert_eq!(response.status(), 200, "{address}");
        response.json().await.unwrap()
    }

    pub async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Response {
        self.http
            .post(address)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form_body(fields))
            .send()
            .await
            .unwrap()
    }

    /// An authorize request with defaults; `changes` replace parameters, an empty value
    /// removes one.
    pub async fn authorize(
        &self,
        endpoint: &str,
        client_id: &str,
        scope: &str,
        changes: &[(&str, &str)],
    ) -> Response {
        let challenge = challenge();
        let mut url = Url::parse(endpoint).unwrap();
        let defaults = [
            ("client_id", client_id),
            ("response_type", "code"),
            ("response_mode", "query"),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
            ("state", "st&1"),
            ("nonce", "n1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in defaults {
            let changed = changes.iter().find(|(known, _)| *known == name);
            let value = changed.map_or(value, |(_, value)| value);
            if !value.is_empty() {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        for (name, value) in changes {
            if !defaults.iter().any(|(known, _)| known == name) {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        self.get(url.as_str()).send().await.unwrap()
    }

    /// Verifies an id_token against published keys and returns its claims.
    pub async fn claims(&self, jwks: &str, token: &str, audience: &str) -> Value {
        let keys = self.get_json(jwks).await;
        let header = decode_header(token).unwrap();
        let key = keys["keys"]
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["kid"].as_str() == header.kid.as_deref())
            .unwrap();
        assert_eq!(key["x5t"].as_str(), header.x5t.as_deref());
        let public = DecodingKey::from_rsa_components(
            key["n"].as_str().unwrap(),
            key["e"].as_str().unwrap(),
        )
        .unwrap();
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&[audience]);
        // The claims are checked against the test's clock by the tests.
        rules.validate_exp = false;
        decode::<Value>(token, &public, &rules).unwrap().claims
    }
}

/// The hidden field of a page.
pub async fn request_id(page: Response) -> String {
    let status = page.status();
    let html = page.text().await.unwrap();
    let (_, rest) = html
        .split_once("name=\"request\" value=\"")
        .unwrap_or_else(|| panic!("no form in {status} {html}"));
    rest.split_once('"').unwrap().0.to_owned()
}

/// The query of a redirect to the portal.
pub fn callback(response: &Response) -> HashMap<String, String> {
    assert_eq!(response.status(), 302);
    let location = response.headers()["location"].to_str().unwrap();
    assert!(location.starts_with(CALLBACK), "{location}");
    Url::parse(location)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}

/// What a client that others wrote was told: a script that reads one JSON object and prints
/// another.
pub async fn session(program: OsString, script: PathBuf, given: Value) -> Value {
    let output = tokio::task::spawn_blocking(move || {
        let mut child = Command::new(program)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(given.to_string().as_bytes()).unwrap();
        drop(stdin);
        child.wait_with_output().unwrap()
    })
    .await
    .unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// One of a script among the peers of Node; none where `SYNCHRONIZER_TEST_NODE_PEERS` names
/// no folder.
pub async fn node_session(script: &str, given: Value) -> Option<Value> {
    let folder = PathBuf::from(std::env::var_os("SYNCHRONIZER_TEST_NODE_PEERS")?);
    Some(session("node".into(), folder.join(script), given).await)
}
