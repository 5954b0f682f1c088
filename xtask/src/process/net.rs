//! Ports and readiness over loopback.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result};

/// A free port, `wanted` or the next one above; 0 asks for any.
///
/// # Errors
/// When no port is free.
pub fn free_port(wanted: u16) -> Result<u16> {
    let last = if wanted == 0 {
        0
    } else {
        wanted.saturating_add(200)
    };
    (wanted..=last)
        .find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .and_then(|listener| listener.local_addr().ok())
        .map(|address| address.port())
        .with_context(|| format!("no free port from {wanted}"))
}

/// Whether somebody accepts connections on the port.
pub fn listens(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// The status of a GET, `None` when nobody answers in 2 s.
pub fn status(port: u16, path: &str) -> Option<u16> {
    let limit = Some(Duration::from_secs(2));
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(limit).ok()?;
    stream.set_write_timeout(limit).ok()?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).ok()?;
    let code = head
        .strip_prefix(b"HTTP/1.0 ")
        .or(head.strip_prefix(b"HTTP/1.1 "))?;
    std::str::from_utf8(code).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(free_port(port).unwrap() > port);
        assert!(listens(port));
    }

    #[test]
    fn an_answer_is_read_as_its_status() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream
                .write_all(b"HTTP/1.0 204 No Content\r\n\r\n")
                .unwrap();
        });
        assert_eq!(status(port, "/ready"), Some(204));
        answer.join().unwrap();
    }
}
