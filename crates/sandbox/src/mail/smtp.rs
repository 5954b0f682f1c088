//! The SMTP server: reads lines, lets the session decide, writes replies.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite,
    AsyncWriteExt as _, BufReader, BufWriter,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::session::{MAX_SIZE, Session, Step};
use crate::clock::iso;
use crate::record::RecordedRequest;
use crate::switches::{MailTls, System};
use crate::world::World;

/// Longest command line, with room for SMTPUTF8 addresses (RFC 5321 §4.5.3.1 asks for
/// 512).
const MAX_LINE: u64 = 4_096;

/// Serves until the sandbox ends.
pub(crate) async fn serve(
    world: Arc<World>,
    listener: TcpListener,
    tls: TlsAcceptor,
    mut stopped: watch::Receiver<bool>,
) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let tls = tls.clone();
                    tokio::spawn(connection(Arc::clone(&world), stream, tls, peer, stopped.clone()));
                }
                // Out of file descriptors: wait until some are free again.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

async fn connection(
    world: Arc<World>,
    stream: TcpStream,
    tls: TlsAcceptor,
    peer: SocketAddr,
    mut stopped: watch::Receiver<bool>,
) {
    tokio::select! {
        _ = stopped.changed() => {}
        ended = converse(&world, stream, &tls) => {
            if let Err(error) = ended {
                tracing::debug!(%peer, %error, "smtp connection broke");
            }
        }
    }
}

async fn converse(world: &World, mut stream: TcpStream, tls: &TlsAcceptor) -> io::Result<()> {
    stream.set_nodelay(true)?;
    if world.switches().smtp_stall {
        // Never a word, until the client gives up.
        let mut ignored = tokio::io::sink();
        tokio::io::copy(&mut stream, &mut ignored).await?;
        return Ok(());
    }
    let mut session = Session::new(world.switches().mail.clone());
    if session.rules().tls == MailTls::Implicit {
        let mut stream = tls.accept(stream).await?;
        talk(world, &mut stream, &mut session, true).await?;
        return stream.shutdown().await;
    }
    if talk(world, &mut stream, &mut session, true).await? == End::Encrypt {
        let mut stream = tls.accept(stream).await?;
        session.encrypted();
        talk(world, &mut stream, &mut session, false).await?;
        return stream.shutdown().await;
    }
    Ok(())
}

/// How a conversation on one stream ended.
#[derive(PartialEq, Eq)]
enum End {
    Closed,
    /// It goes on, encrypted.
    Encrypt,
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    world: &World,
    stream: &mut S,
    session: &mut Session,
    greet: bool,
) -> io::Result<End> {
    let (read, write) = tokio::io::split(stream);
    let mut reader = BufReader::with_capacity(64 * 1024, read);
    let mut writer = BufWriter::new(write);
    if greet {
        if !pause(world).await {
            return refuse(world, &mut writer, &reader).await;
        }
        let greeting = "220 sandbox.localhost ESMTP mail catcher";
        say(&mut writer, &reader, greeting).await?;
    }
    while let Some(line) = read_line(&mut reader).await? {
        if !pause(world).await {
            return refuse(world, &mut writer, &reader).await;
        }
        let is_outdated = *session.rules() != world.switches().mail;
        if is_outdated && line.to_ascii_uppercase().starts_with("MAIL") {
            return refuse(world, &mut writer, &reader).await;
        }
        session.refuse(world.switches().refused_recipients.clone());
        let text = match session.command(&line) {
            Step::Reply(text) => {
                note_refusal(world, &line, &text);
                text
            }
            Step::Close(text) => {
                say(&mut writer, &reader, &text).await?;
                writer.flush().await?;
                return Ok(End::Closed);
            }
            Step::Encrypt(text) => {
                // What came in clear behind the command is dropped with the reader.
                writer.write_all(text.as_bytes()).await?;
                writer.write_all(b"\r\n").await?;
                writer.flush().await?;
                return Ok(End::Encrypt);
            }
            Step::Data => {
                say(&mut writer, &reader, "354 go ahead").await?;
                writer.flush().await?;
                match read_mail(&mut reader).await? {
                    Ok(raw) => {
                        let (from, to) = session.take_envelope();
                        let id = world.mails.add(from, to, raw, world.now());
                        record(world, "DATA", 250);
                        format!("250 2.0.0 caught as {id}")
                    }
                    Err(refusal) => {
                        session.take_envelope();
                        note_refusal(world, "DATA", refusal);
                        refusal.to_owned()
                    }
                }
            }
        };
        say(&mut writer, &reader, &text).await?;
    }
    Ok(End::Closed)
}

