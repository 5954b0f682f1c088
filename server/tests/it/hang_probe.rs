//! Scratch.
use crate::support::{TestApp, signed_up_admin};
use std::time::Duration;

async fn probe() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    for n in 0..1000 {
        let env = std::env::var("PROBE").unwrap_or("/profiles".into());
        let path = env.as_str();
        let url = app.url(path);
        let opened = tokio::time::timeout(Duration::from_secs(8), admin.open(&url)).await;
        if opened.is_err() {
            let other =
                tokio::time::timeout(Duration::from_secs(3), admin.open(&app.url("/health")))
                    .await
                    .is_ok();
            let again = tokio::time::timeout(Duration::from_secs(3), admin.open(&url))
                .await
                .is_ok();
            panic!("HANG at {n} {path} health {other} again {again}");
        }
    }
}
macro_rules! many { ($($name:ident)*) => { $(#[tokio::test] async fn $name() { probe().await; })* } }
many!(p1 p2 p3 p4 p5 p6 p7 p8);
