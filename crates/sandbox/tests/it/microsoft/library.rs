//! Microsoft's own client library against the stand-in for Graph: pages, waiting, errors.
//! Runs when `SYNCHRONIZER_TEST_NODE_PEERS` names the folder of the peers' scripts.

use serde_json::json;
use synchronizer_sandbox::{System, Throttle};

use super::{ADMIN, DIRECTORY};
use crate::support::{node_session, world_of_today};

#[tokio::test(flavor = "multi_thread")]
async fn microsofts_library_follows_pages_waits_as_told_and_understands_refusals() {
    let world = world_of_today().await;
    let tokens = world.ms_tokens(ADMIN, DIRECTORY).await;
    let control = world.sandbox.control();
    let once = Throttle {
        times: 1,
        retry_after: 1,
    };
    control.throttle_pages(System::Microsoft, once);
    let given = json!({ "base": world.sandbox.microsoft_url(), "token": tokens["access_token"] });
    let Some(told) = node_session("graph_session.mjs", given).await else {
        return;
    };
    let people = told["people"].as_array().unwrap();
    assert_eq!((people.len(), &told["count"]), (15, &json!(15)), "{told}");
    assert_eq!(told["pages"], 4);
    assert!(people.contains(&json!(ADMIN)));
    assert_eq!(told["me"], ADMIN);
    for (what, status, code) in [
        ("nobody", 404, "Request_ResourceNotFound"),
        ("wrong", 400, "BadRequest"),
        ("calendar", 403, "ErrorAccessDenied"),
    ] {
        let refused = &told[what];
        assert_eq!(refused["status"], status, "{told}");
        assert_eq!(refused["code"], code, "{told}");
        assert_eq!(refused["requestId"].as_str().unwrap().len(), 36);
        assert!(refused["date"].is_string() && refused["message"] != "");
    }
    let asked = control.requests();
    let refused = asked.iter().filter(|one| one.status == 429);
    assert_eq!(refused.count(), 1);
}
