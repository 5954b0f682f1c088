//! One page for each thing that can go wrong on the way.

use leptos::prelude::*;
use synchronizer_domain::activation::{ConsentBox, Couple, Mishap};
use synchronizer_domain::link::Side;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::routes;

use super::PublicPage;
use super::document::{Document, languages, render};
use super::parts::{
    Account, Steps, breakable, fill, mail_link, mailto, point, post_button, provider,
};
use crate::i18n::Texts;
use crate::ui::icon::{Icon, IconName};

/// What is known about a mishap. The page's HTTP status is [`Mishap::status`].
#[derive(Debug, Clone)]
pub struct MishapPage {
    /// What went wrong.
    pub mishap: Mishap,
    /// The link concerned, where it may be shown to this browser.
    pub couple: Option<Couple>,
    /// The account that was wanted.
    pub expected: Option<String>,
    /// The account that signed in.
    pub actual: Option<String>,
    /// Method (`GET` or `POST`) and path of another try.
    pub retry: Option<(String, String)>,
    /// What the log calls it.
    pub reference: Option<String>,
    /// The calendar system concerned; none when it is SuperOffice.
    pub system: Option<CalendarSystem>,
    /// Boxes of the consent page that were left empty.
    pub missing: Vec<ConsentBox>,
}

impl MishapPage {
    /// A mishap about which nothing else is known.
    #[must_use]
    pub const fn new(mishap: Mishap) -> Self {
        Self {
            mishap,
            couple: None,
            expected: None,
            actual: None,
            retry: None,
            reference: None,
            system: None,
            missing: Vec::new(),
        }
    }

    /// Whether the person of the page can mend it: only that is amber.
    const fn mendable(&self) -> bool {
        matches!(
            self.mishap,
            Mishap::CrmConsentDenied
                | Mishap::CalendarConsentDenied
                | Mishap::WrongPerson
                | Mishap::WrongAccount
                | Mishap::ScopeMissing
                | Mishap::NoCalendar
                | Mishap::AdminApproval
                | Mishap::AppNotApproved
        )
    }

    /// The step of the activation in which it happened, where it is sure.
    const fn step(&self) -> Option<Side> {
        match self.mishap {
            Mishap::CrmConsentDenied | Mishap::WrongPerson | Mishap::AppNotApproved => {
                Some(Side::Crm)
            }
            Mishap::CalendarConsentDenied
            | Mishap::WrongAccount
            | Mishap::NoCalendar
            | Mishap::AdminApproval => Some(Side::Calendar),
            Mishap::ScopeMissing if self.system.is_some() => Some(Side::Calendar),
            _ => None,
        }
    }

    /// The calendar system that the sentences name; none is SuperOffice.
    fn named_system(&self) -> Option<CalendarSystem> {
        let of_couple = self.couple.as_ref().map(|couple| couple.system);
        match self.mishap {
            Mishap::CalendarConsentDenied
            | Mishap::WrongAccount
            | Mishap::NoCalendar
            | Mishap::AdminApproval => self
                .system
                .or(of_couple)
                .or(Some(CalendarSystem::Microsoft365)),
            Mishap::CrmConsentDenied | Mishap::WrongPerson | Mishap::AppNotApproved => None,
            _ => self.system,
        }
    }

    /// Whether it says the same to everybody, so that its own address can say it again.
    const fn is_general(&self) -> bool {
        self.couple.is_none()
            && self.expected.is_none()
            && self.actual.is_none()
            && self.reference.is_none()
            && self.system.is_none()
            && self.missing.is_empty()
    }

    fn can_make_calendar(&self) -> bool {
        self.retry
            .as_ref()
            .is_some_and(|(method, _)| method.eq_ignore_ascii_case("POST"))
    }

    fn contact(&self) -> Option<&str> {
        self.couple
            .as_ref()
            .map(|couple| couple.contact_email.as_str())
            .filter(|email| !email.is_empty())
    }
}

