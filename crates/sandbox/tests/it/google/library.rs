//! Google's own client library for Python against the stand-in: sign-in, paging, errors,
//! delegation and the id token as others read them. Runs when
//! `SYNCHRONIZER_TEST_GOOGLE_PYTHON` names a Python that has it, and
//! `SYNCHRONIZER_TEST_GOOGLE_DOCUMENTS` the folder of the documents it works by.

use std::path::Path;

use serde_json::{Value, json};

use super::{ADMIN, ALL, DIRECTORY, EVENTS, ID, LIST, NOEL, PERSON, SECRET, ZOE};
use crate::support::{self, World, world_of_today};

const METTE: &str = "mette.kjaer@nordlicht.example";
const CREATED: &str = "https://www.googleapis.com/auth/calendar.app.created";

/// What the library was told; none where no such Python is named.
async fn session(mut given: Value) -> Option<Value> {
    let python = std::env::var_os("SYNCHRONIZER_TEST_GOOGLE_PYTHON")?;
    given["documents"] = std::env::var("SYNCHRONIZER_TEST_GOOGLE_DOCUMENTS")
        .expect("Google's library needs Google's documents")
        .into();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/peers/google_session.py");
    Some(support::session(python, script, given).await)
}

async fn refresh_token(world: &World, person: &str, scope: &str) -> Value {
    let boxes = [("box-5", "yes")];
    let fields: Vec<_> = ALL.iter().chain(&boxes).copied().collect();
    world.g_tokens(person, scope, &fields).await["refresh_token"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn googles_library_reads_people_and_calendars_and_understands_refusals() {
    let world = world_of_today().await;
    let signed_in = world.g_tokens(ZOE, PERSON, ALL).await;
    let dead = refresh_token(&world, NOEL, PERSON).await;
    world
        .post(&world.g("/revoke"), &[("token", dead.as_str().unwrap())])
        .await;
    let account: Value = serde_json::from_str(&world.sandbox.google_service_account()).unwrap();
    let given = json!({
        "base": world.sandbox.google_url(),
        "client_id": ID,
        "client_secret": SECRET,
        "admin": refresh_token(&world, ADMIN, DIRECTORY).await,
        "person": refresh_token(&world, ZOE, &format!("{PERSON} {CREATED}")).await,
        "stranger": refresh_token(&world, NOEL, DIRECTORY).await,
        "nobody": refresh_token(&world, METTE, PERSON).await,
        "dead": dead,
        "id_token": signed_in["id_token"],
        "service_account": account,
        "subject": NOEL,
        "delegated_scopes": [EVENTS, LIST],
    });
    let Some(told) = session(given).await else {
        return;
    };
    let people = told["people"].as_array().unwrap();
    assert_eq!(
        (people.len(), &told["people_pages"]),
        (13, &json!(4)),
        "{told}"
    );
    assert!(people.is_sorted_by_key(|person| person.as_str().unwrap().to_owned()));
    assert_eq!(told["aliases"].as_array().unwrap().len(), 2);
    assert_eq!(told["suspended"], 1);

    let calendars = told["calendars"].as_array().unwrap();
    assert_eq!(calendars.last(), Some(&told["made"]), "{told}");
    assert_eq!(told["made_zone"], "Europe/Oslo");
    assert_eq!(told["writable"], json!([ZOE, told["made"]]));
    // Five calendars by delegation, two on a page.
    assert_eq!(
        (&told["delegated"], &told["delegated_pages"]),
        (&json!(5), &json!(3))
    );
    assert_eq!(told["claims"]["sub"], "110169484474386276303");
    assert_eq!(told["claims"]["email"], ZOE);
    assert_eq!(
        told["selected"],
        json!({ "users": [{ "primaryEmail": people[0] }] })
    );

    for (what, status, reason) in [
        ("not_administrator", 403, "forbidden"),
        ("no_calendars", 403, "notACalendarUser"),
        ("wrong_page", 400, "invalid"),
        ("scope_missing", 403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
    ] {
        let refused = &told[what];
        assert_eq!(
            (&refused["status"], &refused["reason"]),
            (&json!(status), &json!(reason)),
            "{told}"
        );
        assert!(!refused["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(
        told["dead"],
        json!({ "error": "invalid_grant", "retryable": false })
    );
}
