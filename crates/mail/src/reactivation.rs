//! The mail that asks a person to sign in again, and its reminders.

use minijinja::{Value, context};
use secrecy::{ExposeSecret, SecretString};
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::text::{self, MAX_EMAIL, MAX_NAME};
use synchronizer_domain::{Locale, Timestamp};

use crate::error::MailError;
use crate::invitation::{Rendered, check_url, contact_of, mailto, subject};
use crate::templates::Templates;

/// Why a half broke, as far as the person's own part in it differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breakage {
    /// The sign-in is no longer accepted.
    Refused,
    /// The password is no longer accepted.
    Password,
    /// A permission was withdrawn.
    Scope,
    /// The chosen calendar cannot be used.
    Calendar,
}

impl Breakage {
    /// Every one, for the tests of the texts.
    pub const ALL: [Self; 4] = [Self::Refused, Self::Password, Self::Scope, Self::Calendar];

    const fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Password => "password",
            Self::Scope => "scope",
            Self::Calendar => "calendar",
        }
    }
}

/// What a reactivation mail says. Names are cleaned and cut here once more.
#[derive(Debug, Clone)]
pub struct ReactivationMail {
    /// The company.
    pub tenant_name: String,
    /// The person as the CRM spells the name; empty gives a mail without a greeting.
    pub person_name: String,
    /// The person's account in the CRM when that half is broken.
    pub crm_account: Option<String>,
    /// The calendar account when that half is broken.
    pub calendar_account: Option<String>,
    /// The profile's calendar system.
    pub system: CalendarSystem,
    /// What broke.
    pub breakage: Breakage,
    /// Since when.
    pub since: Timestamp,
    /// It was asked for before.
    pub reminder: bool,
    /// The invitation's address. Holds the secret.
    pub url: SecretString,
    /// Until when the address works.
    pub expires_at: Timestamp,
    /// Whom to ask; left out when empty or not an address.
    pub contact_email: String,
}

/// Names that are the same in every language.
const fn system_name(system: CalendarSystem) -> &'static str {
    match system {
        CalendarSystem::Microsoft365 => "Microsoft 365",
        CalendarSystem::Google => "Google",
        CalendarSystem::Exchange => "Microsoft Exchange",
        CalendarSystem::Caldav => "CalDAV",
    }
}

pub(crate) fn render(
    templates: &Templates,
    locale: Locale,
    mail: &ReactivationMail,
) -> Result<Rendered, MailError> {
    let url = mail.url.expose_secret();
    check_url(url)?;
    let tenant_name = text::clean(&mail.tenant_name, MAX_NAME);
    let subject = subject(&tenant_name, |tenant_name| {
        let context = context! { tenant_name, reminder => mail.reminder };
        templates.fill(locale, "reactivation/subject.txt", &context)
    })?;
    let account =
        |account: &Option<String>| text::clean(account.as_deref().unwrap_or_default(), MAX_EMAIL);
    let halves = context! {
        crm => mail.crm_account.is_some(),
        calendar => mail.calendar_account.is_some(),
        calendar_system => system_name(mail.system),
    };
    let place = templates.fill(locale, "reactivation/where.txt", &halves)?;
    let contact = contact_of(&mail.contact_email);
    let context = context! {
        lang => locale.tag(),
        subject => subject,
        tenant_name => tenant_name,
        person_name => text::clean(&mail.person_name, MAX_NAME),
        crm_account => account(&mail.crm_account),
        calendar_account => account(&mail.calendar_account),
        where => place.trim(),
        why => mail.breakage.word(),
        since => templates.date(locale, mail.since),
        reminder => mail.reminder,
        // Needs no escaping (`check_url`); the engine would turn every slash into an entity.
        url => Value::from_safe_string(url.to_owned()),
        expires => templates.date(locale, mail.expires_at),
        contact_email => contact,
        contact_href => mailto(contact),
        ..halves
    };
    Ok(Rendered {
        subject,
        text: templates.fill(locale, "reactivation/body.txt", &context)?,
        html: templates.fill(locale, "reactivation/body.html", &context)?,
    })
}
