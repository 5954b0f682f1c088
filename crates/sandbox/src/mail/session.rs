//! What one SMTP client said so far, and the replies: RFC 5321 without any network.

use std::collections::BTreeMap;

use super::sign_in::{self, Dialogue, Next};
use crate::switches::{MailRefusal, MailSwitches, MailTls};

/// Mails larger than this are refused (bytes); announced with `SIZE` (RFC 1870).
pub(super) const MAX_SIZE: usize = 25 * 1024 * 1024;
const MAX_RECIPIENTS: usize = 100;

/// What to do after a command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Send this reply.
    Reply(String),
    /// Send 354 and read the mail.
    Data,
    /// Send this reply and close.
    Close(String),
    /// Send this reply, then encrypt.
    Encrypt(&'static str),
}

/// One conversation.
#[derive(Default)]
pub(super) struct Session {
    rules: MailSwitches,
    is_encrypted: bool,
    is_signed_in: bool,
    dialogue: Option<Dialogue>,
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
    refused: BTreeMap<String, MailRefusal>,
}

impl Session {
    /// A conversation under these rules.
    pub(super) fn new(rules: MailSwitches) -> Self {
        Self {
            is_encrypted: rules.tls == MailTls::Implicit,
            rules,
            ..Self::default()
        }
    }

    /// The rules of its beginning.
    pub(super) fn rules(&self) -> &MailSwitches {
        &self.rules
    }

    /// Addresses that are refused from now on.
    pub(super) fn refuse(&mut self, refused: BTreeMap<String, MailRefusal>) {
        self.refused = refused;
    }

    /// What was said in clear counts no more (RFC 3207 §4.2).
    pub(super) fn encrypted(&mut self) {
        *self = Self::new(self.rules.clone());
        self.is_encrypted = true;
    }

