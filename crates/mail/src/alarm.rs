//! The mail to whoever runs the installation. In English: nobody chose a language.

use synchronizer_domain::alarm::{Alarm, AlarmKind};

use crate::invitation::Rendered;

/// What happened, what it means, and what to do. `portal` is the installation's address.
#[must_use]
pub fn operator_alarm(alarm: &Alarm, portal: &str) -> Rendered {
    let system = match alarm.system.as_str() {
        "superoffice" => "SuperOffice",
        "microsoft365" => "Microsoft",
        "google" => "Google",
        other => other,
    };
    let section = match alarm.system.as_str() {
        "microsoft365" => "microsoft",
        other => other,
    };
    let date = alarm.since.date();
    let replace = format!(
        "Make a new secret in the registration at {system}, put it into {section}.client_secret \
         and the day on which it ends into {section}.client_secret_expires, and restart. If the \
         secret is new already, only that day is still the old one."
    );
    let (subject, lines) = match alarm.kind {
        AlarmKind::ClientRefused => (
            format!("{system} refuses the registration of your Synchronizer"),
            [
                format!("{system} no longer accepts the client id or secret of this installation."),
                "Linked people stay linked and nobody is asked to sign in again, but nothing \
                 works with that system until the secret is replaced."
                    .to_owned(),
                format!(
                    "Make a new secret in the registration at {system}, put it into the \
                     configuration and restart. Everything then goes on by itself."
                ),
            ],
        ),
        AlarmKind::WeeklyExpiry => (
            format!("Sign-ins at {system} end after a week"),
            [
                format!(
                    "Two sign-ins of one person at {system} ended exactly seven days after they began."
                ),
                "That is what happens while a registration is in testing: everybody is asked to \
                 sign in again each week."
                    .to_owned(),
                format!(
                    "Publish the registration at {system} (Google: publishing status “In production”)."
                ),
            ],
        ),
        AlarmKind::SystemUserRefused => (
            format!("{system} refuses a company's system user"),
            [
                format!("{system} no longer accepts the system user of a company."),
                "Its data is read with an administrator's sign-in meanwhile. Linked people are \
                 not touched."
                    .to_owned(),
                format!(
                    "One of the company's administrators has to approve the application at \
                     {system} again."
                ),
            ],
        ),
        AlarmKind::SecretEnding => (
            format!("The client secret at {system} ends on {date}"),
            [
                format!(
                    "The client secret of this installation's registration at {system} ends on \
                     {date}."
                ),
                format!(
                    "From then on nobody can sign in at {system} here, and nothing works with it \
                     until the secret is replaced. Linked people stay linked and need not do \
                     anything."
                ),
                replace,
            ],
        ),
        AlarmKind::SecretEnded => (
            format!("The client secret at {system} has ended"),
            [
                format!(
                    "The client secret of this installation's registration at {system} ended on \
                     {date}."
                ),
                format!(
                    "Nobody can sign in at {system} here, and nothing works with it until the \
                     secret is replaced. Linked people stay linked, and everything then goes on \
                     by itself."
                ),
                replace,
            ],
        ),
    };
    let when = match alarm.kind {
        AlarmKind::ClientRefused | AlarmKind::WeeklyExpiry | AlarmKind::SystemUserRefused => {
            format!("Since {}, at", alarm.since.to_rfc3339())
        }
        AlarmKind::SecretEnding | AlarmKind::SecretEnded => "At".to_owned(),
    };
    let mut text = lines.join("\n\n");
    text.push_str(&format_args!("\n\n{when} {portal}\n").to_string());
    let paragraphs: String = lines
        .iter()
        .map(|line| format!("<p>{}</p>", escaped(line)))
        .collect();
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body><main>{paragraphs}<p>{when} {}</p></main></body></html>\n",
        escaped(&subject),
        escaped(portal)
    );
    Rendered {
        subject,
        text,
        html,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::Timestamp;

    use super::*;

    #[test]
    fn every_alarm_says_what_to_do_and_nothing_is_markup() {
        for kind in AlarmKind::ALL {
            for system in ["superoffice", "microsoft365", "google", "<b>"] {
                let alarm = Alarm {
                    system: system.to_owned(),
                    kind: *kind,
                    since: Timestamp::from_secs(1_761_644_520),
                };
                let mail = operator_alarm(&alarm, "https://sync.example/?a=1&b=\"");
                assert!(mail.subject.chars().count() <= 60, "{}", mail.subject);
                assert!(mail.text.contains("2025-10-28"), "{}", mail.text);
                let of_secret = mail.text.contains(".client_secret_expires");
                let ends = [AlarmKind::SecretEnding, AlarmKind::SecretEnded].contains(kind);
                assert_eq!(of_secret, ends, "{}", mail.text);
                assert!(!mail.html.contains("<b>"), "{}", mail.html);
                assert!(mail.html.contains("?a=1&amp;b=&quot;"), "{}", mail.html);
            }
        }
    }
}
