//! The mail catcher over raw SMTP, its inbox and its API.

use std::time::{Duration, Instant};

use crate::support::{World, world};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

const MAIL: &str = "From: Portal <no-reply@portal.example>\r\nTo: zoe@nordlicht.example\r\n\
    Subject: Link your calendar\r\nMessage-ID: <1@portal.example>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/alternative; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
    Start: http://localhost:8080/i/secret\r\n..dotted\r\n\
    --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
    <html><head><title>x</title></head><body><a href=\"http://localhost:8080/i/secret\">Let’s get started</a>\
    <script>alert(1)</script></body></html>\r\n--b--\r\n.\r\n";

struct Smtp(BufReader<TcpStream>);

impl Smtp {
    async fn open(world: &World) -> Self {
        let stream = TcpStream::connect(world.sandbox.smtp_addr()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut smtp = Self(BufReader::new(stream));
        assert!(smtp.reply().await.starts_with("220"));
        smtp
    }

    /// One reply, all its lines.
    async fn reply(&mut self) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.unwrap();
            let is_last = line.as_bytes().get(3) != Some(&b'-');
            all.push_str(&line);
            if is_last {
                return all;
            }
        }
    }

    async fn write(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).await.unwrap();
    }

    async fn say(&mut self, line: &str) -> String {
        self.write(&format!("{line}\r\n")).await;
        self.reply().await
    }

    async fn send(&mut self, to: &str) -> String {
        self.say("MAIL FROM:<no-reply@portal.example> BODY=8BITMIME")
            .await;
        self.say(&format!("RCPT TO:<{to}>")).await;
        assert!(self.say("DATA").await.starts_with("354"));
        self.write(MAIL).await;
        self.reply().await
    }
}

#[tokio::test]
async fn a_mail_travels_from_smtp_to_the_api() {
    let world = world().await;
    let mut smtp = Smtp::open(&world).await;
    let hello = smtp.say("EHLO portal.example").await;
    for extension in ["PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8"] {
        assert!(hello.contains(extension), "{hello}");
    }
    assert!(smtp.send("zoe@nordlicht.example").await.starts_with("250"));
    assert!(smtp.say("QUIT").await.starts_with("221"));

    let wanted = |mail: &synchronizer_sandbox::CaughtMail| mail.subject.starts_with("Link");
    let caught = world
        .sandbox
        .wait_for_mail(Duration::from_secs(5), wanted)
        .await;
    assert_eq!(caught.unwrap().id, 1);
    let inbox = world.sandbox.inbox_url();
    let mail = world.get_json(&format!("{inbox}/api/mails/1")).await;
    assert_eq!(mail["to"][0], "zoe@nordlicht.example");
    assert_eq!(mail["message_id"], "1@portal.example");
    assert_eq!(mail["received_at"], "2026-03-02T08:00:00Z");
    assert!(mail["text"].as_str().unwrap().contains("\n.dotted"));
    assert!(mail["html"].as_str().unwrap().contains("/i/secret"));
    assert_eq!(mail["headers"][2]["name"], "Subject");

    let all = world
        .get_json(&format!("{inbox}/api/mails?to=nobody@x.example"))
        .await;
    assert_eq!(all, Value::Array(Vec::new()));
    let address = format!("{inbox}/api/mails");
    let deleted = world.http.delete(&address).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    assert!(world.sandbox.mails().is_empty());
}

#[tokio::test]
async fn the_inbox_shows_a_mail_without_its_script() {
    let world = world().await;
    let inbox = world.sandbox.inbox_url();
    let page = async |path: &str| {
        let response = world.get(&format!("{inbox}{path}")).send().await.unwrap();
        let policy = response.headers()["content-security-policy"].clone();
        assert!(!policy.to_str().unwrap().contains("script-src"));
        (policy, response.text().await.unwrap())
    };
    assert!(page("/").await.1.contains("No mail yet"));
    let mut smtp = Smtp::open(&world).await;
    smtp.say("EHLO me").await;
    smtp.send("zoe@nordlicht.example").await;
    assert!(
        page("/")
            .await
            .1
            .contains("<a href=\"/mails/1\"><strong>Link your calendar")
    );
    assert!(page("/mails/1").await.1.contains("sandbox=\"allow-popups"));
    let text = page("/mails/1/text").await.1;
    assert!(text.contains("<a href=\"http:&#x2F;&#x2F;localhost:8080"));
    assert!(page("/mails/1/source").await.1.contains("Message-ID"));
    let (policy, body) = page("/mails/1/body").await;
    assert!(policy.to_str().unwrap().contains("sandbox allow-popups"));
    assert!(!policy.to_str().unwrap().contains("allow-scripts"));
    assert!(body.contains("<head><base target=\"_top\">"));
    let gone = world.get(&format!("{inbox}/mails/9")).send().await.unwrap();
    assert_eq!(gone.status(), 404);
}

#[tokio::test]
async fn commands_may_be_pipelined() {
    let world = world().await;
    let mut smtp = Smtp::open(&world).await;
    smtp.write(
        "EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<reject@x.example>\r\n\
         RCPT TO:<delay.me@x.example>\r\nRCPT TO:<good@x.example>\r\nDATA\r\n",
    )
    .await;
    let mut codes = Vec::new();
    for _ in 0..6 {
        codes.push(smtp.reply().await[..9].to_owned());
    }
    assert!(codes[2].starts_with("550 5.1.1"));
    assert!(codes[3].starts_with("451 4.3.0"));
    assert!(codes[5].starts_with("354"));
    smtp.write("Subject: x\r\n\r\ny\r\n.\r\nRSET\r\nNOOP\r\n")
        .await;
    for _ in 0..3 {
        assert!(smtp.reply().await.starts_with("250"));
    }
    assert_eq!(world.sandbox.mails()[0].to, ["good@x.example"]);
    let refused: Vec<u16> = world
        .sandbox
        .control()
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(refused, [550, 451, 250]);
}

#[tokio::test]
async fn five_hundred_mails_take_no_time() {
    let world = world().await;
    let mut smtp = Smtp::open(&world).await;
    smtp.say("EHLO me").await;
    let begun = Instant::now();
    for _ in 0..500 {
        assert!(smtp.send("zoe@nordlicht.example").await.starts_with("250"));
    }
    // A third of the rate asked for, as other tests may run beside this one.
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert_eq!(world.sandbox.mails().len(), 500);
}

#[tokio::test]
async fn a_stalled_server_accepts_and_says_nothing() {
    let world = world().await;
    world.sandbox.control().set_smtp_stall(true);
    let mut stream = TcpStream::connect(world.sandbox.smtp_addr()).await.unwrap();
    stream.write_all(b"EHLO me\r\n").await.unwrap();
    let mut buffer = [0; 1];
    let read = stream.read(&mut buffer);
    let silence = tokio::time::timeout(Duration::from_millis(200), read).await;
    assert!(silence.is_err());
}

#[tokio::test]
async fn an_unavailable_server_answers_421() {
    let world = world().await;
    let control = world.sandbox.control();
    control.set_unavailable(synchronizer_sandbox::System::Mail, true);
    let stream = TcpStream::connect(world.sandbox.smtp_addr()).await.unwrap();
    let mut said = String::new();
    BufReader::new(stream)
        .read_to_string(&mut said)
        .await
        .unwrap();
    assert!(said.starts_with("421 "));
}
