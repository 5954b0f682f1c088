//! Mails that arrive, and the connections they share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use synchronizer_mail::{Smtp, compose};

use crate::sample;
use crate::scripted::{Reply, Server, friendly};

const FROM: &str = "Synchronizer <sync@nordlicht.example>";
const TO: &str = "zoe.mueller@nordlicht.example";

fn message() -> Vec<u8> {
    compose(&sample::envelope(), &sample::rendered()).unwrap()
}

#[tokio::test]
async fn a_mail_arrives_byte_for_byte() {
    let server = Server::start(friendly).await;
    let answer = server.client().send(FROM, TO, &message()).await.unwrap();
    assert_eq!(answer, "250 2.0.0 queued");
    let heard = server.heard();
    assert_eq!(heard.mails, [message()]);
    assert_eq!(heard.count("MAIL FROM:<sync@nordlicht.example>"), 1);
    assert_eq!(heard.count("RCPT TO:<zoe.mueller@nordlicht.example>"), 1);
}

#[tokio::test]
async fn lines_that_begin_with_a_dot_arrive_so() {
    let server = Server::start(friendly).await;
    let raw = b"Subject: dots\r\n\r\n.\r\n..\r\n.end";
    server.client().send(FROM, TO, raw).await.unwrap();
    assert_eq!(server.heard().mails, [[&raw[..], b"\r\n"].concat()]);
}

#[tokio::test]
async fn an_answer_of_several_lines_is_one_line() {
    let server = Server::start(|_, line| match line {
        "." => Reply::Say("250-2.0.0 taken\r\n250 2.0.0 as A1B2"),
        _ => Reply::Usual,
    })
    .await;
    let answer = server.client().send(FROM, TO, &message()).await.unwrap();
    assert_eq!(answer, "250 2.0.0 taken 2.0.0 as A1B2");
}

#[tokio::test]
async fn mails_in_a_row_share_a_connection() {
    let server = Server::start(friendly).await;
    let client = server.client();
    for _ in 0..5 {
        client.send(FROM, TO, &message()).await.unwrap();
    }
    let heard = server.heard();
    assert_eq!((heard.connections, heard.mails.len()), (1, 5));
    assert_eq!(heard.count("EHLO"), 1);
}

#[tokio::test]
async fn a_refused_recipient_does_not_cost_the_connection() {
    let server = Server::start(|_, line| match line {
        "RCPT TO:<gone@nordlicht.example>" => Reply::Say("550 5.1.1 no such user"),
        _ => Reply::Usual,
    })
    .await;
    let client = server.client();
    let gone = "gone@nordlicht.example";
    assert!(client.send(FROM, gone, &message()).await.is_err());
    client.send(FROM, TO, &message()).await.unwrap();
    let heard = server.heard();
    assert_eq!((heard.connections, heard.count("RSET")), (1, 1));
    assert_eq!(heard.mails.len(), 1);
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_is_replaced() {
    for farewell in [Reply::HangUp, Reply::Say("421 4.4.2 idle too long")] {
        let farewell = std::sync::Mutex::new(Some(farewell));
        let first = AtomicBool::new(true);
        let server = Server::start(move |connection, line| {
            if connection == 1 && line.starts_with("MAIL") && !first.swap(false, Ordering::SeqCst) {
                return farewell.lock().unwrap().take().unwrap_or(Reply::HangUp);
            }
            Reply::Usual
        })
        .await;
        let client = server.client();
        client.send(FROM, TO, &message()).await.unwrap();
        client.send(FROM, TO, &message()).await.unwrap();
        let heard = server.heard();
        assert_eq!((heard.connections, heard.mails.len()), (2, 2));
    }
}

#[tokio::test]
async fn unused_connections_are_closed_with_a_goodbye() {
    let server = Server::start(friendly).await;
    let mut settings = server.settings();
    settings.idle_timeout = Duration::from_millis(50);
    let client = Smtp::new(settings).unwrap();
    client.send(FROM, TO, &message()).await.unwrap();
    server.until(|heard| heard.open == 0).await;
    assert_eq!(server.heard().count("QUIT"), 1);
    client.send(FROM, TO, &message()).await.unwrap();
    server
        .until(|heard| heard.connections == 2 && heard.open == 0)
        .await;
}

#[tokio::test]
async fn closing_says_goodbye_and_lets_nothing_out_any_more() {
    let server = Server::start(friendly).await;
    let client = server.client();
    client.send(FROM, TO, &message()).await.unwrap();
    client.close().await;
    server.until(|heard| heard.open == 0).await;
    assert_eq!(server.heard().count("QUIT"), 1);
    let error = client.send(FROM, TO, &message()).await.unwrap_err();
    assert!(!error.permanent);
    assert_eq!(server.heard().connections, 1);
}

#[tokio::test]
async fn mails_at_the_same_time_stay_within_the_connections() {
    let server = Server::start(friendly).await;
    let mut settings = server.settings();
    settings.max_connections = 3;
    let client = Smtp::new(settings).unwrap();
    let message = Arc::new(message());
    let mails: Vec<_> = (0..60)
        .map(|_| {
            let (client, message) = (client.clone(), message.clone());
            tokio::spawn(async move { client.send(FROM, TO, &message).await })
        })
        .collect();
    for mail in mails {
        mail.await.unwrap().unwrap();
    }
    let heard = server.heard();
    assert_eq!(heard.mails.len(), 60);
    assert!(heard.connections <= 3, "{}", heard.connections);
}

#[tokio::test]
async fn user_and_password_are_used_on_this_machine_without_encryption() {
    let server = Server::start(friendly).await;
    let mut settings = server.settings();
    settings.url = SecretString::from(format!("smtp://u:p@127.0.0.1:{}", server.port));
    let client = Smtp::new(settings).unwrap();
    client.send(FROM, TO, &message()).await.unwrap();
    assert_eq!(server.heard().count("AUTH PLAIN"), 1);
}

#[tokio::test]
async fn letters_outside_ascii_are_announced_to_servers_that_take_them() {
    let server = Server::start(|_, line| match line.split(' ').next() {
        Some("EHLO") => Reply::Say("250-scripted.test\r\n250-8BITMIME\r\n250 SMTPUTF8"),
        _ => Reply::Usual,
    })
    .await;
    let mut envelope = sample::envelope();
    envelope.to_address = "åse@bjørn.example".to_owned();
    let message = compose(&envelope, &sample::rendered()).unwrap();
    let client = server.client();
    client
        .send(FROM, &envelope.to_address, &message)
        .await
        .unwrap();
    let heard = server.heard();
    let announced = "MAIL FROM:<sync@nordlicht.example> SMTPUTF8 BODY=8BITMIME";
    assert_eq!(heard.count(announced), 1, "{heard:?}");
    assert_eq!(heard.count("RCPT TO:<åse@xn--bjrn-hra.example>"), 1);
}
