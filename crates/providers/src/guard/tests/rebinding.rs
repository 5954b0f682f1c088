//! Names whose addresses change between two questions (DNS rebinding).

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::routing::any;

use super::*;
use crate::guard::resolver::{Found, Lookup};

/// Answers in turn; the last answer stays.
struct Turning {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Turning {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |ips: &&[&str]| ips.iter().map(|ip| ip.parse().unwrap()).collect();
        Arc::new(Self {
            answers: Mutex::new(answers.iter().map(parse).collect()),
            asked: AtomicUsize::new(0),
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Lookup for Turning {
    fn lookup(&self, _: String) -> Found {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().unwrap();
        let now = match answers.len() {
            0 => Vec::new(),
            1 => answers.front().unwrap().clone(),
            _ => answers.pop_front().unwrap(),
        };
        let found = now.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect();
        Box::pin(async move { io::Result::Ok(found) })
    }
}

/// A server that ends every connection, and a trap at another address with the same port.
struct Place {
    server: tokio::task::JoinHandle<()>,
    trap: tokio::task::JoinHandle<()>,
    caught: Arc<AtomicUsize>,
    port: u16,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.server.abort();
        self.trap.abort();
    }
}

const GOOD: &str = "127.0.0.1";
const TRAP: &str = "127.0.0.2";

impl Place {
    async fn start() -> Self {
        let good = tokio::net::TcpListener::bind((GOOD, 0)).await.unwrap();
        let port = good.local_addr().unwrap().port();
        let trap = tokio::net::TcpListener::bind((TRAP, port)).await.unwrap();
        let caught = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&caught);
        let away = move || async move {
            let to = format!("http://dav.example:{port}/here");
            (
                AxumStatus::FOUND,
                [("location", to), ("connection", "close".to_owned())],
            )
        };
        let router = Router::new()
            .route("/away", any(away))
            .route("/kept", any(|| async { "kept" }))
            .fallback(|| async { ([("connection", "close")], "here") });
        Self {
            server: tokio::spawn(async move { axum::serve(good, router).await.unwrap() }),
            trap: tokio::spawn(async move {
                while trap.accept().await.is_ok() {
                    counter.fetch_add(1, Ordering::SeqCst);
                }
            }),
            caught,
            port,
        }
    }

    fn address(&self, path: &str) -> String {
        format!("http://dav.example:{}{path}", self.port)
    }

    fn caught(&self) -> usize {
        self.caught.load(Ordering::SeqCst)
    }
}

/// Only the good address is listed; the trap stands for everything inside.
fn guarded(lookup: &Arc<Turning>) -> GuardedClient {
    let policy = OutboundPolicy {
        allow_networks: vec![IpAddr::V4(Ipv4Addr::LOCALHOST).into()],
        ..OutboundPolicy::default()
    };
    GuardedClient::with_lookup(policy, Arc::clone(lookup) as Arc<dyn Lookup>).unwrap()
}

#[tokio::test]
async fn a_connection_is_made_to_the_address_that_was_judged() {
    let place = Place::start().await;
    let turning = Turning::new(&[&[GOOD], &[TRAP]]);
    let client = guarded(&turning);
    let reply = ask(&client, &place.address("/"), false).await.unwrap();
    assert_eq!(reply.body, b"here");
    assert_eq!(turning.asked(), 1, "judged and connected with one answer");
    // The next connection asks again, and is judged again.
    let result = ask(&client, &place.address("/"), false).await;
    assert_eq!(kind(result), ErrorKind::AddressForbidden);
    assert_eq!((turning.asked(), place.caught()), (2, 0));
}

#[tokio::test]
async fn a_redirect_to_the_same_name_is_judged_by_its_new_address() {
    let place = Place::start().await;
    let turning = Turning::new(&[&[GOOD], &[TRAP]]);
    let result = ask(&guarded(&turning), &place.address("/away"), false).await;
    assert_eq!(kind(result), ErrorKind::AddressForbidden);
    assert_eq!((turning.asked(), place.caught()), (2, 0));
}

#[tokio::test]
async fn an_open_connection_stays_where_it_was_judged() {
    let place = Place::start().await;
    let turning = Turning::new(&[&[GOOD], &[TRAP]]);
    let client = guarded(&turning);
    for _ in 0..2 {
        let reply = ask(&client, &place.address("/kept"), false).await.unwrap();
        assert_eq!(reply.body, b"kept");
    }
    assert_eq!((turning.asked(), place.caught()), (1, 0));
}

#[tokio::test]
async fn forbidden_addresses_among_good_ones_are_passed_over() {
    let place = Place::start().await;
    let turning = Turning::new(&[&[TRAP, "10.0.0.1", "::ffff:10.0.0.1", "fe80::1", GOOD]]);
    let reply = ask(&guarded(&turning), &place.address("/"), false).await;
    assert_eq!(reply.unwrap().body, b"here");
    assert_eq!(place.caught(), 0);
}

#[tokio::test]
async fn connections_of_their_own_are_made_to_the_judged_address_too() {
    let place = Place::start().await;
    let turning = Turning::new(&[&[GOOD], &[TRAP]]);
    let client = guarded(&turning);
    let url = Url::parse(&place.address("/")).unwrap();
    let mut connection = client.connect(&url).await.unwrap();
    let parcel = Parcel {
        method: Method::GET,
        url: url.clone(),
        headers: HeaderMap::new(),
        body: String::new(),
    };
    assert_eq!(connection.send(&parcel).await.unwrap().body, b"here");
    assert_eq!(turning.asked(), 1);
    assert!(matches!(
        client.connect(&url).await,
        Err(GuardError::Forbidden(_))
    ));
    assert_eq!((turning.asked(), place.caught()), (2, 0));
}

#[tokio::test]
async fn a_name_without_addresses_is_not_connected_to() {
    let turning = Turning::new(&[&[]]);
    let result = ask(&guarded(&turning), "http://dav.example:9/", false).await;
    assert_eq!(kind(result), ErrorKind::AddressForbidden);
}

#[test]
fn spellings_with_a_zone_are_no_addresses_at_all() {
    for address in [
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::ffff:10.0.0.1%251]/",
    ] {
        assert!(Url::parse(address).is_err(), "{address}");
    }
}
