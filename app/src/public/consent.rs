//! The page for an organisation's administrator at Microsoft, who got a link and needs no
//! sign-in of ours.

use leptos::prelude::*;
use synchronizer_domain::Timestamp;
use synchronizer_domain::consent::{ConsentRefusal, ConsentRequest};

use super::PublicPage;
use super::dates::date;
use super::document::{Document, languages, render};
use super::parts::{fill, mail_link, never, point, post_button};
use crate::i18n::Texts;
use crate::ui::icon::{Icon, IconName};

/// How far the approval is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentStand<'a> {
    /// It is asked for.
    Asked {
        /// Until when the link works.
        expires_at: Timestamp,
        /// Where its button posts to.
        action: &'a str,
    },
    /// It is given.
    Approved,
    /// The link is too old.
    Expired,
    /// It was not given.
    Refused(ConsentRefusal),
}

impl ConsentStand<'_> {
    const fn word(&self) -> &'static str {
        match self {
            Self::Asked { .. } => "asked",
            Self::Approved => "approved",
            Self::Expired => "expired",
            Self::Refused(_) => "refused",
        }
    }
}

/// Who asks whom for what, or what came of it. Reading it changes nothing.
#[must_use]
pub fn consent(
    page: &PublicPage<'_>,
    request: &ConsentRequest,
    stand: &ConsentStand<'_>,
) -> String {
    render(page, |texts| {
        let names = [
            ("tenant", request.tenant_name.as_str()),
            ("organisation", request.organisation.as_str()),
            ("name", request.asked_by.as_str()),
        ];
        let say =
            |part: &str| texts.with(&format!("public.consent.{}.{part}", stand.word()), &names);
        let (tone, icon) = match stand {
            ConsentStand::Asked { .. } => ("glyph", IconName::Lock),
            ConsentStand::Approved => ("glyph glyph--ok", IconName::Check),
            ConsentStand::Expired => ("glyph", IconName::Clock),
            ConsentStand::Refused(_) => ("glyph glyph--warn", IconName::Alert),
        };
        let why = match stand {
            ConsentStand::Refused(refusal) => {
                Some(texts.with(&format!("consent.refused.{}", refusal.word()), &names))
            }
            _ => None,
        };
        let asked = match stand {
            ConsentStand::Asked { action, .. } => Some(asked(texts, &names, action)),
            _ => None,
        };
        let until = match stand {
            ConsentStand::Asked { expires_at, .. } => Some(
                fill(
                    &texts.t("public.consent.until"),
                    vec![("date", date(texts, *expires_at))],
                )
                .into_any(),
            ),
            _ => None,
        };
        let question = if request.contact_email.is_empty() {
            texts
                .with("public.question_inviter", &[("inviter", names[2].1)])
                .into_any()
        } else {
            fill(
                &texts.t("public.question"),
                vec![("contact", mail_link(&request.contact_email))],
            )
        };
        let main = view! {
            <div class="card">
                <span class=format!("{tone} glyph--lg")>
                    <Icon name=icon />
                </span>
                <div class="stack stack--2">
                    <p class="small muted">{request.tenant_name.clone()}</p>
                    <h1>{say("title")}</h1>
                    <p class="muted">{say("text")}</p>
                    {why.map(|why| view! { <p>{why}</p> })}
                </div>
                {asked}
            </div>
            <p class="helpline center">
                {until.map(|until| view! { {until} <br /> })} {question}
            </p>
        };
        Document::column(say("title"), languages(page, &[]), main.into_any())
    })
}

/// What is asked for, and the button.
fn asked(texts: Texts, names: &[(&str, &str)], action: &str) -> AnyView {
    view! {
        {post_button(action.to_owned(), texts.t("public.consent.button"))}
        <ul class="points">
            {point(IconName::Check, texts.with("public.consent.who", names))}
            {point(IconName::Check, texts.t("public.consent.what"))}
            {point(IconName::Check, texts.t("public.consent.each"))}
            {never(texts.t("public.consent.never"))}
        </ul>
    }
    .into_any()
}
