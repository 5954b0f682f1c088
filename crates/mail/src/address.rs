//! Mail addresses: `addr` or `Name <addr>`, checked and brought into the form that
//! SMTP carries.

use lettre::Address;
use synchronizer_domain::text::{self, MAX_NAME};
use url::Host;

use crate::error::MailError;

/// An address with the name beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedAddress {
    pub(crate) name: Option<String>,
    pub(crate) address: Address,
}

/// Reads `addr`, `<addr>`, `Name <addr>` or `"Name" <addr>`; `role` goes into the error.
pub(crate) fn parse(text: &str, role: &'static str) -> Result<NamedAddress, MailError> {
    let text = text.trim();
    let (name, address) = match text
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once('<'))
    {
        Some((name, address)) => (display_name(name), address),
        None => (None, text),
    };
    Ok(NamedAddress {
        name,
        address: bare(address, role)?,
    })
}

/// A name for a header: cleaned, without the quotes of a quoted string; nothing when blank.
pub(crate) fn display_name(name: &str) -> Option<String> {
    let trimmed = name.trim();
    let unquoted = trimmed
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .map(|inner| inner.replace("\\\"", "\"").replace("\\\\", "\\"));
    let name = text::clean(unquoted.as_deref().unwrap_or(trimmed), MAX_NAME);
    (!name.is_empty()).then_some(name)
}

/// Reads a bare `addr`, as recipients have it. A domain with letters outside ASCII becomes its A-label form (RFC 5891), so only a
/// local part with such letters needs a server with SMTPUTF8.
pub(crate) fn bare(address: &str, role: &'static str) -> Result<Address, MailError> {
    let refused = || MailError::Address { role };
    let address = address.trim();
    if !text::is_email(address) {
        return Err(refused());
    }
    let (local, domain) = address.rsplit_once('@').ok_or_else(refused)?;
    // `user@127.0.0.1` is an address for relays, not for people.
    let Ok(Host::Domain(domain)) = Host::parse(domain) else {
        return Err(refused());
    };
    Address::new(local, domain).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spellings_are_read() {
        for (text, name, address) in [
            ("sync@nordlicht.example", None, "sync@nordlicht.example"),
            ("sync@localhost", None, "sync@localhost"),
            ("<sync@nordlicht.example>", None, "sync@nordlicht.example"),
            (
                "Nordlicht Sync <sync@nordlicht.example>",
                Some("Nordlicht Sync"),
                "sync@nordlicht.example",
            ),
            (
                r#""Nordlicht, \"Sync\"" <sync@nordlicht.example>"#,
                Some(r#"Nordlicht, "Sync""#),
                "sync@nordlicht.example",
            ),
            ("zoë@bjørn.example", None, "zoë@xn--bjrn-hra.example"),
        ] {
            let parsed = parse(text, "sender").unwrap();
            assert_eq!(parsed.name.as_deref(), name, "{text}");
            assert_eq!(AsRef::<str>::as_ref(&parsed.address), address, "{text}");
        }
    }

    #[test]
    fn what_could_break_a_header_or_a_command_is_refused() {
        for text in [
            "",
            "zoe",
            "a@b.example\r\nRCPT TO:<c d@e.example>",
            "Name <a@b.example> <c d@e.example>",
            "a@b.example, c@d.example",
            "a b@c.example",
            "Name <a@b.example",
            "a@127.0.0.1",
        ] {
            assert!(parse(text, "recipient").is_err(), "{text}");
        }
    }

    #[test]
    fn a_recipient_is_an_address_and_nothing_else() {
        assert!(bare("zoe@nordlicht.example", "recipient").is_ok());
        for text in [
            "Zoe <zoe@nordlicht.example>",
            "<zoe@nordlicht.example>",
            "a@b.example\r\nRCPT TO:<c@d.example>",
        ] {
            assert!(bare(text, "recipient").is_err(), "{text}");
        }
    }
}
