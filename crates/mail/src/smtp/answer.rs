//! What a server's answer, or its silence, means for a mail.

use std::error::Error as _;
use std::io;

use lettre::transport::smtp::Error;
use synchronizer_domain::text;

/// Longest answer that is kept, in characters.
const MAX_ANSWER: usize = 200;

/// A mail that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{answer}")]
pub struct SendError {
    /// Trying again cannot help: the server refused this recipient or this mail (5xx).
    pub permanent: bool,
    /// Nothing is wrong with the mail: our settings do not fit the server (sign-in,
    /// certificate, sender), so the operator must act and the mail waits. Never
    /// together with `permanent`.
    pub ours: bool,
    /// The server's own words with its codes (`550 5.1.1 no such user`), or what
    /// happened instead; ≤ 200 characters, one line, addresses of pages cut to their host.
    pub answer: String,
}

/// How far the conversation was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Connecting, greeting, sign-in.
    SetUp,
    /// Beginning the encryption.
    Encryption,
    /// Naming our sender.
    Sender,
    /// Naming the recipient, handing over the content.
    Mail,
}

impl SendError {
    pub(super) fn temporary(answer: impl AsRef<str>) -> Self {
        Self {
            permanent: false,
            ours: false,
            answer: tidy(answer.as_ref()),
        }
    }

    pub(super) fn ours(answer: impl AsRef<str>) -> Self {
        Self {
            ours: true,
            ..Self::temporary(answer)
        }
    }

    pub(super) fn permanent(answer: impl AsRef<str>) -> Self {
        Self {
            permanent: true,
            ..Self::temporary(answer)
        }
    }

    pub(super) fn from_smtp(error: &Error, stage: Stage) -> Self {
        let Some(code) = error.status() else {
            return Self::without_code(error, stage);
        };
        let words = error.source().map(ToString::to_string).unwrap_or_default();
        let answer = format!("{code} {words}");
        // RFC 4954 §6: 530, 534, 535 and 538 are about signing in, whenever they come.
        if matches!(u16::from(code), 530 | 534 | 535 | 538) {
            Self::ours(answer)
        } else if error.is_transient() {
            Self::temporary(answer)
        } else if stage == Stage::Mail {
            Self::permanent(answer)
        } else {
            // Refused before the recipient was named: it would be so for every mail.
            Self::ours(answer)
        }
    }

    /// No answer from the server: TLS, network, or an answer that is none.
    fn without_code(error: &Error, stage: Stage) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(inner) = cause {
            if let Some(io) = inner.downcast_ref::<io::Error>() {
                // Both rustls (certificates, strange handshakes) and the reader of answers
                // (letters that are not UTF-8) report invalid data.
                return match (io.kind(), stage) {
                    (io::ErrorKind::InvalidData, Stage::Encryption) => {
                        Self::ours(format!("TLS with the mail server failed: {io}"))
                    }
                    (io::ErrorKind::InvalidData, _) => {
                        Self::temporary("the mail server's answer was not UTF-8")
                    }
                    _ => Self::temporary(format!("no connection to the mail server: {io}")),
                };
            }
            cause = inner.source();
        }
        if error.is_client() || error.is_tls() {
            Self::ours(error.source().map_or_else(
                || "the mail server does not offer what is needed".to_owned(),
                ToString::to_string,
            ))
        } else {
            Self::temporary("the mail server hung up or did not speak SMTP")
        }
    }
}

/// One line of at most 200 characters. Servers that quote the address they dislike would
/// bring the secret of an invitation into the outbox, so of pages only the host stays.
pub(super) fn tidy(answer: &str) -> String {
    let words: Vec<String> = answer.split_whitespace().map(hide_path).collect();
    text::clean(&words.join(" "), MAX_ANSWER)
}

fn hide_path(word: &str) -> String {
    let Some(host) = word.find("://").map(|at| at + 3) else {
        return word.to_owned();
    };
    let path = word
        .char_indices()
        .find(|(at, c)| *at >= host && matches!(c, '/' | '?' | '#'));
    match path.and_then(|(at, _)| word.get(..at)) {
        Some(kept) => format!("{kept}/…"),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_becomes_one_short_line() {
        assert_eq!(
            tidy("550 5.1.1 no\r\n  such\tuser\u{7} "),
            "550 5.1.1 no such user"
        );
        assert_eq!(tidy(&"ä".repeat(500)).chars().count(), 200);
        let hostile = format!(
            "550 <b>no</b>\r\nBcc: eve@evil.example\u{202E}\u{2028}x {}",
            "y".repeat(1 << 20)
        );
        let tidied = tidy(&hostile);
        assert!(tidied.starts_with("550 <b>no</b> Bcc: eve@evil.example"));
        assert_eq!(tidied.chars().count(), 200);
        assert!(!tidied.contains(['\r', '\n', '\u{202E}', '\u{2028}']));
    }

    #[test]
    fn addresses_in_an_answer_lose_their_path() {
        assert_eq!(
            tidy(
                "554 5.7.1 blocked <https://sync.example.test/i/s3cr3t>, see http://rbl.example.test?x=1"
            ),
            "554 5.7.1 blocked <https://sync.example.test/… see http://rbl.example.test/…"
        );
        assert_eq!(
            tidy("554 see https://rbl.example.test"),
            "554 see https://rbl.example.test"
        );
    }
}
