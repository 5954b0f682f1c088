//! The mail server's part of the page with the switches.

use std::fmt::Write as _;

use super::page::checked;
use crate::mail::{MAIL_PASSWORD, MAIL_USER};
use crate::oauth::Params;
use crate::switches::{MailSwitches, MailTls};

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
