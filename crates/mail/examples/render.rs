//! Writes every mail in every language into a folder, as text, HTML and a mail file
//! that mail clients open: `cargo run -p synchronizer-mail --example render -- FOLDER`.

use std::error::Error;
use std::path::PathBuf;

use secrecy::SecretString;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::{Locale, Timestamp};
use synchronizer_mail::{Envelope, InvitationMail, Templates, compose};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    let templates = Templates::new()?;
    for locale in Locale::ALL {
        for system in CalendarSystem::ALL {
            let rendered = templates.invitation(locale, &invitation(*system))?;
            let stem = folder.join(format!("invitation-{}-{locale}", system.word()));
            std::fs::write(stem.with_extension("txt"), &rendered.text)?;
            std::fs::write(stem.with_extension("html"), &rendered.html)?;
            std::fs::write(stem.with_extension("eml"), compose(&envelope(), &rendered)?)?;
        }
    }
    Ok(())
}

fn invitation(system: CalendarSystem) -> InvitationMail {
    InvitationMail {
        tenant_name: "Nordlicht Consulting AS".to_owned(),
        person_name: "Zoë Müller".to_owned(),
        crm_account: "zoe.mueller@nordlicht.example".to_owned(),
        system,
        calendar_account: "zoe.mueller@nordlicht.example".to_owned(),
        invited_by: "Ingvild Sætre-Holm".to_owned(),
        url: SecretString::from("https://sync.nordlicht.example/i/SAMPLE"),
        expires_at: Timestamp::from_secs(1_761_642_779),
        contact_email: "it@nordlicht.example".to_owned(),
    }
}

fn envelope() -> Envelope {
    Envelope {
        from: "Synchronizer <sync@nordlicht.example>".to_owned(),
        from_name: Some("Nordlicht Consulting AS via Synchronizer".to_owned()),
        to_name: "Zoë Müller".to_owned(),
        to_address: "zoe.mueller@nordlicht.example".to_owned(),
        reply_to: Some("it@nordlicht.example".to_owned()),
        message_id: "sample@nordlicht.example".to_owned(),
        date: Timestamp::from_secs(1_761_037_979),
    }
}
