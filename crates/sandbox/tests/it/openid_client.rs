//! A client that others wrote, openid-client, signs in at the three stand-ins: discovery,
//! PKCE, nonce, issuer, keys, refreshing and the words of errors as others read them. Runs
//! when `SYNCHRONIZER_TEST_NODE_PEERS` names the folder of the peers' scripts.

use serde_json::{Value, json};
use synchronizer_sandbox::{
    GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET,
    NORDLICHT_CTX, NORDLICHT_TID, SUPEROFFICE_CLIENT_ID, SUPEROFFICE_CLIENT_SECRET,
};

use crate::support::{CALLBACK, node_session, world_of_today};

const ZOE: &str = "zoe.mueller@nordlicht.example";

async fn session(mut given: Value) -> Option<Value> {
    given["redirect"] = CALLBACK.into();
    node_session("openid_session.mjs", given).await
}

/// What holds at every provider after a sign-in that worked.
fn signed_in(told: &Value) {
    assert_eq!(told.get("refused"), None, "{told}");
    assert_eq!(
        told["again"], "invalid_grant",
        "a code is good once: {told}"
    );
    assert_eq!(told["refreshed"], true, "{told}");
    assert_eq!(told["unknown"], "invalid_grant", "{told}");
    assert_eq!(told["stranger"], "invalid_client", "{told}");
}

/// SuperOffice writes the time of issue as a text, which strict clients refuse; everything
/// up to there must suit them.
#[tokio::test(flavor = "multi_thread")]
async fn openid_client_minds_nothing_at_superoffice_but_the_text_for_a_number() {
    let world = world_of_today().await;
    let control = world.sandbox.control();
    control.approve_company(NORDLICHT_CTX).unwrap();
    let base = world.sandbox.superoffice_url();
    let told = session(json!({
        "discovery": format!("{base}/login/.well-known/openid-configuration"),
        "client": SUPEROFFICE_CLIENT_ID,
        "secret": SUPEROFFICE_CLIENT_SECRET,
        "more": { "scope": "openid" },
        "steps": [{ "person": ZOE }],
    }))
    .await;
    let Some(told) = told else { return };
    assert_eq!(told["issuer"], base);
    let refused = told["refused"].as_str().unwrap();
    assert!(refused.contains("\"iat\" (issued at) claim type"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn openid_client_signs_in_at_microsoft() {
    let world = world_of_today().await;
    let base = world.sandbox.microsoft_url();
    let told = session(json!({
        // Strict clients accept the issuer of a named organisation only.
        "discovery": format!("{base}/{NORDLICHT_TID}/v2.0"),
        "client": MICROSOFT_CLIENT_ID,
        "secret": MICROSOFT_CLIENT_SECRET,
        "more": {
            "scope": "openid profile offline_access User.Read https://graph.microsoft.com/Calendars.ReadWrite",
        },
        "steps": [{ "user_name": ZOE }, { "action": "accept" }],
    }))
    .await;
    let Some(told) = told else { return };
    signed_in(&told);
    assert_eq!(told["issuer"], format!("{base}/{NORDLICHT_TID}/v2.0"));
    assert_eq!(told["claims"]["tid"], NORDLICHT_TID, "{told}");
    assert_eq!(told["claims"]["preferred_username"], ZOE);
}

#[tokio::test(flavor = "multi_thread")]
async fn openid_client_signs_in_at_google() {
    let world = world_of_today().await;
    let base = world.sandbox.google_url();
    let told = session(json!({
        "discovery": base,
        "client": GOOGLE_CLIENT_ID,
        "secret": GOOGLE_CLIENT_SECRET,
        "more": {
            "scope": "openid email profile https://www.googleapis.com/auth/calendar.events",
            "access_type": "offline",
            "prompt": "consent",
        },
        "userinfo": true,
        "steps": [{ "user_name": ZOE }, { "action": "continue" }],
    }))
    .await;
    let Some(told) = told else { return };
    signed_in(&told);
    assert_eq!(told["issuer"], base);
    assert_eq!(told["claims"]["email"], ZOE, "{told}");
    for claim in ["sub", "email", "hd", "name"] {
        assert_eq!(told["userinfo"][claim], told["claims"][claim], "{claim}");
    }
}
