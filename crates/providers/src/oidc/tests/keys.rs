//! Keys that change.

use super::*;
use crate::test_support::Server;

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Signs with the second key under a name.
fn second(kid: &str) -> Signer {
    Signer {
        header: json!({"alg": "RS256", "kid": kid}),
        other_key: true,
    }
}

fn fetches(idp: &Idp) -> u32 {
    idp.script.lock().unwrap().key_fetches
}

#[tokio::test]
async fn a_new_key_works_at_once_and_the_old_one_no_longer() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    redeem(&idp, &provider, &sign(&idp.claims())).await.unwrap();
    idp.set(|script| script.keys = vec![other_jwk("key-2")]);
    let token = second("key-2").sign(&idp.claims());
    redeem(&idp, &provider, &token).await.unwrap();
    assert_eq!(fetches(&idp), 2);
    let old = redeem(&idp, &provider, &sign(&idp.claims())).await;
    assert!(old.unwrap_err().detail().contains("unknown key"));
    assert_eq!(fetches(&idp), 2, "within a minute nothing is asked again");
}

#[tokio::test]
async fn while_both_keys_are_published_both_sign() {
    let idp = Idp::start().await;
    idp.set(|script| script.keys.push(other_jwk("key-2")));
    let provider = idp.superoffice();
    for token in [sign(&idp.claims()), second("key-2").sign(&idp.claims())] {
        redeem(&idp, &provider, &token).await.unwrap();
    }
    assert_eq!(fetches(&idp), 1);
}

#[tokio::test]
async fn forged_keys_cause_one_fetch_a_minute() {
    let idp = Idp::start().await;
    let time = clock();
    let provider = idp.provider(idp.config(System::SuperOffice), Arc::clone(&time));
    redeem(&idp, &provider, &sign(&idp.claims())).await.unwrap();
    for minute in 1..=3 {
        for forged in ["a", "b", "c"] {
            let token = second(forged).sign(&idp.claims());
            let error = redeem(&idp, &provider, &token).await.unwrap_err();
            assert!(error.detail().contains("unknown key"), "{error}");
            assert_eq!(fetches(&idp), 1 + minute);
        }
        // The good key goes on meanwhile.
        redeem(&idp, &provider, &sign(&idp.claims())).await.unwrap();
        time.advance(Duration::from_secs(60));
    }
    assert_eq!(idp.script.lock().unwrap().discoveries, 1);
}

#[tokio::test]
async fn keys_and_metadata_are_read_again_after_a_day() {
    let idp = Idp::start().await;
    let time = clock();
    let provider = idp.provider(idp.config(System::SuperOffice), Arc::clone(&time));
    redeem(&idp, &provider, &sign(&idp.claims())).await.unwrap();
    // The key was taken out of service without a new one ever signing here.
    idp.set(|script| script.keys.clear());
    time.advance(DAY);
    let mut claims = idp.claims();
    claims["exp"] = json!(NOW + 24 * 3_600 + 300);
    let error = redeem(&idp, &provider, &sign(&claims)).await.unwrap_err();
    assert!(error.detail().contains("unknown key"), "{error}");
    assert_eq!(fetches(&idp), 2);
    assert_eq!(idp.script.lock().unwrap().discoveries, 2);
}

#[tokio::test]
async fn a_withdrawn_key_is_trusted_no_longer_than_its_provider_said() {
    let idp = Idp::start().await;
    idp.set(|script| script.keys_cache = Some("public, max-age=1800"));
    let time = clock();
    let provider = idp.provider(idp.config(System::SuperOffice), Arc::clone(&time));
    let mut claims = idp.claims();
    claims["exp"] = json!(NOW + 7_200);
    redeem(&idp, &provider, &sign(&claims)).await.unwrap();
    time.advance(Duration::from_secs(1_799));
    redeem(&idp, &provider, &sign(&claims)).await.unwrap();
    assert_eq!(fetches(&idp), 1);
    // While they cannot be read, a day at most, the known ones go on.
    time.advance(Duration::from_secs(1));
    idp.set(|script| script.keys_down = true);
    redeem(&idp, &provider, &sign(&claims)).await.unwrap();
    assert_eq!(fetches(&idp), 2);
    idp.set(|script| {
        script.keys_down = false;
        script.keys.clear();
    });
    let error = redeem(&idp, &provider, &sign(&claims)).await.unwrap_err();
    assert!(error.detail().contains("unknown key"), "{error}");
    assert_eq!(fetches(&idp), 3);
}

#[tokio::test]
async fn a_key_under_a_known_name_with_another_value_does_not_verify() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    let token = second("key-1").sign(&idp.claims());
    let error = redeem(&idp, &provider, &token).await.unwrap_err();
    assert!(error.detail().contains("wrong signature"), "{error}");
}

#[tokio::test]
async fn a_key_set_that_cannot_be_read_is_an_outage_and_keeps_the_known_keys() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    redeem(&idp, &provider, &sign(&idp.claims())).await.unwrap();
    idp.set(|script| script.keys_down = true);
    let token = second("key-2").sign(&idp.claims());
    let error = redeem(&idp, &provider, &token).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Unavailable);
    redeem(&idp, &provider, &sign(&idp.claims())).await.unwrap();
}

#[tokio::test]
async fn keys_of_another_host_are_not_asked_for_in_clear() {
    let elsewhere = Server::start(axum::Router::new()).await;
    let port = elsewhere.url.port().unwrap();
    let idp = Idp::start().await;
    idp.set(|script| script.keys_at = Some(format!("http://keys.example:{port}/keys")));
    let provider = idp.superoffice();
    let error = redeem(&idp, &provider, &sign(&idp.claims())).await;
    assert_eq!(error.unwrap_err().kind(), &ErrorKind::HttpsRequired);
}
