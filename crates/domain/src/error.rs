//! What can go wrong in a use case, typed, so that each language can say it.

use serde::{Deserialize, Serialize};

/// A wrong value of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// What is wrong.
    pub code: ErrorCode,
}

impl FieldError {
    /// An error of a field.
    pub fn new(field: impl Into<String>, code: ErrorCode) -> Self {
        Self {
            field: field.into(),
            code,
        }
    }
}

/// A refusal with everything its sentence needs. The word of each is the key of its
/// text: `error.<word>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Nothing was typed.
    Required,
    /// Too many characters.
    TooLong {
        /// The limit.
        max: u32,
    },
    /// Not an e-mail address.
    BadEmail,
    /// Not an http or https address.
    BadUrl,
    /// Another profile has this name.
    NameTaken,
    /// A pasted line has no login.
    LineWithoutLogin {
        /// Line number from 1.
        line: u32,
    },
    /// A pasted line repeats a login.
    LineDuplicate {
        /// Line number from 1.
        line: u32,
        /// The repeated login.
        value: String,
    },
    /// A pasted line has a wrong address.
    LineBadEmail {
        /// Line number from 1.
        line: u32,
        /// The wrong address.
        value: String,
    },
    /// A pasted list is too long.
    TooManyLines {
        /// The first line that is too much.
        line: u32,
    },
    /// The CRM user is linked already.
    CrmUserLinked {
        /// Name of the CRM user.
        name: String,
        /// The profile that holds the link.
        profile: String,
    },
    /// The calendar user is linked already.
    CalendarUserLinked {
        /// Name of the calendar user.
        name: String,
        /// The profile that holds the link.
        profile: String,
    },
    /// The CRM user is retired.
    CrmUserRetired {
        /// Name of the CRM user.
        name: String,
    },
    /// The calendar account is disabled.
    CalendarUserDisabled {
        /// Name of the calendar user.
        name: String,
    },
    /// Neither side has an address the mail could go to.
    NoEmail {
        /// Name of the CRM user.
        name: String,
    },
    /// The profile has no working connection to its calendar system yet.
    DirectoryNotConfigured,
    /// The profile is disabled; nobody is mailed.
    ProfileDisabled,
    /// The directory's sign-in was refused and must be renewed.
    DirectoryRefused,
    /// The CRM connection was refused and must be renewed.
    CrmRefused,
    /// A remote system did not answer, or with a failure of its own.
    Unavailable {
        /// Which one: `superoffice`, `microsoft365`, `caldav`.
        system: String,
    },
    /// An administrator must act in a remote system: not allowed, or not approved.
    AdminMustAct {
        /// Which one.
        system: String,
    },
    /// The application's registration in a remote system is not complete.
    OperatorMustAct {
        /// Which one.
        system: String,
    },
    /// The pasted text is not the key file of a service account.
    NotAServiceAccount,
    /// The address is one we do not connect to.
    AddressForbidden,
    /// No calendar server answered at the address.
    NotACalendarServer,
    /// Passwords travel over https only.
    HttpsRequired,
    /// The server did not accept the user name or the password.
    PasswordRefused,
    /// The service account may not open other mailboxes.
    ImpersonationDenied,
    /// The mailbox is in Exchange Online, for which Microsoft 365 is the way.
    ExchangeOnline,
    /// A remote system asks us to slow down.
    Busy {
        /// Which one.
        system: String,
        /// How long it asks for.
        seconds: u64,
    },
    /// Too few characters to search with.
    TooShort {
        /// How many it takes.
        min: u32,
    },
    /// A link in this state has nothing to resend.
    NothingToResend,
    /// The person got a mail within the last day.
    MailedToday,
    /// The CRM's list does not have this person any more.
    CrmUserGone,
    /// The calendar system's list does not have this person any more.
    CalendarUserGone,
    /// Nobody in the calendar system's address book has this address.
    NotInAddressBook {
        /// The address.
        value: String,
    },
    /// The link does not exist any more.
    LinkGone,
    /// Our own mistake with one of many; the log has the same reference.
    Failed {
        /// A short reference for the person and the log.
        reference: String,
    },
    /// Nothing of a selection was left to do.
    NothingToDo,
    /// What was typed to confirm is not what was asked for.
    NotConfirmed,
    /// Somebody must remain who administers.
    LastAdministrator,
    /// No active CRM user is called so.
    NobodyFound {
        /// What was typed.
        value: String,
    },
    /// The list of CRM users was never read, and is being read now.
    ListBeingRead,
    /// Several active CRM users are called so.
    SeveralFound {
        /// What was typed.
        value: String,
    },
    /// Too many requests in a short time.
    TooMany,
    /// The person administers already.
    AlreadyAdministrator {
        /// Name of the person.
        name: String,
    },
}

