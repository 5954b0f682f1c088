//! Every public page in every language.

mod samples;

use synchronizer_domain::activation::Mishap;
use synchronizer_domain::link::{Cause, LinkState};
use synchronizer_domain::own::{OwnDeed, OwnLink, OwnPage};
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::{ErrorCode, FieldError, Locale};

use self::samples::{EVIL, activation_view, couple, every_page, my_link, page};
use super::*;

/// The page without tags, as a reader sees it.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = after.split_once('>').map_or("", |(_, rest)| rest);
    }
    text + rest
}

#[test]
fn every_page_is_one_whole_document_without_script_or_style() {
    for locale in Locale::ALL {
        for (name, html) in every_page(locale, "Zoë Müller") {
            assert!(
                html.starts_with("<!doctype html><html lang="),
                "{locale} {name}"
            );
            assert!(
                html.contains(&format!("<html lang=\"{locale}\"")),
                "{locale} {name}"
            );
            assert!(html.ends_with("</body></html>"), "{locale} {name}");
            assert_eq!(html.matches("<h1").count(), 1, "{locale} {name}");
            assert_eq!(html.matches("<main").count(), 1, "{locale} {name}");
            for forbidden in [
                "<script",
                "style=",
                "onclick",
                "<!>",
                "<form method=\"get\"",
            ] {
                assert!(!html.contains(forbidden), "{locale} {name}: {forbidden}");
            }
        }
    }
}

#[test]
fn no_page_shows_a_key_or_a_placeholder_instead_of_a_text() {
    for locale in Locale::ALL {
        for (name, html) in every_page(locale, "Zoë Müller") {
            for prefix in ["public.", "state.", "cause.", "system.", "error."] {
                let shown = html.match_indices(prefix).any(|(at, _)| {
                    html[at + prefix.len()..].starts_with(|next: char| next.is_ascii_lowercase())
                });
                assert!(!shown, "{locale} {name}: {prefix}");
            }
            assert!(!html.contains(['{', '}']), "{locale} {name}");
        }
    }
}

#[test]
fn a_hostile_name_is_only_text() {
    for locale in Locale::ALL {
        for (name, html) in every_page(locale, EVIL) {
            assert!(!html.contains("<img"), "{locale} {name}");
            assert!(!html.contains("\"onerror"), "{locale} {name}");
        }
    }
    assert!(
        invitation(&page(Locale::En), &couple(EVIL), samples::AT, "/i/x")
            .contains("&lt;img src=x onerror=1&gt;")
    );
}

#[test]
fn every_mishap_says_what_happened_what_it_means_and_what_to_do() {
    for locale in Locale::ALL {
        for mishap_kind in Mishap::ALL {
            let html = mishap(&page(locale), &MishapPage::new(*mishap_kind));
            let text = text_of(&html);
            assert!(!text.contains("public."), "{locale} {mishap_kind:?}");
            assert!(!html.contains(['{', '}']), "{locale} {mishap_kind:?}");
            assert!(
                html.contains("btn--primary"),
                "{locale} {mishap_kind:?}: no way out"
            );
        }
    }
}

#[test]
fn the_way_out_of_a_mishap_is_the_given_retry() {
    let mut what = MishapPage::new(Mishap::WrongAccount);
    what.retry = Some(("POST".to_owned(), "/activate/1/microsoft".to_owned()));
    assert!(
        mishap(&page(Locale::En), &what)
            .contains("<form method=\"post\" action=\"/activate/1/microsoft\">")
    );
    what.retry = Some(("GET".to_owned(), "/activate/1".to_owned()));
    assert!(mishap(&page(Locale::En), &what).contains("href=\"/activate/1\""));
    what.retry = None;
    assert!(mishap(&page(Locale::En), &what).contains("href=\"/sign-in\""));
}

#[test]
fn the_wrong_account_page_names_both_accounts() {
    let mut what = MishapPage::new(Mishap::WrongAccount);
    what.couple = Some(couple("Zoë Müller"));
    what.actual = Some("zoe.privat@mail.example".to_owned());
    what.system = Some(CalendarSystem::Microsoft365);
    let html = mishap(&page(Locale::En), &what);
    assert!(
        html.contains("zoe.mueller@<wbr>nordlicht.example"),
        "{html}"
    );
    assert!(html.contains("zoe.privat@<wbr>mail.example"), "{html}");
    assert!(html.contains("You signed in with another Microsoft account"));
}

#[test]
fn the_leaving_page_cannot_be_broken_out_of() {
    let html = leaving(
        &page(Locale::En),
        "https://id.example/a?x=1&y=\"><img src=x onerror=1>",
        "microsoft365",
    );
    assert!(
        html.contains("content=\"0;url=https://id.example/a?x=1&amp;y=&quot;&gt;&lt;img"),
        "{html}"
    );
    assert!(!html.contains("<img"));
    assert!(html.contains("Continue to Microsoft"));
}

