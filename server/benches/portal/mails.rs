//! Mails per second from the outbox to the sandbox's SMTP server, over real TCP.

use std::sync::Arc;
use std::time::{Duration, Instant};

use synchronizer_server::{OsRng, Role, SystemClock, start};

use crate::row;
use crate::seed::{Bench, LINKS};

/// Starts a worker on the filled outbox and waits for the last mail.
pub async fn measure(bench: &Bench) {
    assert!(
        bench.sandbox.mails().is_empty(),
        "the portal has no worker yet"
    );
    let mut config = bench.config.clone();
    config.server.listen = ([127, 0, 0, 1], 0).into();
    let started = Instant::now();
    let worker = start(
        &config,
        Role::Worker,
        Arc::new(SystemClock),
        Arc::new(OsRng),
    )
    .await
    .unwrap();
    while bench.sandbox.mails().len() < LINKS && started.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let seconds = started.elapsed().as_secs_f64();
    worker.stop().await;
    let sent = bench.sandbox.mails().len();
    #[expect(clippy::cast_precision_loss, reason = "a rate in a table")]
    let rate = sent as f64 / seconds;
    row(
        "mails sent to a local SMTP server, start of the worker included",
        rate,
        "/s",
        "≥ 500 /s",
        Some(rate >= 500.0),
    );
}
