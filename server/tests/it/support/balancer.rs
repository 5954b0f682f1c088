//! What stands before several replicas: people know one address, and each request goes to
//! the replica that the story chooses.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use reqwest::Client;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// More than any page or form has.
const LARGEST: usize = 1 << 24;

/// A running balancer.
pub struct Balancer {
    shared: Shared,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Shared {
    client: Client,
    target: Arc<Mutex<SocketAddr>>,
    /// Which replica answered which path.
    served: Arc<Mutex<Vec<(String, SocketAddr)>>>,
}

impl Balancer {
    pub async fn start(listen: SocketAddr, target: SocketAddr) -> Self {
        let shared = Shared {
            client: Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_gzip()
                .no_proxy()
                .build()
                .unwrap(),
            target: Arc::new(Mutex::new(target)),
            served: Arc::default(),
        };
        let listener = TcpListener::bind(listen).await.unwrap();
        let router = Router::new().fallback(forward).with_state(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { shared, task }
    }

    /// From here on requests go there.
    pub fn send_to(&self, target: SocketAddr) {
        *self.shared.target.lock().unwrap() = target;
    }

    /// Who answered the last request of a path that begins so.
    pub fn served(&self, path: &str) -> SocketAddr {
        let served = self.shared.served.lock().unwrap();
        let last = served.iter().rfind(|(asked, _)| asked.starts_with(path));
        last.unwrap_or_else(|| panic!("nobody asked for {path}: {served:?}"))
            .1
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn forward(State(shared): State<Shared>, request: Request) -> Response {
    let target = *shared.target.lock().unwrap();
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().unwrap().as_str();
    let url = format!("http://{target}{path}");
    shared
        .served
        .lock()
        .unwrap()
        .push((path.to_owned(), target));
    let body = to_bytes(body, LARGEST).await.unwrap();
    let request = shared.client.request(parts.method, url);
    // The host stays the one that people know.
    let Ok(answer) = request.headers(parts.headers).body(body).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove(header::TRANSFER_ENCODING);
    headers.remove(header::CONNECTION);
    let mut response = Response::new(Body::from(answer.bytes().await.unwrap()));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
