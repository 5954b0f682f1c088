//! Mails that do not arrive: what is worth another try, and whose fault it is.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use synchronizer_mail::{SendError, Smtp, SmtpSettings, compose};
use tokio::sync::Notify;

use crate::sample;
use crate::scripted::{self, Reply, Server, friendly};

const FROM: &str = "sync@nordlicht.example";
const TO: &str = "zoe.mueller@nordlicht.example";

fn message() -> Vec<u8> {
    compose(&sample::envelope(), &sample::rendered()).unwrap()
}

fn impatient(mut settings: SmtpSettings) -> SmtpSettings {
    settings.answer_timeout = Duration::from_millis(200);
    settings.accept_timeout = Duration::from_millis(200);
    settings
}

/// The error when the server replies so to lines that begin so.
async fn error_when(begin: &'static str, reply: &'static str) -> SendError {
    let server = Server::start(move |_, line| {
        if line.starts_with(begin) && line.is_empty() == begin.is_empty() {
            Reply::Say(reply)
        } else {
            Reply::Usual
        }
    })
    .await;
    let mut settings = server.settings();
    settings.url = SecretString::from(format!("smtp://u:hunter2@127.0.0.1:{}", server.port));
    let client = Smtp::new(settings).unwrap();
    client.send(FROM, TO, &message()).await.unwrap_err()
}

#[tokio::test]
async fn a_refusal_says_whether_to_try_again_and_who_must_act() {
    for (begin, reply, permanent, ours) in [
        ("RCPT", "550 5.1.1 no such user", true, false),
        ("RCPT", "451 4.7.1 try again later", false, false),
        ("RCPT", "421 4.3.2 going down", false, false),
        ("RCPT", "530 5.7.0 sign in first", false, true),
        ("DATA", "554 5.7.1 no", true, false),
        (".", "554 5.7.1 looks like spam", true, false),
        (".", "452 4.2.2 mailbox full", false, false),
        ("MAIL", "550 5.7.1 not your sender", false, true),
        ("MAIL", "451 4.3.0 busy", false, false),
        ("AUTH", "535 5.7.8 wrong password", false, true),
        ("AUTH", "454 4.7.0 later", false, false),
        ("AUTH", "504 5.5.4 unknown mechanism", false, true),
        ("EHLO", "550 5.7.1 go away", false, true),
        ("", "554 5.3.2 no service", false, true),
        ("", "421 4.3.2 busy", false, false),
    ] {
        let error = error_when(begin, reply).await;
        let expected = SendError {
            permanent,
            ours,
            answer: reply.to_owned(),
        };
        assert_eq!(error, expected, "{begin}");
    }
}