/// Waits as long as the switches say; false if the service is down.
async fn pause(world: &World) -> bool {
    let (delay, down) = {
        let switches = world.switches();
        (
            switches.delay_ms(System::Mail),
            switches.is_unavailable(System::Mail),
        )
    };
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    !down
}

/// Ends the connection as a server does that goes down (RFC 5321 §3.8).
async fn refuse<R: AsyncRead + Unpin, W: AsyncWrite + Unpin>(
    world: &World,
    writer: &mut BufWriter<W>,
    reader: &BufReader<R>,
) -> io::Result<End> {
    record(world, "CONNECT", 421);
    say(writer, reader, "421 4.3.2 the service is not available").await?;
    writer.flush().await?;
    Ok(End::Closed)
}

/// Writes a reply; flushes unless the client pipelined more commands already.
async fn say<R: AsyncRead + Unpin, W: AsyncWrite + Unpin>(
    writer: &mut BufWriter<W>,
    reader: &BufReader<R>,
    text: &str,
) -> io::Result<()> {
    writer.write_all(text.as_bytes()).await?;
    writer.write_all(b"\r\n").await?;
    if reader.buffer().is_empty() {
        writer.flush().await?;
    }
    Ok(())
}

/// A command line, or `None` at the end of the connection.
async fn read_line<R: AsyncBufRead + Unpin>(reader: &mut R) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let read = (&mut *reader)
        .take(MAX_LINE)
        .read_until(b'\n', &mut line)
        .await?;
    if read == 0 {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "command line too long or cut off",
        ));
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

/// Reads up to the line with the single dot, and undoes dot-stuffing (RFC 5321 §4.5.2).
/// A mail with a bare line feed is refused: real servers do, against smuggling.
async fn read_mail<R: AsyncBufRead + Unpin>(
    reader: &mut R,
) -> io::Result<Result<Vec<u8>, &'static str>> {
    let mut raw = Vec::new();
    let mut line = Vec::new();
    let mut refusal = None;
    loop {
        line.clear();
        let read = (&mut *reader)
            .take(MAX_SIZE as u64)
            .read_until(b'\n', &mut line)
            .await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(refusal.map_or(Ok(raw), Err));
        }
        if !line.ends_with(b"\r\n") {
            refusal = Some("554 5.6.0 lines must end in CRLF");
        }
        let content = line.strip_prefix(b".").unwrap_or(&line);
        if raw.len() + content.len() > MAX_SIZE {
            refusal = Some("552 5.3.4 too large");
        }
        if refusal.is_none() {
            raw.extend_from_slice(content);
        }
    }
}

/// Keeps a record of refused senders, recipients and mails.
fn note_refusal(world: &World, command: &str, reply: &str) {
    let code = reply.get(..3).and_then(|code| code.parse().ok());
    if let Some(code) = code.filter(|code| *code >= 400) {
        let verb = command.split(' ').next().unwrap_or_default();
        record(world, &verb.to_ascii_uppercase(), code);
    }
}

fn record(world: &World, command: &str, status: u16) {
    world.requests.push(RecordedRequest {
        system: System::Mail,
        method: command.to_owned(),
        path: String::new(),
        status,
        at: iso(world.now()),
    });
}

#[cfg(test)]
mod tests {
    use super::read_mail;

    #[tokio::test]
    async fn stuffed_dots_are_removed() {
        let mut input: &[u8] = b"a\r\n..\r\n..b\r\n.\r\nNOOP\r\n";
        let raw = read_mail(&mut input).await.unwrap().unwrap();
        assert_eq!(raw, b"a\r\n.\r\n.b\r\n");
        assert_eq!(input, b"NOOP\r\n");
    }

    #[tokio::test]
    async fn a_dot_between_bare_line_feeds_does_not_end_the_mail() {
        let mut input: &[u8] = b"a\n.\nMAIL\r\n.\r\n";
        let refused = read_mail(&mut input).await.unwrap();
        assert!(refused.is_err_and(|reply| reply.starts_with("554")));
        assert!(input.is_empty());
    }
}
