//! Invented values that every test of a mail starts from.

use secrecy::SecretString;
use synchronizer_domain::Timestamp;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_mail::{Breakage, Envelope, InvitationMail, ReactivationMail, Rendered};

pub const URL: &str = "https://sync.nordlicht.example/i/SAMPLE-q7Xk2_vB9";

pub fn invitation(system: CalendarSystem) -> InvitationMail {
    InvitationMail {
        tenant_name: "Nordlicht Consulting AS".to_owned(),
        person_name: "Zoë Müller".to_owned(),
        crm_account: "zoe.mueller@nordlicht.example".to_owned(),
        system,
        calendar_account: match system {
            CalendarSystem::Microsoft365 | CalendarSystem::Google | CalendarSystem::Exchange => {
                "zoe.mueller@nordlicht.example".to_owned()
            }
            CalendarSystem::Caldav => "zoe".to_owned(),
        },
        by_company: false,
        invited_by: "Ingvild Sætre-Holm".to_owned(),
        url: SecretString::from(URL),
        expires_at: Timestamp::from_secs(1_761_642_779),
        contact_email: "it@nordlicht.example".to_owned(),
    }
}

pub fn reactivation(system: CalendarSystem, breakage: Breakage) -> ReactivationMail {
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

pub fn envelope() -> Envelope {
    Envelope {
        from: "Synchronizer <sync@nordlicht.example>".to_owned(),
        from_name: Some("Nordlicht Consulting AS via Synchronizer".to_owned()),
        to_name: "Zoë Müller".to_owned(),
        to_address: "zoe.mueller@nordlicht.example".to_owned(),
        reply_to: Some("it@nordlicht.example".to_owned()),
        message_id: "01890a5d-ac96-774b-bcce-b302099a8057@nordlicht.example".to_owned(),
        date: Timestamp::from_secs(1_761_037_979),
    }
}

pub fn rendered() -> Rendered {
    Rendered {
        subject: "Åse’s calendar".to_owned(),
        text: format!("First line\n.a line that begins with a dot\n{URL}\n"),
        html: format!("<p>Ærlig talt</p>\n<a href=\"{URL}\">{URL}</a>\n"),
    }
}
