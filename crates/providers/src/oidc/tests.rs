//! The client against an identity provider in this process.

mod keys;
mod table;

use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use synchronizer_domain::Timestamp;

use super::*;
use crate::test_support::{CLIENT, Idp, NONCE, NOW, Signer, clock, other_jwk, secret, sign};

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

async fn redeem(
    idp: &Idp,
    provider: &OidcProvider,
    id_token: &str,
) -> Result<Redeemed, ProviderError> {
    idp.give(id_token, json!({}));
    provider
        .redeem(
            &secret("code-1"),
            Some(&secret("verifier-1")),
            &secret(NONCE),
            &["openid"],
        )
        .await
}

#[tokio::test]
async fn a_sign_in_starts_with_pkce_state_and_nonce() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    let begun = provider
        .begin(
            &["openid", "more"],
            &[("login_hint", "kari@example.net".to_owned())],
        )
        .await
        .unwrap();
    let expected_challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(
        begun.verifier.expose_secret().to_owned(),
    ));
    for (name, value) in [
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("response_mode", "query"),
        ("scope", "openid more"),
        ("redirect_uri", "http://localhost:8080/auth/callback"),
        ("state", begun.state.expose_secret()),
        ("nonce", begun.nonce.expose_secret()),
        ("code_challenge", expected_challenge.as_str()),
        ("code_challenge_method", "S256"),
        ("login_hint", "kari@example.net"),
    ] {
        assert_eq!(query(&begun.url, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(begun.state.expose_secret().len(), 43);
    assert_ne!(begun.state.expose_secret(), begun.nonce.expose_secret());
    assert!(!begun.url.as_str().contains("client-secret-1"));
    assert!(!begun.url.as_str().contains(begun.verifier.expose_secret()));
}

#[tokio::test]
async fn without_pkce_neither_challenge_nor_verifier_is_sent() {
    let idp = Idp::start().await;
    let mut config = idp.config(System::SuperOffice);
    config.pkce = false;
    let provider = idp.provider(config, clock());
    let begun = provider.begin(&["openid"], &[]).await.unwrap();
    assert_eq!(query(&begun.url, "code_challenge"), None);
    redeem(&idp, &provider, &sign(&idp.claims())).await.unwrap();
    let form = idp.script.lock().unwrap().forms[0].clone();
    assert!(!form.iter().any(|(name, _)| name == "code_verifier"));
}

#[tokio::test]
async fn a_code_is_redeemed_with_the_documented_form() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    let redeemed = redeem(&idp, &provider, &sign(&idp.claims())).await.unwrap();
    let mut form = idp.script.lock().unwrap().forms[0].clone();
    form.sort();
    let expected = [
        ("client_id", CLIENT),
        ("client_secret", "client-secret-1"),
        ("code", "code-1"),
        ("code_verifier", "verifier-1"),
        ("grant_type", "authorization_code"),
        ("redirect_uri", "http://localhost:8080/auth/callback"),
    ];
    let form: Vec<_> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(form, expected);
    assert_eq!(redeemed.tokens.access_token.expose_secret(), "access-1");
    assert_eq!(
        redeemed.tokens.refresh_token.unwrap().expose_secret(),
        "refresh-1"
    );
    assert_eq!(redeemed.tokens.expires_at, Timestamp::from_secs(NOW + 3600));
    assert_eq!(redeemed.tokens.scopes, ["openid"]);
    assert_eq!(redeemed.claims.text("sub"), Some("kari@example.net"));
}

#[tokio::test]
async fn unacceptable_id_tokens_are_refused() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    let changed = |name: &str, value: Value| {
        let mut claims = idp.claims();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value;
        }
        sign(&claims)
    };
    let header = |header: Value| {
        Signer {
            header,
            other_key: false,
        }
        .sign(&idp.claims())
    };
    let good = sign(&idp.claims());
    let tampered = {
        let parts: Vec<&str> = good.split('.').collect();
        let mut claims = idp.claims();
        claims["sub"] = json!("eve@example.net");
        let forged = sign(&claims);
        format!(
            "{}.{}.{}",
            parts[0],
            forged.split('.').nth(1).unwrap(),
            parts[2]
        )
    };
    for (token, reason) in [
        (
            changed("iss", json!("https://evil.example")),
            "another issuer",
        ),
        (
            changed("iss", json!(format!("{}/", idp.server.origin()))),
            "another issuer",
        ),
        (changed("iss", Value::Null), "claim iss"),
        (changed("aud", json!("client-2")), "another audience"),
        (changed("aud", json!(["client-2"])), "another audience"),
        (changed("aud", Value::Null), "another audience"),
        (changed("aud", json!([CLIENT, "client-2"])), "another party"),
        (changed("azp", json!("client-2")), "another party"),
        (changed("nonce", json!("nonce-2")), "another nonce"),
        (changed("nonce", Value::Null), "another nonce"),
        (changed("exp", json!(NOW - 61)), "expired"),
        (changed("exp", json!((NOW - 61).to_string())), "expired"),
        (changed("exp", Value::Null), "claim exp"),
        (changed("exp", json!("soon")), "claim exp"),
        (changed("iat", json!(NOW + 61)), "not yet valid"),
        (changed("iat", Value::Null), "claim iat"),
        (changed("nbf", json!(NOW + 61)), "not yet valid"),
        (changed("nbf", json!([])), "claim nbf"),
        (changed("sub", Value::Null), "claim sub"),
        (header(json!({"alg": "none", "kid": "key-1"})), "not RS256"),
        (header(json!({"alg": "HS256", "kid": "key-1"})), "not RS256"),
        (
            header(json!({"alg": "RS256", "kid": "key-9"})),
            "unknown key",
        ),
        (header(json!({"alg": "RS256"})), "unknown key"),
        (header(json!({"alg": "RS256", "kid": "ec"})), "unknown key"),
        (
            header(json!({"alg": "RS256", "kid": "key-1", "crit": ["x"]})),
            "malformed",
        ),
        (
            Signer {
                other_key: true,
                ..Signer::default()
            }
            .sign(&idp.claims()),
            "wrong signature",
        ),
        (tampered, "wrong signature"),
        (good.rsplit_once('.').unwrap().0.to_owned(), "malformed"),
        (format!("{good}.x"), "malformed"),
        ("not a token".to_owned(), "malformed"),
    ] {
        let error = redeem(&idp, &provider, &token).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Protocol, "{reason}");
        assert!(
            error.detail().contains(reason),
            "{reason}: {}",
            error.detail()
        );
    }
}

