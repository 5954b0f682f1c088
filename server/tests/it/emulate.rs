//! Microsoft's sign-in by a stand-in that others wrote: real discovery, PKCE, nonce, keys.
//! It knows its own people only, so whoever signs in there is told from the person who was
//! linked, which takes the whole proof of an identity. Runs when
//! `SYNCHRONIZER_TEST_NODE_PEERS` names the folder of the peers.

use serde_json::json;
use synchronizer_sandbox::{MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET};
use synchronizer_testkit::Browser;

use crate::support::{NodePeer, Story, ZOE, ZOE_MAIL, says};

const MIA: &str = "mia@acme.example";

#[tokio::test]
async fn whoever_signs_in_at_a_microsoft_that_others_wrote_is_known_by_tenant_and_object() {
    let mut story = Story::start().await;
    let client = json!({
        "client_id": MICROSOFT_CLIENT_ID,
        "client_secret": MICROSOFT_CLIENT_SECRET,
        "name": "Synchronizer",
        "redirect_uris": [story.app.url("/auth/microsoft/callback")],
    });
    let seed = json!({
        "users": [{ "email": MIA, "name": "Mia Vik" }],
        "oauth_clients": [client],
    });
    let options = json!({ "service": "microsoft", "seed": seed });
    let Some(peer) = NodePeer::start("emulate.mjs", &options) else {
        return;
    };
    let authority = format!("{}/organizations/v2.0", peer.address);
    story.app.config.microsoft.authority = authority.parse().unwrap();
    story.app.restart().await;

    let person = Browser::new();
    let page = story.second_step(&person).await;
    let page = person
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = person.press(&page, MIA, &[]).await.unwrap();
    says(
        &page,
        403,
        &[
            "another Microsoft account",
            "Nothing was stored",
            MIA,
            ZOE,
            ZOE_MAIL,
        ],
    );
    story.expect("partly", Some("wrong_account")).await;
    assert_eq!(story.grants().await.len(), 1, "the CRM's half only");

    // What it answered once buys nothing a second time.
    let steps = person.history();
    let answer = steps
        .iter()
        .filter_map(|page| page.headers.get("location")?.to_str().ok())
        .find(|location| location.contains("/auth/microsoft/callback"))
        .unwrap();
    says(
        &person.open(answer).await.unwrap(),
        200,
        &["no longer valid"],
    );
}
