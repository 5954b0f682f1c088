//! The RSA key that signs the id_tokens of both stand-ins.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::Value;

pub(crate) const PRIVATE_KEY: &[u8] = include_bytes!("../keys/stand-in-test-key.pem");
const PUBLIC_KEY: &str = include_str!("../keys/stand-in-test-key.jwk.json");

/// The key pair, loaded.
pub(crate) struct SigningKey {
    private: EncodingKey,
    public: Value,
    kid: String,
}

/// The key files in the crate are damaged.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The private key is not PEM.
    #[error("the stand-ins' private key cannot be read")]
    PrivateKey(#[source] jsonwebtoken::errors::Error),
    /// The public key is not a JSON object.
    #[error("the stand-ins' public key cannot be read")]
    PublicKey(#[source] serde_json::Error),
}

impl SigningKey {
    pub(crate) fn load() -> Result<Self, SigningError> {
        let private = EncodingKey::from_rsa_pem(PRIVATE_KEY).map_err(SigningError::PrivateKey)?;
        let public: Value = serde_json::from_str(PUBLIC_KEY).map_err(SigningError::PublicKey)?;
        let kid = public
            .get("kid")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        Ok(Self {
            private,
            public,
            kid,
        })
    }

    /// The public key as a JWK with `kid`, `x5t`, `x5c`, `n` and `e`.
    pub(crate) fn jwk(&self) -> Value {
        self.public.clone()
    }

    /// The key's id.
    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// Signs claims with RS256; the header names the key by `kid` and `x5t`.
    pub(crate) fn sign(&self, claims: &Value) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.kid.clone());
        header.x5t = Some(self.kid.clone());
        encode(&header, claims, &self.private)
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
    use serde_json::{Value, json};

    use super::SigningKey;

    #[test]
    fn signatures_verify_with_the_published_key() {
        let key = SigningKey::load().unwrap();
        let token = key.sign(&json!({ "hello": "world" })).unwrap();
        let jwk = key.jwk();
        let public = DecodingKey::from_rsa_components(
            jwk["n"].as_str().unwrap(),
            jwk["e"].as_str().unwrap(),
        )
        .unwrap();
        let mut rules = Validation::new(Algorithm::RS256);
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        let read = decode::<Value>(&token, &public, &rules).unwrap();
        assert_eq!(read.claims["hello"], "world");
        assert_eq!(read.header.kid, read.header.x5t);
    }
}