    /// Answers one command line (without its line break).
    pub(super) fn command(&mut self, line: &str) -> Step {
        if let Some(dialogue) = self.dialogue.take() {
            return self.sign_in(sign_in::go_on(dialogue, line));
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" if !rest.trim().is_empty() => {
                self.greet();
                let more = if self.must_encrypt() {
                    "250-STARTTLS"
                } else {
                    "250-AUTH PLAIN LOGIN"
                };
                Step::Reply(format!(
                    "250-sandbox.localhost greets you\r\n250-PIPELINING\r\n250-SIZE {MAX_SIZE}\r\n\
                     {more}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES"
                ))
            }
            "HELO" if !rest.trim().is_empty() => {
                self.greet();
                reply("250 sandbox.localhost")
            }
            "EHLO" | "HELO" => reply("501 5.5.4 say your name"),
            "STARTTLS" if self.must_encrypt() && self.greeted => {
                Step::Encrypt("220 2.0.0 go ahead")
            }
            "AUTH" | "MAIL" if self.must_encrypt() => reply("530 5.7.0 STARTTLS comes first"),
            "AUTH" if !self.greeted || self.is_signed_in => {
                reply("503 5.5.1 once, after the greeting")
            }
            "AUTH" => match sign_in::begin(rest) {
                Some(next) => self.sign_in(next),
                None => reply("504 5.5.4 PLAIN and LOGIN are spoken here"),
            },
            "MAIL" if self.rules.sign_in_required && !self.is_signed_in => {
                reply("530 5.7.0 sign in first")
            }
            "MAIL" => self.mail(rest),
            "RCPT" => self.recipient(rest),
            "DATA" if self.from.is_none() || self.to.is_empty() => {
                reply("503 5.5.1 MAIL and RCPT come first")
            }
            "DATA" => Step::Data,
            "RSET" => {
                self.reset();
                reply("250 2.0.0 forgotten")
            }
            "NOOP" => reply("250 2.0.0 still here"),
            "VRFY" => reply("252 2.5.0 try to send"),
            "QUIT" => Step::Close("221 2.0.0 bye".to_owned()),
            _ => reply("500 5.5.2 unknown command"),
        }
    }

    /// Ends the transaction and hands out its envelope.
    pub(super) fn take_envelope(&mut self) -> (String, Vec<String>) {
        let from = self.from.take().unwrap_or_default();
        (from, std::mem::take(&mut self.to))
    }

    fn must_encrypt(&self) -> bool {
        self.rules.tls == MailTls::Starttls && !self.is_encrypted
    }

    fn sign_in(&mut self, next: Next) -> Step {
        match next {
            Next::Ask(challenge, dialogue) => {
                self.dialogue = Some(dialogue);
                reply(challenge)
            }
            Next::Decided(right) if right && !self.rules.password_refused => {
                self.is_signed_in = true;
                reply("235 2.7.0 signed in")
            }
            Next::Decided(_) => reply("535 5.7.8 user or password is wrong"),
            Next::Broken => reply("501 5.5.2 this cannot be read"),
        }
    }

    fn greet(&mut self) {
        self.greeted = true;
        self.reset();
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }

    fn mail(&mut self, rest: &str) -> Step {
        if !self.greeted {
            return reply("503 5.5.1 EHLO comes first");
        }
        if self.from.is_some() {
            return reply("503 5.5.1 one mail at a time");
        }
        let Some((path, parameters)) = path(rest, "FROM:") else {
            return reply("501 5.5.4 write MAIL FROM:<address>");
        };
        for parameter in parameters.split_whitespace() {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name.to_ascii_uppercase().as_str() {
                "SIZE" => match value.parse::<usize>() {
                    Ok(size) if size <= MAX_SIZE => {}
                    Ok(_) => return reply("552 5.3.4 too large"),
                    Err(_) => return reply("501 5.5.4 SIZE needs a number"),
                },
                "BODY" if value.eq_ignore_ascii_case("7BIT") => {}
                "BODY" if value.eq_ignore_ascii_case("8BITMIME") => {}
                "SMTPUTF8" if value.is_empty() => {}
                _ => return reply("555 5.5.4 unknown parameter"),
            }
        }
        self.from = Some(path.to_owned());
        reply("250 2.1.0 sender accepted")
    }

    fn recipient(&mut self, rest: &str) -> Step {
        if self.from.is_none() {
            return reply("503 5.5.1 MAIL comes first");
        }
        let Some((path, "")) = path(rest, "TO:") else {
            return reply("501 5.5.4 write RCPT TO:<address>");
        };
        let Some((local, domain)) = path.rsplit_once('@') else {
            return reply("553 5.1.3 this is no address");
        };
        if local.is_empty() || domain.is_empty() {
            return reply("553 5.1.3 this is no address");
        }
        if local.starts_with("reject") {
            return reply("550 5.1.1 no such mailbox");
        }
        if local.starts_with("delay") {
            return reply("451 4.3.0 try again later");
        }
        if let Some(refusal) = self.refused.get(&path.to_ascii_lowercase()) {
            return reply(refusal.answer());
        }
        if self.to.len() >= MAX_RECIPIENTS {
            return reply("452 4.5.3 too many recipients");
        }
        self.to.push(path.to_owned());
        reply("250 2.1.5 recipient accepted")
    }
}

fn reply(text: &str) -> Step {
    Step::Reply(text.to_owned())
}

