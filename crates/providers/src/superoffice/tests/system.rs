//! System users against an authority in this process.

use axum::body::Bytes;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};

use super::*;
use crate::superoffice::system::{SystemKey, SystemToken};
use crate::test_support::{NOW, Signer};

const KEY: &str = include_str!("../../../tests/keys/other-key.pem");
const KEY_N: &str = include_str!("../../../tests/keys/other-key.n");

/// What the authority was sent, and what it answers.
#[derive(Default)]
struct Authority {
    asked: Vec<Value>,
    status: u16,
    answer: Value,
}

type Answers = Arc<Mutex<Authority>>;

async fn authenticate(State(answers): State<Answers>, body: Bytes) -> Response {
    let mut answers = answers.lock().unwrap();
    answers.asked.push(serde_json::from_slice(&body).unwrap());
    let status = StatusCode::from_u16(answers.status).unwrap();
    (status, axum::Json(answers.answer.clone())).into_response()
}

fn token() -> SystemToken {
    SystemToken {
        token: secret("Example Sync-a1B2"),
        serial: "1234567890".to_owned(),
    }
}

/// The claims of a token that is accepted.
fn claims() -> Value {
    json!({"iss": "SuperOffice AS", "aud": "spn:1234567890", "exp": NOW + 300, "nbf": NOW - 60,
        format!("{CLAIM}ticket"): "7T:abc"})
}

struct Scene {
    client: SuperOffice,
    answers: Answers,
    _idp: Idp,
    _server: Server,
}

async fn scene() -> Scene {
    let idp = Idp::start().await;
    let answers: Answers = Arc::default();
    let router = Router::new()
        .route(
            "/Login/api/PartnerSystemUser/Authenticate",
            post(authenticate),
        )
        .with_state(Arc::clone(&answers));
    let server = Server::start(router).await;
    let url = server
        .url
        .join("Login/api/PartnerSystemUser/Authenticate")
        .unwrap();
    let client = SuperOffice::new(
        idp.superoffice(),
        http::client("test", None).unwrap(),
        String::new(),
        "online.example".to_owned(),
    )
    .with_system_user(
        SystemKey::read(&secret(KEY)).unwrap(),
        url,
        secret("app-secret-1"),
    );
    let scene = Scene {
        client,
        answers,
        _idp: idp,
        _server: server,
    };
    scene.give(&claims());
    scene
}

impl Scene {
    fn set(&self, status: u16, answer: Value) {
        let mut answers = self.answers.lock().unwrap();
        (answers.status, answers.answer) = (status, answer);
    }

    fn give(&self, claims: &Value) {
        let token = sign(claims);
        self.set(
            200,
            json!({"IsSuccessful": true, "Token": token, "ErrorMessage": null}),
        );
    }

    async fn ticket(&self) -> Result<String, ProviderError> {
        let context = ContextId::new("Cust1");
        let ticket = self.client.system_ticket(&context, &token()).await?;
        Ok(ticket.expose_secret().to_owned())
    }
}

#[tokio::test]
async fn the_system_token_is_signed_with_the_minute_as_documented() {
    let scene = scene().await;
    assert_eq!(scene.ticket().await.unwrap(), "7T:abc");
    assert_eq!(scene.ticket().await.unwrap(), "7T:abc");
    let asked = scene.answers.lock().unwrap().asked.clone();
    assert_eq!(asked.len(), 1, "the ticket is kept");
    let body = &asked[0];
    assert_eq!(body["ApplicationToken"], "app-secret-1");
    assert_eq!(body["ContextIdentifier"], "Cust1");
    assert_eq!(body["ReturnTokenType"], "JWT");
    let signed = body["SignedSystemToken"].as_str().unwrap();
    let (data, signature) = signed.rsplit_once('.').unwrap();
    // 1,800,000,000 is 2027-01-15T08:00:00Z.
    assert_eq!(data, "Example Sync-a1B2.202701150800");
    let key = DecodingKey::from_rsa_components(KEY_N.trim(), "AQAB").unwrap();
    let signature = URL_SAFE_NO_PAD.encode(STANDARD.decode(signature).unwrap());
    let good = crypto::verify(&signature, data.as_bytes(), &key, Algorithm::RS256);
    assert!(good.unwrap());
}

#[tokio::test]
async fn refusals_say_whose_turn_it_is_and_quote_no_secret() {
    let scene = scene().await;
    let refused = |why: &str| json!({"IsSuccessful": false, "Token": null, "ErrorMessage": why});
    for (status, answer, kind) in [
        (
            200,
            refused("No system user at this customer"),
            ErrorKind::AdminApproval,
        ),
        (
            200,
            refused("app-secret-1 is wrong"),
            ErrorKind::AdminApproval,
        ),
        (200, refused("InvalidTimestamp"), ErrorKind::Misconfigured),
        (200, refused("InvalidSignature"), ErrorKind::Misconfigured),
        (403, refused(""), ErrorKind::AdminApproval),
        (503, refused("down"), ErrorKind::Unavailable),
        (429, json!({}), ErrorKind::Throttled { retry_after: None }),
        (
            200,
            json!({"IsSuccessful": true, "Token": ""}),
            ErrorKind::Protocol,
        ),
    ] {
        scene.set(status, answer.clone());
        let error = scene.ticket().await.unwrap_err();
        assert_eq!(error.kind(), &kind, "{status} {answer}");
        assert!(!format!("{error:?}").contains("app-secret-1"));
    }
}

#[tokio::test]
async fn a_token_for_somebody_else_gives_no_ticket() {
    let scene = scene().await;
    for (name, value) in [
        ("iss", json!("https://sod.example")),
        ("aud", json!("spn:1")),
        ("aud", json!("1234567890")),
        ("exp", json!(NOW - 60)),
        ("nbf", json!(NOW + 61)),
        (&format!("{CLAIM}ticket"), json!("8A:abc")),
        (&format!("{CLAIM}ticket"), json!(null)),
    ] {
        let mut changed = claims();
        changed[name] = value.clone();
        scene.give(&changed);
        let error = scene.ticket().await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Protocol, "{name} {value}");
    }
    let forged = Signer {
        other_key: true,
        ..Signer::default()
    };
    let token = forged.sign(&claims());
    scene.set(200, json!({"IsSuccessful": true, "Token": token}));
    assert_eq!(
        scene.ticket().await.unwrap_err().kind(),
        &ErrorKind::Protocol
    );
}

#[test]
fn only_private_keys_in_pem_are_read_and_none_is_shown() {
    for text in [
        "",
        "x",
        "<RSAKeyValue></RSAKeyValue>",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    ] {
        assert!(SystemKey::read(&secret(text)).is_err(), "{text}");
    }
    assert_eq!(
        format!("{:?}", SystemKey::read(&secret(KEY)).unwrap()),
        "SystemKey"
    );
}
