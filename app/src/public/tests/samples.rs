//! Invented people and companies for the pages.

use synchronizer_domain::activation::{
    ActivationView, Again, CalendarChoice, Couple, CredentialsForm, Mishap,
};
use synchronizer_domain::clock::FixedClock;
use synchronizer_domain::consent::{ConsentRefusal, ConsentRequest};
use synchronizer_domain::ids::{ActivationId, LinkId};
use synchronizer_domain::link::{Cause, CauseStatus, LinkState, LinkStatus, Pauser, Side};
use synchronizer_domain::own::{
    ChoiceProblem, OwnCalendar, OwnCalendars, OwnDeed, OwnHalf, OwnLink, OwnPage,
};
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::rng::SeededRng;
use synchronizer_domain::session::{Me, Role};
use synchronizer_domain::{ErrorCode, FieldError, Locale, Timestamp};

use super::super::*;

/// A name that tries to be markup.
pub const EVIL: &str = "<img src=x onerror=1>\"'&";
/// 28 October 2025, 09:42 UTC.
pub const AT: Timestamp = Timestamp::from_secs(1_761_644_520);

pub fn page(locale: Locale) -> PublicPage<'static> {
    PublicPage {
        locale,
        path: "/activate/1",
    }
}

pub fn couple(name: &str) -> Couple {
    Couple {
        tenant_name: "Nordlicht Consulting AS".to_owned(),
        crm_name: name.to_owned(),
        crm_email: "zoe.mueller@nordlicht.example".to_owned(),
        system: CalendarSystem::Microsoft365,
        calendar_name: name.to_owned(),
        calendar_account: "zoe.mueller@nordlicht.example".to_owned(),
        by_company: false,
        invited_by: if name == EVIL {
            EVIL.to_owned()
        } else {
            "Ingvild Sætre-Holm".to_owned()
        },
        contact_email: "it@nordlicht.example".to_owned(),
        locale: Locale::En,
    }
}

/// A couple whose calendar the company's own account opens.
pub fn by_company(name: &str) -> Couple {
    Couple {
        system: CalendarSystem::Exchange,
        by_company: true,
        ..couple(name)
    }
}

pub fn activation_view(name: &str, system: CalendarSystem) -> ActivationView {
    let choice = |id: &str, name: &str| CalendarChoice {
        id: id.to_owned(),
        name: name.to_owned(),
    };
    ActivationView {
        id: ActivationId::mint(&FixedClock::at_micros(1), &SeededRng::new(1)),
        couple: Couple {
            system,
            ..couple(name)
        },
        again: None,
        anew: None,
        crm_done: false,
        calendar_done: false,
        expires_at: AT,
        is_opened_for: false,
        credentials: matches!(system, CalendarSystem::Exchange | CalendarSystem::Caldav).then(
            || CredentialsForm {
                server: "https://dav.nordlicht.example/".to_owned(),
                username: "zoe.mueller".to_owned(),
            },
        ),
        calendars: vec![choice("/dav/home/", name), choice("/dav/office/", "Work")],
        calendar: Some("/dav/office/".to_owned()),
    }
}

pub fn finished(name: &str) -> ActivationView {
    ActivationView {
        crm_done: true,
        calendar_done: true,
        ..activation_view(name, CalendarSystem::Caldav)
    }
}

pub fn person(name: &str) -> Me {
    Me {
        name: name.to_owned(),
        email: "zoe.mueller@nordlicht.example".to_owned(),
        role: Role::User,
        tenant_name: "Nordlicht Consulting AS".to_owned(),
        suspended: false,
        linked: true,
        alarms: Vec::new(),
    }
}

/// A link with an account of several calendars; the cause, if any, is the calendar's.
pub fn my_link(name: &str, state: LinkState, cause: Option<Cause>) -> OwnLink {
    let begun = !matches!(state, LinkState::Invited);
    let half = |granted: bool, broken: Option<Cause>| OwnHalf {
        granted_at: granted.then_some(AT),
        broken: broken.map(|cause| (cause, AT)),
        by_company: false,
    };
    let whole = begun && state != LinkState::Partly;
    let of = |side| cause.filter(|cause| cause.side().is_none_or(|about| about == side));
    OwnLink {
        id: LinkId::mint(&FixedClock::at_micros(1), &SeededRng::new(2)),
        couple: couple(name),
        status: LinkStatus {
            state,
            cause: cause.map(|cause| CauseStatus {
                cause,
                since: AT,
                party: cause.party(),
            }),
        },
        crm: half(begun, of(Side::Crm)),
        calendar: half(whole, of(Side::Calendar)),
        calendar_name: whole.then(|| name.to_owned()),
        chooses: whole,
        paused_at: (state == LinkState::Paused).then_some(AT),
        paused_by: (state == LinkState::Paused).then_some(Pauser::Admin),
        checked_at: None,
    }
}