impl ErrorCode {
    /// Values for the sentence, by the names that stand in it in braces.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLong { max } => vec![("max", max.to_string())],
            Self::LineWithoutLogin { line } | Self::TooManyLines { line } => {
                vec![("line", line.to_string())]
            }
            Self::LineDuplicate { line, value } | Self::LineBadEmail { line, value } => {
                vec![("line", line.to_string()), ("value", value.clone())]
            }
            Self::CrmUserLinked { name, profile } | Self::CalendarUserLinked { name, profile } => {
                vec![("name", name.clone()), ("profile", profile.clone())]
            }
            Self::CrmUserRetired { name }
            | Self::CalendarUserDisabled { name }
            | Self::AlreadyAdministrator { name }
            | Self::NoEmail { name } => {
                vec![("name", name.clone())]
            }
            Self::NobodyFound { value }
            | Self::SeveralFound { value }
            | Self::NotInAddressBook { value } => {
                vec![("value", value.clone())]
            }
            Self::Unavailable { system }
            | Self::AdminMustAct { system }
            | Self::OperatorMustAct { system } => vec![("system", system.clone())],
            Self::Failed { reference } => vec![("reference", reference.clone())],
            Self::Busy { system, seconds } => {
                vec![("system", system.clone()), ("seconds", seconds.to_string())]
            }
            Self::TooShort { min } => vec![("min", min.to_string())],
            _ => Vec::new(),
        }
    }

    /// The key of its sentence.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Required => "error.required",
            Self::TooLong { .. } => "error.too_long",
            Self::BadEmail => "error.bad_email",
            Self::BadUrl => "error.bad_url",
            Self::NameTaken => "error.name_taken",
            Self::LineWithoutLogin { .. } => "error.line_without_login",
            Self::LineDuplicate { .. } => "error.line_duplicate",
            Self::LineBadEmail { .. } => "error.line_bad_email",
            Self::TooManyLines { .. } => "error.too_many_lines",
            Self::CrmUserLinked { .. } => "error.crm_user_linked",
            Self::CalendarUserLinked { .. } => "error.calendar_user_linked",
            Self::CrmUserRetired { .. } => "error.crm_user_retired",
            Self::CalendarUserDisabled { .. } => "error.calendar_user_disabled",
            Self::NoEmail { .. } => "error.no_email",
            Self::DirectoryNotConfigured => "error.directory_not_configured",
            Self::ProfileDisabled => "error.profile_disabled",
            Self::DirectoryRefused => "error.directory_refused",
            Self::CrmRefused => "error.crm_refused",
            Self::Unavailable { .. } => "error.unavailable",
            Self::AdminMustAct { .. } => "error.admin_must_act",
            Self::OperatorMustAct { .. } => "error.operator_must_act",
            Self::NotAServiceAccount => "error.not_a_service_account",
            Self::AddressForbidden => "error.address_forbidden",
            Self::NotACalendarServer => "error.not_a_calendar_server",
            Self::HttpsRequired => "error.https_required",
            Self::PasswordRefused => "error.password_refused",
            Self::ImpersonationDenied => "error.impersonation_denied",
            Self::ExchangeOnline => "error.exchange_online",
            Self::Busy { .. } => "error.busy",
            Self::TooShort { .. } => "error.too_short",
            Self::NothingToResend => "error.nothing_to_resend",
            Self::MailedToday => "error.mailed_today",
            Self::CrmUserGone => "error.crm_user_gone",
            Self::CalendarUserGone => "error.calendar_user_gone",
            Self::NotInAddressBook { .. } => "error.not_in_address_book",
            Self::LinkGone => "error.link_gone",
            Self::Failed { .. } => "error.failed",
            Self::NothingToDo => "error.nothing_to_do",
            Self::NotConfirmed => "error.not_confirmed",
            Self::LastAdministrator => "error.last_administrator",
            Self::TooMany => "error.too_many",
            Self::NobodyFound { .. } => "error.nobody_found",
            Self::ListBeingRead => "error.list_being_read",
            Self::SeveralFound { .. } => "error.several_found",
            Self::AlreadyAdministrator { .. } => "error.already_administrator",
        }
    }
}

/// The outcome of a use case that did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum UseCaseError {
    /// Nobody is signed in.
    #[error("not signed in")]
    Unauthenticated,
    /// The person may not do this.
    #[error("not allowed")]
    Forbidden,
    /// It does not exist, or belongs to somebody else.
    #[error("not found")]
    NotFound,
    /// Typed values are wrong; nothing was changed.
    #[error("the input was refused")]
    Invalid {
        /// What is wrong, by field.
        fields: Vec<FieldError>,
    },
    /// The request is well-formed but cannot be done as things are.
    #[error("the request was refused")]
    Refused {
        /// Why.
        reason: ErrorCode,
    },
    /// Our own mistake; the log has the same reference.
    #[error("internal error {reference}")]
    Internal {
        /// A short reference for the person and the log.
        reference: String,
    },
}

impl UseCaseError {
    /// One wrong field.
    pub fn field(field: impl Into<String>, code: ErrorCode) -> Self {
        Self::Invalid {
            fields: vec![FieldError::new(field, code)],
        }
    }

    /// A refusal.
    #[must_use]
    pub const fn refused(reason: ErrorCode) -> Self {
        Self::Refused { reason }
    }

    /// The HTTP status that belongs to it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Invalid { .. } => 422,
            Self::Refused { .. } => 409,
            Self::Internal { .. } => 500,
        }
    }
}
