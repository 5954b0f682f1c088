//! What can go wrong below the repositories.

/// A storage failure. "Not found" is not one: look-ups return `Option`.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// A unique rule refused the row; the name is the constraint's or index's.
    #[error("the rule {constraint} refused a row")]
    Conflict {
        /// Name of the constraint or unique index, `unknown` where the engine hides it.
        constraint: String,
    },
    /// A value in the database is none that we write.
    #[error("inconsistent value in {table}.{column}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The database failed or cannot be reached.
    #[error("the database failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StorageError {
    /// Whether a unique rule with this name refused the row.
    #[must_use]
    pub fn is_conflict(&self, name: &str) -> bool {
        matches!(self, Self::Conflict { constraint } if constraint == name)
    }
}
