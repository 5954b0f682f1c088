//! The bytes of a mail, read back by somebody else's parser.

use mail_parser::{Message, MessageParser};
use synchronizer_domain::Locale;
use synchronizer_domain::clock::FixedClock;
use synchronizer_domain::ids::MailId;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::rng::SeededRng;
use synchronizer_mail::{Envelope, MailError, Rendered, Templates, compose, message_id};

use crate::sample;

fn header_names(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap();
    let head = text.split_once("\r\n\r\n").unwrap().0;
    head.split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split_once(':').unwrap().0.to_owned())
        .collect()
}

fn read(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

#[test]
fn the_whole_mail_survives_the_wire() {
    let templates = Templates::new().unwrap();
    for locale in Locale::ALL {
        for system in CalendarSystem::ALL {
            let mail = sample::invitation(*system);
            let rendered = templates.invitation(locale, &mail).unwrap();
            let bytes = compose(&sample::envelope(), &rendered).unwrap();
            let read = read(&bytes);
            assert_eq!(read.subject(), Some(rendered.subject.as_str()));
            let unix = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
            assert_eq!(unix(&read.body_text(0).unwrap()), rendered.text.trim_end());
            assert_eq!(unix(&read.body_html(0).unwrap()), rendered.html.trim_end());
        }
    }
}

#[test]
fn headers_are_exactly_these() {
    let bytes = compose(&sample::envelope(), &sample::rendered()).unwrap();
    let mut names = header_names(&bytes);
    names.sort();
    assert_eq!(
        names,
        [
            "Auto-Submitted",
            "Content-Type",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "Reply-To",
            "Subject",
            "To",
            "X-Auto-Response-Suppress",
        ]
    );
    let mail = read(&bytes);
    assert_eq!(
        mail.header_raw("Auto-Submitted").map(str::trim),
        Some("auto-generated")
    );
    assert_eq!(
        mail.message_id(),
        Some(sample::envelope().message_id.as_str())
    );
    assert_eq!(mail.date().unwrap().to_timestamp(), 1_761_037_979);
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!(
        from.name(),
        Some("Nordlicht Consulting AS via Synchronizer")
    );
    assert_eq!(from.address(), Some("sync@nordlicht.example"));
    let reply_to = mail.reply_to().unwrap().first().unwrap();
    assert_eq!(reply_to.address(), Some("it@nordlicht.example"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let first = compose(&sample::envelope(), &sample::rendered()).unwrap();
    let again = compose(&sample::envelope(), &sample::rendered()).unwrap();
    assert_eq!(first, again);
}

#[test]
fn another_mail_has_another_boundary() {
    let boundary = |id: &str| {
        let envelope = Envelope {
            message_id: id.to_owned(),
            ..sample::envelope()
        };
        let bytes = compose(&envelope, &sample::rendered()).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        text.split("boundary=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_ne!(boundary("a@b.example"), boundary("c@b.example"));
}

#[test]
fn lines_are_short_ascii_and_end_in_crlf() {
    let templates = Templates::new().unwrap();
    let mail = sample::invitation(CalendarSystem::Microsoft365);
    let rendered = templates.invitation(Locale::De, &mail).unwrap();
    let bytes = compose(&sample::envelope(), &rendered).unwrap();
    assert!(bytes.is_ascii());
    let text = String::from_utf8(bytes).unwrap();
    for line in text.split("\r\n") {
        assert!(!line.contains(['\r', '\n']), "{line}");
        assert!(line.len() <= 78, "{line}");
    }
}

#[test]
fn names_cannot_create_headers() {
    let attack = "Zoë\r\nBcc: victim@example.test\r\n\r\n<script>";
    let expected = header_names(&compose(&sample::envelope(), &sample::rendered()).unwrap());
    for ending in ["\r\n", "\n", "\r", "\0", "\u{85}", "\u{2028}", "\u{b}"] {
        let attack = attack.replace("\r\n", ending);
        let envelope = Envelope {
            from_name: Some(attack.clone()),
            to_name: attack.clone(),
            reply_to: Some(format!("{attack} <it@nordlicht.example>")),
            ..sample::envelope()
        };
        let rendered = Rendered {
            subject: attack.clone(),
            ..sample::rendered()
        };
        let bytes = compose(&envelope, &rendered).unwrap();
        assert_eq!(header_names(&bytes), expected, "{ending:?}");
        let mail = read(&bytes);
        assert!(mail.bcc().is_none());
        assert_eq!(mail.to().unwrap().iter().count(), 1);
        assert_eq!(
            mail.to().unwrap().first().unwrap().address(),
            Some("zoe.mueller@nordlicht.example")
        );
    }
}

#[test]
fn addresses_cannot_create_headers() {
    for address in [
        "zoe@nordlicht.example\r\nBcc: x@y.example",
        "zoe@nordlicht.example, x@y.example",
        "x@y.example> <zoe@nordlicht.example",
        "zoe",
        "",
    ] {
        let envelope = Envelope {
            to_address: address.to_owned(),
            ..sample::envelope()
        };
        let refused = compose(&envelope, &sample::rendered());
        assert!(
            matches!(refused, Err(MailError::Address { role: "recipient" })),
            "{address}"
        );
    }
}

#[test]
fn message_ids_cannot_create_headers() {
    for id in [
        "",
        "a",
        "@",
        "a@",
        "a@b>\r\nBcc: x@y",
        "a@b@c",
        "ä@b.example",
        "a b@c",
    ] {
        let envelope = Envelope {
            message_id: id.to_owned(),
            ..sample::envelope()
        };
        let refused = compose(&envelope, &sample::rendered());
        assert!(matches!(refused, Err(MailError::MessageId)), "{id}");
    }
}

#[test]
fn names_of_every_kind_survive() {
    for name in [
        "Zoë Müller",
        "Þóra O’Malley-van ’t Hoff",
        "Ståle \"Stålis\" Ødegård, Dr.",
        "Back\\slash (comment) <angle>",
        "山田 太郎",
        "Dvořák; Jiří: a@b.example",
        "Überlanger Name ".repeat(7).trim_end(),
        &"Ж".repeat(120),
        "🧑‍🚀 Astrid",
    ] {
        let envelope = Envelope {
            to_name: name.to_owned(),
            from_name: Some(name.to_owned()),
            ..sample::envelope()
        };
        let bytes = compose(&envelope, &sample::rendered()).unwrap();
        let mail = read(&bytes);
        assert_eq!(mail.to().unwrap().first().unwrap().name(), Some(name));
        assert_eq!(mail.from().unwrap().first().unwrap().name(), Some(name));
    }
}

#[test]
fn without_a_name_the_configured_one_is_shown() {
    let envelope = Envelope {
        from_name: Some("  ".to_owned()),
        to_name: String::new(),
        reply_to: None,
        ..sample::envelope()
    };
    let bytes = compose(&envelope, &sample::rendered()).unwrap();
    let mail = read(&bytes);
    assert_eq!(
        mail.from().unwrap().first().unwrap().name(),
        Some("Synchronizer")
    );
    assert_eq!(mail.to().unwrap().first().unwrap().name(), None);
    assert!(mail.reply_to().is_none());
}

#[test]
fn the_message_id_is_the_mails_id_at_the_senders_domain() {
    let id = MailId::mint(&FixedClock::at_micros(1), &SeededRng::new(1));
    for from in [
        "sync@nordlicht.example",
        "Synchronizer <sync@nordlicht.example>",
    ] {
        assert_eq!(message_id(id, from), format!("{id}@nordlicht.example"));
    }
    assert_eq!(
        message_id(id, "sync@bjørn.example"),
        format!("{id}@xn--bjrn-hra.example")
    );
    assert_eq!(
        message_id(id, "nonsense"),
        format!("{id}@synchronizer.invalid")
    );
}
