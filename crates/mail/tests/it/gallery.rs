//! Every mail in every language as files that one can look at: `target/mails`, where
//! `index.html` shows them side by side. Nothing is compared here (golden files do that);
//! what is checked is that no mail is missing and that each one can be opened.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use mail_parser::MessageParser;
use synchronizer_domain::Locale;
use synchronizer_domain::alarm::{Alarm, AlarmKind};
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_mail::{Breakage, Envelope, ReactivationMail, Rendered, Templates, compose};

use crate::sample;

/// Every mail that reads differently; its name begins with the folder of its templates.
fn mails(templates: &Templates, locale: Locale) -> Vec<(String, Rendered)> {
    let mut mails = Vec::new();
    for system in CalendarSystem::ALL {
        let word = system.word();
        let mail = sample::invitation(*system);
        let rendered = templates.invitation(locale, &mail).unwrap();
        mails.push((format!("invitation-{word}"), rendered));
        for breakage in Breakage::ALL {
            let mail = sample::reactivation(*system, breakage);
            let name = format!("reactivation-{word}-{breakage:?}").to_lowercase();
            mails.push((name, templates.reactivation(locale, &mail).unwrap()));
        }
        let both = ReactivationMail {
            crm_account: Some("zoe.mueller@nordlicht.example".to_owned()),
            reminder: true,
            ..sample::reactivation(*system, Breakage::Refused)
        };
        let name = format!("reactivation-{word}-both-reminder");
        mails.push((name, templates.reactivation(locale, &both).unwrap()));
    }
    for kind in AlarmKind::ALL {
        let alarm = Alarm {
            system: "microsoft365".to_owned(),
            kind: *kind,
            since: sample::envelope().date,
        };
        let rendered = templates.alarm(locale, &alarm, "https://sync.nordlicht.example/");
        mails.push((format!("alarm-{}", kind.word()), rendered.unwrap()));
    }
    mails
}

/// The folder beside what cargo builds.
fn gallery() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    target.join("mails")
}

#[test]
fn every_mail_is_written_in_every_language_to_be_looked_at() {
    let folder = gallery();
    let templates = Templates::new().unwrap();
    let mut columns = Vec::new();
    for locale in Locale::ALL {
        let place = folder.join(locale.tag());
        _ = std::fs::remove_dir_all(&place);
        std::fs::create_dir_all(&place).unwrap();
        let mails = mails(&templates, locale);
        for (number, (name, rendered)) in mails.iter().enumerate() {
            let envelope = Envelope {
                message_id: format!("{number}.{}@nordlicht.example", locale.tag()),
                ..sample::envelope()
            };
            let message = compose(&envelope, rendered).unwrap();
            let file = |ending: &str| place.join(format!("{name}.{ending}"));
            std::fs::write(file("html"), &rendered.html).unwrap();
            std::fs::write(file("txt"), &rendered.text).unwrap();
            std::fs::write(file("eml"), &message).unwrap();
            let read = std::fs::read(file("eml")).unwrap();
            let read = MessageParser::default().parse(&read).unwrap();
            assert_eq!(read.subject(), Some(rendered.subject.as_str()), "{name}");
            assert!(read.body_text(0).is_some() && read.body_html(0).is_some());
        }
        columns.push((locale, mails));
    }
    std::fs::write(folder.join("index.html"), index(&columns)).unwrap();
    assert_eq!(columns.len(), Locale::ALL.len());
}

#[test]
fn no_mail_is_missing_from_the_gallery() {
    let shown = mails(&Templates::new().unwrap(), Locale::En);
    let shown: BTreeSet<&str> = shown
        .iter()
        .filter_map(|(name, _)| name.split('-').next())
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/en");
    let written: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        shown,
        written.iter().map(String::as_str).collect::<BTreeSet<_>>()
    );
}

/// A page with all of them; a language at a time, at the width of a phone and of a desk.
fn index(columns: &[(Locale, Vec<(String, Rendered)>)]) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Mails</title><style>:root { color-scheme: light dark; font: 1rem/1.5 system-ui; }\
         body { margin: 2rem; } td, th { text-align: start; padding: .25rem 1rem .25rem 0; vertical-align: top; }\
         summary { cursor: pointer; } .both { display: flex; flex-wrap: wrap; gap: 1rem; }\
         td:first-child { white-space: nowrap; } iframe { height: 58rem; border: 1px solid gray; }</style><h1>Mails</h1>\
         <p>Written by <code>cargo test -p synchronizer-mail gallery</code>. Colours follow your \
         system’s light or dark.</p>",
    );
    for (locale, mails) in columns {
        let tag = locale.tag();
        _ = write!(page, "<h2>{}</h2><table>", locale.name());
        for (name, rendered) in mails {
            let subject = rendered.subject.replace('&', "&amp;").replace('<', "&lt;");
            _ = write!(
                page,
                "<tr><td>{name}<td><details><summary>{subject}</summary><div class=\"both\">\
                 <iframe loading=\"lazy\" width=\"390\" title=\"phone\" src=\"{tag}/{name}.html\"></iframe>\
                 <iframe loading=\"lazy\" width=\"760\" title=\"desk\" src=\"{tag}/{name}.html\"></iframe>\
                 </div></details><td><a href=\"{tag}/{name}.html\">html</a>\
                 <td><a href=\"{tag}/{name}.txt\">text</a><td><a href=\"{tag}/{name}.eml\">mail</a>"
            );
        }
        page.push_str("</table>");
    }
    page
}
