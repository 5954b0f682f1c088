//! A mail as it was received, taken apart.

use mail_parser::{Address, Message, MessageParser};
use serde::Serialize;

use crate::clock::iso;

/// One header line, decoded and unfolded only as far as its raw text goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MailHeader {
    /// Name in the sender's spelling.
    pub name: String,
    /// Raw value without the line break at its end.
    pub value: String,
}

/// A mail that the catcher took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaughtMail {
    /// Number of the mail, counting from 1 since the start.
    pub id: u64,
    /// `From` header, as `Name <address>`.
    pub from: String,
    /// Sender of the envelope (`MAIL FROM`), empty for a bounce.
    pub envelope_from: String,
    /// Recipients of the envelope (`RCPT TO`).
    pub to: Vec<String>,
    /// Decoded subject.
    pub subject: String,
    /// `Message-ID` without angle brackets, empty if there is none.
    pub message_id: String,
    /// All headers in order.
    pub headers: Vec<MailHeader>,
    /// Body as plain text, if the mail has such a part.
    pub text: Option<String>,
    /// Body as HTML, if the mail has such a part.
    pub html: Option<String>,
    /// When it was accepted, RFC 3339 in UTC.
    pub received_at: String,
}

/// A mail as it lies in the store: what lists need is read once, the rest on demand.
pub(crate) struct StoredMail {
    pub(crate) id: u64,
    pub(crate) envelope_from: String,
    pub(crate) to: Vec<String>,
    pub(crate) received: i64,
    pub(crate) raw: Vec<u8>,
    pub(crate) from: String,
    pub(crate) subject: String,
}

impl StoredMail {
    pub(crate) fn new(
        id: u64,
        envelope_from: String,
        to: Vec<String>,
        raw: Vec<u8>,
        received: i64,
    ) -> Self {
        let parsed = MessageParser::default().parse_headers(raw.as_slice());
        let from = parsed
            .as_ref()
            .and_then(Message::from)
            .map_or_else(String::new, shown);
        let subject = parsed
            .as_ref()
            .and_then(Message::subject)
            .unwrap_or_default()
            .to_owned();
        Self {
            id,
            envelope_from,
            to,
            received,
            raw,
            from,
            subject,
        }
    }

    /// Takes the whole mail apart.
    pub(crate) fn open(&self) -> CaughtMail {
        let parsed = MessageParser::default().parse(self.raw.as_slice());
        let message = parsed.as_ref();
        let headers = message.map_or_else(Vec::new, |message| {
            message
                .headers_raw()
                .map(|(name, value)| MailHeader {
                    name: name.to_owned(),
                    value: value.trim().to_owned(),
                })
                .collect()
        });
        CaughtMail {
            id: self.id,
            from: self.from.clone(),
            envelope_from: self.envelope_from.clone(),
            to: self.to.clone(),
            subject: self.subject.clone(),
            message_id: message
                .and_then(Message::message_id)
                .unwrap_or_default()
                .to_owned(),
            headers,
            // The parser would also turn one kind into the other; only real parts count.
            text: message.and_then(|message| {
                let part = message.text_part(0)?;
                if part.is_text_html() {
                    return None;
                }
                message.body_text(0).map(std::borrow::Cow::into_owned)
            }),
            html: message.and_then(|message| {
                let part = message.html_part(0)?;
                if !part.is_text_html() {
                    return None;
                }
                message.body_html(0).map(std::borrow::Cow::into_owned)
            }),
            received_at: iso(self.received),
        }
    }
}

/// The first address of a header.
fn shown(address: &Address<'_>) -> String {
    let Some(first) = address.first() else {
        return String::new();
    };
    match (first.name(), first.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::StoredMail;

    const RAW: &str = "From: =?utf-8?Q?Nordlicht_=C3=98st?= <no-reply@portal.example>\r\n\
        To: zoe@nordlicht.example\r\n\
        Subject: =?utf-8?B?S2FsZW5kZXIg4oaUIENSTQ==?=\r\n\
        Message-ID: <1@portal.example>\r\n\
        MIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        Gr=C3=BC=C3=9Fe\r\n\
        --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hei</p>\r\n--b--\r\n";

    fn open(raw: &str) -> super::CaughtMail {
        let to = vec!["zoe@nordlicht.example".to_owned()];
        StoredMail::new(7, "bounce@portal.example".to_owned(), to, raw.into(), 0).open()
    }

    #[test]
    fn both_bodies_and_headers_are_decoded() {
        let mail = open(RAW);
        assert_eq!(mail.from, "Nordlicht Øst <no-reply@portal.example>");
        assert_eq!(mail.subject, "Kalender ↔ CRM");
        assert_eq!(mail.message_id, "1@portal.example");
        assert_eq!(mail.text.as_deref().map(str::trim), Some("Grüße"));
        assert_eq!(mail.html.as_deref().map(str::trim), Some("<p>Hei</p>"));
        assert_eq!(mail.headers[1].name, "To");
        assert_eq!(mail.headers[1].value, "zoe@nordlicht.example");
        assert_eq!(mail.received_at, "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_missing_part_is_not_invented() {
        let mail = open("Subject: x\r\n\r\nplain\r\n");
        assert_eq!(mail.text.as_deref().map(str::trim), Some("plain"));
        assert_eq!(mail.html, None);
        let html = "Subject: x\r\nContent-Type: text/html\r\n\r\n<p>y</p>\r\n";
        assert_eq!(open(html).text, None);
    }
}
