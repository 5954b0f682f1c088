//! The types that Microsoft publishes for Graph judge the stand-in. Runs when
//! `SYNCHRONIZER_TEST_NODE_PEERS` names the folder of the peers' scripts.

use serde_json::Value;
use synchronizer_testkit::graph_complaints;

use super::{ADMIN, CALENDAR, ZOE, world};

const NOEL: &str = "noel.damico@nordlicht.example";
const EVERYTHING: &str = "/users?$select=id,displayName,givenName,surname,mail,userPrincipalName,accountEnabled,userType,proxyAddresses,businessPhones,jobTitle,mobilePhone,officeLocation,preferredLanguage";

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_members_and_words_that_microsoft_publishes() {
    let world = world().await;
    let admin = world.ms_tokens(ADMIN, "openid User.Read.All").await;
    let zoe = world.ms_tokens(ZOE, CALENDAR).await;
    let noel = world.ms_tokens(NOEL, CALENDAR).await;
    let mut answers: Vec<(&str, &str, Value)> = Vec::new();
    for (path, tokens, kind) in [
        ("/me", &admin, "graph.User"),
        ("/users", &admin, "graph.User[]"),
        (EVERYTHING, &admin, "graph.User[]"),
        ("/me", &zoe, "graph.User"),
        ("/me/calendar", &zoe, "graph.Calendar"),
        ("/me/calendars", &noel, "graph.Calendar[]"),
    ] {
        let mut answer = world.graph_json(path, tokens).await;
        if kind.ends_with("[]") {
            answer = answer["value"].take();
            assert!(answer.as_array().unwrap().len() > 1, "{path}");
        }
        answers.push((path, kind, answer));
    }
    for (path, tokens, status) in [
        ("/users", &zoe, 403),
        ("/me/nothing", &zoe, 400),
        ("/users/nobody@nordlicht.example", &admin, 404),
    ] {
        let refused = world.graph(path, tokens).await;
        assert_eq!(refused.status(), status, "{path}");
        let mut body: Value = refused.json().await.unwrap();
        // Its date and numbers are no part of the published type.
        let inner = body["error"]["innerError"].take();
        assert!(inner["request-id"].is_string(), "{inner}");
        answers.push((path, "graph.PublicErrorResponse", body));
    }
    let judged = tokio::task::spawn_blocking(move || graph_complaints(&answers).unwrap())
        .await
        .unwrap();
    if let Some(complaints) = judged {
        assert_eq!(complaints, Vec::<String>::new());
    }
}
