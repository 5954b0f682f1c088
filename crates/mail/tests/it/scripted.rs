//! A small SMTP server that does what a test tells it to.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use synchronizer_mail::{Smtp, SmtpSettings};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

/// What the server does with a line.
pub enum Reply {
    /// Says this.
    Say(&'static str),
    /// Says these bytes as they are.
    Raw(&'static [u8]),
    /// Closes without a word.
    HangUp,
    /// Says nothing until told to go on, then says this.
    Late(Arc<Notify>, &'static str),
    /// What a friendly server would say.
    Usual,
}

/// Chooses a reply by the number of the connection (from 1) and the line; the end of the
/// content is the line `.`, the greeting the empty line.
type Script = dyn Fn(usize, &str) -> Reply + Send + Sync;

/// What the server heard.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    pub connections: usize,
    pub open: usize,
    pub most_open: usize,
    /// Commands with the number of their connection.
    pub lines: Vec<(usize, String)>,
    /// Contents without the end mark, dots unstuffed.
    pub mails: Vec<Vec<u8>>,
}

impl Heard {
    pub fn count(&self, command: &str) -> usize {
        let begins = |line: &&(usize, String)| line.1.starts_with(command);
        self.lines.iter().filter(begins).count()
    }
}

pub struct Server {
    pub port: u16,
    heard: watch::Receiver<Heard>,
}

impl Server {
    pub async fn start(script: impl Fn(usize, &str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, heard) = watch::channel(Heard::default());
        let (sender, script) = (Arc::new(sender), Arc::new(script));
        tokio::spawn(async move {
            for number in 1.. {
                let Ok((stream, _)) = listener.accept().await else {
                    return;
                };
                let (sender, script) = (sender.clone(), script.clone());
                tokio::spawn(async move {
                    sender.send_modify(|heard| {
                        heard.connections += 1;
                        heard.open += 1;
                        heard.most_open = heard.most_open.max(heard.open);
                    });
                    talk(stream, number, &sender, &*script).await;
                    sender.send_modify(|heard| heard.open -= 1);
                });
            }
        });
        Self { port, heard }
    }

    pub fn heard(&self) -> Heard {
        self.heard.borrow().clone()
    }

    /// Waits until the server heard what the test needs.
    pub async fn until(&self, condition: impl FnMut(&Heard) -> bool) {
        let mut heard = self.heard.clone();
        let waiting = heard.wait_for(condition);
        let waited = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        assert!(
            waited.is_ok(),
            "the server did not hear it: {:?}",
            self.heard()
        );
    }

    pub fn settings(&self) -> SmtpSettings {
        SmtpSettings::new(SecretString::from(format!(
            "smtp://127.0.0.1:{}",
            self.port
        )))
    }

    pub fn client(&self) -> Smtp {
        Smtp::new(self.settings()).unwrap()
    }
}

/// A server that takes everything.
pub fn friendly(_: usize, _: &str) -> Reply {
    Reply::Usual
}

async fn talk(stream: TcpStream, number: usize, sender: &watch::Sender<Heard>, script: &Script) {
    let mut stream = BufReader::new(stream);
    if !answer(&mut stream, script(number, ""), "220 scripted.test ready").await {
        return;
    }
    let mut content: Option<Vec<u8>> = None;
    loop {
        let mut raw = Vec::new();
        if stream.read_until(b'\n', &mut raw).await.unwrap_or(0) == 0 {
            return;
        }
        let line = String::from_utf8_lossy(&raw).trim_end().to_owned();
        if let Some(mail) = &mut content
            && line != "."
        {
            mail.extend_from_slice(raw.strip_prefix(b".").unwrap_or(&raw));
            continue;
        }
        let reply = script(number, &line);
        let mail = content.take();
        sender.send_modify(|heard| {
            heard.lines.push((number, line.clone()));
            heard.mails.extend(mail);
        });
        let usual = match line.split(' ').next().unwrap_or_default() {
            "EHLO" => "250-scripted.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            "DATA" => "354 go on",
            "QUIT" => "221 2.0.0 bye",
            "AUTH" => "235 2.7.0 welcome",
            "." => "250 2.0.0 queued",
            _ => "250 2.1.0 ok",
        };
        let taken = matches!(reply, Reply::Usual)
            || matches!(reply, Reply::Say(say) if say.starts_with("354"));
        if line == "DATA" && taken {
            content = Some(Vec::new());
        }
        if !answer(&mut stream, reply, usual).await || line == "QUIT" {
            return;
        }
    }
}

/// Whether the conversation goes on.
async fn answer(stream: &mut BufReader<TcpStream>, reply: Reply, usual: &str) -> bool {
    let bytes = match reply {
        Reply::Say(text) => format!("{text}\r\n").into_bytes(),
        Reply::Usual => format!("{usual}\r\n").into_bytes(),
        Reply::Raw(bytes) => bytes.to_vec(),
        Reply::HangUp => return false,
        Reply::Late(go_on, text) => {
            go_on.notified().await;
            format!("{text}\r\n").into_bytes()
        }
    };
    stream.get_mut().write_all(&bytes).await.is_ok()
}

/// A server that says nothing at all and reads everything.
pub async fn mute() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut sink = Vec::new();
                let _ = stream.read_to_end(&mut sink).await;
            });
        }
    });
    port
}

/// A port on which nobody listens.
pub async fn nobody() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}
