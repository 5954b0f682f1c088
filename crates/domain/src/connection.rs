//! What a connection test says.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::error::ErrorCode;
use crate::link::words;

words! {
    /// What was tried.
    CheckKind {
        /// The CRM accepts the connection's sign-in.
        CrmSignIn = "crm_sign_in",
        /// The CRM's users can be read.
        CrmUsers = "crm_users",
        /// The calendar system accepts the directory's sign-in.
        DirectorySignIn = "directory_sign_in",
        /// The calendar system's users can be read.
        DirectoryUsers = "directory_users",
        /// The address may be connected to and answers.
        ServerReached = "server_reached",
        /// The answer is a calendar server's.
        CalendarServer = "calendar_server",
        /// The address book can be searched.
        AddressBook = "address_book",
        /// The service account opens other people's mailboxes.
        Impersonation = "impersonation",
        /// The pasted list has people.
        PeopleListed = "people_listed",
        /// A calendar can be read and written.
        CalendarWritable = "calendar_writable",
    }
}

/// How a check ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// It works; `detail` is what answered, `count` how many were found.
    Ok {
        /// Who or what answered, as the remote system spells it. May be empty.
        detail: String,
        /// How many, where counting makes sense.
        count: Option<u32>,
    },
    /// It does not work.
    Failed {
        /// Why, for the sentence and the remedy.
        reason: ErrorCode,
        /// The technical answer, escaped and cut by the page. May be empty.
        answer: String,
    },
    /// It was not tried, because an earlier check failed or a person must agree first.
    NotTried,
}

/// One line of a connection test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was tried.
    pub kind: CheckKind,
    /// How it ended.
    pub outcome: CheckOutcome,
    /// How long it took, in milliseconds.
    pub millis: u32,
}

/// The whole test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionReport {
    /// When it ended.
    pub at: Timestamp,
    /// Its lines, in the order in which they were tried.
    pub checks: Vec<Check>,
}

impl ConnectionReport {
    /// Whether nothing failed.
    #[must_use]
    pub fn passed(&self) -> bool {
        !self
            .checks
            .iter()
            .any(|check| matches!(check.outcome, CheckOutcome::Failed { .. }))
    }
}
