//! The switches over HTTP, the record of requests, and the sandbox's own life.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::support::{World, world};
use serde_json::{Value, json};
use synchronizer_sandbox::{SandboxError, SandboxOptions, System, people, start};

impl World {
    pub async fn switch(&self, body: &Value) -> (u16, Value) {
        let address = format!("{}/control", self.sandbox.inbox_url());
        let response = self.http.post(&address).json(body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn status(&self, address: &str) -> u16 {
        self.get(address).send().await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn switches_are_set_by_json_and_put_back() {
    let world = world().await;
    let (status, now) = world
        .switch(&json!({
            "microsoft_consent": "admin_approval",
            "slow_ms": { "superoffice": 5 },
            "unavailable": { "microsoft": true },
            "smtp_stall": true,
            "refused_recipients": { "Gone@x.example": "unknown", "full@x.example": "full" },
            "token_down": { "microsoft": true },
            "client_refused": { "superoffice": true },
            "scopes_withdrawn": { "zoe.mueller@nordlicht.example": true },
            "throttle_api": { "google": 30 },
            "throttle_token": { "superoffice": 40 },
            "strict_rotation": { "microsoft": true, "google": false },
            "crm_right_missing": { "zoe.mueller@nordlicht.example": true },
        }))
        .await;
    assert_eq!(status, 200);
    assert_eq!(now["microsoft_consent"], "admin_approval");
    assert_eq!(now["slow_ms"]["superoffice"], 5);
    let refused = json!({ "gone@x.example": "unknown", "full@x.example": "full" });
    assert_eq!(now["refused_recipients"], refused);
    let mended = json!({ "refused_recipients": { "gone@x.example": null } });
    let (_, mended) = world.switch(&mended).await;
    let refused = json!({ "full@x.example": "full" });
    assert_eq!(mended["refused_recipients"], refused);
    assert_eq!(now["token_down"]["microsoft"], true);
    assert_eq!(now["client_refused"]["superoffice"], true);
    assert_eq!(now["scopes_withdrawn"][0], "zoe.mueller@nordlicht.example");
    assert_eq!(now["throttle_api"], json!({ "google": 30 }));
    assert_eq!(now["throttle_token"], json!({ "superoffice": 40 }));
    assert_eq!(now["strict_rotation"], json!(["microsoft"]));
    assert_eq!(now["crm_right_missing"][0], "zoe.mueller@nordlicht.example");
    let (_, now) = world
        .switch(&json!({ "throttle_api": { "google": null } }))
        .await;
    assert_eq!(now["throttle_api"], json!({}));
    assert_eq!(world.status(world.sandbox.microsoft_url()).await, 503);
    assert_eq!(world.status(world.sandbox.superoffice_url()).await, 200);
    let (_, now) = world.switch(&json!({ "reset": true })).await;
    assert_eq!(now["smtp_stall"], false);
    assert_eq!(world.status(world.sandbox.microsoft_url()).await, 200);
}

#[tokio::test]
async fn a_slow_system_answers_late() {
    let world = world().await;
    world
        .sandbox
        .control()
        .set_slow_ms(System::SuperOffice, 150);
    let begun = Instant::now();
    world.status(world.sandbox.superoffice_url()).await;
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn unknown_switches_and_people_are_refused() {
    let world = world().await;
    assert_eq!(world.switch(&json!({ "explode": true })).await.0, 422);
    let nobody = json!({ "refresh_revoked": { "system": "microsoft", "person": "nobody" } });
    let (status, body) = world.switch(&nobody).await;
    assert_eq!(status, 422);
    assert_eq!(body["error"], "nobody is called nobody there");
    let somebody = json!({ "refresh_revoked": {
        "system": "superoffice", "person": "zoe.mueller@nordlicht.example",
    }});
    assert_eq!(world.switch(&somebody).await.0, 200);
}

#[tokio::test]
async fn the_page_sets_the_same_switches() {
    let world = world().await;
    let inbox = world.sandbox.inbox_url();
    let fields = [
        ("switches", "yes"),
        ("microsoft_consent", "partial"),
        ("down-mail", "yes"),
        ("slow-microsoft", "7"),
        ("mail-unknown", "a@x.example b@x.example"),
        ("token-down-superoffice", "yes"),
        ("client-refused-microsoft", "yes"),
        ("scopes-withdrawn", "zoe.mueller@nordlicht.example"),
    ];
    let answer = world.post(&format!("{inbox}/control/form"), &fields).await;
    assert_eq!(answer.status(), 303);
    let switches = world.get_json(&format!("{inbox}/control/switches")).await;
    assert_eq!(switches["microsoft_consent"], "partial");
    assert_eq!(switches["unavailable"]["mail"], true);
    assert_eq!(switches["token_down"]["superoffice"], true);
    assert_eq!(switches["token_down"]["microsoft"], false);
    assert_eq!(switches["client_refused"]["microsoft"], true);
    assert_eq!(
        switches["scopes_withdrawn"][0],
        "zoe.mueller@nordlicht.example"
    );
    assert_eq!(switches["slow_ms"]["microsoft"], 7);
    assert_eq!(switches["refused_recipients"]["b@x.example"], "unknown");
    let html = world.get(&format!("{inbox}/control")).send().await.unwrap();
    let html = html.text().await.unwrap();
    assert!(html.contains("value=\"partial\" selected"));
    assert!(html.contains("value=\"a@x.example b@x.example\""));
    assert!(html.contains("name=\"down-mail\" value=\"yes\" checked"));
}

#[tokio::test]
async fn requests_are_recorded_without_their_query() {
    let world = world().await;
    let address = format!(
        "{}/login/common/oauth/authorize?state=canary",
        world.sandbox.superoffice_url()
    );
    world.status(&address).await;
    let inbox = world.sandbox.inbox_url();
    let requests = world.get_json(&format!("{inbox}/control/requests")).await;
    assert_eq!(requests[0]["system"], "superoffice");
    assert_eq!(requests[0]["method"], "GET");
    assert_eq!(requests[0]["path"], "/login/common/oauth/authorize");
    assert_eq!(requests[0]["status"], 400);
    assert!(!requests.to_string().contains("canary"));
}

#[tokio::test]
async fn only_loopback_addresses_are_accepted() {
    let open: SocketAddr = "0.0.0.0:0".parse().unwrap();
    let options = SandboxOptions {
        smtp: open,
        ..SandboxOptions::default()
    };
    let refused = start(options).await.err();
    assert!(matches!(refused, Some(SandboxError::NotLoopback(address)) if address == open));
}

#[tokio::test]
async fn a_shutdown_frees_the_addresses() {
    let world = world().await;
    let smtp = world.sandbox.smtp_addr();
    let web = world.sandbox.inbox_url().to_owned();
    assert_eq!(world.status(&web).await, 200);
    world.sandbox.shutdown().await;
    assert!(tokio::net::TcpStream::connect(smtp).await.is_err());
    assert!(world.http.get(&web).send().await.is_err());
}

#[tokio::test]
async fn the_people_can_be_listed() {
    assert!(
        people()
            .iter()
            .any(|person| person.name == "Renée van ’t Hoff")
    );
}
