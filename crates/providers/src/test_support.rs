//! Servers and an identity provider inside the test process.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{RawForm, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use secrecy::SecretString;
use serde_json::{Value, json};
use synchronizer_domain::clock::FixedClock;
use synchronizer_domain::rng::SeededRng;
use url::Url;

use crate::error::System;
use crate::oidc::{IssuerRule, OidcConfig, OidcProvider};

/// The instant at which tests happen, in seconds.
pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const CLIENT: &str = "client-1";
pub(crate) const NONCE: &str = "nonce-1";

const SIGNING_KEY: &[u8] = include_bytes!("../tests/keys/signing-key.pem");
const OTHER_KEY: &[u8] = include_bytes!("../tests/keys/other-key.pem");
const SIGNING_N: &str = include_str!("../tests/keys/signing-key.n");
const OTHER_N: &str = include_str!("../tests/keys/other-key.n");

pub(crate) fn secret(text: &str) -> SecretString {
    text.to_owned().into()
}

pub(crate) fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::at_micros(NOW * 1_000_000))
}

/// A server on a free port of this machine, ended when dropped.
pub(crate) struct Server {
    pub(crate) url: Url,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(router: Router) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        });
        Self {
            url: Url::parse(&format!("http://{address}/")).unwrap(),
            task,
        }
    }

    /// The address without the slash at its end.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn jwk(kid: &str, n: &str) -> Value {
    json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "x5t": format!("{kid}-x5t"), "n": n.trim(), "e": "AQAB"})
}

/// What the identity provider answers; tests change it at will.
pub(crate) struct Script {
    pub(crate) issuer: String,
    pub(crate) promises_iss: bool,
    pub(crate) keys: Vec<Value>,
    pub(crate) token_status: u16,
    pub(crate) token_body: Value,
    pub(crate) key_fetches: u32,
    /// What the keys' address says of their life.
    pub(crate) keys_cache: Option<&'static str>,
    /// Whether the keys' address answers 503.
    pub(crate) keys_down: bool,
    /// Where discovery says that the keys are, in place of here.
    pub(crate) keys_at: Option<String>,
    pub(crate) discoveries: u32,
    pub(crate) forms: Vec<Vec<(String, String)>>,
}

type Shared = Arc<Mutex<Script>>;

/// An identity provider: discovery, keys and a token endpoint.
pub(crate) struct Idp {
    pub(crate) server: Server,
    pub(crate) script: Shared,
}

impl Idp {
    pub(crate) async fn start() -> Self {
        let script = Arc::new(Mutex::new(Script {
            issuer: String::new(),
            promises_iss: false,
            keys: vec![json!({"kty": "EC", "kid": "ec"}), jwk("key-1", SIGNING_N)],
            token_status: 200,
            token_body: json!({}),
            key_fetches: 0,
            keys_cache: None,
            keys_down: false,
            keys_at: None,
            discoveries: 0,
            forms: Vec::new(),
        }));
        let router = Router::new()
            .route("/login/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/revoke", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(Arc::clone(&script));
        let server = Server::start(router).await;
        script.lock().unwrap().issuer = server.origin();
        Self { server, script }
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    pub(crate) fn config(&self, system: System) -> OidcConfig {
        OidcConfig {
            system,
            discovery_url: self
                .server
                .url
                .join("/login/.well-known/openid-configuration")
                .unwrap(),
            issuer: IssuerRule::Exact(self.server.origin()),
            client_id: CLIENT.to_owned(),
            client_secret: Some(secret("client-secret-1")),
            redirect_uri: Url::parse("http://localhost:8080/auth/callback").unwrap(),
            pkce: true,
        }
    }

    pub(crate) fn provider(&self, config: OidcConfig, clock: Arc<FixedClock>) -> OidcProvider {
        OidcProvider::new(
            crate::http::client("test", None).unwrap(),
            clock,
            Arc::new(SeededRng::new(7)),
            config,
        )
    }

    pub(crate) fn superoffice(&self) -> OidcProvider {
        self.provider(self.config(System::SuperOffice), clock())
    }

    /// A provider in the manner of Entra's `organizations`.
    pub(crate) fn microsoft(&self) -> OidcProvider {
        self.set(|script| script.issuer = format!("{}/{{tenantid}}/v2.0", self.server.origin()));
        let config = OidcConfig {
            issuer: IssuerRule::EntraTemplate,
            ..self.config(System::Microsoft)
        };
        self.provider(config, clock())
    }

    /// Claims that are accepted as they are.
    pub(crate) fn claims(&self) -> Value {
        json!({
            "iss": self.server.origin(), "aud": CLIENT, "sub": "kari@example.net",
            "nonce": NONCE, "iat": NOW.to_string(), "nbf": NOW - 60, "exp": NOW + 300,
        })
    }

    /// Lets the token endpoint give a good answer with this id token.
    pub(crate) fn give(&self, id_token: &str, more: Value) {
        let mut body = json!({
            "token_type": "Bearer", "access_token": "access-1", "expires_in": 3600,
            "refresh_token": "refresh-1", "id_token": id_token,
        });
        for (name, value) in more.as_object().cloned().unwrap_or_default() {
            body[name] = value;
        }
        self.set(|script| {
            script.token_status = 200;
            script.token_body = body;
        });
    }
}

async fn discovery(State(script): State<Shared>) -> Response {
    let mut script = script.lock().unwrap();
    script.discoveries += 1;
    let origin = script
        .issuer
        .split("/{tenantid}")
        .next()
        .unwrap_or_default();
    axum::Json(json!({
        "issuer": script.issuer,
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
        "jwks_uri": script.keys_at.clone().unwrap_or_else(|| format!("{origin}/keys")),
        "userinfo_endpoint": format!("{origin}/userinfo"),
        "revocation_endpoint": format!("{origin}/revoke"),
        "authorization_response_iss_parameter_supported": script.promises_iss,
    }))
    .into_response()
}

async fn keys(State(script): State<Shared>) -> Response {
    let mut script = script.lock().unwrap();
    script.key_fetches += 1;
    if script.keys_down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let mut answer = axum::Json(json!({"keys": script.keys})).into_response();
    if let Some(told) = script.keys_cache {
        let told = axum::http::HeaderValue::from_static(told);
        answer.headers_mut().insert("cache-control", told);
    }
    answer
}

/// Knows one token.
async fn userinfo(headers: axum::http::HeaderMap) -> Response {
    match headers.get("authorization") {
        Some(value) if value == "Bearer access-1" => {
            axum::Json(json!({"sub": "1139"})).into_response()
        }
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn token(State(script): State<Shared>, RawForm(form): RawForm) -> Response {
    let mut script = script.lock().unwrap();
    let form = url::form_urlencoded::parse(&form).into_owned().collect();
    script.forms.push(form);
    let status = StatusCode::from_u16(script.token_status).unwrap();
    (status, axum::Json(script.token_body.clone())).into_response()
}

/// Which key signs, and what the header says.
pub(crate) struct Signer {
    pub(crate) header: Value,
    pub(crate) other_key: bool,
}

impl Default for Signer {
    fn default() -> Self {
        Self {
            header: json!({"alg": "RS256", "typ": "JWT", "kid": "key-1"}),
            other_key: false,
        }
    }
}

impl Signer {
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&self.header), part(claims));
        let pem = if self.other_key {
            OTHER_KEY
        } else {
            SIGNING_KEY
        };
        let (key, algorithm) = match self.header["alg"].as_str() {
            Some("HS256") => (
                EncodingKey::from_secret(SIGNING_N.trim().as_bytes()),
                Algorithm::HS256,
            ),
            Some("none") => return format!("{message}."),
            _ => (EncodingKey::from_rsa_pem(pem).unwrap(), Algorithm::RS256),
        };
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, algorithm).unwrap();
        format!("{message}.{signature}")
    }
}

