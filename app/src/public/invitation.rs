//! The page behind the button of the mail.

use leptos::prelude::*;
use synchronizer_domain::Timestamp;
use synchronizer_domain::activation::Couple;

use super::PublicPage;
use super::dates::date;
use super::document::{Document, languages, render};
use super::parts::{Pair, fill, mail_link, never, point, post_button};
use crate::ui::icon::IconName;

/// Shows what will be linked and why. Reading it changes nothing; its button posts to
/// `action`, which opens the activation.
#[must_use]
pub fn invitation(
    page: &PublicPage<'_>,
    couple: &Couple,
    expires_at: Timestamp,
    action: &str,
) -> String {
    render(page, |texts| {
        // What the person does depends on the system, or on nothing but SuperOffice.
        let system = if couple.by_company {
            "company"
        } else {
            couple.system.word()
        };
        let inviter = [("inviter", couple.invited_by.as_str())];
        let until = fill(
            &texts.t("public.invitation.until"),
            vec![
                ("name", couple.crm_name.clone().into_any()),
                ("date", date(texts, expires_at)),
            ],
        );
        let question = if couple.contact_email.is_empty() {
            texts.with("public.question_inviter", &inviter).into_any()
        } else {
            fill(
                &texts.t("public.question"),
                vec![("contact", mail_link(&couple.contact_email))],
            )
        };
        let main = view! {
            <div class="card">
                <div class="stack stack--2">
                    <p class="small muted">{couple.tenant_name.clone()}</p>
                    <h1>{texts.t("public.invitation.title")}</h1>
                    <p class="muted">{texts.with("public.invitation.lead", &inviter)}</p>
                </div>
                <Pair couple=couple.clone() />
                {post_button(action.to_owned(), texts.t("public.invitation.button"))}
                <ul class="points">
                    {point(IconName::Check, texts.t(&format!("public.invitation.steps.{system}")))}
                    {point(IconName::Check, texts.t("public.invitation.window"))}
                    {point(IconName::Check, texts.t("public.invitation.private"))}
                    {never(texts.t(&format!("public.invitation.never.{system}")))}
                </ul>
            </div>
            <p class="helpline center">{until}<br />{question}</p>
        };
        Document::column(
            texts.t("public.invitation.tab"),
            languages(page, &[]),
            main.into_any(),
        )
    })
}
