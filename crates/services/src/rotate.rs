//! Seals stored secrets with the newest key of the vault, so that older keys can go.

use synchronizer_storage::{SealedKey, SealedPlace, SealedRow, StorageResult};
use synchronizer_vault::Scope;

use crate::Core;
use crate::{attempts, grants, keeper, mails, signup, system_user, tokens};

/// Values of one transaction: short enough that nobody waits for it.
const PIECE: u32 = 100;
/// How often a column is walked when values keep changing meanwhile.
const WALKS: u32 = 5;

/// What became of the values of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// The column.
    pub place: SealedPlace,
    /// Values that were sealed anew.
    pub anew: u64,
    /// Values that no configured key opens; they were left as they are.
    pub unreadable: u64,
    /// Values that another key than the newest still seals.
    pub left: u64,
}

/// The table that the vault binds a column's values to.
const fn table(place: SealedPlace) -> &'static str {
    match place {
        SealedPlace::CrmConnections => tokens::CRM_TABLE,
        SealedPlace::SystemUsers => system_user::TABLE,
        SealedPlace::Directories => tokens::DIRECTORY_TABLE,
        SealedPlace::Grants => grants::TABLE,
        SealedPlace::Tokens => keeper::TOKENS_TABLE,
        SealedPlace::Mails => mails::TABLE,
        SealedPlace::Revocations => keeper::REVOCATIONS_TABLE,
        SealedPlace::Attempts => attempts::TABLE,
        SealedPlace::Signups => signup::TABLE,
    }
}

/// How one walk over a column ended.
#[derive(Default)]
struct Walk {
    anew: u64,
    unreadable: u64,
    /// Values that somebody changed between our reading and writing.
    changed: u64,
}

impl Core {
    /// Seals everything with the first configured key. It can be ended at any moment and
    /// begun again: each piece is a transaction, and what is done is not done again. Portals
    /// may run meanwhile.
    ///
    /// # Errors
    /// When the database cannot be reached; what was done stays.
    pub async fn rotate_keys(&self, mut told: impl FnMut(&Rotated)) -> StorageResult<Vec<Rotated>> {
        let key = self.vault.newest();
        let mut all = Vec::new();
        for place in SealedPlace::ALL {
            let (mut anew, mut last) = (0, Walk::default());
            for _ in 0..WALKS {
                last = self.walk(place, key).await?;
                anew += last.anew;
                if last.changed == 0 {
                    break;
                }
            }
            let mut unit = self.storage.read().await?;
            let rotated = Rotated {
                place,
                anew,
                unreadable: last.unreadable,
                left: unit.count_sealed_otherwise(place, key).await?,
            };
            told(&rotated);
            all.push(rotated);
        }
        Ok(all)
    }

    async fn walk(&self, place: SealedPlace, key: u8) -> StorageResult<Walk> {
        let (mut walk, mut after) = (Walk::default(), SealedKey::default());
        loop {
            let mut unit = self.storage.read().await?;
            let rows = unit.sealed_otherwise(place, key, &after, PIECE).await?;
            drop(unit);
            let Some(last) = rows.last() else {
                return Ok(walk);
            };
            after = last.key.clone();
            self.piece(place, &rows, &mut walk).await?;
        }
    }

    async fn piece(
        &self,
        place: SealedPlace,
        rows: &[SealedRow],
        walk: &mut Walk,
    ) -> StorageResult<()> {
        let mut unit = self.storage.write().await?;
        for row in rows {
            let scope = Scope {
                tenant: &row.key.tenant,
                table: table(place),
                row: &row.bound_to,
            };
            match self.vault.reseal(&*self.rng, scope, &row.value.0) {
                Ok(value) => {
                    let value = synchronizer_storage::Sealed(value);
                    if unit.seal_anew(place, row, &value).await? {
                        walk.anew += 1;
                    } else {
                        walk.changed += 1;
                    }
                }
                Err(error) => {
                    tracing::warn!(place = place.word(), row = row.bound_to, %error, "a sealed value was left as it is");
                    walk.unreadable += 1;
                }
            }
        }
        unit.commit().await
    }
}