#[test]
fn the_leaving_page_follows_web_addresses_only() {
    let html = leaving(&page(Locale::En), "javascript:alert(1)", "superoffice");
    assert!(!html.contains("javascript"));
    assert!(html.contains("href=\"/sign-in\""));
}

fn refused_credentials(form: ActivationForm) -> String {
    let mut view = activation_view("Zoë Müller", CalendarSystem::Caldav);
    view.crm_done = true;
    activation(&page(Locale::En), &view, &form)
}

fn typed() -> synchronizer_domain::activation::CredentialsForm {
    synchronizer_domain::activation::CredentialsForm {
        server: "https://typed.example/\"dav".to_owned(),
        username: "typed <user>".to_owned(),
    }
}

#[test]
fn a_refused_password_keeps_what_was_typed_except_itself() {
    let html = refused_credentials(ActivationForm {
        credentials: typed(),
        errors: Vec::new(),
        alert: Some(Alert::Cause(Cause::PasswordRefused)),
    });
    assert!(
        html.contains("value=\"https://typed.example/&quot;dav\""),
        "{html}"
    );
    assert!(html.contains("value=\"typed &lt;user&gt;\""), "{html}");
    let password = html
        .split("<input")
        .find(|input| input.contains("type=\"password\""))
        .unwrap();
    let password = password.split_once('>').unwrap().0;
    assert!(!password.contains("value="), "{password}");
    assert!(password.contains("autofocus"), "{password}");
    assert!(password.contains("aria-invalid=\"true\""), "{password}");
    assert!(html.contains("role=\"alert\""));
}

#[test]
fn the_first_wrong_field_gets_the_focus() {
    let html = refused_credentials(ActivationForm {
        credentials: typed(),
        errors: vec![
            FieldError::new("password", ErrorCode::Required),
            FieldError::new("username", ErrorCode::Required),
        ],
        alert: None,
    });
    assert_eq!(html.matches("autofocus").count(), 1, "{html}");
    let focused = html
        .split("<input")
        .find(|input| input.contains("autofocus"))
        .unwrap();
    assert!(focused.contains("name=\"username\""));
    assert_eq!(html.matches("aria-invalid=\"true\"").count(), 2);
}

#[test]
fn before_the_first_try_the_form_shows_the_proposal_and_no_error() {
    let html = refused_credentials(ActivationForm::default());
    assert!(
        html.contains("value=\"https://dav.nordlicht.example/\""),
        "{html}"
    );
    assert!(!html.contains("role=\"alert\""));
    assert!(!html.contains("aria-invalid"));
}

#[test]
fn one_calendar_needs_no_choice_and_several_offer_the_present_one() {
    let mut view = activation_view("Zoë Müller", CalendarSystem::Caldav);
    (view.crm_done, view.calendar_done) = (true, true);
    view.calendars.truncate(1);
    assert!(!done(&page(Locale::En), &view).contains("<select"));
    let view = samples::finished("Zoë Müller");
    let html = done(&page(Locale::En), &view);
    let chosen = html
        .split("<option")
        .find(|option| option.contains("selected"))
        .unwrap();
    assert!(chosen.contains("value=\"/dav/office/\""), "{chosen}");
}

#[test]
fn the_language_menu_keeps_what_the_page_needs() {
    let form = SignInForm {
        return_to: Some("/profiles?state=active&x=1".to_owned()),
        ended: false,
        signed_out: false,
    };
    let html = sign_in(
        &PublicPage {
            locale: Locale::En,
            path: "/sign-in",
        },
        &form,
    );
    assert!(
        html.contains("href=\"/sign-in?return=%2Fprofiles%3Fstate%3Dactive%26x%3D1&amp;lang=de\""),
        "{html}"
    );
    assert!(
        html.contains("name=\"return\" value=\"/profiles?state=active&amp;x=1\""),
        "{html}"
    );
}

#[test]
fn what_stands_at_no_address_is_read_in_another_language_at_the_mishaps_own() {
    let page = PublicPage {
        locale: Locale::En,
        path: "",
    };
    for what in Mishap::ALL {
        let html = mishap(&page, &MishapPage::new(*what));
        let address = format!("href=\"/mishap/{}?lang=de\"", what.word());
        assert!(html.contains(&address), "{html}");
    }
    // What is known of one person only cannot be said there.
    let known = MishapPage {
        actual: Some("Zoë Müller".to_owned()),
        ..MishapPage::new(Mishap::WrongAccount)
    };
    assert!(!mishap(&page, &known).contains("lang=de"));
}

fn own_page(links: Vec<OwnLink>) -> OwnPage {
    OwnPage {
        me: samples::person("Zoë Müller"),
        links,
        other_sign_ins: 0,
    }
}

