//! What one SMTP client said so far, and the replies: RFC 5321 without any network.

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
}

/// One conversation.
#[derive(Default)]
pub(super) struct Session {
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl Session {
    /// Answers one command line (without its line break).
    pub(super) fn command(&mut self, line: &str) -> Step {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" if !rest.trim().is_empty() => {
                self.greet();
                Step::Reply(format!(
                    "250-sandbox.localhost greets you\r\n250-PIPELINING\r\n250-SIZE {MAX_SIZE}\r\n\
                     250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES"
                ))
            }
            "HELO" if !rest.trim().is_empty() => {
                self.greet();
                reply("250 sandbox.localhost")
            }
            "EHLO" | "HELO" => reply("501 5.5.4 say your name"),
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
    use super::{Session, Step};

    fn talk(lines: &[&str]) -> Vec<String> {
        let mut session = Session::default();
        lines
            .iter()
            .map(|line| match session.command(line) {
                Step::Reply(text) | Step::Close(text) => text[..3].to_owned(),
                Step::Data => "354".to_owned(),
            })
            .collect()
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
    fn parameters_are_checked() {
        let too_large = format!("MAIL FROM:<a@b> SIZE={}", usize::MAX);
        let replies = talk(&["EHLO me", &too_large, "MAIL FROM:<a@b> XYZ=1", "MAIL a@b"]);
        assert_eq!(replies, ["250", "552", "555", "501"]);
    }
}
