//! Pairs that somebody brings as a list: what each line says, and whether it can be linked.

mod columns;
mod review;

use serde::{Deserialize, Serialize};

use crate::bulk::BatchView;
use crate::ids::{ImportId, ProfileId};
use crate::link::words;
use crate::profile::{CalendarSystem, Stop};

pub use review::{Found, Line, Match, Review, review};

/// Largest file, in bytes; 20,000 lines fit.
pub const MAX_FILE: usize = 2 << 20;
/// Longest list that the page shows again, to be corrected there.
pub const MAX_SHOWN_TEXT: usize = 64 << 10;

words! {
    /// Why a whole file cannot be read.
    FileProblem {
        /// Neither a file nor a line.
        Empty = "empty",
        /// Larger than [`MAX_FILE`].
        TooLarge = "too_large",
        /// More lines than one batch takes.
        TooManyLines = "too_many_lines",
        /// A workbook of a spreadsheet program.
        Workbook = "workbook",
        /// Not text at all.
        NotText = "not_text",
        /// The upload broke off.
        Broken = "broken",
    }
}

/// The page that links from a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportView {
    /// The profile.
    pub profile: ProfileId,
    /// Its name.
    pub profile_name: String,
    /// Its calendar system.
    pub system: CalendarSystem,
    /// Who disabled it, when it is.
    pub stop: Option<Stop>,
    /// Both lists of people were read.
    pub lists_read: bool,
    /// A list was asked for that is not kept any more.
    pub gone: bool,
    /// The list with a verdict for each line.
    pub checked: Option<CheckedList>,
    /// The newest batch of the profile.
    pub batch: Option<BatchView>,
}

/// A list after it was held against both lists of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedList {
    /// Its id.
    pub id: ImportId,
    /// The file's name; empty when it was pasted.
    pub file_name: String,
    /// It was no Unicode text and read as Windows-1252.
    pub guessed: bool,
    /// The list itself, unless it is longer than [`MAX_SHOWN_TEXT`].
    pub text: Option<String>,
    /// The first line, when it was taken for the names of the columns.
    pub heading: Option<String>,
    /// Lines that can be linked.
    pub right: Vec<RightLine>,
    /// Lines that cannot, and why.
    pub wrong: Vec<WrongLine>,
    /// Lines whose two people are linked with each other already.
    pub already: u32,
}

/// A line that can be linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightLine {
    /// Its number in the file, from 1.
    pub line: u32,
    /// The CRM user.
    pub crm: Face,
    /// The calendar user.
    pub calendar: Face,
    /// The calendar system cannot list its people: it is asked for the address when the
    /// pair is linked.
    pub asked_later: bool,
}

/// How somebody is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// Full name.
    pub name: String,
    /// E-mail, possibly empty.
    pub email: String,
}

/// A line that cannot be linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongLine {
    /// Its number in the file, from 1.
    pub line: u32,
    /// What stands there.
    pub text: String,
    /// Why.
    pub why: LineProblem,
}

/// Why a line cannot be linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineProblem {
    /// A quotation mark is opened and never closed.
    Quote,
    /// Nothing stands for the CRM user.
    NoCrm,
    /// Nothing stands for the calendar user.
    NoCalendar,
    /// No CRM user is known by this.
    UnknownCrm {
        /// What stands there.
        value: String,
    },
    /// No calendar user is known by this.
    UnknownCalendar {
        /// What stands there.
        value: String,
    },
    /// Several CRM users are known by this.
    SeveralCrm {
        /// What stands there.
        value: String,
        /// Their names.
        names: Vec<String>,
    },
    /// Several calendar users are known by this.
    SeveralCalendar {
        /// What stands there.
        value: String,
        /// Their names.
        names: Vec<String>,
    },
    /// The CRM user is linked with somebody else.
    CrmLinked {
        /// Name of the CRM user.
        name: String,
        /// The profile that holds the link.
        profile: ProfileId,
        /// Its name.
        profile_name: String,
    },
    /// The calendar user is linked with somebody else.
    CalendarLinked {
        /// Name of the calendar user.
        name: String,
        /// Name of that CRM user.
        with: String,
    },
    /// The CRM user is retired.
    Retired {
        /// Name of the CRM user.
        name: String,
    },
    /// The calendar user is disabled.
    Disabled {
        /// Name of the calendar user.
        name: String,
    },
    /// Neither has an e-mail that the invitation could go to.
    NoEmail {
        /// Name of the CRM user.
        name: String,
    },
    /// The same pair stands in an earlier line.
    SamePair {
        /// That line.
        line: u32,
    },
    /// The CRM user stands in an earlier line, with another calendar user.
    CrmTwice {
        /// Name of the CRM user.
        name: String,
        /// That line.
        line: u32,
    },
    /// The calendar user stands in an earlier line, with another CRM user.
    CalendarTwice {
        /// Name of the calendar user.
        name: String,
        /// That line.
        line: u32,
    },
}

impl LineProblem {
    /// The key of its sentence.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Quote => "portal.file.why.quote",
            Self::NoCrm => "portal.file.why.no_crm",
            Self::NoCalendar => "portal.file.why.no_calendar",
            Self::UnknownCrm { .. } => "portal.file.why.unknown_crm",
            Self::UnknownCalendar { .. } => "portal.file.why.unknown_calendar",
            Self::SeveralCrm { .. } => "portal.file.why.several_crm",
            Self::SeveralCalendar { .. } => "portal.file.why.several_calendar",
            Self::CrmLinked { .. } => "portal.file.why.crm_linked",
            Self::CalendarLinked { .. } => "portal.file.why.calendar_linked",
            Self::Retired { .. } => "portal.file.why.retired",
            Self::Disabled { .. } => "portal.file.why.disabled",
            Self::NoEmail { .. } => "portal.file.why.no_email",
            Self::SamePair { .. } => "portal.file.why.same_pair",
            Self::CrmTwice { .. } => "portal.file.why.crm_twice",
            Self::CalendarTwice { .. } => "portal.file.why.calendar_twice",
        }
    }

    /// Values for the sentence, by the names that stand in it in braces.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Quote | Self::NoCrm | Self::NoCalendar => Vec::new(),
            Self::UnknownCrm { value } | Self::UnknownCalendar { value } => {
                vec![("value", value.clone())]
            }
            Self::SeveralCrm { value, names } | Self::SeveralCalendar { value, names } => {
                vec![("value", value.clone()), ("names", names.join(", "))]
            }
            Self::CrmLinked {
                name, profile_name, ..
            } => vec![("name", name.clone()), ("profile", profile_name.clone())],
            Self::CalendarLinked { name, with } => {
                vec![("name", name.clone()), ("with", with.clone())]
            }
            Self::Retired { name } | Self::Disabled { name } | Self::NoEmail { name } => {
                vec![("name", name.clone())]
            }
            Self::SamePair { line } => vec![("line", line.to_string())],
            Self::CrmTwice { name, line } | Self::CalendarTwice { name, line } => {
                vec![("name", name.clone()), ("line", line.to_string())]
            }
        }
    }
}
