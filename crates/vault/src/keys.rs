//! Keys as they stand in the configuration: `id:base64`, 32 bytes each.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use synchronizer_domain::Rng;

/// A key of the vault.
#[derive(Clone)]
pub struct Key {
    /// Stands in every value sealed with it, 1–255.
    pub id: u8,
    /// The key itself.
    pub bytes: [u8; 32],
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A configured key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No key at all.
    #[error("no key is configured; make one with `synchronizer config key`")]
    None,
    /// Not `id:base64`.
    #[error(
        "a key must look like `1:` followed by 32 bytes in base64; make one with `synchronizer config key`"
    )]
    Form,
    /// Not 32 bytes.
    #[error("a key must have 32 bytes, this one has {0}; make one with `synchronizer config key`")]
    Length(usize),
    /// The key of the documentation, or one byte repeated.
    #[error("this key is an example and protects nothing; make one with `synchronizer config key`")]
    Example,
    /// Two keys with one id.
    #[error("two keys have the id {0}")]
    SameId(u8),
}

impl Key {
    /// Reads a configured key and refuses weak ones.
    ///
    /// # Errors
    /// [`KeyError`] names what is wrong with it; the key itself is never in the message.
    pub fn parse(text: &SecretString) -> Result<Self, KeyError> {
        let (id, encoded) = text
            .expose_secret()
            .trim()
            .split_once(':')
            .ok_or(KeyError::Form)?;
        let id = id
            .parse::<u8>()
            .ok()
            .filter(|id| *id > 0)
            .ok_or(KeyError::Form)?;
        let bytes = STANDARD
            .decode(encoded.trim())
            .map_err(|_| KeyError::Form)?;
        let bytes: [u8; 32] = bytes
            .try_into()
            .map_err(|bytes: Vec<u8>| KeyError::Length(bytes.len()))?;
        let [first, rest @ ..] = bytes;
        if rest.iter().all(|byte| *byte == first) || bytes == EXAMPLE {
            return Err(KeyError::Example);
        }
        Ok(Self { id, bytes })
    }
}

const EXAMPLE: [u8; 32] = *b"this-is-an-example-key-32-bytes!";

/// The key that stands in the documentation; [`Key::parse`] refuses it.
#[must_use]
pub fn example_key() -> String {
    format!("1:{}", STANDARD.encode(EXAMPLE))
}

/// A new key as it stands in the configuration.
#[must_use]
pub fn fresh_key(rng: &dyn Rng, id: u8) -> SecretString {
    let mut bytes = [0u8; 32];
    rng.fill(&mut bytes);
    format!("{id}:{}", STANDARD.encode(bytes)).into()
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::rng::SeededRng;

    use super::*;

    #[test]
    fn weak_and_malformed_keys_are_refused() {
        let zeros = format!("1:{}", STANDARD.encode([0u8; 32]));
        let short = format!("1:{}", STANDARD.encode([1u8, 2, 3]));
        for (text, expected) in [
            ("", KeyError::Form),
            ("abc", KeyError::Form),
            ("0:AAAA", KeyError::Form),
            ("1:***", KeyError::Form),
            (short.as_str(), KeyError::Length(3)),
            (zeros.as_str(), KeyError::Example),
            (example_key().as_str(), KeyError::Example),
        ] {
            assert_eq!(Key::parse(&text.into()).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn a_fresh_key_can_be_used() {
        assert_eq!(Key::parse(&fresh_key(&SeededRng::new(5), 9)).unwrap().id, 9);
    }
}
