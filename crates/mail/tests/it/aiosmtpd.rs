//! The same against a server that others wrote: aiosmtpd with STARTTLS and sign-in.
//! Runs when `SYNCHRONIZER_TEST_AIOSMTPD_PYTHON` names a Python that has aiosmtpd.

use std::path::Path;
use std::process::Stdio;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use secrecy::SecretString;
use serde_json::Value;
use synchronizer_mail::{Smtp, SmtpSettings, compose};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::sample;

const FROM: &str = "sync@nordlicht.example";
const TO: &str = "zoe.mueller@nordlicht.example";
const PYTHON: &str = "SYNCHRONIZER_TEST_AIOSMTPD_PYTHON";

/// Killed when dropped.
struct Sink {
    _process: Child,
    output: Lines<BufReader<ChildStdout>>,
    port: u16,
    authority: String,
    _folder: TempDir,
}

impl Sink {
    /// `None` where no such Python is named.
    async fn start() -> Option<Self> {
        let python = std::env::var_os(PYTHON)?;
        let folder = TempDir::new().unwrap();
        let authority = certificates(folder.path());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/peers/aiosmtpd_sink.py");
        let mut process = Command::new(python)
            .arg(script)
            .arg("--cert")
            .arg(folder.path().join("cert.pem"))
            .arg("--key")
            .arg(folder.path().join("key.pem"))
            .args([
                "--user",
                "sync@nordlicht.example",
                "--password",
                "p@ss/wörd",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = output.next_line().await.unwrap().expect("the sink started");
        let first: Value = serde_json::from_str(&first).unwrap();
        Some(Self {
            port: u16::try_from(first["port"].as_u64().unwrap()).unwrap(),
            _process: process,
            output,
            authority,
            _folder: folder,
        })
    }

    fn client(&self, password: &str, authority: Option<String>) -> Smtp {
        let url = format!(
            "smtp://sync%40nordlicht.example:{password}@127.0.0.1:{}?tls=required",
            self.port
        );
        let mut settings = SmtpSettings::new(SecretString::from(url));
        settings.extra_ca = authority;
        Smtp::new(settings).unwrap()
    }

    async fn mail(&mut self) -> Value {
        let line = self.output.next_line().await.unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

/// Writes a certificate for 127.0.0.1 and its key; gives back its authority as PEM.
fn certificates(folder: &Path) -> String {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["127.0.0.1".to_owned()])
        .unwrap()
        .signed_by(&key, &authority)
        .unwrap();
    std::fs::write(folder.join("cert.pem"), server.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    authority.pem()
}

const RIGHT: &str = "p%40ss%2Fw%C3%B6rd";

#[tokio::test]
async fn a_mail_arrives_encrypted_and_signed_in() {
    let Some(mut sink) = Sink::start().await else {
        return;
    };
    let client = sink.client(RIGHT, Some(sink.authority.clone()));
    let message = compose(&sample::envelope(), &sample::rendered()).unwrap();
    for _ in 0..3 {
        let answer = client.send(FROM, TO, &message).await.unwrap();
        assert_eq!(answer, "250 2.0.0 queued by the sink");
        let mail = sink.mail().await;
        assert_eq!(mail["sender"], FROM);
        assert_eq!(mail["recipients"], serde_json::json!([TO]));
        assert_eq!(mail["encrypted"], true);
        assert_eq!(mail["signed_in"], true);
        let content = mail_parser::decoders::base64::base64_decode(
            mail["content"].as_str().unwrap().as_bytes(),
        );
        assert_eq!(content.unwrap(), message);
    }
    client.close().await;
}

#[tokio::test]
async fn a_refused_recipient_is_final_and_the_next_mail_goes_on() {
    let Some(mut sink) = Sink::start().await else {
        return;
    };
    let client = sink.client(RIGHT, Some(sink.authority.clone()));
    let message = compose(&sample::envelope(), &sample::rendered()).unwrap();
    let reject = "reject@nordlicht.example";
    let error = client.send(FROM, reject, &message).await.unwrap_err();
    assert!(error.permanent, "{error:?}");
    assert_eq!(error.answer, "550 5.1.1 no such user");
    client.send(FROM, TO, &message).await.unwrap();
    assert_eq!(sink.mail().await["recipients"], serde_json::json!([TO]));
}

#[tokio::test]
async fn a_wrong_password_is_ours_to_mend() {
    let Some(sink) = Sink::start().await else {
        return;
    };
    let client = sink.client("hunter2", Some(sink.authority.clone()));
    let message = compose(&sample::envelope(), &sample::rendered()).unwrap();
    let error = client.send(FROM, TO, &message).await.unwrap_err();
    assert!(error.ours && !error.permanent, "{error:?}");
    assert!(error.answer.starts_with("535 "), "{error:?}");
    assert!(!error.answer.contains("hunter2"), "{error:?}");
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_ours_to_mend() {
    let Some(sink) = Sink::start().await else {
        return;
    };
    let message = compose(&sample::envelope(), &sample::rendered()).unwrap();
    let error = sink
        .client(RIGHT, None)
        .send(FROM, TO, &message)
        .await
        .unwrap_err();
    assert!(error.ours && !error.permanent, "{error:?}");
    assert!(error.answer.contains("certificate"), "{error:?}");
}
