//! The mail server's part of the page with the switches.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::page::checked;
use crate::html::esc;
use crate::mail::{MAIL_PASSWORD, MAIL_USER};
use crate::oauth::Params;
use crate::switches::{MailRefusal, MailSwitches, MailTls};

const MODES: [(MailTls, &str, &str); 3] = [
    (MailTls::Off, "off", "Not encrypted"),
    (
        MailTls::Starttls,
        "starttls",
        "STARTTLS, and nothing without it",
    ),
    (
        MailTls::Implicit,
        "implicit",
        "TLS from the first byte (smtps://)",
    ),
];

const REFUSALS: [(MailRefusal, &str, &str); 2] = [
    (
        MailRefusal::Unknown,
        "mail-unknown",
        "SMTP says 550 to these addresses (blanks between)",
    ),
    (
        MailRefusal::Full,
        "mail-full",
        "SMTP says 452 to these addresses (blanks between)",
    ),
];

/// The fields of the form.
pub(super) fn fields(body: &mut String, mail: &MailSwitches) {
    body.push_str("<label for=\"mail-tls\">SMTP</label><select id=\"mail-tls\" name=\"mail_tls\">");
    for (mode, word, text) in MODES {
        let selected = if mail.tls == mode { " selected" } else { "" };
        _ = write!(body, "<option value=\"{word}\"{selected}>{text}</option>");
    }
    _ = write!(
        body,
        "</select><label class=\"tick\"><input type=\"checkbox\" name=\"mail_sign_in\" value=\"yes\"{}>\
         SMTP takes mails from {MAIL_USER} (password {MAIL_PASSWORD}) only</label>\
         <label class=\"tick\"><input type=\"checkbox\" name=\"mail_refused\" value=\"yes\"{}>\
         SMTP refuses every password</label>",
        checked(mail.sign_in_required),
        checked(mail.password_refused)
    );
}

/// The fields for refused addresses.
pub(super) fn refusal_fields(body: &mut String, refused: &BTreeMap<String, MailRefusal>) {
    for (refusal, name, text) in REFUSALS {
        let of = refused.iter().filter(|(_, found)| **found == refusal);
        let addresses: Vec<&str> = of.map(|(address, _)| address.as_str()).collect();
        _ = write!(
            body,
            "<label for=\"{name}\">{text}</label>\
             <input type=\"text\" id=\"{name}\" name=\"{name}\" value=\"{}\">",
            esc(&addresses.join(" "))
        );
    }
}

/// The refused addresses that the form says.
pub(super) fn read_refusals(form: &Params) -> Vec<(String, MailRefusal)> {
    let mut refused = Vec::new();
    for (refusal, name, _) in REFUSALS {
        let addresses = form.get(name).unwrap_or_default().split_whitespace();
        refused.extend(addresses.map(|address| (address.to_owned(), refusal)));
    }
    refused
}

/// What the form says.
pub(super) fn read(form: &Params) -> MailSwitches {
    let word = form.get("mail_tls").unwrap_or("off");
    let tls = MODES.into_iter().find(|(_, known, _)| *known == word);
    MailSwitches {
        tls: tls.map_or(MailTls::Off, |(mode, ..)| mode),
        sign_in_required: form.get("mail_sign_in").is_some(),
        password_refused: form.get("mail_refused").is_some(),
    }
}
