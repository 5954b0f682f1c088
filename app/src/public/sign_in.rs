//! The sign-in page.

use leptos::prelude::*;
use synchronizer_domain::routes;

use super::PublicPage;
use super::document::{Document, languages, render};
use super::parts::point;
use crate::ui::icon::{Icon, IconName};

/// What the sign-in page depends on.
#[derive(Debug, Clone, Default)]
pub struct SignInForm {
    /// Where to go after the sign-in: a path that `routes::safe_return` accepted. Becomes
    /// the hidden field `return`.
    pub return_to: Option<String>,
    /// The person has just signed out.
    pub signed_out: bool,
    /// The person was signed in, and that is over: it took too long, or was ended elsewhere.
    pub ended: bool,
}

/// The page that starts a sign-in with SuperOffice (POST [`routes::SIGN_IN`]).
#[must_use]
pub fn sign_in(page: &PublicPage<'_>, form: &SignInForm) -> String {
    render(page, |texts| {
        let keep: Vec<_> = form
            .return_to
            .iter()
            .map(|path| ("return", path.as_str()))
            .collect();
        let signed_out = form.signed_out.then(|| {
            view! {
                <div class="alert alert--ok" role="status">
                    <Icon name=IconName::Ok />
                    <div>
                        <p class="alert__title">{texts.t("public.sign_in.signed_out")}</p>
                        <p>{texts.t("public.sign_in.signed_out_text")}</p>
                    </div>
                </div>
            }
        });
        let ended = (form.ended && !form.signed_out).then(|| {
            view! {
                <div class="alert" role="status">
                    <Icon name=IconName::Clock />
                    <div>
                        <p class="alert__title">{texts.t("public.sign_in.ended")}</p>
                        <p>{texts.t("public.sign_in.ended_text")}</p>
                    </div>
                </div>
            }
        });
        let return_to = form
            .return_to
            .clone()
            .map(|path| view! { <input type="hidden" name="return" value=path /> });
        let main = view! {
            <div class="card">
                {signed_out} {ended} <div class="stack stack--2">
                    <h1>{texts.t("public.sign_in.title")}</h1>
                    <p class="muted">{texts.t("public.sign_in.lead")}</p>
                </div> <form method="post" action=routes::SIGN_IN>
                    {return_to}
                    <button class="btn btn--primary btn--lg btn--wide" type="submit">
                        {texts.t("public.button.superoffice")}
                        <Icon name=IconName::Arrow />
                    </button>
                </form>
                <ul class="points">
                    {point(IconName::Lock, texts.t("public.password_there"))}
                    {point(IconName::Users, texts.t("public.sign_in.role"))}
                </ul>
            </div>
            <div class="alert">
                <Icon name=IconName::Mail />
                <div>
                    <p class="alert__title">{texts.t("public.sign_in.mail_title")}</p>
                    <p>{texts.t("public.sign_in.mail_text")}</p>
                </div>
            </div>
            <p class="helpline center">{texts.t("public.sign_in.new_company")}</p>
        };
        Document::column(
            texts.t("public.sign_in.title"),
            languages(page, &keep),
            main.into_any(),
        )
    })
}
