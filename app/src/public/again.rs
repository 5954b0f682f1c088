//! The page behind the button of a reactivation mail, and what its steps say.

use leptos::prelude::*;
use synchronizer_domain::activation::{Again, Couple};

use super::PublicPage;
use super::dates::date;
use super::document::{Document, languages, render};
use super::parts::{Account, fill, mail_link, point, post_button};
use crate::i18n::Texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{system_icon, system_key};

/// Says what broke and since when. Reading it changes nothing; its button posts to `action`,
/// which opens the activation at the broken half.
#[must_use]
pub fn sign_in_again(
    page: &PublicPage<'_>,
    couple: &Couple,
    again: &Again,
    action: &str,
) -> String {
    render(page, |texts| {
        let only = again
            .single()
            .then(|| point(IconName::Check, texts.t("public.again.only")));
        let question = (!couple.contact_email.is_empty()).then(|| {
            let contact = vec![("contact", mail_link(&couple.contact_email))];
            fill(&texts.t("public.question"), contact)
        });
        let main = view! {
            <div class="card">
                <div class="stack stack--2">
                    <p class="small muted">{couple.tenant_name.clone()}</p>
                    <h1>{texts.t("public.again.title")}</h1>
                </div>
                {broken(texts, again)}
                {accounts(texts, couple, again)}
                {post_button(action.to_owned(), texts.t("public.again.button"))}
                <ul class="points">
                    {only} {point(IconName::Check, texts.t("public.again.safe"))}
                </ul>
            </div>
            <p class="helpline center">{question}</p>
        };
        Document::column(
            texts.t("public.again.title"),
            languages(page, &[]),
            main.into_any(),
        )
    })
}

/// What broke, since when, and what to do.
pub(super) fn broken(texts: Texts, again: &Again) -> AnyView {
    let word = again.cause.word();
    let since = fill(
        &texts.t("public.me.since"),
        vec![("date", date(texts, again.since))],
    );
    view! {
        <div class="alert alert--warn">
            <Icon name=IconName::Alert />
            <div>
                <p class="alert__title">{texts.t(&format!("public.cause.{word}.title"))}</p>
                <p>{texts.t(&format!("public.cause.{word}.remedy"))} " " {since}</p>
            </div>
        </div>
    }
    .into_any()
}

/// The accounts that are to be signed in to again, and no other.
fn accounts(texts: Texts, couple: &Couple, again: &Again) -> AnyView {
    let crm = again.crm.then(|| {
        view! {
            <Account
                label=texts.t("system.superoffice")
                name=couple.crm_name.clone()
                address=couple.crm_email.clone()
                icon=IconName::Crm
                tone="glyph--warn"
            />
        }
    });
    let calendar = again.calendar.then(|| {
        view! {
            <Account
                label=texts.t(&system_key(couple.system))
                name=couple.calendar_name.clone()
                address=couple.calendar_account.clone()
                icon=system_icon(couple.system)
                tone="glyph--warn"
            />
        }
    });
    view! { <div class="pair">{crm}{calendar}</div> }.into_any()
}