/// Splits `FROM:<address> parameters`.
fn path<'a>(text: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let start = text.get(..keyword.len())?;
    if !start.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let rest = text.get(keyword.len()..)?.trim_start().strip_prefix('<')?;
    let (path, parameters) = rest.split_once('>')?;
    Some((path, parameters.trim()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Session, Step};
    use crate::switches::{MailRefusal, MailSwitches, MailTls};

    fn talk(lines: &[&str]) -> Vec<String> {
        talk_under(&MailSwitches::default(), lines)
    }

    fn talk_under(rules: &MailSwitches, lines: &[&str]) -> Vec<String> {
        let mut session = Session::new(rules.clone());
        lines
            .iter()
            .map(|line| match session.command(line) {
                Step::Reply(text) | Step::Close(text) => text[..3].to_owned(),
                Step::Data => "354".to_owned(),
                Step::Encrypt(text) => {
                    session.encrypted();
                    text[..3].to_owned()
                }
            })
            .collect()
    }

    const PLAIN: &str = "AUTH PLAIN AHN5bmNAbm9yZGxpY2h0LmV4YW1wbGUAc2FuZGJveC1tYWlsLXNlY3JldA==";
    const MAIL: &str = "MAIL FROM:<a@b.example>";

    #[test]
    fn who_must_sign_in_does_it_in_one_of_two_ways() {
        let rules = MailSwitches {
            sign_in_required: true,
            ..MailSwitches::default()
        };
        let login = [
            "AUTH LOGIN",
            "c3luY0Bub3JkbGljaHQuZXhhbXBsZQ==",
            "c2FuZGJveC1tYWlsLXNlY3JldA==",
        ];
        let replies = talk_under(&rules, &["EHLO me", MAIL, PLAIN, MAIL, PLAIN]);
        assert_eq!(replies, ["250", "530", "235", "250", "503"]);
        let replies = talk_under(&rules, &["EHLO me", login[0], login[1], login[2], MAIL]);
        assert_eq!(replies, ["250", "334", "334", "235", "250"]);
        let wrong = [
            "EHLO me",
            "AUTH PLAIN",
            "AGEAYg==",
            "AUTH PLAIN *",
            "AUTH MD5",
            MAIL,
        ];
        let replies = talk_under(&rules, &wrong);
        assert_eq!(replies, ["250", "334", "535", "501", "504", "530"]);
    }

    #[test]
    fn every_password_can_be_refused() {
        let rules = MailSwitches {
            password_refused: true,
            ..MailSwitches::default()
        };
        assert_eq!(
            talk_under(&rules, &["EHLO me", PLAIN, MAIL]),
            ["250", "535", "250"]
        );
    }

    #[test]
    fn nothing_but_starttls_is_taken_before_it_and_nothing_said_before_it_counts() {
        let rules = MailSwitches {
            tls: MailTls::Starttls,
            ..MailSwitches::default()
        };
        let lines = [
            "EHLO me", PLAIN, MAIL, "STARTTLS", MAIL, "EHLO me", "STARTTLS", PLAIN, MAIL,
        ];
        assert_eq!(
            talk_under(&rules, &lines),
            [
                "250", "530", "530", "220", "503", "250", "500", "235", "250"
            ]
        );
    }

    #[test]
    fn commands_must_come_in_order() {
        let replies = talk(&[
            "MAIL FROM:<a@b>",
            "EHLO me",
            "RCPT TO:<c@d>",
            "MAIL FROM:<a@b> SIZE=100 BODY=8BITMIME",
            "DATA",
            "rcpt to:<c@d>",
            "DATA",
        ]);
        assert_eq!(replies, ["503", "250", "503", "250", "503", "250", "354"]);
    }

    #[test]
    fn special_recipients_are_refused() {
        let replies = talk(&[
            "EHLO me",
            "MAIL FROM:<>",
            "RCPT TO:<reject.me@x.example>",
            "RCPT TO:<delay@x.example>",
            "RCPT TO:<nobody>",
            "RCPT TO:<good@x.example>",
        ]);
        assert_eq!(replies, ["250", "250", "550", "451", "553", "250"]);
    }

    #[test]
    fn an_address_is_refused_for_good_or_for_now_and_others_are_not() {
        let mut session = Session::new(MailSwitches::default());
        session.refuse(BTreeMap::from([
            ("gone@x.example".to_owned(), MailRefusal::Unknown),
            ("full@x.example".to_owned(), MailRefusal::Full),
        ]));
        let mut ask = |line: &str| match session.command(line) {
            Step::Reply(text) => text[..9].to_owned(),
            other => panic!("{other:?}"),
        };
        ask("EHLO me");
        ask(MAIL);
        assert_eq!(ask("RCPT TO:<Gone@x.example>"), "550 5.1.1");
        assert_eq!(ask("RCPT TO:<full@x.example>"), "452 4.2.2");
        assert_eq!(ask("RCPT TO:<good@x.example>"), "250 2.1.5");
    }

    #[test]
    fn parameters_are_checked() {
        let too_large = format!("MAIL FROM:<a@b> SIZE={}", usize::MAX);
        let replies = talk(&["EHLO me", &too_large, "MAIL FROM:<a@b> XYZ=1", "MAIL a@b"]);
        assert_eq!(replies, ["250", "552", "555", "501"]);
    }
}