pub(crate) fn sign(claims: &Value) -> String {
    Signer::default().sign(claims)
}

pub(crate) fn other_jwk(kid: &str) -> Value {
    jwk(kid, OTHER_N)
}

/// A name server on this machine that knows a few records: `SRV priority weight port host`
/// and `TXT text`.
pub(crate) struct NameServer {
    pub(crate) address: std::net::SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl NameServer {
    pub(crate) async fn start(records: &[(&str, &str)]) -> Self {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let records: Vec<(String, String)> = records
            .iter()
            .map(|(name, data)| ((*name).to_owned(), (*data).to_owned()))
            .collect();
        let task = tokio::spawn(async move {
            let mut buffer = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let answer = dns_answer(&buffer[..length], &records);
                socket.send_to(&answer, from).await.unwrap();
            }
        });
        Self { address, task }
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// RFC 1035 §4: the question again, with what is known.
fn dns_answer(query: &[u8], records: &[(String, String)]) -> Vec<u8> {
    let (mut name, mut at) = (Vec::new(), 12);
    while query[at] != 0 {
        let length = usize::from(query[at]);
        name.push(String::from_utf8_lossy(&query[at + 1..=at + length]).to_lowercase());
        at += length + 1;
    }
    let kind = u16::from_be_bytes([query[at + 1], query[at + 2]]);
    let question = &query[12..at + 5];
    let labels = |host: &str| -> Vec<u8> {
        let mut bytes: Vec<u8> = host
            .split('.')
            .filter(|label| !label.is_empty())
            .flat_map(|label| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat())
            .collect();
        bytes.push(0);
        bytes
    };
    let data: Vec<Vec<u8>> = records
        .iter()
        .filter(|(known, _)| *known == name.join("."))
        .filter_map(|(_, record)| {
            let mut words = record.split(' ');
            match (words.next()?, kind) {
                ("SRV", 33) => {
                    let numbers = words
                        .by_ref()
                        .take(3)
                        .flat_map(|word| word.parse::<u16>().unwrap().to_be_bytes());
                    let mut bytes: Vec<u8> = numbers.collect();
                    bytes.extend(labels(words.next()?));
                    Some(bytes)
                }
                ("TXT", 16) => {
                    let text = words.next()?.as_bytes();
                    Some([&[u8::try_from(text.len()).unwrap()], text].concat())
                }
                _ => None,
            }
        })
        .collect();
    let code = if data.is_empty() { 3 } else { 0 };
    let mut answer = vec![query[0], query[1], 0x81, 0x80 | code, 0, 1];
    answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    answer.extend([0, 0, 0, 0]);
    answer.extend(question);
    for bytes in data {
        answer.extend([0xc0, 12]);
        answer.extend(kind.to_be_bytes());
        answer.extend([0, 1, 0, 0, 0, 60]);
        answer.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
        answer.extend(bytes);
    }
    answer
}