/// What happened, what it means, what to do, and the way out.
#[must_use]
pub fn mishap(page: &PublicPage<'_>, what: &MishapPage) -> String {
    render(page, |texts| {
        let word = what.mishap.word();
        let system = provider(texts, what.named_system());
        let say = |part: &str| {
            texts.with(
                &format!("public.mishap.{word}.{part}"),
                &[("system", &system)],
            )
        };
        let (tone, icon) = if what.mendable() {
            ("glyph--warn", IconName::Alert)
        } else {
            ("", IconName::Info)
        };
        let steps = what
            .step()
            .zip(what.couple.as_ref())
            .filter(|(_, couple)| !couple.by_company)
            .map(|(side, couple)| view! { <Steps current=side system=couple.system /> });
        let reference = what
            .reference
            .as_deref()
            .map(|text| view! { <p class="meta">{texts.with("public.mishap.reference", &[("reference", text)])}</p> });
        let main = view! {
            <div class="card">
                {steps} <span class=format!("glyph glyph--lg {tone}").trim_end().to_owned()>
                    <Icon name=icon />
                </span> <div class="stack stack--2">
                    <h1>{say("title")}</h1>
                    <p class="muted">{say("text")}</p>
                    <p>{say("remedy")}</p>
                </div> {boxes(texts, what)} {approval(texts, what)} {accounts(texts, what)} {way_out(texts, what)} {reference}
            </div>
            {right_one(texts, what)}
            {question(texts, what)}
        };
        // Inside an activation the same page can be read again in another language.
        let said = [(routes::MISHAP_PARAM, word)];
        let keep = match routes::activation_of(page.path) {
            Some(_) => said.as_slice(),
            None => &[],
        };
        // What stands at no address of its own (a refused form, an answer that came twice) is
        // said again at the mishap's.
        let general = routes::mishap(word);
        let here = PublicPage {
            locale: page.locale,
            path: if page.path.is_empty() && what.is_general() {
                &general
            } else {
                page.path
            },
        };
        Document::column(say("title"), languages(&here, keep), main.into_any())
    })
}

/// Which boxes have to be ticked, in the provider's own words.
fn boxes(texts: Texts, what: &MishapPage) -> Option<AnyView> {
    if what.missing.is_empty() {
        return None;
    }
    let lines = what
        .missing
        .iter()
        .map(|one| {
            point(
                IconName::Check,
                texts.t(&format!("public.google.box.{}", one.word())),
            )
        })
        .collect_view();
    Some(
        view! {
            <div class="stack stack--3">
                <h2>{texts.t("public.google.tick")}</h2>
                <ul class="points">{lines}</ul>
            </div>
        }
        .into_any(),
    )
}

/// What an administrator does so that SuperOffice lets the application in again.
fn approval(texts: Texts, what: &MishapPage) -> Option<AnyView> {
    if what.mishap != Mishap::AppNotApproved {
        return None;
    }
    let steps = ["sign_in", "approve", "renew"]
        .into_iter()
        .map(|step| point(IconName::Arrow, texts.t(&format!("public.approval.{step}"))))
        .collect_view();
    Some(
        view! {
            <div class="stack stack--3">
                <h2>{texts.t("public.approval.title")}</h2>
                <ol class="points">{steps}</ol>
            </div>
        }
        .into_any(),
    )
}

