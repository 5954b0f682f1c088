//! The server-rendered page *Link Users* beside the same bytes from a compiled template.

use std::time::Instant;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use synchronizer_domain::Clock;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::session::Actor;
use synchronizer_domain::status::{LinksQuery, Status};
use synchronizer_domain::usecases::{LinkRow, Linking};
use synchronizer_server::SystemClock;
use synchronizer_services::Core;

use crate::row;
use crate::seed::{Bench, people};

const ROUNDS: usize = 30;

#[derive(Template)]
#[template(path = "links.html")]
struct Links<'a> {
    rows: &'a [LinkRow],
    filler: &'a str,
}

#[derive(Clone)]
struct Peer {
    core: Core,
    actor: Actor,
    profile: ProfileId,
    size: usize,
}

/// The same data from the same use case, rendered by askama, filled up to the same size.
async fn peer_page(State(peer): State<Peer>) -> Html<String> {
    let query = LinksQuery {
        profile: Some(peer.profile),
        ..LinksQuery::default()
    };
    let view = peer.core.links(&peer.actor, query).await.unwrap();
    let bare = Links {
        rows: &view.rows,
        filler: "",
    }
    .render()
    .unwrap();
    let filler = " ".repeat(peer.size.saturating_sub(bare.len()));
    Html(
        Links {
            rows: &view.rows,
            filler: &filler,
        }
        .render()
        .unwrap(),
    )
}

async fn median_ms(client: &reqwest::Client, url: &str, cookie: &str) -> (f64, usize) {
    let mut times = Vec::new();
    let mut size = 0;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let response = client
            .get(url)
            .header("cookie", cookie)
            .send()
            .await
            .unwrap();
        assert!(
            response.status().is_success(),
            "{url}: {}",
            response.status()
        );
        size = response.bytes().await.unwrap().len();
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    (
        times.get(times.len() / 2).copied().unwrap_or_default(),
        size,
    )
}

pub async fn measure(bench: &Bench) {
    let client = reqwest::Client::builder()
        .no_gzip()
        .no_proxy()
        .build()
        .unwrap();
    let url = bench.url(&format!("/profiles/{}/link-users", bench.profile));
    let cookie = bench.cookie_header();
    let (_, size) = median_ms(&client, &url, &cookie).await;
    let peer = Peer {
        core: bench.portal.core.clone(),
        actor: bench.actor.clone(),
        profile: bench.profile,
        size,
    };
    let router = axum::Router::new()
        .route("/", get(peer_page))
        .with_state(peer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let peer_url = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    let (mut page, mut template) = (f64::MAX, f64::MAX);
    for _ in 0..3 {
        page = page.min(median_ms(&client, &url, &cookie).await.0);
        template = template.min(median_ms(&client, &peer_url, &cookie).await.0);
    }
    server.abort();
    row(
        "Link Users, 50 of 1,000 links, rendered",
        page,
        "ms",
        "–",
        None,
    );
    #[expect(clippy::cast_precision_loss, reason = "a size in a table")]
    row(
        "its size, uncompressed",
        size as f64 / 1_000.0,
        "kB",
        "–",
        None,
    );
    row(
        "the same bytes from askama, same server",
        template,
        "ms",
        "–",
        None,
    );
    row(
        "speed relative to askama",
        template / page * 100.0,
        "%",
        "aim 25 %",
        None,
    );
}

/// Both lists with 10,000 people and all proposals, as the page asks for them.
pub async fn matching(bench: &Bench) {
    let (crm, calendar) = people(10_000);
    let core = &bench.portal.core;
    let now = SystemClock.now();
    let started = Instant::now();
    let mut unit = core.storage.write().await.unwrap();
    unit.replace_crm_users(bench.actor.tenant, &crm, now)
        .await
        .unwrap();
    unit.replace_calendar_users(bench.actor.tenant, bench.profile, &calendar, now)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    row(
        "storing 10,000 + 10,000 people",
        started.elapsed().as_secs_f64() * 1_000.0,
        "ms",
        "–",
        None,
    );
    let started = Instant::now();
    let matcher = synchronizer_domain::matching::Matcher::new(&calendar);
    let found = crm
        .iter()
        .filter(|user| !matcher.proposals(user).is_empty())
        .count();
    let millis = started.elapsed().as_secs_f64() * 1_000.0;
    assert_eq!(found, crm.len());
    row(
        "matching 10,000 + 10,000 by e-mail, alias and name",
        millis,
        "ms",
        "200 ms",
        Some(millis <= 200.0),
    );
    let started = Instant::now();
    core.view(&bench.actor, bench.profile).await.unwrap();
    row(
        "the whole view of 10,000 + 10,000",
        started.elapsed().as_secs_f64() * 1_000.0,
        "ms",
        "–",
        None,
    );
}
