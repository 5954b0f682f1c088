//! `[vault]`

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use synchronizer_vault::Key;

use super::files::secret_list;

/// Keys of the encryption at rest.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VaultSection {
    /// `id:base64` each, the first seals, all open. In the environment separated by blanks.
    /// Secret.
    #[serde(skip_serializing, deserialize_with = "secret_list")]
    pub keys: Vec<SecretString>,
}

impl VaultSection {
    /// The keys, parsed.
    ///
    /// # Errors
    /// A sentence per weak or malformed key.
    pub fn parsed(&self) -> Result<Vec<Key>, Vec<String>> {
        let mut problems = Vec::new();
        let mut keys = Vec::new();
        for (index, text) in self.keys.iter().enumerate() {
            match Key::parse(text) {
                Ok(key) => keys.push(key),
                Err(error) => problems.push(format!("vault.keys, number {}: {error}", index + 1)),
            }
        }
        if self.keys.is_empty() {
            problems.push(format!(
                "vault.keys: {}",
                synchronizer_vault::KeyError::None
            ));
        }
        if problems.is_empty() {
            Ok(keys)
        } else {
            Err(problems)
        }
    }

    pub(super) fn validate(&self, problems: &mut Vec<String>) {
        if let Err(found) = self.parsed() {
            problems.extend(found);
        }
    }
}
