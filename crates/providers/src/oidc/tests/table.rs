//! Id tokens of each provider, changed in every way that matters.

use super::*;

/// One provider with tokens that it would sign.
struct Case {
    system: System,
    idp: Idp,
    provider: OidcProvider,
    /// Seconds by which clocks may differ.
    skew: i64,
}

impl Case {
    async fn of(system: System) -> Self {
        let idp = Idp::start().await;
        let provider = match system {
            System::Microsoft => idp.microsoft(),
            _ => idp.provider(idp.config(system), clock()),
        };
        Self {
            system,
            idp,
            provider,
            // Entra's documentation asks for five minutes.
            skew: if system == System::Microsoft { 300 } else { 60 },
        }
    }

    async fn all() -> [Self; 3] {
        [
            Self::of(System::SuperOffice).await,
            Self::of(System::Microsoft).await,
            Self::of(System::Google).await,
        ]
    }

    /// Claims that are accepted as they are.
    fn claims(&self) -> Value {
        let mut claims = self.idp.claims();
        if self.system == System::Microsoft {
            claims["iss"] = json!(format!("{}/t-1/v2.0", self.idp.server.origin()));
            claims["tid"] = json!("t-1");
            claims["ver"] = json!("2.0");
        }
        claims
    }

    fn changed(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value;
        }
        sign(&claims)
    }

    /// What the token is refused for; none when it is accepted.
    async fn verdict(&self, token: &str) -> Option<String> {
        match redeem(&self.idp, &self.provider, token).await {
            Ok(_) => None,
            Err(error) => {
                assert_eq!(error.kind(), &ErrorKind::Protocol, "{error}");
                assert_eq!(error.system(), self.system);
                Some(error.detail().to_owned())
            }
        }
    }

    async fn expect(&self, what: &str, token: &str, reason: &str) {
        let verdict = self.verdict(token).await.unwrap_or_default();
        assert!(
            verdict.contains(reason) && !verdict.is_empty(),
            "{} {what}: {verdict}",
            self.system
        );
    }
}

#[tokio::test]
async fn each_provider_refuses_a_wrong_issuer_audience_nonce_and_subject() {
    for case in Case::all().await {
        assert_eq!(case.verdict(&sign(&case.claims())).await, None);
        let issuer = case.claims()["iss"].as_str().unwrap().to_owned();
        for (name, value, reason) in [
            ("iss", json!("https://evil.example"), "another issuer"),
            ("iss", json!(format!("{issuer}/")), "another issuer"),
            ("iss", json!(issuer.to_uppercase()), "another issuer"),
            ("iss", json!([issuer]), "claim iss"),
            ("iss", Value::Null, "claim iss"),
            ("aud", json!("client-2"), "another audience"),
            ("aud", json!(CLIENT.to_uppercase()), "another audience"),
            ("aud", json!([]), "another audience"),
            ("aud", json!(["client-2"]), "another audience"),
            ("aud", json!([CLIENT, "client-2"]), "another party"),
            ("aud", Value::Null, "another audience"),
            ("azp", json!("client-2"), "another party"),
            ("azp", json!(7), "another party"),
            ("nonce", json!("nonce-2"), "another nonce"),
            ("nonce", json!(""), "another nonce"),
            ("nonce", json!(1), "another nonce"),
            ("nonce", Value::Null, "another nonce"),
            ("sub", Value::Null, "claim sub"),
        ] {
            let what = format!("{name} {value}");
            case.expect(&what, &case.changed(name, value), reason).await;
        }
    }
}

