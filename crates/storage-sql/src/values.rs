//! Values of columns: how they are written and read back.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use synchronizer_domain::Timestamp;
use synchronizer_domain::link::Cause;
use synchronizer_domain::text::fold_name;
use synchronizer_storage::{SecretHash, StorageError, StorageResult};

/// A place in the schema, for errors.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    table: &'static str,
    column: &'static str,
}

/// Names a place in the schema.
pub(crate) const fn column(table: &'static str, column: &'static str) -> Column {
    Column { table, column }
}

impl Column {
    /// The value there is none that we write.
    pub(crate) const fn inconsistent(self) -> StorageError {
        StorageError::Inconsistent {
            table: self.table,
            column: self.column,
        }
    }

    /// Reads one of our ids, or anything else with a text form.
    pub(crate) fn parse<T: FromStr>(self, text: &str) -> StorageResult<T> {
        text.parse().map_err(|_| self.inconsistent())
    }

    /// Reads a word of an enumeration with its `from_word`.
    pub(crate) fn word<T>(self, text: &str, read: fn(&str) -> Option<T>) -> StorageResult<T> {
        read(text).ok_or_else(|| self.inconsistent())
    }

    /// Reads JSON.
    pub(crate) fn json<T: DeserializeOwned>(self, text: &str) -> StorageResult<T> {
        serde_json::from_str(text).map_err(|_| self.inconsistent())
    }

    /// Reads a hash.
    pub(crate) fn hash(self, bytes: &[u8]) -> StorageResult<SecretHash> {
        bytes.try_into().map_err(|_| self.inconsistent())
    }

    /// Reads a counter that never is negative.
    pub(crate) fn count(self, number: i64) -> StorageResult<u32> {
        u32::try_from(number).map_err(|_| self.inconsistent())
    }

    /// Reads a cause with its date; the schema keeps both or none.
    pub(crate) fn cause(
        self,
        word: Option<&str>,
        at: Option<i64>,
    ) -> StorageResult<Option<(Cause, Timestamp)>> {
        match (word, at) {
            (None, None) => Ok(None),
            (Some(word), Some(at)) => Ok(Some((
                self.word(word, Cause::from_word)?,
                Timestamp::from_micros(at),
            ))),
            _ => Err(self.inconsistent()),
        }
    }
}

/// What searches look into and tables are sorted by: a name and its address. Never empty.
pub(crate) fn folded(name: &str, email: &str) -> String {
    format!("{} {}", fold_name(name), fold_name(email))
}

/// Writes JSON.
pub(crate) fn to_json(value: &(impl Serialize + ?Sized)) -> StorageResult<String> {
    serde_json::to_string(value).map_err(|error| StorageError::Database(Box::new(error)))
}

/// Reads an instant that may be missing.
pub(crate) fn instant(micros: Option<i64>) -> Option<Timestamp> {
    micros.map(Timestamp::from_micros)
}

/// Writes an instant that may be missing.
pub(crate) fn micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use synchronizer_domain::ids::LinkId;

    #[test]
    fn values_that_we_never_write_are_named_by_their_place() {
        let place = column("links", "id");
        let error = place.parse::<LinkId>("nonsense").unwrap_err();
        assert_eq!(error.to_string(), "inconsistent value in links.id");
        assert!(place.hash(&[0; 31]).is_err());
        assert!(place.count(-1).is_err());
        assert!(place.json::<Vec<String>>("{").is_err());
        assert!(place.cause(Some("crm_refused"), None).is_err());
        assert!(place.cause(Some("bored"), Some(1)).is_err());
    }
}
