//! The mail that asks a linked person to activate.

use std::fmt;

use minijinja::{Value, context};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::text::{self, MAX_EMAIL, MAX_NAME};
use synchronizer_domain::{Locale, Timestamp};
use url::Url;

use crate::error::MailError;
use crate::subject::{MAX_SUBJECT, shorten};
use crate::templates::Templates;

/// What may stand unescaped behind `mailto:` (RFC 6068 §2); `?` and `&` would begin
/// further header fields there.
const MAILTO: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'@')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

/// What an invitation says. Names are cleaned and cut here once more, whatever the
/// caller did.
#[derive(Debug, Clone)]
pub struct InvitationMail {
    /// The company.
    pub tenant_name: String,
    /// The linked person as the CRM spells the name; empty gives a mail without a greeting.
    pub person_name: String,
    /// The person's e-mail address in the CRM, or the name when there is none.
    pub crm_account: String,
    /// The profile's calendar system; decides what the person is told to do.
    pub system: CalendarSystem,
    /// The calendar account: an address or a login.
    pub calendar_account: String,
    /// The company's own account opens the calendar: the person only signs in to the CRM.
    pub by_company: bool,
    /// The admin who linked; empty lets the company ask.
    pub invited_by: String,
    /// The invitation's address. Holds the secret.
    pub url: SecretString,
    /// Until when the address works.
    pub expires_at: Timestamp,
    /// Whom to ask; left out when empty or not an address.
    pub contact_email: String,
}

/// A mail's texts, ready to be composed. Both bodies hold the secret, so neither is in
/// the `Debug` form.
#[derive(Clone)]
pub struct Rendered {
    /// One line, ≤ 60 characters.
    pub subject: String,
    /// Plain text, lines ended by `\n`.
    pub text: String,
    /// A whole HTML document that says the same.
    pub html: String,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendered")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

pub(crate) fn render(
    templates: &Templates,
    locale: Locale,
    mail: &InvitationMail,
) -> Result<Rendered, MailError> {
    let url = mail.url.expose_secret();
    check_url(url)?;
    let tenant_name = text::clean(&mail.tenant_name, MAX_NAME);
    let subject = subject(&tenant_name, |tenant_name| {
        templates.fill(locale, "invitation/subject.txt", &context! { tenant_name })
    })?;
    let contact = contact_of(&mail.contact_email);
    let context = context! {
        lang => locale.tag(),
        subject => subject,
        tenant_name => tenant_name,
        person_name => text::clean(&mail.person_name, MAX_NAME),
        crm_account => text::clean(&mail.crm_account, MAX_EMAIL),
        system => mail.system.word(),
        calendar_account => text::clean(&mail.calendar_account, MAX_EMAIL),
        by_company => mail.by_company,
        invited_by => text::clean(&mail.invited_by, MAX_NAME),
        // Needs no escaping (`check_url`); the engine would turn every slash into an entity.
        url => Value::from_safe_string(url.to_owned()),
        expires => templates.date(locale, mail.expires_at),
        contact_email => contact,
        contact_href => mailto(contact),
    };
    Ok(Rendered {
        subject,
        text: templates.fill(locale, "invitation/body.txt", &context)?,
        html: templates.fill(locale, "invitation/body.html", &context)?,
    })
}

/// Whom to ask; nobody when it is not an address.
pub(crate) fn contact_of(contact: &str) -> &str {
    Some(contact.trim())
        .filter(|contact| text::is_email(contact))
        .unwrap_or_default()
}

/// An address as it may stand behind `mailto:`.
pub(crate) fn mailto(address: &str) -> String {
    utf8_percent_encode(address, MAILTO).to_string()
}

/// The subject with as much of the company's name as fits.
pub(crate) fn subject(
    tenant_name: &str,
    line: impl Fn(&str) -> Result<String, MailError>,
) -> Result<String, MailError> {
    let fill = |name: &str| line(name).map(|line| line.trim().to_owned());
    let whole = fill(tenant_name)?;
    let excess = whole.chars().count().saturating_sub(MAX_SUBJECT);
    if excess == 0 {
        return Ok(whole);
    }
    let room = tenant_name.chars().count().saturating_sub(excess);
    fill(&shorten(tenant_name, room))
}

/// The address must stand in text and HTML alike, character by character.
pub(crate) fn check_url(url: &str) -> Result<(), MailError> {
    let plain = url
        .bytes()
        .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'<' | b'>' | b'&'));
    match Url::parse(url) {
        Ok(parsed) if plain && matches!(parsed.scheme(), "http" | "https") => Ok(()),
        _ => Err(MailError::Url),
    }
}
