//! A client that others wrote, exchangelib, against the stand-in for Exchange: proves the
//! stand-in, its NTLMv2 and, where the EWS schemas are at hand, each message.
//! Runs when `SYNCHRONIZER_TEST_EXCHANGELIB_PYTHON` names a Python that has exchangelib;
//! `SYNCHRONIZER_TEST_EWS_SCHEMAS` may name a folder with `envelope.xsd`.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use synchronizer_sandbox::{EXCHANGE_PASSWORD, ExchangeSwitches};

use crate::support::{World, world};

const ZOE: &str = "zoe.mueller@nordlicht.example";
const SERVICE: &str = "svc-calendar@nordlicht.example";

/// `None` where no such Python is named.
async fn session(world: &World, auth: &str, user: &str, more: &[&str]) -> Option<Value> {
    let python = std::env::var_os("SYNCHRONIZER_TEST_EXCHANGELIB_PYTHON")?;
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/peers/exchangelib_session.py");
    let mut command = Command::new(python);
    command
        .arg(script)
        .args([
            "--url",
            &format!("{}/EWS/Exchange.asmx", world.sandbox.exchange_url()),
        ])
        .args(["--auth", auth, "--user", user, "--mailbox", ZOE])
        .args(more);
    match std::env::var_os("SYNCHRONIZER_TEST_EWS_SCHEMAS") {
        Some(schemas) => _ = command.arg("--schemas").arg(schemas),
        None => eprintln!("no EWS schemas: messages are not checked against them"),
    }
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let told: Value = serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(told["invalid"], serde_json::json!([]), "{told}");
    Some(told)
}

#[tokio::test(flavor = "multi_thread")]
async fn exchangelib_reads_calendar_and_people_with_basic_and_ntlm() {
    let world = world().await;
    for (auth, user) in [
        ("basic", ZOE),
        ("basic", "NORDLICHT\\zoe.mueller"),
        ("ntlm", "NORDLICHT\\zoe.mueller"),
        ("ntlm", ZOE),
    ] {
        let password = ["--password", EXCHANGE_PASSWORD];
        let Some(told) = session(&world, auth, user, &password).await else {
            return;
        };
        assert_eq!(told["calendar"], "Calendar", "{auth} {user}: {told}");
        assert_eq!(told["id"], "AAMk.zoe.mueller@nordlicht.example.calendar");
        assert!(told["people"].as_array().unwrap().len() > 1, "{told}");
        assert_eq!(told["full"][0][1].as_array().unwrap().len(), 3, "{told}");
        assert_eq!(told["nobody"][0], "ErrorNameResolutionNoResults", "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exchangelib_is_refused_with_a_wrong_password_and_acts_for_others_with_the_role() {
    let world = world().await;
    for auth in ["basic", "ntlm"] {
        let Some(told) = session(&world, auth, ZOE, &["--password", "wrong"]).await else {
            return;
        };
        assert_eq!(told["error"], "UnauthorizedError", "{told}");
    }
    let right = ["--password", EXCHANGE_PASSWORD, "--impersonate"];
    let told = session(&world, "ntlm", SERVICE, &right).await.unwrap();
    assert_eq!(
        told["id"], "AAMk.zoe.mueller@nordlicht.example.calendar",
        "{told}"
    );
    let told = session(&world, "basic", "svc-plain@nordlicht.example", &right)
        .await
        .unwrap();
    assert_eq!(told["error"], "ErrorImpersonateUserDenied", "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn exchangelib_understands_that_the_server_is_busy() {
    let world = world().await;
    world.sandbox.control().set_exchange(ExchangeSwitches {
        busy_ms: Some(2_000),
        ..ExchangeSwitches::default()
    });
    let password = ["--password", EXCHANGE_PASSWORD];
    let Some(told) = session(&world, "ntlm", ZOE, &password).await else {
        return;
    };
    assert_eq!(told["error"], "ErrorServerBusy", "{told}");
}
