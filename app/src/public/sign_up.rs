//! The page on which an administrator confirms that a new company is stored.

use leptos::prelude::*;
use synchronizer_domain::routes;

use super::PublicPage;
use super::document::{Document, languages, render};
use super::parts::{Account, never, point};
use crate::ui::icon::{Icon, IconName};

/// The sign-up that waits for its confirmation.
#[derive(Debug, Clone)]
pub struct SignUpPage {
    /// Its id, the hidden field `id`.
    pub id: String,
    /// The company's name in SuperOffice.
    pub company: String,
    /// The company's key in SuperOffice, `Cust…`.
    pub context: String,
    /// Name of the administrator.
    pub name: String,
    /// E-mail of the administrator, possibly empty.
    pub email: String,
}

/// Asks before anything of a new company is stored (POST [`routes::SIGN_UP`]). The language
/// menu keeps the query parameter `id`.
#[must_use]
pub fn sign_up(page: &PublicPage<'_>, form: &SignUpPage) -> String {
    render(page, |texts| {
        let company = [("company", form.company.as_str())];
        let title = texts.with("public.sign_up.title", &company);
        let main = view! {
            <div class="card">
                <div class="stack stack--2">
                    <h1>{title.clone()}</h1>
                    <p class="muted">{texts.t("public.sign_up.lead")}</p>
                </div>
                <div class="pair">
                    <Account
                        label=texts.t("public.sign_up.company")
                        name=form.company.clone()
                        address=form.context.clone()
                        icon=IconName::Crm
                    />
                    <Account
                        label=texts.t("public.sign_up.you")
                        name=form.name.clone()
                        address=form.email.clone()
                        icon=IconName::Users
                    />
                </div>
                <form class="stack stack--2" method="post" action=routes::SIGN_UP>
                    <input type="hidden" name="id" value=form.id.clone() />
                    <button class="btn btn--primary btn--lg btn--wide" type="submit">
                        {texts.t("public.sign_up.button")}
                        <Icon name=IconName::Arrow />
                    </button>
                    <a class="btn btn--lg btn--wide" href=routes::SIGN_IN>
                        {texts.t("public.cancel")}
                    </a>
                </form>
                <div class="stack stack--3">
                    <h2>{texts.t("public.sign_up.stored")}</h2>
                    <ul class="points">
                        {point(IconName::Check, texts.t("public.sign_up.stored_company"))}
                        {point(IconName::Check, texts.t("public.sign_up.stored_you"))}
                        {point(IconName::Check, texts.t("public.sign_up.stored_access"))}
                        {never(texts.t("public.sign_up.stored_not"))}
                    </ul>
                </div>
            </div>
            <p class="helpline center">{texts.with("public.sign_up.after", &company)}</p>
        };
        Document::column(title, languages(page, &[("id", &form.id)]), main.into_any())
    })
}
