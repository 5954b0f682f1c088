//! The reactivation mail's texts, in every language, for everything that can break.

use std::path::PathBuf;

use synchronizer_domain::Locale;
use synchronizer_domain::profile::CalendarSystem::{self, Caldav, Microsoft365};
use synchronizer_mail::{Breakage, ReactivationMail, Rendered, Templates};

use crate::sample;

/// Set to write the golden files anew instead of comparing with them.
const UPDATE: &str = "SYNCHRONIZER_UPDATE_GOLDEN";

/// Every mail that differs in more than a name.
fn cases() -> Vec<(&'static str, ReactivationMail)> {
    let crm = ReactivationMail {
        calendar_account: None,
        crm_account: Some("zoe.mueller@nordlicht.example".to_owned()),
        ..sample::reactivation(Microsoft365, Breakage::Refused)
    };
    let both = ReactivationMail {
        crm_account: crm.crm_account.clone(),
        reminder: true,
        ..sample::reactivation(Microsoft365, Breakage::Refused)
    };
    vec![
        ("crm", crm),
        ("both-reminder", both),
        (
            "refused",
            sample::reactivation(Microsoft365, Breakage::Refused),
        ),
        ("scope", sample::reactivation(Microsoft365, Breakage::Scope)),
        ("password", sample::reactivation(Caldav, Breakage::Password)),
        ("calendar", sample::reactivation(Caldav, Breakage::Calendar)),
    ]
}

fn everywhere(mut check: impl FnMut(Locale, &str, &ReactivationMail, &Rendered)) {
    let templates = Templates::new().unwrap();
    for locale in Locale::ALL {
        for (name, mail) in cases() {
            let rendered = templates.reactivation(locale, &mail).unwrap();
            check(locale, name, &mail, &rendered);
        }
    }
}

#[test]
fn every_reactivation_mail_looks_like_its_golden_file() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    everywhere(|locale, name, _, rendered| {
        let whole = format!(
            "Subject: {}\n\n{}\n{}",
            rendered.subject, rendered.text, rendered.html
        );
        let path = folder.join(format!("reactivation-{name}-{locale}.txt"));
        if std::env::var_os(UPDATE).is_some() {
            std::fs::write(&path, &whole).unwrap();
        }
        let golden = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; set {UPDATE}=1", path.display()));
        assert_eq!(
            whole,
            golden,
            "{}; set {UPDATE}=1 if wanted",
            path.display()
        );
    });
}

#[test]
fn only_the_broken_half_is_named() {
    everywhere(|locale, name, mail, rendered| {
        let half = |text: &str| rendered.text.contains(&format!("{text}: "));
        assert_eq!(
            half("SuperOffice CRM"),
            mail.crm_account.is_some(),
            "{locale} {name}"
        );
        let calendar = match mail.system {
            CalendarSystem::Microsoft365 => "Microsoft 365",
            _ => "CalDAV",
        };
        assert_eq!(
            half(calendar),
            mail.calendar_account.is_some(),
            "{locale} {name}\n{}",
            rendered.text
        );
        assert_eq!(
            rendered.html.contains("SuperOffice CRM"),
            mail.crm_account.is_some(),
            "{locale} {name}"
        );
    });
}

#[test]
fn every_mail_says_since_when_and_carries_the_address() {
    everywhere(|locale, name, _, rendered| {
        assert_eq!(rendered.text.matches("2025").count(), 2, "{locale} {name}");
        assert!(
            rendered.text.lines().any(|line| line == sample::URL),
            "{locale} {name}"
        );
        let link = format!("href=\"{}\"", sample::URL);
        assert_eq!(rendered.html.matches(&link).count(), 3, "{locale} {name}");
        assert!(!rendered.text.contains("\n\n\n"), "{locale} {name}");
        assert!(!rendered.text.contains('!'), "{locale} {name}");
        assert!(rendered.subject.chars().count() <= 60, "{locale} {name}");
    });
}

#[test]
fn a_reminder_says_that_it_is_one() {
    let templates = Templates::new().unwrap();
    for locale in Locale::ALL {
        let mut mail = sample::reactivation(Microsoft365, Breakage::Refused);
        let first = templates.reactivation(locale, &mail).unwrap();
        mail.reminder = true;
        let second = templates.reactivation(locale, &mail).unwrap();
        assert_ne!(first.subject, second.subject, "{locale}");
        assert!(second.text.len() > first.text.len(), "{locale}");
    }
}

#[test]
fn everything_that_breaks_has_its_own_words() {
    let templates = Templates::new().unwrap();
    for locale in Locale::ALL {
        let texts: std::collections::HashSet<String> = Breakage::ALL
            .into_iter()
            .map(|breakage| {
                let mail = sample::reactivation(Caldav, breakage);
                templates.reactivation(locale, &mail).unwrap().text
            })
            .collect();
        assert_eq!(texts.len(), Breakage::ALL.len(), "{locale}");
    }
}

#[test]
fn signs_of_html_in_values_stay_text() {
    let nasty = "<b>Ola</b><script>x</script>";
    let templates = Templates::new().unwrap();
    for locale in Locale::ALL {
        let mut mail = sample::reactivation(Microsoft365, Breakage::Refused);
        mail.tenant_name = nasty.to_owned();
        mail.person_name = nasty.to_owned();
        mail.crm_account = Some(nasty.to_owned());
        mail.calendar_account = Some(nasty.to_owned());
        let rendered = templates.reactivation(locale, &mail).unwrap();
        assert!(!rendered.html.contains("<b>"), "{locale}");
        assert!(!rendered.html.contains("<script"), "{locale}");
        assert!(rendered.text.contains(nasty), "{locale}");
    }
}
