//! The bytes of a mail (RFC 5322, RFC 2045 to 2047): the same input gives the same bytes,
//! so a repeated delivery is the same mail.

use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::address::Envelope as Route;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use synchronizer_domain::Timestamp;
use synchronizer_domain::ids::MailId;
use synchronizer_domain::text;

use crate::address::{self, NamedAddress};
use crate::error::MailError;
use crate::invitation::Rendered;

/// Longest subject that is put into a header, in characters.
const MAX_SUBJECT_HEADER: usize = 200;

/// Who writes to whom, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The configured sender: `addr` or `Name <addr>`.
    pub from: String,
    /// A name to show instead of the configured one, such as
    /// `Nordlicht Consulting AS via Synchronizer`.
    pub from_name: Option<String>,
    /// The recipient's name as the CRM spells it; may be empty.
    pub to_name: String,
    /// The recipient's address.
    pub to_address: String,
    /// Where answers go, `addr` or `Name <addr>`; without it they go to the sender.
    pub reply_to: Option<String>,
    /// From [`message_id`], without angle brackets.
    pub message_id: String,
    /// When the mail was decided; whole seconds are kept.
    pub date: Timestamp,
}

/// The Message-ID of a mail, without angle brackets: its id at the domain of the
/// configured sender (`addr` or `Name <addr>`), so that support finds the row from a
/// bounce.
#[must_use]
pub fn message_id(mail: MailId, from: &str) -> String {
    match address::parse(from, "sender") {
        Ok(sender) => format!("{mail}@{}", sender.address.domain()),
        // Unusable senders are refused by `compose`; RFC 2606 §2 keeps this name free.
        Err(_) => format!("{mail}@synchronizer.invalid"),
    }
}

/// Puts a mail together: multipart/alternative with text and HTML, marked as automatic
/// (RFC 3834 §5) so that nobody's absence note answers.
///
/// # Errors
/// [`MailError::Address`] or [`MailError::MessageId`] when the envelope cannot be used;
/// names are cleaned rather than refused.
pub fn compose(envelope: &Envelope, rendered: &Rendered) -> Result<Vec<u8>, MailError> {
    let sender = address::parse(&envelope.from, "sender")?;
    let recipient = address::bare(&envelope.to_address, "recipient")?;
    let sender_name = envelope
        .from_name
        .as_deref()
        .and_then(address::display_name)
        .or(sender.name);
    check_message_id(&envelope.message_id)?;
    let route = Route::new(Some(sender.address.clone()), vec![recipient.clone()])
        .map_err(|error| MailError::Compose(error.to_string()))?;

    let mut message = Message::builder()
        .envelope(route)
        .from(Mailbox::new(sender_name, sender.address))
        .to(Mailbox::new(
            address::display_name(&envelope.to_name),
            recipient,
        ))
        .subject(text::clean(&rendered.subject, MAX_SUBJECT_HEADER))
        .date(UNIX_EPOCH + Duration::from_secs(u64::try_from(envelope.date.as_secs()).unwrap_or(0)))
        .message_id(Some(format!("<{}>", envelope.message_id)))
        .header(AutoSubmitted)
        .header(SuppressResponses);
    if let Some(reply_to) = &envelope.reply_to {
        let NamedAddress { name, address } = address::parse(reply_to, "reply")?;
        message = message.reply_to(Mailbox::new(name, address));
    }
    let parts = MultiPart::alternative()
        .boundary(boundary(&envelope.message_id))
        .singlepart(part(ContentType::TEXT_PLAIN, &rendered.text)?)
        .singlepart(part(ContentType::TEXT_HTML, &rendered.html)?);
    message
        .multipart(parts)
        .map(|message| message.formatted())
        .map_err(|error| MailError::Compose(error.to_string()))
}

/// Quoted-printable whatever the text, so that no relay has a reason to re-encode.
fn part(content_type: ContentType, text: &str) -> Result<SinglePart, MailError> {
    let body = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::QuotedPrintable)
        .map_err(|_| MailError::Compose("a part cannot be encoded".to_owned()))?;
    Ok(SinglePart::builder().header(content_type).body(body))
}

/// Our ids are `uuid@domain`; anything that could end the header or its brackets is refused.
fn check_message_id(id: &str) -> Result<(), MailError> {
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'+'))
    };
    match id.split_once('@') {
        Some((local, domain)) if plain(local) && plain(domain) && id.len() <= 200 => Ok(()),
        _ => Err(MailError::MessageId),
    }
}

/// A boundary that depends on the id alone. Quoted-printable never produces `=_`
/// (RFC 2045 §6.7), so no line of a part can look like it. At most 70 characters
/// (RFC 2046 §5.1.1).
fn boundary(message_id: &str) -> String {
    // FNV-1a: only has to be stable and plain, not secret.
    let hash = message_id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| {
            (hash ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    let mut boundary = String::from("=_");
    // Writing to a string cannot fail.
    let _ = write!(boundary, "{hash:016x}");
    boundary
}

macro_rules! fixed_header {
    ($(#[$doc:meta])* $type:ident, $name:literal, $value:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        struct $type;

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self)
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), $value.to_owned())
            }
        }
    };
}

fixed_header!(
    /// RFC 3834 §5: written by a program, not in answer to anything.
    AutoSubmitted,
    "Auto-Submitted",
    "auto-generated"
);
fixed_header!(
    /// Exchange decides on absence notes by this one (MS-OXCMAIL).
    SuppressResponses,
    "X-Auto-Response-Suppress",
    "OOF, AutoReply"
);
