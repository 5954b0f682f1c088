//! Secrets: from values, from files (`SYNCHRONIZER_<SECTION>__<KEY>_FILE`), never to output:
//! their fields are not serialized, so that defaults stay what they are.

use figment::Figment;
use figment::providers::Serialized;
use secrecy::SecretString;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::ConfigError;

/// Keys that may come from a file.
const SECRETS: [&str; 7] = [
    "database.url",
    "vault.keys",
    "smtp.url",
    "google.client_secret",
    "superoffice.client_secret",
    "superoffice.system_user_key",
    "microsoft.client_secret",
];

/// Merges the contents of secret files.
pub(super) fn merge(mut figment: Figment) -> Result<Figment, ConfigError> {
    for key in SECRETS {
        let variable = format!(
            "SYNCHRONIZER_{}",
            key.replace('.', "__").to_ascii_uppercase()
        );
        let Ok(path) = std::env::var(format!("{variable}_FILE")) else {
            continue;
        };
        if std::env::var_os(&variable).is_some() {
            return Err(ConfigError::File(format!(
                "{variable} and {variable}_FILE are both set; keep one"
            )));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| {
            ConfigError::File(format!(
                "{variable}_FILE names {path}, which cannot be read: {error}"
            ))
        })?;
        figment = figment.merge(Serialized::default(key, text.trim()));
    }
    Ok(figment)
}

/// A text, or a number that figment made of one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Whole(i64),
    Broken(f64),
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Whole(number) => number.to_string(),
            Self::Broken(number) => number.to_string(),
        }
    }
}

/// Reads a secret.
pub(super) fn secret_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<SecretString, D::Error> {
    Ok(Scalar::deserialize(deserializer)?.into_text().into())
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ListOrText {
    List(Vec<String>),
    Text(String),
}

/// Reads a list of secrets, or one text with blanks between them.
pub(super) fn secret_list<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<SecretString>, D::Error> {
    let read = ListOrText::deserialize(deserializer)
        .map_err(|_| D::Error::custom("expected keys such as 1:base64"))?;
    Ok(match read {
        ListOrText::List(list) => list.into_iter().map(SecretString::from).collect(),
        ListOrText::Text(text) => text.split_whitespace().map(SecretString::from).collect(),
    })
}