#[tokio::test]
async fn a_long_answer_is_cut_and_loses_addresses() {
    let error = error_when(
        ".",
        "554-5.7.1 blocked https://sync.nordlicht.example/i/SAMPLE-q7Xk2_vB9\r\n554 5.7.1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    )
    .await;
    assert!(error.permanent);
    assert_eq!(error.answer.chars().count(), 200);
    assert!(
        error
            .answer
            .starts_with("554 5.7.1 blocked https://sync.nordlicht.example/… ")
    );
    assert!(!error.answer.contains("SAMPLE"));
}

#[tokio::test]
async fn a_dropped_connection_is_worth_another_try() {
    for begin in ["", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let server = Server::start(move |_, line| {
            if line.starts_with(begin) && line.is_empty() == begin.is_empty() {
                Reply::HangUp
            } else {
                Reply::Usual
            }
        })
        .await;
        let error = server
            .client()
            .send(FROM, TO, &message())
            .await
            .unwrap_err();
        assert!(!error.permanent && !error.ours, "{begin} {error:?}");
        assert_eq!(server.heard().connections, 1, "{begin}");
    }
}

#[tokio::test]
async fn a_server_that_stalls_costs_only_the_time_out_sc_72() {
    for begin in ["", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let server = Server::start(move |_, line| {
            if line.starts_with(begin) && line.is_empty() == begin.is_empty() {
                Reply::Late(Arc::new(Notify::new()), "250 never said")
            } else {
                Reply::Usual
            }
        })
        .await;
        let client = Smtp::new(impatient(server.settings())).unwrap();
        let error = client.send(FROM, TO, &message()).await.unwrap_err();
        assert!(!error.permanent && !error.ours, "{begin} {error:?}");
        assert!(error.answer.contains("in time"), "{begin} {error:?}");
    }
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_not_taken_for_the_next_mails() {
    let go_on = Arc::new(Notify::new());
    let late = go_on.clone();
    let server = Server::start(move |connection, line| match (connection, line) {
        (1, ".") => Reply::Late(late.clone(), "250 2.0.0 late"),
        (_, "RCPT TO:<gone@nordlicht.example>") => Reply::Say("550 5.1.1 no such user"),
        _ => Reply::Usual,
    })
    .await;
    let mut settings = server.settings();
    settings.accept_timeout = Duration::from_millis(200);
    let client = Smtp::new(settings).unwrap();
    assert!(client.send(FROM, TO, &message()).await.is_err());
    go_on.notify_one();
    let gone = "gone@nordlicht.example";
    let error = client.send(FROM, gone, &message()).await.unwrap_err();
    assert_eq!(error.answer, "550 5.1.1 no such user");
    assert_eq!(server.heard().connections, 2);
}

#[tokio::test]
async fn an_abandoned_mail_closes_its_connection() {
    let server = Server::start(|connection, line| match (connection, line) {
        (1, ".") => Reply::Late(Arc::new(Notify::new()), "250 never said"),
        _ => Reply::Usual,
    })
    .await;
    let client = server.client();
    let (sending, mail) = (client.clone(), message());
    let task = tokio::spawn(async move { sending.send(FROM, TO, &mail).await });
    server.until(|heard| heard.count(".") == 1).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    client.send(FROM, TO, &message()).await.unwrap();
    assert_eq!(server.heard().connections, 2);
}

#[tokio::test]
async fn nobody_there_is_worth_another_try() {
    let url = format!("smtp://127.0.0.1:{}", scripted::nobody().await);
    let client = Smtp::new(SmtpSettings::new(SecretString::from(url))).unwrap();
    let error = client.send(FROM, TO, &message()).await.unwrap_err();
    assert!(!error.permanent && !error.ours, "{error:?}");
    assert!(error.answer.starts_with("no connection"), "{error:?}");
}

#[tokio::test]
async fn a_server_that_does_not_greet_costs_only_the_time_out() {
    let url = format!("smtp://127.0.0.1:{}", scripted::mute().await);
    let settings = impatient(SmtpSettings::new(SecretString::from(url)));
    let error = Smtp::new(settings)
        .unwrap()
        .send(FROM, TO, &message())
        .await
        .unwrap_err();
    assert!(!error.permanent && !error.ours, "{error:?}");
}

#[tokio::test]
async fn something_else_than_smtp_is_worth_another_try() {
    for greeting in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        b"220 gr\xfc\xdf dich\r\n",
    ] {
        let server = Server::start(move |_, line| match line {
            "" => Reply::Raw(greeting),
            _ => Reply::Usual,
        })
        .await;
        let error = server
            .client()
            .send(FROM, TO, &message())
            .await
            .unwrap_err();
        assert!(!error.permanent && !error.ours, "{error:?}");
        assert!(!error.answer.is_empty());
    }
}

#[tokio::test]
async fn required_encryption_that_is_not_offered_stops_before_the_password() {
    let server = Server::start(friendly).await;
    let mut settings = server.settings();
    let url = format!("smtp://u:hunter2@127.0.0.1:{}?tls=required", server.port);
    settings.url = SecretString::from(url);
    let error = Smtp::new(settings)
        .unwrap()
        .send(FROM, TO, &message())
        .await
        .unwrap_err();
    assert!(error.ours && !error.permanent, "{error:?}");
    assert!(error.answer.contains("STARTTLS"), "{error:?}");
    let heard = server.heard();
    assert_eq!(heard.count("AUTH") + heard.count("MAIL"), 0);
}

#[tokio::test]
async fn encryption_from_the_start_on_a_plain_port_is_ours_to_mend() {
    let server = Server::start(friendly).await;
    let mut settings = server.settings();
    settings.url = SecretString::from(format!("smtps://127.0.0.1:{}", server.port));
    let error = Smtp::new(settings)
        .unwrap()
        .send(FROM, TO, &message())
        .await
        .unwrap_err();
    assert!(error.ours && !error.permanent, "{error:?}");
    assert!(error.answer.contains("TLS"), "{error:?}");
}

#[tokio::test]
async fn letters_outside_ascii_need_a_server_that_takes_them() {
    let server = Server::start(friendly).await;
    let error = server
        .client()
        .send(FROM, "åse@nordlicht.example", &message())
        .await
        .unwrap_err();
    assert!(error.permanent, "{error:?}");
    assert_eq!(server.heard().mails.len(), 0);
}

#[tokio::test]
async fn addresses_that_could_add_commands_are_never_sent() {
    let server = Server::start(friendly).await;
    let client = server.client();
    for to in [
        "a@b.example>\r\nRCPT TO:<c@d.example",
        "",
        "Zoë <a@b.example>",
    ] {
        let error = client.send(FROM, to, &message()).await.unwrap_err();
        assert!(error.permanent, "{to}");
    }
    let error = client.send("nonsense", TO, &message()).await.unwrap_err();
    assert!(error.ours && !error.permanent);
    assert_eq!(server.heard().connections, 0);
}
