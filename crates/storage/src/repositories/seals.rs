//! Sealed values as such, whatever they are: for changing the vault's keys.

use async_trait::async_trait;

use crate::StorageResult;
use crate::model::Sealed;

/// A column of sealed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedPlace {
    /// Refresh tokens of CRM connections.
    CrmConnections,
    /// Tokens of system users.
    SystemUsers,
    /// Secrets of profiles' directory connections.
    Directories,
    /// Tokens and credentials of links.
    Grants,
    /// Access tokens that all processes share.
    Tokens,
    /// Mails that wait.
    Mails,
    /// Tokens that wait to be revoked.
    Revocations,
    /// Sign-ins that are under way.
    Attempts,
    /// Sign-ups that are under way.
    Signups,
}

impl SealedPlace {
    /// Every column.
    pub const ALL: [Self; 9] = [
        Self::CrmConnections,
        Self::SystemUsers,
        Self::Directories,
        Self::Grants,
        Self::Tokens,
        Self::Mails,
        Self::Revocations,
        Self::Attempts,
        Self::Signups,
    ];

    /// A name for reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::CrmConnections => "CRM connections",
            Self::SystemUsers => "system users",
            Self::Directories => "directory connections",
            Self::Grants => "grants",
            Self::Tokens => "access tokens",
            Self::Mails => "waiting mails",
            Self::Revocations => "revocations",
            Self::Attempts => "sign-ins under way",
            Self::Signups => "sign-ups under way",
        }
    }
}

/// Where a sealed value stands in its column. Values are walked in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SealedKey {
    /// The tenant's id; empty before there is one.
    pub tenant: String,
    /// First part of the row's key.
    pub first: String,
    /// Second part, where it has one.
    pub second: String,
}

/// A sealed value with what the vault bound it to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// Where it stands.
    pub key: SealedKey,
    /// The id that it is bound to.
    pub bound_to: String,
    /// The value.
    pub value: Sealed,
}

/// Sealed values by the key of the vault that sealed them.
#[async_trait]
pub trait SealRepository {
    /// The next values behind a place in their column that another key than this one sealed.
    async fn sealed_otherwise(
        &mut self,
        place: SealedPlace,
        key: u8,
        after: &SealedKey,
        limit: u32,
    ) -> StorageResult<Vec<SealedRow>>;
    /// How many values of a column another key than this one sealed.
    async fn count_sealed_otherwise(&mut self, place: SealedPlace, key: u8) -> StorageResult<u64>;
    /// Puts the same secret, sealed anew, in place of the value; false when the value is no
    /// longer the one that was read.
    async fn seal_anew(
        &mut self,
        place: SealedPlace,
        row: &SealedRow,
        value: &Sealed,
    ) -> StorageResult<bool>;
}