/// Which account was wanted and which one came.
fn accounts(texts: Texts, what: &MishapPage) -> Option<AnyView> {
    let wanted = match (what.mishap, &what.expected, &what.couple) {
        (_, Some(expected), _) => Some(name_and_address(expected)),
        (Mishap::WrongPerson, None, Some(couple)) => {
            Some((couple.crm_name.clone(), couple.crm_email.clone()))
        }
        (Mishap::WrongAccount, None, Some(couple)) => Some((
            couple.calendar_name.clone(),
            couple.calendar_account.clone(),
        )),
        _ => None,
    };
    let wanted = wanted.map(|(name, address)| {
        view! {
            <Account
                label=texts.t("public.mishap.wanted")
                name=name
                address=address
                icon=IconName::Check
                tone="glyph--ok"
            />
        }
    });
    let came = what
        .actual
        .as_deref()
        .map(name_and_address)
        .map(|(name, address)| {
            view! {
                <Account
                    label=texts.t("public.mishap.came")
                    name=name
                    address=address
                    icon=IconName::X
                    tone="glyph--warn"
                />
            }
        });
    if wanted.is_none() && came.is_none() {
        return None;
    }
    Some(
        view! {
            <div class="pair">
                {wanted}
                {came}
            </div>
        }
        .into_any(),
    )
}

/// The parts of `Name (address)`; the address is empty where there is none.
fn name_and_address(account: &str) -> (String, String) {
    let parts = account
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once(" ("));
    parts.map_or_else(
        || (account.to_owned(), String::new()),
        |(name, address)| (name.to_owned(), address.to_owned()),
    )
}

fn way_out(texts: Texts, what: &MishapPage) -> AnyView {
    let again = match what.mishap {
        Mishap::WrongPerson
        | Mishap::WrongAccount
        | Mishap::WrongCompany
        | Mishap::NotAdministrator => "public.mishap.other_account",
        Mishap::CrmConsentDenied
        | Mishap::CalendarConsentDenied
        | Mishap::ScopeMissing
        | Mishap::AppNotApproved
        | Mishap::AttemptOver => "public.mishap.sign_in_again",
        Mishap::NoCalendar if what.can_make_calendar() => "public.google.make_calendar",
        _ => "public.mishap.again",
    };
    let company = matches!(
        what.mishap,
        Mishap::AdminApproval | Mishap::TenantSuspended | Mishap::ProfileStopped
    );
    let (href, label) = match (&what.retry, what.contact()) {
        (Some((method, path)), _) if method.eq_ignore_ascii_case("POST") => {
            return post_button(path.clone(), texts.t(again));
        }
        (Some((_, path)), _) => (path.clone(), texts.t(again).into_any()),
        (None, Some(contact)) if company => (
            mailto(contact),
            fill(
                &texts.t("public.mishap.write"),
                vec![("contact", breakable(contact))],
            ),
        ),
        (None, _) => (
            routes::SIGN_IN.to_owned(),
            texts.t("public.mishap.to_sign_in").into_any(),
        ),
    };
    view! {
        <a class="btn btn--primary btn--lg btn--wide" href=href>
            <span>{label}</span>
            <Icon name=IconName::Arrow />
        </a>
    }
    .into_any()
}

/// Perhaps the person is right and the link is wrong.
fn right_one(texts: Texts, what: &MishapPage) -> Option<AnyView> {
    let actual = what.actual.as_deref()?;
    if !matches!(what.mishap, Mishap::WrongPerson | Mishap::WrongAccount) {
        return None;
    }
    let (name, address) = name_and_address(actual);
    let account = if address.is_empty() { name } else { address };
    let title = fill(
        &texts.t("public.mishap.right_title"),
        vec![("account", breakable(&account))],
    );
    Some(
        view! {
            <div class="card">
                <div class="stack stack--2">
                    <h2>{title}</h2>
                    <p class="helpline">{texts.t("public.mishap.right_text")}</p>
                </div>
            </div>
        }
        .into_any(),
    )
}

fn question(texts: Texts, what: &MishapPage) -> Option<AnyView> {
    let couple = what.couple.as_ref()?;
    let line = match what.contact() {
        Some(contact) => fill(
            &texts.t("public.mishap.question"),
            vec![("contact", mail_link(contact))],
        ),
        None if couple.invited_by.is_empty() => return None,
        None => texts
            .with(
                "public.mishap.question_inviter",
                &[("inviter", &couple.invited_by)],
            )
            .into_any(),
    };
    Some(view! { <p class="helpline center">{line}</p> }.into_any())
}
