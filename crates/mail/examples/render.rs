//! Writes every mail in every language into a folder, as text, HTML and a mail file
//! that mail clients open: `cargo run -p synchronizer-mail --example render -- FOLDER`.

use std::error::Error;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::{Locale, Timestamp};
use synchronizer_mail::{
    Breakage, Envelope, InvitationMail, ReactivationMail, Rendered, Templates, compose,
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    let templates = Templates::new()?;
    for locale in Locale::ALL {
        for system in CalendarSystem::ALL {
            let rendered = templates.invitation(locale, &invitation(*system))?;
            let name = format!("invitation-{}-{locale}", system.word());
            save(&folder.join(name), &rendered)?;
            for breakage in Breakage::ALL {
                let rendered = templates.reactivation(locale, &reactivation(*system, breakage))?;
                let name = format!("reactivation-{}-{breakage:?}-{locale}", system.word());
                save(&folder.join(name.to_lowercase()), &rendered)?;
            }
        }
    }
    Ok(())
}

fn save(stem: &Path, rendered: &Rendered) -> Result<(), Box<dyn Error>> {
    std::fs::write(stem.with_extension("txt"), &rendered.text)?;
    std::fs::write(stem.with_extension("html"), &rendered.html)?;
    std::fs::write(stem.with_extension("eml"), compose(&envelope(), rendered)?)?;
    Ok(())
}

fn reactivation(system: CalendarSystem, breakage: Breakage) -> ReactivationMail {
    let of = invitation(system);
    ReactivationMail {
        tenant_name: of.tenant_name,
        person_name: of.person_name,
        crm_account: None,
        calendar_account: Some(of.calendar_account),
        system,
        breakage,
        since: Timestamp::from_secs(1_761_037_979),
        reminder: false,
        url: of.url,
        expires_at: of.expires_at,
        contact_email: of.contact_email,
    }
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