#[tokio::test]
async fn each_provider_refuses_a_wrong_key_and_algorithm() {
    for case in Case::all().await {
        let claims = case.claims();
        let signed = |header: Value, other_key: bool| Signer { header, other_key }.sign(&claims);
        let good = json!({"alg": "RS256", "kid": "key-1"});
        let good_token = signed(good.clone(), false);
        let (body, signature) = good_token.rsplit_once('.').unwrap();
        for (what, token, reason) in [
            (
                "no algorithm",
                signed(json!({"alg": "none", "kid": "key-1"}), false),
                "not RS256",
            ),
            (
                "public key as secret",
                signed(json!({"alg": "HS256", "kid": "key-1"}), false),
                "not RS256",
            ),
            (
                "spelled otherwise",
                signed(json!({"alg": "rs256", "kid": "key-1"}), false),
                "not RS256",
            ),
            (
                "unknown key",
                signed(json!({"alg": "RS256", "kid": "key-9"}), false),
                "unknown key",
            ),
            (
                "no key named",
                signed(json!({"alg": "RS256"}), false),
                "unknown key",
            ),
            (
                "a key it brings itself",
                signed(json!({"alg": "RS256", "jwk": other_jwk("own")}), true),
                "unknown key",
            ),
            ("another key", signed(good, true), "wrong signature"),
            ("no signature", format!("{body}."), "wrong signature"),
            (
                "half a signature",
                format!("{body}.{}", &signature[..40]),
                "wrong signature",
            ),
            ("no third part", body.to_owned(), "malformed"),
            ("five parts", format!("{good_token}.x.y"), "malformed"),
        ] {
            case.expect(what, &token, reason).await;
        }
    }
}

#[tokio::test]
async fn clocks_may_differ_by_the_skew_and_not_by_a_second_more() {
    for case in Case::all().await {
        let skew = case.skew;
        for (name, seconds, refused) in [
            ("exp", NOW + 1, None),
            ("exp", NOW - skew + 1, None),
            ("exp", NOW - skew, Some("expired")),
            ("exp", NOW - skew - 1, Some("expired")),
            ("nbf", NOW + skew, None),
            ("nbf", NOW + skew + 1, Some("not yet valid")),
            ("iat", NOW + skew, None),
            ("iat", NOW + skew + 1, Some("not yet valid")),
            ("nbf", NOW - 86_400, None),
        ] {
            // As a number and as the string of digits that SuperOffice sends.
            for value in [json!(seconds), json!(seconds.to_string())] {
                let token = case.changed(name, value.clone());
                let verdict = case.verdict(&token).await;
                let what = format!("{} {name} {value}: {verdict:?}", case.system);
                match refused {
                    None => assert_eq!(verdict, None, "{what}"),
                    Some(reason) => assert!(verdict.is_some_and(|v| v.contains(reason)), "{what}"),
                }
            }
        }
        for (name, value) in [
            ("exp", Value::Null),
            ("exp", json!("soon")),
            ("exp", json!(true)),
            ("exp", json!("99999999999999999999")),
            ("iat", Value::Null),
            ("nbf", json!({})),
        ] {
            let what = format!("{name} {value}");
            case.expect(&what, &case.changed(name, value), &format!("claim {name}"))
                .await;
        }
    }
}

#[tokio::test]
async fn a_token_of_one_provider_is_worth_nothing_at_another() {
    let cases = Case::all().await;
    for from in &cases {
        let token = sign(&from.claims());
        for to in &cases {
            let verdict = to.verdict(&token).await;
            if from.system == to.system {
                assert_eq!(verdict, None, "{}", to.system);
            } else {
                let verdict = verdict.unwrap_or_default();
                let what = format!("{} at {}: {verdict}", from.system, to.system);
                let known = ["another issuer", "claim tid"];
                assert!(
                    known.iter().any(|reason| verdict.contains(reason)),
                    "{what}"
                );
            }
        }
    }
}

#[tokio::test]
async fn only_google_may_leave_the_scheme_of_its_issuer_out() {
    for case in Case::all().await {
        let issuer = case.claims()["iss"].as_str().unwrap().to_owned();
        let (_, bare) = issuer.split_once("://").unwrap();
        let verdict = case.verdict(&case.changed("iss", json!(bare))).await;
        assert_eq!(
            verdict.is_none(),
            case.system == System::Google,
            "{verdict:?}"
        );
        let other = case.changed("iss", json!(format!("https://{bare}")));
        case.expect("another scheme", &other, "another issuer")
            .await;
    }
}