/// The calendars of the person.
pub fn calendars(name: &str, problem: Option<ChoiceProblem>) -> OwnCalendars {
    let choice = |id: &str, name: &str| CalendarChoice {
        id: id.to_owned(),
        name: name.to_owned(),
    };
    let listed = !matches!(
        problem,
        Some(ChoiceProblem::Error(_) | ChoiceProblem::Cause(_))
    );
    let all = [
        (choice("/main", name), true),
        (choice("/work", "Work"), false),
    ];
    OwnCalendars {
        me: person(name),
        link: LinkId::mint(&FixedClock::at_micros(1), &SeededRng::new(2)),
        couple: couple(name),
        current: choice("/work", "Work"),
        choices: all
            .into_iter()
            .filter(|_| listed)
            .map(|(choice, main)| OwnCalendar { choice, main })
            .collect(),
        problem,
    }
}

fn sign_up_page(name: &str) -> SignUpPage {
    SignUpPage {
        id: "0199f4b2-0000-7000-8000-000000000000".to_owned(),
        company: if name == EVIL {
            EVIL.to_owned()
        } else {
            "Nordlicht Consulting AS".to_owned()
        },
        context: "Cust12345".to_owned(),
        name: name.to_owned(),
        email: "zoe.mueller@nordlicht.example".to_owned(),
    }
}

fn own_page(name: &str, links: Vec<OwnLink>) -> OwnPage {
    let suspended = links.len() > 1;
    let role = if suspended { Role::Admin } else { Role::User };
    let other_sign_ins = u32::try_from(links.len()).unwrap();
    OwnPage {
        me: Me {
            role,
            suspended,
            ..person(name)
        },
        links,
        other_sign_ins,
    }
}

fn mishap_page(kind: Mishap, name: &str) -> MishapPage {
    MishapPage {
        couple: Some(couple(name)),
        actual: matches!(kind, Mishap::WrongPerson | Mishap::WrongAccount).then(|| {
            if name == EVIL {
                EVIL.to_owned()
            } else {
                "zoe.privat@mail.example".to_owned()
            }
        }),
        retry: Some(("POST".to_owned(), "/activate/1/microsoft".to_owned())),
        reference: (kind == Mishap::Internal).then(|| "7F3K9".to_owned()),
        ..MishapPage::new(kind)
    }
}

/// An approval that somebody of this name asks for.
pub fn consent_request(name: &str) -> ConsentRequest {
    ConsentRequest {
        tenant_name: name.to_owned(),
        organisation: name.to_owned(),
        asked_by: name.to_owned(),
        contact_email: String::new(),
    }
}

