//! Secrets at rest: authenticated encryption bound to tenant and row.
//!
//! A sealed value is `format ‖ key id ‖ nonce ‖ ciphertext` (1 + 1 + 24 + n bytes),
//! XChaCha20-Poly1305. The associated data names format, key id, tenant, table and row,
//! so that a value moved to another row or tenant does not open. Several keys may be
//! configured: the first seals, all open, which is how keys are rotated.

mod keys;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::zeroize::Zeroize as _;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use synchronizer_domain::Rng;

pub use keys::{Key, KeyError, example_key, fresh_key};

const FORMAT: u8 = 1;
const NONCE: usize = 24;

/// Where a sealed value lives. Parts must not contain `\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The tenant's id, or a fixed word for rows before there is one.
    pub tenant: &'a str,
    /// The table.
    pub table: &'a str,
    /// The row's id.
    pub row: &'a str,
}

/// A sealed value does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Sealed with a key that is not configured.
    #[error("sealed with key {0}, which is not configured")]
    UnknownKey(u8),
    /// Damaged, moved to another row, or not ours.
    #[error("the sealed value is damaged or belongs to another row")]
    Damaged,
}

/// Seals and opens. Holds the keys.
pub struct Vault {
    keys: Vec<(u8, XChaCha20Poly1305)>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field(
                "keys",
                &self.keys.iter().map(|(id, _)| id).collect::<Vec<_>>(),
            )
            .finish()
    }
}

impl Vault {
    /// A vault that seals with the first key.
    ///
    /// # Errors
    /// [`KeyError::None`] without a key, [`KeyError::SameId`] when two keys share an id.
    pub fn new(keys: &[Key]) -> Result<Self, KeyError> {
        if keys.is_empty() {
            return Err(KeyError::None);
        }
        let mut ring: Vec<(u8, XChaCha20Poly1305)> = Vec::new();
        for key in keys {
            if ring.iter().any(|(id, _)| *id == key.id) {
                return Err(KeyError::SameId(key.id));
            }
            ring.push((key.id, XChaCha20Poly1305::new((&key.bytes).into())));
        }
        Ok(Self { keys: ring })
    }

    /// Seals a text for one row.
    #[must_use]
    pub fn seal(&self, rng: &dyn Rng, scope: Scope<'_>, secret: &SecretString) -> Vec<u8> {
        self.seal_bytes(rng, scope, secret.expose_secret().as_bytes())
    }

    /// Seals bytes for one row.
    #[must_use]
    pub fn seal_bytes(&self, rng: &dyn Rng, scope: Scope<'_>, secret: &[u8]) -> Vec<u8> {
        let Some((id, cipher)) = self.keys.first() else {
            return Vec::new();
        };
        let mut nonce = [0u8; NONCE];
        rng.fill(&mut nonce);
        let aad = associated_data(*id, scope);
        let payload = Payload {
            msg: secret,
            aad: &aad,
        };
        // Encryption fails only for texts beyond 256 GiB.
        let ciphertext = cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .unwrap_or_default();
        let mut sealed = Vec::with_capacity(2 + NONCE + ciphertext.len());
        sealed.extend([FORMAT, *id]);
        sealed.extend(nonce);
        sealed.extend(ciphertext);
        sealed
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn newest(&self) -> u8 {
        self.keys.first().map_or(0, |(id, _)| *id)
    }

    /// The same secret, sealed with the first key.
    ///
    /// # Errors
    /// [`VaultError`] when the value cannot be opened.
    pub fn reseal(
        &self,
        rng: &dyn Rng,
        scope: Scope<'_>,
        sealed: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        let mut secret = self.open_bytes(scope, sealed)?;
        let anew = self.seal_bytes(rng, scope, &secret);
        secret.zeroize();
        Ok(anew)
    }

    /// Opens a text of one row.
    ///
    /// # Errors
    /// [`VaultError`] when the key is unknown or the value is damaged or moved.
    pub fn open(&self, scope: Scope<'_>, sealed: &[u8]) -> Result<SecretString, VaultError> {
        let bytes = self.open_bytes(scope, sealed)?;
        String::from_utf8(bytes)
            .map(SecretString::from)
            .map_err(|_| VaultError::Damaged)
    }

    /// Opens bytes of one row.
    ///
    /// # Errors
    /// [`VaultError`] when the key is unknown or the value is damaged or moved.
    pub fn open_bytes(&self, scope: Scope<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let Some(([format, id], rest)) = sealed.split_first_chunk::<2>() else {
            return Err(VaultError::Damaged);
        };
        if *format != FORMAT {
            return Err(VaultError::Damaged);
        }
        let Some((nonce, ciphertext)) = rest.split_first_chunk::<NONCE>() else {
            return Err(VaultError::Damaged);
        };
        let (_, cipher) = self
            .keys
            .iter()
            .find(|(known, _)| known == id)
            .ok_or(VaultError::UnknownKey(*id))?;
        let aad = associated_data(*id, scope);
        cipher
            .decrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: ciphertext,
                    aad: &aad,
                },
            )
            .map_err(|_| VaultError::Damaged)
    }
}