#[test]
fn ones_own_page_offers_to_continue_only_where_the_person_can_do_something() {
    let shown = |state, cause: Option<Cause>| {
        let link = my_link("Zoë Müller", state, cause);
        me(&page(Locale::En), &own_page(vec![link]), None)
    };
    for (state, cause, verb) in [
        (LinkState::Invited, None, Some("Continue")),
        (LinkState::Partly, None, Some("Continue")),
        (
            LinkState::NeedsAttention,
            Some(Cause::CalendarReadOnly),
            Some("Reconnect Microsoft 365"),
        ),
        (
            LinkState::NeedsAttention,
            Some(Cause::CrmRefused),
            Some("Reconnect SuperOffice"),
        ),
        (
            LinkState::NeedsAttention,
            Some(Cause::CrmRightMissing),
            None,
        ),
        (LinkState::Active, None, None),
        (LinkState::Paused, None, None),
        (LinkState::Deleted, None, None),
    ] {
        let html = shown(state, cause);
        assert_eq!(
            html.contains("/continue\""),
            verb.is_some(),
            "{state:?} {cause:?}"
        );
        if let Some(verb) = verb {
            assert!(text_of(&html).contains(verb), "{state:?} {cause:?}");
        }
    }
    // The half that works may be connected anew; the broken one has the button above.
    let html = shown(LinkState::NeedsAttention, Some(Cause::CalendarRefused));
    assert!(html.contains("/reconnect/crm\"") && !html.contains("/reconnect/calendar\""));
    assert!(!shown(LinkState::Deleted, None).contains("/reconnect/"));
}

#[test]
fn whom_the_company_lets_in_is_asked_for_one_sign_in() {
    let couple = samples::by_company("Zoë Müller");
    let html = invitation(&page(Locale::En), &couple, samples::AT, "/i/x");
    let text = text_of(&html);
    assert!(text.contains("You sign in once, to SuperOffice."), "{text}");
    let view = synchronizer_domain::activation::ActivationView {
        couple,
        ..activation_view("Zoë Müller", CalendarSystem::Exchange)
    };
    let text = text_of(&activation(
        &page(Locale::En),
        &view,
        &ActivationForm::default(),
    ));
    assert!(
        !text.contains("of 2") && !text.contains("First sign in"),
        "{text}"
    );
}

#[test]
fn what_a_company_opens_has_nothing_to_connect() {
    let mut link = my_link("Zoë Müller", LinkState::Active, None);
    link.calendar.by_company = true;
    let html = me(&page(Locale::En), &own_page(vec![link]), None);
    assert!(html.contains("/reconnect/crm\"") && !html.contains("/reconnect/calendar\""));
    assert!(html.contains("Your company’s own account opens your calendar."));
}

#[test]
fn every_state_and_cause_has_its_words_on_ones_own_page() {
    for locale in Locale::ALL {
        let mut links: Vec<OwnLink> = LinkState::ALL
            .iter()
            .map(|state| my_link("Zoë Müller", *state, None))
            .collect();
        links.extend(
            Cause::ALL
                .iter()
                .map(|cause| my_link("Zoë Müller", LinkState::NeedsAttention, Some(*cause))),
        );
        for deed in OwnDeed::ALL {
            let html = me(&page(locale), &own_page(links.clone()), Some(*deed));
            assert!(!text_of(&html).contains("public."), "{locale}");
        }
    }
}

#[test]
fn only_administrators_are_shown_the_way_to_the_profiles() {
    let mut view = own_page(Vec::new());
    assert!(!me(&page(Locale::En), &view, None).contains("href=\"/profiles\""));
    view.me.role = synchronizer_domain::session::Role::Admin;
    assert!(me(&page(Locale::En), &view, None).contains("href=\"/profiles\""));
}

#[test]
fn a_link_without_cause_says_its_state() {
    let link = my_link("Zoë Müller", LinkState::Active, None);
    let html = me(&page(Locale::En), &own_page(vec![link]), None);
    assert!(html.contains("Both connections are good."));
}

#[test]
fn the_calendar_in_use_is_chosen_already() {
    let html = choose_calendar(&page(Locale::En), &samples::calendars("Zoë Müller", None));
    assert!(html.contains("value=\"/work\" checked"), "{html}");
    assert!(!html.contains("value=\"/main\" checked"), "{html}");
    assert!(html.contains("Main calendar") && html.contains("In use"));
    let mut gone = samples::calendars("Zoë Müller", None);
    gone.current.id = "/gone".to_owned();
    let html = choose_calendar(&page(Locale::En), &gone);
    assert!(html.contains("value=\"/main\" checked"), "{html}");
}

#[test]
fn the_policy_of_public_pages_allows_no_script() {
    assert!(content_security_policy().contains("script-src 'none'"));
    assert!(!content_security_policy().contains("unsafe"));
}

/// Writes every page as a file, for screenshots: set `PUBLIC_PAGES_DIR` to a folder that
/// also holds the stylesheet as `synchronizer.css`.
#[test]
fn pages_can_be_written_as_files_for_screenshots() {
    let Some(folder) = std::env::var_os("PUBLIC_PAGES_DIR").map(std::path::PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(&folder).unwrap();
    for locale in Locale::ALL {
        for (name, html) in every_page(locale, "Zoë Müller") {
            let html = html.replace("/pkg/synchronizer.css", "synchronizer.css");
            std::fs::write(folder.join(format!("{name}.{locale}.html")), html).unwrap();
        }
    }
}
