//! The mail to whoever runs the installation.

use minijinja::context;
use synchronizer_domain::Locale;
use synchronizer_domain::alarm::{Alarm, AlarmKind};

use crate::error::MailError;
use crate::invitation::Rendered;
use crate::templates::Templates;

/// Names that are the same in every language.
fn system_name(word: &str) -> &str {
    match word {
        "superoffice" => "SuperOffice",
        "microsoft365" => "Microsoft",
        "google" => "Google",
        other => other,
    }
}

/// The system's section of the configuration.
fn section(word: &str) -> &str {
    match word {
        "microsoft365" => "microsoft",
        other => other,
    }
}

/// What happened, what it means, and what to do. `portal` is the installation's address.
pub(crate) fn render(
    templates: &Templates,
    locale: Locale,
    (alarm, portal): (&Alarm, &str),
) -> Result<Rendered, MailError> {
    let day = match alarm.kind {
        // The day as it stands in the configuration.
        AlarmKind::SecretEnding | AlarmKind::SecretEnded => alarm.since.date(),
        _ => templates.date(locale, alarm.since),
    };
    let facts = context! {
        kind => alarm.kind.word(),
        system => system_name(&alarm.system),
        section => section(&alarm.system),
        day,
    };
    let part = |file: &str| {
        let text = templates.fill(locale, &format!("alarm/{file}.txt"), &facts)?;
        Ok::<_, MailError>(text.trim().to_owned())
    };
    let subject = part("subject")?;
    let context = context! {
        lang => locale.tag(),
        tenant_name => "Synchronizer",
        subject => subject,
        what => part("what")?,
        meaning => part("meaning")?,
        todo => part("todo")?,
        portal,
        ..facts
    };
    Ok(Rendered {
        subject,
        text: templates.fill(locale, "alarm/body.txt", &context)?,
        html: templates.fill(locale, "alarm/body.html", &context)?,
    })
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::Timestamp;

    use super::*;

    #[test]
    fn every_alarm_says_what_to_do_in_every_language_and_nothing_is_markup() {
        let templates = Templates::new().unwrap();
        for locale in Locale::ALL {
            for kind in AlarmKind::ALL {
                for system in ["superoffice", "microsoft365", "google", "<b>"] {
                    let alarm = Alarm {
                        system: system.to_owned(),
                        kind: *kind,
                        since: Timestamp::from_secs(1_761_644_520),
                    };
                    let portal = "https://sync.example/?a=1&b=\"";
                    let mail = templates.alarm(locale, &alarm, portal).unwrap();
                    assert!(mail.subject.chars().count() <= 60, "{}", mail.subject);
                    assert!(mail.subject.contains(system_name(system)));
                    assert!(mail.text.contains("2025"), "{}", mail.text);
                    assert!(mail.text.contains(portal), "{}", mail.text);
                    assert!(!mail.html.contains("<b>"), "{}", mail.html);
                    assert!(mail.html.contains("&amp;b=&quot;"), "{}", mail.html);
                    let secret = matches!(kind, AlarmKind::SecretEnding | AlarmKind::SecretEnded);
                    let named = format!("{}.client_secret_expires", section(system));
                    assert_eq!(mail.text.contains(&named), secret, "{}", mail.text);
                }
            }
        }
    }
}
