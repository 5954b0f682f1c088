//! A profile whose wizard was left: what was typed, and where to go on.

use serde::{Deserialize, Serialize};

use crate::link::words;
use crate::profile::CalendarSystem;

words! {
    /// A field of the wizard whose value is kept while a profile is a draft. Secrets are not
    /// among them.
    TypedField {
        /// Server address.
        Server = "server",
        /// Pasted people.
        People = "people",
        /// Mail address of a service account.
        Account = "account",
        /// Its user name.
        Username = "username",
        /// It opens everybody's calendar.
        Impersonation = "impersonation",
        /// Name of the profile.
        Name = "name",
        /// Language of the mails.
        MailLocale = "mail_locale",
        /// Whom people may ask.
        ContactEmail = "contact_email",
    }
}

impl TypedField {
    /// The step in which it is typed.
    #[must_use]
    pub const fn step(self) -> DraftStep {
        match self {
            Self::Server | Self::People | Self::Account | Self::Username | Self::Impersonation => {
                DraftStep::Systems
            }
            Self::Name | Self::MailLocale | Self::ContactEmail => DraftStep::Settings,
        }
    }
}

words! {
    /// The step of the wizard in which a draft goes on.
    DraftStep {
        /// Configure Systems.
        Systems = "systems",
        /// Configure Profile.
        Settings = "settings",
    }
}

/// What was typed and not saved yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Typed(pub Vec<(TypedField, String)>);

impl Typed {
    /// What was typed in a field; none when nothing was.
    #[must_use]
    pub fn of(&self, field: TypedField) -> Option<&str> {
        let Self(fields) = self;
        let found = fields.iter().find(|(known, _)| *known == field);
        found.map(|(_, value)| value.as_str())
    }

    /// The same, or what is stored.
    #[must_use]
    pub fn or(&self, field: TypedField, stored: String) -> String {
        self.of(field).map_or(stored, str::to_owned)
    }
}

/// Where a draft goes on: after its system works, or where somebody typed on already.
#[must_use]
pub fn draft_step(system: CalendarSystem, works: bool, approved: bool, typed: &Typed) -> DraftStep {
    let later = |(field, _): &(TypedField, String)| field.step() == DraftStep::Settings;
    let asked = system != CalendarSystem::Microsoft365 || approved;
    if typed.0.iter().any(later) || works && asked {
        DraftStep::Settings
    } else {
        DraftStep::Systems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_goes_on_where_it_was_left() {
        use CalendarSystem::{Caldav, Microsoft365};
        let none = Typed::default();
        let server = Typed(vec![(TypedField::Server, "dav".to_owned())]);
        let name = Typed(vec![(TypedField::Name, "Oslo".to_owned())]);
        for (system, works, approved, typed, step) in [
            (Caldav, false, false, &none, DraftStep::Systems),
            (Caldav, false, false, &server, DraftStep::Systems),
            (Caldav, true, false, &server, DraftStep::Settings),
            (Caldav, false, false, &name, DraftStep::Settings),
            (Microsoft365, false, false, &none, DraftStep::Systems),
            // Signed in, and the organisation still has to approve.
            (Microsoft365, true, false, &none, DraftStep::Systems),
            (Microsoft365, true, true, &none, DraftStep::Settings),
            (Microsoft365, true, false, &name, DraftStep::Settings),
        ] {
            assert_eq!(draft_step(system, works, approved, typed), step);
        }
    }

    #[test]
    fn what_was_typed_outranks_what_is_stored() {
        let typed = Typed(vec![(TypedField::Name, String::new())]);
        assert_eq!(typed.or(TypedField::Name, "Oslo".to_owned()), "");
        assert_eq!(typed.or(TypedField::Server, "dav".to_owned()), "dav");
    }
}
