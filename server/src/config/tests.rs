//! Tests of the configuration as a whole.

use secrecy::ExposeSecret;

use super::*;

fn from_toml(text: &str) -> Result<Config, Box<figment::Error>> {
    Figment::from(Serialized::defaults(Config::default()))
        .merge(Toml::string(text))
        .extract()
        .map_err(Box::new)
}

#[test]
fn the_example_loads_and_is_refused_for_its_key_alone_sc_96() {
    let config = from_toml(&example()).unwrap();
    let ConfigError::Invalid(problems) = config.validate().unwrap_err() else {
        panic!("another error")
    };
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("is an example"), "{problems:?}");
}

#[test]
fn every_problem_is_told_at_once() {
    let config = from_toml(
        "[server]\npublic_url = 'http://sync.example.com/x'\n[database]\nurl = 'mysql://a'\n[smtp]\nfrom = 'nobody'\n",
    )
    .unwrap();
    let text = config.validate().unwrap_err().to_string();
    for part in [
        "https address",
        "without a path",
        "database.url",
        "vault.keys",
        "smtp.from",
        "superoffice.client_id",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn an_unknown_key_is_named() {
    let error = from_toml("[server]\nlisten_on = '1'\n")
        .unwrap_err()
        .to_string();
    assert!(error.contains("listen_on"), "{error}");
}

#[test]
fn secrets_are_in_no_output() {
    let config =
        from_toml("[superoffice]\nclient_secret = 'canary-1'\n[vault]\nkeys = ['canary-2']\n")
            .unwrap();
    let shown = format!("{config:?} {}", toml::to_string(&config).unwrap());
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(config.superoffice.client_secret.expose_secret(), "canary-1");
}

#[test]
fn keys_may_be_one_text_with_blanks() {
    let config = from_toml("[vault]\nkeys = '1:a 2:b'\n").unwrap();
    assert_eq!(config.vault.keys.len(), 2);
}

fn from_environment(variables: &[(&str, &str)]) -> Config {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    environment::merge(
        Figment::from(Serialized::defaults(Config::default())),
        variables,
    )
    .extract()
    .unwrap()
}

#[test]
fn an_id_of_digits_stays_text_in_the_environment() {
    let config = from_environment(&[
        ("SYNCHRONIZER_SUPEROFFICE__CLIENT_ID", "0012e45"),
        ("SYNCHRONIZER_SUPEROFFICE__CLIENT_SECRET", "12345"),
        ("SYNCHRONIZER_SMTP__RATE_PER_MINUTE", "7"),
        ("SYNCHRONIZER_SUPEROFFICE__PKCE", "false"),
        ("SYNCHRONIZER_TENANTS__ALLOWED", "[\"Cust1\", \"Cust2\"]"),
        ("SYNCHRONIZER_OUTBOUND__ALLOW_NETWORKS", "[\"127.0.0.0/8\"]"),
        ("UNRELATED__KEY", "x"),
    ]);
    assert_eq!(config.superoffice.client_id, "0012e45");
    assert_eq!(config.superoffice.client_secret.expose_secret(), "12345");
    assert_eq!(config.smtp.rate_per_minute, 7);
    assert!(!config.superoffice.pkce);
    assert_eq!(config.tenants.allowed, ["Cust1", "Cust2"]);
    assert_eq!(config.outbound.allow_networks.len(), 1);
}

#[test]
fn keys_of_features_to_come_are_accepted() {
    let config = from_environment(&[
        ("SYNCHRONIZER_GOOGLE__CLIENT_ID", "g"),
        ("SYNCHRONIZER_SYNC__INTERVAL", "60s"),
    ]);
    assert_eq!(
        (
            config.google.client_id.as_str(),
            config.sync.interval.as_str()
        ),
        ("g", "60s")
    );
}

#[test]
fn secrets_keep_their_defaults() {
    let config = from_environment(&[]);
    assert_eq!(config.smtp.url.expose_secret(), "smtp://127.0.0.1:25");
    assert_eq!(
        config.database.url.expose_secret(),
        "sqlite://synchronizer.db"
    );
}

#[test]
fn the_end_of_a_client_secret_is_a_day_and_counts_where_a_system_is_on_sc_56() {
    let config = from_environment(&[
        ("SYNCHRONIZER_MICROSOFT__CLIENT_ID", "m"),
        (
            "SYNCHRONIZER_MICROSOFT__CLIENT_SECRET_EXPIRES",
            "2027-01-31",
        ),
        ("SYNCHRONIZER_GOOGLE__CLIENT_SECRET_EXPIRES", "2027-02-01"),
        (
            "SYNCHRONIZER_SUPEROFFICE__CLIENT_SECRET_EXPIRES",
            "31.1.2027",
        ),
    ]);
    let secrets = config.client_secrets();
    assert_eq!(secrets.len(), 1, "{secrets:?}");
    assert_eq!(secrets[0].system, "microsoft365");
    assert_eq!(secrets[0].ends_at.to_rfc3339(), "2027-01-31T00:00:00Z");
    let text = config.validate().unwrap_err().to_string();
    assert!(text.contains("superoffice.client_secret_expires"), "{text}");
    for fine in ["google.client_secret_expires", "microsoft.client_secret_e"] {
        assert!(!text.contains(fine), "{text}");
    }
    // Whom it does not reach is said without being wrong.
    assert!(config.hints()[0].contains("smtp.operator"));
    let unknown = from_environment(&[("SYNCHRONIZER_MICROSOFT__CLIENT_ID", "m")]);
    assert!(unknown.hints()[0].contains("microsoft.client_secret_expires"));
    assert!(from_environment(&[]).hints().is_empty());
}