#[tokio::test]
async fn acceptable_variants_of_id_tokens_pass() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    for (name, value) in [
        ("aud", json!([CLIENT])),
        ("azp", json!(CLIENT)),
        ("exp", json!(NOW - 30)),
        ("exp", json!((NOW + 5).to_string())),
        ("exp", json!(1_800_000_300.5)),
        ("nbf", json!(NOW + 30)),
    ] {
        let mut claims = idp.claims();
        claims[name] = value.clone();
        let result = redeem(&idp, &provider, &sign(&claims)).await;
        assert!(result.is_ok(), "{name} {value}: {:?}", result.err());
    }
    let by_x5t = Signer {
        header: json!({"alg": "RS256", "x5t": "key-1-x5t"}),
        other_key: false,
    };
    assert!(
        redeem(&idp, &provider, &by_x5t.sign(&idp.claims()))
            .await
            .is_ok()
    );
    assert!(
        redeem(&idp, &provider, &{
            let mut claims = idp.claims();
            claims["aud"] = json!([CLIENT, "client-2"]);
            claims["azp"] = json!(CLIENT);
            sign(&claims)
        })
        .await
        .is_ok()
    );
}

#[tokio::test]
async fn a_refresh_without_a_new_refresh_token_is_fine() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    idp.set(|script| {
        script.token_body = json!({"token_type": "bearer", "access_token": "a2", "expires_in": 60});
    });
    let tokens = provider.refresh(&secret("refresh-1"), &[]).await.unwrap();
    assert!(tokens.refresh_token.is_none());
    assert_eq!(tokens.expires_at, Timestamp::from_secs(NOW + 60));
    let form = idp.script.lock().unwrap().forms[0].clone();
    assert!(form.contains(&("grant_type".to_owned(), "refresh_token".to_owned())));
    assert!(form.contains(&("refresh_token".to_owned(), "refresh-1".to_owned())));
}

#[tokio::test]
async fn a_refused_refresh_needs_the_person() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    idp.set(|script| {
        script.token_status = 400;
        script.token_body =
            json!({"error": "invalid_grant", "error_description": "refresh-1 is revoked"});
    });
    let error = provider
        .refresh(&secret("refresh-1"), &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NeedsPerson);
    assert!(!error.detail().contains("refresh-1"));
}

#[tokio::test]
async fn a_broken_token_answer_quotes_nothing() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    for body in [
        json!({"access_token": "canary-1", "token_type": "Bearer", "expires_in": "canary-2"}),
        json!("canary-1 canary-2"),
        json!({"token_type": "Bearer", "id_token": "canary-1"}),
    ] {
        idp.set(|script| script.token_body = body);
        let error = provider.refresh(&secret("r"), &[]).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Protocol);
        assert!(
            !format!("{error:?} {error}").contains("canary"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn nothing_secret_shows_in_debug_output() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    let begun = provider.begin(&["openid"], &[]).await.unwrap();
    let mut claims = idp.claims();
    claims["email"] = json!("canary@example.net");
    let redeemed = redeem(&idp, &provider, &sign(&claims)).await.unwrap();
    let shown = format!("{provider:?} {redeemed:?} {:?}", begun.verifier);
    for canary in [
        "canary@",
        "client-secret-1",
        "access-1",
        "refresh-1",
        begun.verifier.expose_secret(),
    ] {
        assert!(!shown.contains(canary), "{canary} in {shown}");
    }
}

#[tokio::test]
async fn a_foreign_issuer_in_discovery_is_the_operators_problem() {
    let idp = Idp::start().await;
    let mut config = idp.config(System::SuperOffice);
    config.issuer = IssuerRule::Exact("https://online.superoffice.com".to_owned());
    let provider = idp.provider(config, clock());
    let error = provider.begin(&["openid"], &[]).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Misconfigured);
}