fn associated_data(key: u8, scope: Scope<'_>) -> Vec<u8> {
    format!(
        "synchronizer\n{FORMAT}\n{key}\n{}\n{}\n{}",
        scope.tenant, scope.table, scope.row
    )
    .into_bytes()
}

/// SHA-256 of a random secret that is only ever compared. Not for passwords.
#[must_use]
pub fn hash_secret(secret: &SecretString) -> [u8; 32] {
    Sha256::digest(secret.expose_secret().as_bytes()).into()
}

/// A new secret of 256 random bits, base64url without padding (43 characters).
#[must_use]
pub fn mint_secret(rng: &dyn Rng) -> SecretString {
    use base64::Engine;
    let mut bytes = [0u8; 32];
    rng.fill(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .encode(bytes)
        .into()
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::rng::SeededRng;

    use super::*;

    const HERE: Scope<'_> = Scope {
        tenant: "t1",
        table: "grants",
        row: "r1",
    };

    fn key(id: u8, fill: u8) -> Key {
        Key {
            id,
            bytes: [fill; 32],
        }
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_own_row() {
        let vault = Vault::new(&[key(1, 7)]).unwrap();
        let sealed = vault.seal(&SeededRng::new(1), HERE, &"token".into());
        assert_eq!(vault.open(HERE, &sealed).unwrap().expose_secret(), "token");
        for elsewhere in [
            Scope {
                tenant: "t2",
                ..HERE
            },
            Scope {
                table: "mails",
                ..HERE
            },
            Scope { row: "r2", ..HERE },
        ] {
            assert_eq!(
                vault.open(elsewhere, &sealed).unwrap_err(),
                VaultError::Damaged
            );
        }
    }

    #[test]
    fn every_damaged_byte_is_noticed() {
        let vault = Vault::new(&[key(1, 7)]).unwrap();
        let sealed = vault.seal(&SeededRng::new(1), HERE, &"token".into());
        for index in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[index] ^= 1;
            assert!(vault.open(HERE, &damaged).is_err(), "byte {index}");
        }
        for length in 0..sealed.len() {
            assert!(
                vault.open(HERE, &sealed[..length]).is_err(),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn values_of_an_older_key_still_open_after_rotation() {
        let old = Vault::new(&[key(1, 7)]).unwrap();
        let sealed = old.seal(&SeededRng::new(1), HERE, &"token".into());
        let rotated = Vault::new(&[key(2, 8), key(1, 7)]).unwrap();
        assert_eq!(
            rotated.open(HERE, &sealed).unwrap().expose_secret(),
            "token"
        );
        assert_eq!(rotated.seal(&SeededRng::new(1), HERE, &"x".into())[1], 2);
        let without = Vault::new(&[key(2, 8)]).unwrap();
        let anew = rotated.reseal(&SeededRng::new(2), HERE, &sealed).unwrap();
        assert_eq!((rotated.newest(), anew[1]), (2, 2));
        assert_eq!(without.open(HERE, &anew).unwrap().expose_secret(), "token");
        let elsewhere = Scope { row: "r2", ..HERE };
        assert_eq!(
            rotated.reseal(&SeededRng::new(2), elsewhere, &sealed),
            Err(VaultError::Damaged)
        );
        assert_eq!(
            without.open(HERE, &sealed).unwrap_err(),
            VaultError::UnknownKey(1)
        );
    }

    #[test]
    fn two_keys_cannot_share_an_id() {
        assert!(matches!(
            Vault::new(&[key(1, 7), key(1, 8)]),
            Err(KeyError::SameId(1))
        ));
        assert!(matches!(Vault::new(&[]), Err(KeyError::None)));
    }

    #[test]
    fn debug_output_shows_key_ids_only() {
        let vault = Vault::new(&[key(3, 7)]).unwrap();
        assert_eq!(format!("{vault:?}"), "Vault { keys: [3] }");
        assert!(!format!("{:?}", key(3, 7)).contains('7'));
    }
}