/// Every page in every shape that matters, with its name.
pub fn every_page(locale: Locale, name: &str) -> Vec<(String, String)> {
    let page = &page(locale);
    let signed_out = SignInForm {
        return_to: Some(format!("/profiles?q={name}")),
        signed_out: true,
        ended: false,
    };
    let refused = ActivationForm {
        credentials: CredentialsForm {
            server: "https://dav.nordlicht.example/".to_owned(),
            username: name.to_owned(),
        },
        errors: vec![FieldError::new("password", ErrorCode::Required)],
        alert: None,
    };
    let wrong_password = ActivationForm {
        errors: Vec::new(),
        alert: Some(Alert::Cause(Cause::PasswordRefused)),
        ..refused.clone()
    };
    let no_server = ActivationForm {
        alert: Some(Alert::Error(ErrorCode::NotACalendarServer)),
        ..wrong_password.clone()
    };
    let microsoft = activation_view(name, CalendarSystem::Microsoft365);
    let microsoft_second = ActivationView {
        crm_done: true,
        ..microsoft.clone()
    };
    let caldav = ActivationView {
        crm_done: true,
        ..activation_view(name, CalendarSystem::Caldav)
    };
    let again = Again {
        cause: Cause::CalendarRefused,
        since: AT,
        crm: false,
        calendar: true,
    };
    let microsoft_again = ActivationView {
        again: Some(again),
        ..microsoft_second.clone()
    };
    let company_opens = ActivationView {
        couple: by_company(name),
        ..activation_view(name, CalendarSystem::Exchange)
    };
    let microsoft_anew = ActivationView {
        anew: Some(Side::Calendar),
        ..microsoft_second.clone()
    };
    let both = Again { crm: true, ..again };
    let denied = ActivationForm {
        alert: Some(Alert::Cause(Cause::NoCalendar)),
        ..ActivationForm::default()
    };
    let attention = my_link(
        name,
        LinkState::NeedsAttention,
        Some(Cause::CalendarRefused),
    );
    let mut pages = vec![
        ("sign-in", sign_in(page, &SignInForm::default())),
        ("sign-in-signed-out", sign_in(page, &signed_out)),
        ("sign-up", sign_up(page, &sign_up_page(name))),
        (
            "consent-asked",
            consent(
                page,
                &consent_request(name),
                &ConsentStand::Asked {
                    expires_at: AT,
                    action: "/consent/secret",
                },
            ),
        ),
        (
            "consent-approved",
            consent(page, &consent_request(name), &ConsentStand::Approved),
        ),
        (
            "consent-expired",
            consent(page, &consent_request(name), &ConsentStand::Expired),
        ),
        (
            "leaving",
            leaving(
                page,
                &format!("https://id.example/authorize?login_hint={name}"),
                "microsoft365",
            ),
        ),
        (
            "invitation",
            invitation(page, &couple(name), AT, "/i/secret"),
        ),
        (
            "invitation-company",
            invitation(page, &by_company(name), AT, "/i/secret"),
        ),
        (
            "activation-company",
            activation(page, &company_opens, &ActivationForm::default()),
        ),
        (
            "again",
            sign_in_again(page, &couple(name), &again, "/i/secret"),
        ),
        (
            "again-both",
            sign_in_again(page, &couple(name), &both, "/i/secret"),
        ),
        (
            "activation-again",
            activation(page, &microsoft_again, &ActivationForm::default()),
        ),
        (
            "activation-superoffice",
            activation(page, &microsoft, &ActivationForm::default()),
        ),
        (
            "activation-microsoft",
            activation(page, &microsoft_second, &ActivationForm::default()),
        ),
        (
            "activation-microsoft-answer",
            activation(page, &microsoft_second, &denied),
        ),
        (
            "activation-caldav",
            activation(page, &caldav, &ActivationForm::default()),
        ),
        (
            "activation-caldav-missing",
            activation(page, &caldav, &refused),
        ),
        (
            "activation-caldav-password",
            activation(page, &caldav, &wrong_password),
        ),
        (
            "activation-caldav-server",
            activation(page, &caldav, &no_server),
        ),
        ("done", done(page, &finished(name))),
        ("me-empty", me(page, &own_page(name, Vec::new()), None)),
        (
            "me-attention",
            me(
                page,
                &own_page(name, vec![attention.clone()]),
                Some(OwnDeed::Resumed),
            ),
        ),
        (
            "me-active",
            me(
                page,
                &own_page(name, vec![my_link(name, LinkState::Active, None)]),
                Some(OwnDeed::Calendar),
            ),
        ),
        (
            "me-paused",
            me(
                page,
                &own_page(name, vec![my_link(name, LinkState::Paused, None)]),
                Some(OwnDeed::Paused),
            ),
        ),
        (
            "choose-calendar",
            choose_calendar(page, &calendars(name, None)),
        ),
        (
            "choose-calendar-none",
            choose_calendar(page, &calendars(name, Some(ChoiceProblem::NotChosen))),
        ),
        (
            "choose-calendar-unavailable",
            choose_calendar(
                page,
                &calendars(
                    name,
                    Some(ChoiceProblem::Error(ErrorCode::Unavailable {
                        system: "google".to_owned(),
                    })),
                ),
            ),
        ),
        (
            "choose-calendar-refused",
            choose_calendar(
                page,
                &calendars(name, Some(ChoiceProblem::Cause(Cause::PasswordRefused))),
            ),
        ),
        (
            "activation-anew",
            activation(page, &microsoft_anew, &ActivationForm::default()),
        ),
        (
            "me-two",
            me(
                page,
                &own_page(
                    name,
                    vec![attention, my_link(name, LinkState::Partly, None)],
                ),
                Some(OwnDeed::Language),
            ),
        ),
    ]
    .into_iter()
    .map(|(name, html)| (name.to_owned(), html))
    .collect::<Vec<_>>();
    for refusal in ConsentRefusal::ALL {
        let stand = ConsentStand::Refused(*refusal);
        pages.push((
            format!("consent-{}", refusal.word()),
            consent(page, &consent_request(name), &stand),
        ));
    }
    for kind in Mishap::ALL {
        let bare = format!("mishap-{}", kind.word());
        pages.push((
            format!("{bare}-known"),
            mishap(page, &mishap_page(*kind, name)),
        ));
        pages.push((bare, mishap(page, &MishapPage::new(*kind))));
    }
    pages
}
