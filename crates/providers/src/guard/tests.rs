//! The guarded client against servers of this process.

mod rebinding;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap as AxumHeaders, Method as AxumMethod, StatusCode as AxumStatus, Uri};
use axum::response::{IntoResponse, Response};

use super::*;
use crate::test_support::{Server, secret};

/// What a server was asked: method, path, body, authorization.
type Seen = Arc<Mutex<Vec<(String, String, String, Option<String>)>>>;

#[derive(Clone, Default)]
struct Fake {
    seen: Seen,
    /// Where `/away` redirects to.
    away: Arc<Mutex<String>>,
}

async fn answer(
    State(fake): State<Fake>,
    method: AxumMethod,
    uri: Uri,
    headers: AxumHeaders,
    body: Bytes,
) -> Response {
    let authorization = headers
        .get("authorization")
        .map(|value| value.to_str().unwrap().to_owned());
    let body = String::from_utf8(body.to_vec()).unwrap();
    fake.seen.lock().unwrap().push((
        method.to_string(),
        uri.path().to_owned(),
        body,
        authorization,
    ));
    let redirect = |status: u16, to: &str| {
        (
            AxumStatus::from_u16(status).unwrap(),
            [("location", to.to_owned())],
        )
            .into_response()
    };
    match uri.path() {
        "/loop" => redirect(302, "/loop"),
        "/301" => redirect(301, "/here"),
        "/302" => redirect(302, "here"),
        "/303" => redirect(303, "/here"),
        "/307" => redirect(307, "/here"),
        "/308" => redirect(
            308,
            "//x@HOST/here"
                .replace("HOST", headers["host"].to_str().unwrap())
                .as_str(),
        ),
        "/away" => redirect(301, &fake.away.lock().unwrap().clone()),
        "/large" => vec![b'x'; MAX_BODY + 1].into_response(),
        _ => "here".into_response(),
    }
}

async fn fake() -> (Server, Fake) {
    let fake = Fake::default();
    let router = Router::new().fallback(answer).with_state(fake.clone());
    (Server::start(router).await, fake)
}

fn client(networks: &[&str]) -> GuardedClient {
    GuardedClient::new(OutboundPolicy {
        allow_networks: networks.iter().map(|net| net.parse().unwrap()).collect(),
        extra_ca: None,
        dns_server: None,
    })
    .unwrap()
}

async fn ask(
    client: &GuardedClient,
    address: &str,
    with_password: bool,
) -> Result<Reply, GuardError> {
    let url = Url::parse(address).unwrap();
    let password = secret("pw");
    let credentials = Credentials {
        username: "zoe",
        password: &password,
        origin: url.origin(),
    };
    client
        .send(Outgoing {
            method: Method::from_bytes(b"PROPFIND").unwrap(),
            url,
            headers: HeaderMap::new(),
            body: "<x/>".to_owned(),
            credentials: with_password.then_some(&credentials),
        })
        .await
}

fn kind(result: Result<Reply, GuardError>) -> ErrorKind {
    result.err().unwrap().about(System::Caldav).kind().clone()
}