#[tokio::test]
async fn discovery_in_clear_is_for_this_machine_only() {
    let idp = Idp::start().await;
    let mut config = idp.config(System::SuperOffice);
    config.discovery_url = Url::parse("http://login.example/x").unwrap();
    let error = idp
        .provider(config, clock())
        .begin(&[], &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::HttpsRequired);
}

#[tokio::test]
async fn a_callback_must_name_our_issuer_if_any() {
    let idp = Idp::start().await;
    let provider = idp.superoffice();
    let origin = idp.server.origin();
    assert!(provider.check_callback_issuer(None).await.is_ok());
    assert!(provider.check_callback_issuer(Some(&origin)).await.is_ok());
    for iss in ["", "https://evil.example", &format!("{origin}/")] {
        assert!(
            provider.check_callback_issuer(Some(iss)).await.is_err(),
            "{iss}"
        );
    }
    idp.set(|script| script.promises_iss = true);
    assert!(idp.superoffice().check_callback_issuer(None).await.is_err());
}

#[tokio::test]
async fn an_entra_callback_may_name_any_tenant_of_the_template() {
    let idp = Idp::start().await;
    let provider = idp.microsoft();
    let origin = idp.server.origin();
    for (iss, fine) in [
        (format!("{origin}/7a1f-4/v2.0"), true),
        (format!("{origin}//v2.0"), false),
        (format!("{origin}/a/b/v2.0"), false),
        (format!("{origin}/7a1f-4/v1.0"), false),
        ("https://evil.example/7a1f-4/v2.0".to_owned(), false),
    ] {
        assert_eq!(
            provider.check_callback_issuer(Some(&iss)).await.is_ok(),
            fine,
            "{iss}"
        );
    }
}

#[tokio::test]
async fn entra_tokens_must_fit_the_tenant_template() {
    let idp = Idp::start().await;
    let provider = idp.microsoft();
    let origin = idp.server.origin();
    let claims = |tid: &str, iss: String, ver: &str| {
        let mut claims = idp.claims();
        claims["iss"] = json!(iss);
        claims["tid"] = json!(tid);
        claims["ver"] = json!(ver);
        // Five minutes of skew are Microsoft's.
        claims["exp"] = json!(NOW - 200);
        sign(&claims)
    };
    let fitting = claims("t-1", format!("{origin}/t-1/v2.0"), "2.0");
    redeem(&idp, &provider, &fitting).await.unwrap();
    for (token, reason) in [
        (
            claims("t-2", format!("{origin}/t-1/v2.0"), "2.0"),
            "another issuer",
        ),
        (
            claims("t-1", format!("{origin}/{{tenantid}}/v2.0"), "2.0"),
            "another issuer",
        ),
        (
            claims("t/../1", format!("{origin}/t/../1/v2.0"), "2.0"),
            "claim tid",
        ),
        (claims("", format!("{origin}//v2.0"), "2.0"), "claim tid"),
        (
            claims("t-1", format!("{origin}/t-1/v2.0"), "1.0"),
            "claim ver",
        ),
    ] {
        let error = redeem(&idp, &provider, &token).await.unwrap_err();
        assert!(
            error.detail().contains(reason),
            "{reason}: {}",
            error.detail()
        );
    }
}

#[tokio::test]
async fn an_entra_key_signs_for_its_own_issuer_only() {
    let idp = Idp::start().await;
    let origin = idp.server.origin();
    let token = {
        let mut claims = idp.claims();
        claims["iss"] = json!(format!("{origin}/t-1/v2.0"));
        claims["tid"] = json!("t-1");
        claims["ver"] = json!("2.0");
        sign(&claims)
    };
    for (of_key, fine) in [
        (format!("{origin}/{{tenantid}}/v2.0"), true),
        (format!("{origin}/t-1/v2.0"), true),
        (format!("{origin}/t-2/v2.0"), false),
    ] {
        let provider = idp.microsoft();
        idp.set(|script| script.keys[1]["issuer"] = json!(of_key));
        let result = redeem(&idp, &provider, &token).await;
        assert_eq!(result.is_ok(), fine, "{of_key}");
    }
}
