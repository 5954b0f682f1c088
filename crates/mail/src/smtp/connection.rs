//! One conversation with the server: signed in once, then mail after mail.

use std::fmt;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::answer::{SendError, Stage, tidy};
use super::settings::{Encryption, Server, SmtpSettings};

/// How long a goodbye may take; nobody waits for it.
const QUIT_TIMEOUT: Duration = Duration::from_secs(5);

/// What became of a mail, and whether the conversation can go on.
pub(super) enum Outcome {
    Accepted {
        answer: String,
    },
    /// The server answered; nothing is half said.
    Refused {
        error: SendError,
        reusable: bool,
    },
    /// The conversation broke before the content was sent, so nothing can have arrived.
    BrokenBefore {
        error: SendError,
    },
    /// The conversation broke, or the answer did not come, after the content.
    BrokenAfter {
        error: SendError,
    },
}

/// Dropped without ceremony it just closes the socket, at any point.
pub(super) struct Connection(AsyncSmtpConnection);

impl Connection {
    /// Connects, encrypts and signs in.
    pub(super) async fn open(server: &Server, settings: &SmtpSettings) -> Result<Self, SendError> {
        let opening = open(server, settings.connect_timeout);
        match timeout(settings.answer_timeout, opening).await {
            Ok(result) => result.map(Self),
            Err(_) => Err(SendError::temporary(
                "the mail server did not answer in time",
            )),
        }
    }

    /// Hands over one mail.
    pub(super) async fn deliver(
        &mut self,
        route: &Route,
        message: &str,
        settings: &SmtpSettings,
    ) -> Outcome {
        match timeout(settings.answer_timeout, self.announce(route, message)).await {
            Ok(Ok(())) => {}
            Ok(Err(refusal)) => return self.settle(refusal, settings).await,
            Err(_) => {
                return Outcome::BrokenBefore {
                    error: SendError::temporary("the mail server did not answer in time"),
                };
            }
        }
        match timeout(settings.accept_timeout, self.0.command(Content(message))).await {
            Ok(Ok(response)) => Outcome::Accepted {
                answer: words(&response),
            },
            Ok(Err(error)) => {
                let answered = error.status().is_some();
                let error = SendError::from_smtp(&error, Stage::Mail);
                if answered {
                    Outcome::Refused {
                        error,
                        reusable: true,
                    }
                } else {
                    Outcome::BrokenAfter { error }
                }
            }
            Err(_) => Outcome::BrokenAfter {
                error: SendError::temporary(
                    "the mail server did not say in time whether it took the mail",
                ),
            },
        }
    }

    /// Sender, recipient and the permission to send the content.
    async fn announce(&mut self, route: &Route, message: &str) -> Result<(), Refusal> {
        let parameters = self.parameters(route, message)?;
        let sender = Mail::new(Some(route.from.clone()), parameters);
        self.ask(Stage::Sender, sender).await?;
        let recipient = Rcpt::new(route.to.clone(), Vec::new());
        self.ask(Stage::Mail, recipient).await?;
        self.ask(Stage::Mail, Data).await
    }

    async fn ask<C: fmt::Display>(&mut self, stage: Stage, command: C) -> Result<(), Refusal> {
        match self.0.command(command).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Refusal {
                // 421 announces that the server closes the conversation (RFC 5321 §3.8).
                answered: error.status().is_some_and(|code| u16::from(code) != 421),
                error: SendError::from_smtp(&error, stage),
            }),
        }
    }

    /// Letters outside ASCII in an address or header need a server that takes them.
    fn parameters(&self, route: &Route, message: &str) -> Result<Vec<MailParameter>, Refusal> {
        let offers = |extension| self.0.server_info().supports_feature(extension);
        let mut parameters = Vec::new();
        if !route.is_ascii() {
            if !offers(Extension::SmtpUtfEight) {
                return Err(Refusal {
                    answered: true,
                    error: SendError::permanent(
                        "the mail server takes no addresses with letters outside ASCII",
                    ),
                });
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !message.is_ascii() && offers(Extension::EightBitMime) {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    /// After a refusal the server still remembers the sender (RFC 5321 §4.1.1.5).
    async fn settle(&mut self, refusal: Refusal, settings: &SmtpSettings) -> Outcome {
        let Refusal { answered, error } = refusal;
        if !answered {
            return Outcome::BrokenBefore { error };
        }
        let reset = timeout(settings.answer_timeout, self.0.command(Rset)).await;
        Outcome::Refused {
            error,
            reusable: matches!(reset, Ok(Ok(_))),
        }
    }

    /// Says goodbye.
    pub(super) async fn close(mut self) {
        // Whatever comes back, the socket closes with the value.
        let _ = timeout(QUIT_TIMEOUT, self.0.command(Quit)).await;
    }
}

/// The content with its end mark, lines that begin with a dot getting another one
/// (RFC 5321 §4.5.2). As a command it leaves in one write; in two, the kernel would hold
/// the end mark back until the server's delayed acknowledgement, 40 ms for each mail.
struct Content<'a>(&'a str);

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.split_inclusive('\n') {
            if line.starts_with('.') {
                f.write_str(".")?;
            }
            f.write_str(line)?;
        }
        if !self.0.ends_with("\r\n") {
            f.write_str("\r\n")?;
        }
        f.write_str(".\r\n")
    }
}

/// From and to.
pub(super) struct Route {
    pub(super) from: Address,
    pub(super) to: Address,
}

impl Route {
    fn is_ascii(&self) -> bool {
        [&self.from, &self.to]
            .into_iter()
            .all(|address| AsRef::<str>::as_ref(address).is_ascii())
    }
}

struct Refusal {
    /// The server said so and listens on.
    answered: bool,
    error: SendError,
}

async fn open(
    server: &Server,
    connect_timeout: Duration,
) -> Result<AsyncSmtpConnection, SendError> {
    let at = |stage| move |error| SendError::from_smtp(&error, stage);
    let (from_the_start, stage) = match &server.encryption {
        Encryption::FromTheStart(tls) => (Some(tls.clone()), Stage::Encryption),
        _ => (None, Stage::SetUp),
    };
    let mut connection = AsyncSmtpConnection::connect_tokio1(
        (server.host.as_str(), server.port),
        Some(connect_timeout),
        &server.hello,
        from_the_start,
        None,
    )
    .await
    .map_err(at(stage))?;
    let starttls = match &server.encryption {
        Encryption::Required(_) if !connection.can_starttls() => {
            return Err(SendError::ours("the mail server does not offer STARTTLS"));
        }
        Encryption::Required(tls) => Some(tls),
        Encryption::WhenOffered(tls) if connection.can_starttls() => Some(tls),
        Encryption::Never | Encryption::WhenOffered(_) | Encryption::FromTheStart(_) => None,
    };
    if let Some(tls) = starttls {
        connection
            .starttls(tls.clone(), &server.hello)
            .await
            .map_err(at(Stage::Encryption))?;
    }
    if let Some(credentials) = &server.credentials {
        if !connection.is_encrypted() && !server.loopback {
            return Err(SendError::ours(
                "the mail server does not offer STARTTLS, the password was not sent",
            ));
        }
        connection
            .auth(&[Mechanism::Plain, Mechanism::Login], credentials)
            .await
            .map_err(at(Stage::SetUp))?;
    }
    Ok(connection)
}

fn words(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    tidy(&format!("{} {}", response.code(), lines.join(" ")))
}
