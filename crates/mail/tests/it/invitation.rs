//! The invitation's texts, in every language and for every calendar system.

use std::path::PathBuf;

use secrecy::SecretString;
use synchronizer_domain::Locale;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_mail::{InvitationMail, MailError, Rendered, Templates};

use crate::sample;

/// Set to write the golden files anew instead of comparing with them.
const UPDATE: &str = "SYNCHRONIZER_UPDATE_GOLDEN";

fn everywhere(mut check: impl FnMut(Locale, CalendarSystem, &Templates)) {
    let templates = Templates::new().unwrap();
    for locale in Locale::ALL {
        for system in CalendarSystem::ALL {
            check(locale, *system, &templates);
        }
    }
}

fn everywhere_with(change: impl Fn(&mut InvitationMail), check: impl Fn(Locale, &Rendered)) {
    everywhere(|locale, system, templates| {
        let mut mail = sample::invitation(system);
        change(&mut mail);
        check(locale, &templates.invitation(locale, &mail).unwrap());
    });
}

/// What a reader of the HTML part sees, blanks collapsed.
fn visible(html: &str) -> String {
    let body = html.split_once("<main>").unwrap().1;
    let text = mail_parser::decoders::html::html_to_text(body);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_mail_looks_like_its_golden_file() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    everywhere(|locale, system, templates| {
        let mail = sample::invitation(system);
        let rendered = templates.invitation(locale, &mail).unwrap();
        let whole = format!(
            "Subject: {}\n\n{}\n{}",
            rendered.subject, rendered.text, rendered.html
        );
        let path = folder.join(format!("invitation-{}-{locale}.txt", system.word()));
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
fn the_same_values_give_the_same_mail() {
    everywhere(|locale, system, templates| {
        let mail = sample::invitation(system);
        let again = Templates::new().unwrap().invitation(locale, &mail).unwrap();
        let first = templates.invitation(locale, &mail).unwrap();
        assert_eq!(first.subject, again.subject);
        assert_eq!(first.text, again.text);
        assert_eq!(first.html, again.html);
    });
}

#[test]
fn both_parts_carry_the_address_unchanged() {
    everywhere_with(
        |_| (),
        |locale, mail| {
            assert!(
                mail.text.lines().any(|line| line == sample::URL),
                "{locale}"
            );
            let link = format!("href=\"{}\"", sample::URL);
            // Button, button for Outlook, and the address to copy.
            assert_eq!(mail.html.matches(&link).count(), 3, "{locale}");
            assert!(
                mail.html.contains(&format!(">{}<", sample::URL)),
                "{locale}"
            );
        },
    );
}

#[test]
fn both_parts_say_the_same() {
    everywhere_with(
        |_| (),
        |locale, mail| {
            let seen = visible(&mail.html);
            for line in mail.text.lines().filter(|line| !line.is_empty()) {
                // The text part joins the rows of the table, and has no button.
                for piece in line.trim_end_matches(':').split(": ") {
                    assert!(seen.contains(piece), "{locale}: {piece}\n{seen}");
                }
            }
        },
    );
}

#[test]
fn every_fact_is_in_the_text_part() {
    everywhere(|locale, system, templates| {
        let mail = sample::invitation(system);
        let rendered = templates.invitation(locale, &mail).unwrap();
        for fact in [
            &mail.tenant_name,
            &mail.person_name,
            &mail.crm_account,
            &mail.calendar_account,
            &mail.invited_by,
            &mail.contact_email,
        ] {
            assert!(rendered.text.contains(fact.as_str()), "{locale} {fact}");
        }
        assert!(rendered.text.contains("2025"), "{locale}");
    });
}

#[test]
fn each_calendar_system_has_its_own_steps() {
    let templates = Templates::new().unwrap();
    for locale in Locale::ALL {
        let text = |system| {
            let mail = sample::invitation(system);
            templates.invitation(locale, &mail).unwrap().text
        };
        assert!(text(CalendarSystem::Microsoft365).contains("Microsoft 365"));
        let caldav = text(CalendarSystem::Caldav);
        assert!(!caldav.contains("Microsoft"), "{locale}");
        assert!(caldav.contains("CalDAV"), "{locale}");
        let exchange = text(CalendarSystem::Exchange);
        assert!(exchange.contains("Microsoft Exchange"), "{locale}");
        assert!(
            !exchange.contains("CalDAV") && !exchange.contains("365"),
            "{locale}"
        );
    }
}

#[test]
fn the_english_button_has_its_fixed_label() {
    let templates = Templates::new().unwrap();
    let mail = sample::invitation(CalendarSystem::Microsoft365);
    let rendered = templates.invitation(Locale::En, &mail).unwrap();
    assert_eq!(rendered.html.matches(">Let’s get started</a>").count(), 2);
}

#[test]
fn no_mail_shouts_loads_or_tracks() {
    everywhere_with(
        |_| (),
        |locale, mail| {
            assert!(!mail.text.contains('!'), "{locale}");
            assert!(!visible(&mail.html).contains('!'), "{locale}");
            let html = mail.html.to_lowercase();
            for unwanted in ["<img", "<script", "src=", "url(", "@import", "<link"] {
                assert!(!html.contains(unwanted), "{locale} {unwanted}");
            }
            for link in mail.html.split("href=\"").skip(1) {
                let own = link.starts_with(sample::URL) || link.starts_with("mailto:it@");
                assert!(own, "{locale} {link}");
            }
        },
    );
}

#[test]
fn signs_of_html_in_values_stay_text() {
    let nasty = r#"<b>"Ola" & 'Kari'</b><script>x</script>"#;
    everywhere_with(
        |mail| {
            for field in [
                &mut mail.tenant_name,
                &mut mail.person_name,
                &mut mail.crm_account,
                &mut mail.calendar_account,
                &mut mail.invited_by,
            ] {
                nasty.clone_into(field);
            }
        },
        |locale, mail| {
            assert!(!mail.html.contains("<b>"), "{locale}");
            assert!(!mail.html.contains("<script"), "{locale}");
            assert!(
                mail.html
                    .contains("&lt;b&gt;&quot;Ola&quot; &amp; &#x27;Kari"),
                "{locale}"
            );
            assert!(mail.text.contains(nasty), "{locale}");
        },
    );
}

#[test]
fn template_signs_in_values_stay_text() {
    everywhere_with(
        |mail| mail.person_name = "{{ url }}{% include 'x' %}".to_owned(),
        |locale, mail| assert!(mail.text.contains("{{ url }}{% include 'x' %}"), "{locale}"),
    );
}

#[test]
fn a_subject_never_exceeds_sixty_characters() {
    for name in [
        "A",
        "Nordlicht Consulting AS",
        "Fjord, Fjell og Vidde Eiendomsforvaltning og Rådgivning AS",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        &"株式会社".repeat(40),
        "",
    ] {
        everywhere_with(
            |mail| name.clone_into(&mut mail.tenant_name),
            |locale, mail| {
                assert!(
                    mail.subject.chars().count() <= 60,
                    "{locale} {}",
                    mail.subject
                );
                assert!(mail.subject.contains("SuperOffice"), "{locale}");
                assert!(!mail.subject.contains('\n'), "{locale}");
            },
        );
    }
}

#[test]
fn the_company_of_usual_length_is_whole_in_the_subject() {
    everywhere_with(
        |_| (),
        |_, mail| {
            let subject = &mail.subject;
            assert!(
                subject.starts_with("Nordlicht Consulting AS: "),
                "{subject}"
            );
        },
    );
}

#[test]
fn a_person_without_a_name_is_not_greeted_by_it() {
    everywhere_with(
        |mail| " \r\n".clone_into(&mut mail.person_name),
        |locale, mail| {
            let first = mail.text.lines().next().unwrap();
            assert!(
                !first.contains(',') && !first.contains("  "),
                "{locale} {first}"
            );
            assert!(first.starts_with(char::is_uppercase), "{locale} {first}");
        },
    );
}

#[test]
fn without_an_inviting_person_the_company_asks() {
    everywhere_with(
        |mail| mail.invited_by.clear(),
        |locale, mail| {
            let asks = mail.text.lines().nth(2).unwrap();
            assert!(
                asks.starts_with("Nordlicht Consulting AS "),
                "{locale} {asks}"
            );
        },
    );
}

#[test]
fn without_a_usable_contact_nobody_is_named_to_ask() {
    for contact in ["", "ask the front desk", "a@b.example\r\nc@d.example"] {
        everywhere_with(
            |mail| contact.clone_into(&mut mail.contact_email),
            |locale, mail| {
                assert!(!mail.html.contains("mailto:"), "{locale}");
                assert!(!mail.text.contains("\n\n\n"), "{locale}");
                assert!(!mail.text.contains("b.example"), "{locale}");
            },
        );
    }
}

#[test]
fn a_contact_cannot_add_recipients_to_the_answer() {
    everywhere_with(
        |mail| "it@a.example?cc=x@b.example".clone_into(&mut mail.contact_email),
        |locale, mail| {
            assert!(!mail.html.contains("mailto:it@a.example?"), "{locale}");
        },
    );
}

#[test]
fn addresses_that_a_client_could_change_are_refused() {
    let templates = Templates::new().unwrap();
    for url in [
        "",
        "sync.example/i/x",
        "javascript:alert(1)",
        "https://sync.example/i/x\"onclick=\"y",
        "https://sync.example/i/x&y",
        "https://sync.example/i/ x",
    ] {
        let mut mail = sample::invitation(CalendarSystem::Caldav);
        mail.url = SecretString::from(url);
        let refused = templates.invitation(Locale::En, &mail);
        assert!(matches!(refused, Err(MailError::Url)), "{url}");
    }
}

#[test]
fn debug_output_holds_no_secret() {
    let templates = Templates::new().unwrap();
    let mail = sample::invitation(CalendarSystem::Microsoft365);
    let rendered = templates.invitation(Locale::En, &mail).unwrap();
    let shown = format!("{mail:?} {rendered:?} {rendered:#?}");
    assert!(!shown.contains("SAMPLE"), "{shown}");
}

#[test]
fn whom_the_company_lets_in_is_told_of_one_sign_in() {
    let change = |mail: &mut InvitationMail| mail.by_company = true;
    everywhere_with(change, |locale, mail| {
        for text in [&mail.text, &visible(&mail.html)] {
            assert!(text.contains("SuperOffice"), "{locale} {text}");
            let lower = text.to_lowercase();
            for word in [
                "password",
                "passord",
                "lösenord",
                "adgangskode",
                "passwort",
                "wachtwoord",
                "then to",
                "daarna bij",
                "deretter microsoft",
                "deretter google",
                "sedan hos",
                "derefter microsoft",
                "derefter google",
                "danach bei",
            ] {
                assert!(!lower.contains(word), "{locale} {word}: {text}");
            }
        }
    });
}
