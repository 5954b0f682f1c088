//! Why a link does not go on, and who can mend it.

use super::Side;

words! {
    /// Who can mend a cause.
    Party {
        /// The linked person.
        User = "user",
        /// An administrator of the company.
        Company = "company",
        /// Both have something to do.
        Both = "both",
    }
}

words! {
    /// Why a link does not go on. Each has a text, a remedy and a button in every language.
    Cause {
        /// The person cancelled at the CRM or the calendar system.
        ConsentDenied = "consent_denied",
        /// Not all permissions were ticked.
        ScopeMissing = "scope_missing",
        /// Another person signed in to SuperOffice.
        WrongPerson = "wrong_person",
        /// Another calendar account signed in.
        WrongAccount = "wrong_account",
        /// The calendar system wants an administrator's approval.
        AdminApproval = "admin_approval",
        /// SuperOffice no longer accepts the sign-in.
        CrmRefused = "crm_refused",
        /// The company's approval of this application at SuperOffice is gone.
        CrmApproval = "crm_approval",
        /// The calendar system no longer accepts the sign-in.
        CalendarRefused = "calendar_refused",
        /// The calendar server refused the password.
        PasswordRefused = "password_refused",
        /// The calendar can be read but not written.
        CalendarReadOnly = "calendar_read_only",
        /// The account has no calendar.
        NoCalendar = "no_calendar",
        /// The company's Exchange account may not open the mailbox.
        ImpersonationDenied = "impersonation_denied",
        /// The CRM user may not use the diary, or left.
        CrmRightMissing = "crm_right_missing",
    }
}

impl Cause {
    /// Who can mend it.
    #[must_use]
    pub const fn party(self) -> Party {
        match self {
            Self::AdminApproval
            | Self::CrmApproval
            | Self::ImpersonationDenied
            | Self::CrmRightMissing => Party::Company,
            Self::ConsentDenied
            | Self::ScopeMissing
            | Self::WrongPerson
            | Self::WrongAccount
            | Self::CrmRefused
            | Self::CalendarRefused
            | Self::PasswordRefused
            | Self::CalendarReadOnly
            | Self::NoCalendar => Party::User,
        }
    }

    /// The half that it is about, where it is about one for sure.
    #[must_use]
    pub const fn side(self) -> Option<Side> {
        match self {
            Self::CrmRefused | Self::CrmApproval | Self::CrmRightMissing | Self::WrongPerson => {
                Some(Side::Crm)
            }
            Self::CalendarRefused
            | Self::PasswordRefused
            | Self::CalendarReadOnly
            | Self::NoCalendar
            | Self::WrongAccount
            | Self::ImpersonationDenied
            | Self::AdminApproval => Some(Side::Calendar),
            Self::ConsentDenied | Self::ScopeMissing => None,
        }
    }

    /// Whether this cause, noted beside the link, turns the state into *needs attention*. A
    /// refusal during activation does not: the person may simply press the button again.
    /// The cause of a refused *grant* always does, whichever it is: a permission that is
    /// withdrawn from a working link ends it.
    #[must_use]
    pub const fn stops(self) -> bool {
        !matches!(
            self,
            Self::ConsentDenied | Self::ScopeMissing | Self::WrongPerson | Self::WrongAccount
        )
    }
}