#[tokio::test]
async fn this_machine_is_reached_only_when_listed() {
    let (server, fake) = fake().await;
    let by_name = server.url.as_str().replace("127.0.0.1", "localhost");
    for address in [server.url.as_str(), &by_name] {
        let result = ask(&client(&[]), address, false).await;
        assert_eq!(kind(result), ErrorKind::AddressForbidden, "{address}");
        let result = ask(&client(&["127.0.0.0/8"]), address, false).await;
        assert_eq!(result.unwrap().body, b"here", "{address}");
    }
    assert_eq!(fake.seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn forbidden_addresses_in_any_spelling_are_not_connected_to() {
    let client = client(&["127.0.0.0/8"]);
    for address in [
        "http://169.254.169.254/latest/",
        "http://10.0.0.1/",
        "http://0x0a000001/",
        "http://167772161/",
        "http://10.1/",
        "http://0xa.0.0.1/",
        "http://012.0.0.1/",
        "http://0012.0x0.1/",
        "http://10.0.0.1./",
        "http://①⓪.0.0.1/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://[::ffff:a00:1]/",
        "http://[::10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[64:ff9b:1::a00:1]/",
        "http://[2002:a00:1::]/",
        "http://[2001:0:a00:1::]/",
        "http://[fd12:3456::1]/",
        "http://[fec0::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::1]/",
        "http://[fe80::1]/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
    ] {
        let result = ask(&client, address, false).await;
        assert_eq!(kind(result), ErrorKind::AddressForbidden, "{address}");
    }
}

#[tokio::test]
async fn redirects_keep_method_body_and_password_at_the_same_origin() {
    let (server, fake) = fake().await;
    for status in ["301", "302", "303", "307", "308"] {
        fake.seen.lock().unwrap().clear();
        let address = format!("{}{status}", server.url);
        let reply = ask(&client(&["127.0.0.0/8"]), &address, true)
            .await
            .unwrap();
        assert!(reply.authenticated);
        assert_eq!(reply.url.path(), "/here");
        let seen = fake.seen.lock().unwrap().clone();
        let expected = Some("Basic em9lOnB3".to_owned());
        for (method, _, body, authorization) in &seen {
            assert_eq!((method.as_str(), body.as_str()), ("PROPFIND", "<x/>"));
            assert_eq!(authorization, &expected);
        }
        assert_eq!(seen.len(), 2);
    }
}

#[tokio::test]
async fn another_origin_gets_no_password() {
    let (server, first) = fake().await;
    let (other, second) = fake().await;
    *first.away.lock().unwrap() = format!("{}here", other.url);
    let address = format!("{}away", server.url);
    let reply = ask(&client(&["127.0.0.0/8"]), &address, true)
        .await
        .unwrap();
    assert!(!reply.authenticated);
    assert_eq!(reply.url.origin(), other.url.origin());
    assert_eq!(second.seen.lock().unwrap()[0].3, None);
    // The same port under another name is another origin, too.
    *first.away.lock().unwrap() = server.url.as_str().replace("127.0.0.1", "localhost");
    let reply = ask(&client(&["127.0.0.0/8"]), &address, true)
        .await
        .unwrap();
    assert!(!reply.authenticated);
}

#[tokio::test]
async fn every_redirect_is_checked_again_sc_92() {
    let (server, fake) = fake().await;
    for target in [
        "http://169.254.169.254/",
        "http://10.0.0.1/",
        "http://[::1]:1/",
        "gopher://127.0.0.1/",
    ] {
        *fake.away.lock().unwrap() = target.to_owned();
        let address = format!("{}away", server.url);
        let result = ask(&client(&["127.0.0.0/8"]), &address, false).await;
        assert_eq!(kind(result), ErrorKind::AddressForbidden, "{target}");
    }
}

#[tokio::test]
async fn redirects_without_end_are_given_up() {
    let (server, fake) = fake().await;
    let address = format!("{}loop", server.url);
    let result = ask(&client(&["127.0.0.0/8"]), &address, false).await;
    assert_eq!(kind(result), ErrorKind::Protocol);
    assert_eq!(fake.seen.lock().unwrap().len(), 1 + MAX_REDIRECTS);
}

#[tokio::test]
async fn answers_have_a_limit() {
    let (server, _) = fake().await;
    let address = format!("{}large", server.url);
    let result = ask(&client(&["127.0.0.0/8"]), &address, false).await;
    assert!(matches!(result, Err(GuardError::TooLarge)));
}

#[tokio::test]
async fn passwords_do_not_travel_in_clear() {
    let client = client(&["127.0.0.0/8", "10.0.0.0/8"]);
    for address in [
        "http://10.0.0.1/",
        "http://dav.example/",
        "http://localhost.example/",
    ] {
        let result = ask(&client, address, true).await;
        assert_eq!(kind(result), ErrorKind::HttpsRequired, "{address}");
    }
}

#[test]
fn https_never_leads_to_http() {
    let from = Url::parse("https://dav.example/").unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(LOCATION, "http://dav.example/".parse().unwrap());
    assert!(matches!(
        redirect_target(&from, &headers),
        Err(GuardError::Clear(_))
    ));
    headers.insert(LOCATION, "https://u:p@other.example/#f".parse().unwrap());
    assert_eq!(
        redirect_target(&from, &headers).unwrap().as_str(),
        "https://other.example/"
    );
}

#[tokio::test]
async fn a_closed_port_is_an_outage() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let result = ask(&client(&["127.0.0.0/8"]), &address, false).await;
    assert_eq!(kind(result), ErrorKind::Unavailable);
}
